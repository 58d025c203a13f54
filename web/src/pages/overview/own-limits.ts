import type { Schemas } from '../../api/client';
import { formatAudioSeconds, formatBytes, formatCount } from '../../format/amounts';
import { formatUsd } from '../../format/money';

type Me = Pick<Schemas['Me'], 'budgets' | 'team_budgets' | 'gateway_budgets'>;

/** A budget as its bar tells it. */
export interface BudgetLine {
  readonly title: string;
  /** What is used of it; undefined = whoever shares it is not told. */
  readonly used: string | undefined;
  readonly left: string;
  /** How much of it is gone, 0 to 1; undefined = it is not told how large it is. */
  readonly share: number | undefined;
  readonly resetsAt: string | null;
}

interface Told {
  readonly limit_usd?: number | null;
  readonly limit_audio_seconds?: number | null;
  readonly left_usd: number | null;
  readonly left_audio_seconds: number | null;
  readonly period: string;
  readonly model: string | null;
  readonly resets_at: string | null;
}

/** What is left of the budgets of a key, of its team and of the gateway; one of money and audio is two lines. */
export function budgetLines({ budgets, team_budgets, gateway_budgets }: Me): BudgetLine[] {
  return [
    ...budgets.flatMap((budget) => linesOf('Your key', budget)),
    ...team_budgets.flatMap((budget) => linesOf('Your team', budget)),
    ...gateway_budgets.flatMap((budget) => linesOf('Everybody together', budget)),
  ];
}

function linesOf(whose: string, budget: Told): BudgetLine[] {
  const { period, model, resets_at } = budget;
  const every = period === 'total' ? 'in all' : `per ${period}`;
  const title = `${whose}, ${every}${model ? `, ${model}` : ''}`;
  const line = (
    left: number | null,
    limit: number | null | undefined,
    format: (value: number) => string,
  ): BudgetLine[] => {
    if (left === null) return [];
    const used = limit == null ? undefined : `${format(Math.max(limit - left, 0))} of ${format(limit)}`;
    const share = limit == null ? undefined : limit === 0 ? 1 : Math.min(Math.max(1 - left / limit, 0), 1);
    return [{ title, used, left: format(Math.max(left, 0)), share, resetsAt: resets_at }];
  };
  return [
    ...line(budget.left_usd, budget.limit_usd, formatUsd),
    ...line(budget.left_audio_seconds, budget.limit_audio_seconds, formatAudioSeconds),
  ];
}

/** An amount of what a limit counts. */
export function limitText(limit: string, amount: number | null): string {
  if (amount === null) return '–';
  if (limit.includes('bytes')) return formatBytes(amount);
  return limit.includes('audio_seconds') ? formatAudioSeconds(amount) : formatCount(amount);
}
