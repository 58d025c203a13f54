import { toUsd } from '../../domain/money.js';
import { NO_KEY, NO_TEAM } from '../rollups/rollup-columns.js';
import type { Finding, Verdict } from './verification.js';
import type { BudgetSpend } from './verification.repository.js';

/** A finding as one line for people. */
export function formatFinding(finding: Finding): string {
  switch (finding.kind) {
    case 'journal':
      return `journal  ${finding.id}  ${finding.repaired ? 'written now' : 'not yet written'}`;
    case 'rollup': {
      const { difference: it, repaired } = finding;
      const where = [
        ...(it.scope === undefined ? [] : ['closed']),
        ...(it.team_id === undefined || it.scope === 'all'
          ? []
          : [`team ${it.team_id === NO_TEAM ? '(none)' : it.team_id}`]),
        ...(it.key_id === undefined ? [] : [`key ${it.key_id === NO_KEY ? '(master)' : it.key_id}`]),
        `model ${it.model || '-'}`,
        `provider ${it.provider || '-'}`,
        `deployment ${it.deployment_id || '-'}`,
        it.task,
        it.status,
      ];
      const what = [
        ...(it.kept_requests === it.counted_requests
          ? [`${it.counted_requests} requests`]
          : [`requests ${it.kept_requests} -> ${it.counted_requests}`]),
        ...(it.kept_cost_nano_usd === it.counted_cost_nano_usd
          ? []
          : [`cost ${dollars(it.kept_cost_nano_usd)} -> ${dollars(it.counted_cost_nano_usd)}`]),
        `columns ${it.columns.join(', ')}`,
      ];
      return `${it.grain.padEnd(7)}  ${it.starts_at.toISOString().slice(0, 16)}Z  ${where.join(', ')}: ${what.join('; ')}${done(repaired)}`;
    }
    case 'spend': {
      const { owner, spend, repaired } = finding;
      return `spend    ${owner} ${spend.id}  ${spend.name}: ${dollars(spend.kept)} -> ${dollars(spend.counted)}${done(repaired)}`;
    }
    case 'budget':
      return `${budgetWords(finding.spend)}${done(finding.repaired)}`;
    case 'renamed':
      return `${budgetWords(finding.spend)}; its model may have had another name, and it is left as it is`;
    case 'uncertain': {
      const { owner, spend } = finding;
      return (
        `spend    ${owner} ${spend.id}  ${spend.name}: ${dollars(spend.kept)}, of which ${dollars(spend.counted)} are in logs; ` +
        `the ${owner} is older than the logs that are kept, and is left as it is`
      );
    }
  }
}

/** A finding as JSON on one line; amounts are decimal text, in billionths of a dollar. */
export function encodeFinding(finding: Finding): string {
  return JSON.stringify(finding, bigintAsText);
}

/** The end, for people. */
export function formatVerdict(verdict: Verdict): string {
  const { journalled, notYetWritten, written, days, keys, teams, budgets, differences, repaired, keptSince } = verdict;
  const since = keptSince ? `, of logs that are kept since ${keptSince.toISOString().slice(0, 10)}` : '';
  return [
    ...(journalled === undefined
      ? []
      : [`journal: ${journalled} rows, ${notYetWritten} of them not in the database, ${written} of these written now`]),
    `compared: the sums of ${days} days and the spend of ${keys} keys, ${teams} teams and ${budgets} periods of budgets${since}`,
    differences === 0
      ? 'the ledger adds up'
      : `${differences} differences, ${repaired === 0 ? 'none' : repaired} of them repaired`,
  ].join('\n');
}

/** The end, as JSON on one line. */
export function encodeVerdict(verdict: Verdict): string {
  return JSON.stringify({ kind: 'verdict', ...verdict }, bigintAsText);
}

function budgetWords(spend: BudgetSpend): string {
  const start =
    spend.period === 'total' ? 'in all' : `the ${spend.period} from ${spend.starts_at.toISOString().slice(0, 16)}Z`;
  const what = [
    ...(spend.kept_usd === spend.counted_usd ? [] : [`${dollars(spend.kept_usd)} -> ${dollars(spend.counted_usd)}`]),
    ...(spend.kept_audio_ms === spend.counted_audio_ms
      ? []
      : [`${Number(spend.kept_audio_ms) / 1000} s -> ${Number(spend.counted_audio_ms) / 1000} s of audio`]),
  ];
  const model = spend.model === null ? '' : `, model ${spend.model}`;
  return `budget   ${spend.budget_id}  ${spend.owner}${model}, ${start}: ${what.join('; ')}`;
}

function done(repaired: boolean): string {
  return repaired ? ' (repaired)' : '';
}

function dollars(nanoUsd: bigint): string {
  return `$${toUsd(nanoUsd)}`;
}

function bigintAsText(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
