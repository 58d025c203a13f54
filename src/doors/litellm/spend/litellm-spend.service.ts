import { Injectable } from '@nestjs/common';
import { VirtualKeysService } from '../../../auth/virtual-keys.service.js';
import type { TeamScope } from '../../../domain/administrator.js';
import { toUsd } from '../../../domain/money.js';
import { idSchema } from '../../../http/admin/id.js';
import type { SpendGroup } from '../../../ledger/logs/logs.repository.js';
import type { LogView } from '../../../ledger/logs/log.schema.js';
import type { Task } from '../../../domain/task.js';
import { within } from '../../../ledger/logs/logs-of-teams.js';
import { LogsService } from '../../../ledger/logs/logs.service.js';
import { referencesOf } from '../keys/litellm-keys.service.js';
import {
  rangeOf,
  type SpendDay,
  type SpendLog,
  type SpendLogsQuery,
  type SpendReport,
  type SpendReportQuery,
} from './litellm-spend.schema.js';

/** What stands for a hash where the master key was used. */
const MASTER_KEY = 'master key';
/** What stands for a team where there was none, as LiteLLM calls it. */
const NO_TEAM = 'Unassigned Team';
const DAY_MS = 86_400_000;

/** What keys are called in answers, by their ids. */
type KeyNames = (keyId: string | null) => string;

/** LiteLLM's reports of what was spent, from the ledger. */
@Injectable()
export class LiteLlmSpendService {
  constructor(
    private readonly logs: LogsService,
    private readonly keys: VirtualKeysService,
  ) {}

  /** Single requests; between two days their sums by day, unless rows are asked for. */
  async list(query: SpendLogsQuery, scope: TeamScope): Promise<(SpendLog | SpendDay)[]> {
    const { start_date, end_date, request_id, api_key, limit } = query;
    const key = await this.keyOf(api_key, scope);
    const isOfNothing = key === null || (request_id !== undefined && !idSchema.safeParse(request_id).success);
    const range = start_date && end_date ? rangeOf(start_date, end_date) : undefined;
    if (range && query.summarize && request_id === undefined) {
      const groups = key === null ? [] : await this.logs.spend({ ...range, keyId: key, scope }, { byDay: true });
      return summaryOf(
        groups,
        range,
        await this.namesOf(
          groups.map(({ keyId }) => keyId),
          scope,
        ),
      );
    }
    if (isOfNothing) return [];
    const filter = { ...range, ...(key && { key_id: [key] }), ...(request_id && { request_id: [request_id] }) };
    const data = await this.logs.newest(within(filter, scope), limit);
    const nameOf = await this.namesOf(
      data.map(({ key_id }) => key_id),
      scope,
    );
    return data.map((log) => presentLog(log, nameOf));
  }

  /** Sums by team or customer of each day; else by key and model, highest cost first. */
  async report(query: SpendReportQuery, scope: TeamScope): Promise<SpendReport> {
    const { start_date, end_date, api_key, team_id: teamId, customer_id: endUser } = query;
    const { group_by = api_key === undefined ? 'team' : 'api_key' } = query;
    const key = await this.keyOf(api_key, scope);
    if (key === null) return [];
    const filter = { ...rangeOf(start_date, end_date), keyId: key, teamId, endUser, scope };
    const by = ({ team: 'team', customer: 'end_user', api_key: undefined, model: undefined } as const)[group_by];
    const groups = await this.logs.spend(filter, { byDay: by !== undefined, by });
    const nameOf = await this.namesOf(
      groups.map(({ keyId }) => keyId),
      scope,
    );
    const keyName = ({ keyId }: SpendGroup) => nameOf(keyId);
    if (group_by === 'team') {
      return byDays(groups).map(([group_by_day, ofDay]) => {
        const teams = gathered(ofDay, ({ of }) => of ?? NO_TEAM);
        return { group_by_day, teams: teams.map(([team_name, it]) => ({ team_name, ...detailsOf(it, nameOf) })) };
      });
    }
    if (group_by === 'customer') {
      return byDays(groups).map(([group_by_day, ofDay]) => {
        const customers = gathered(ofDay, ({ of }) => of ?? '');
        return { group_by_day, customers: customers.map(([customer, it]) => ({ customer, ...detailsOf(it, nameOf) })) };
      });
    }
    if (group_by === 'api_key') {
      return gathered(groups, keyName).map(([name, ofKey]) => ({
        api_key: name,
        ...totalsOf(ofKey),
        model_details: gathered(ofKey, modelName).map(([model, it]) => ({ model, ...totalsOf(it) })),
      }));
    }
    return gathered(groups, modelName).map(([model, ofModel]) => ({
      model,
      ...totalsOf(ofModel),
      api_key_details: gathered(ofModel, keyName).map(([name, it]) => ({ api_key: name, ...totalsOf(it) })),
    }));
  }

  /** The id of the key that is meant; undefined = all, null = one that has never been. */
  private async keyOf(reference: string | undefined, scope: TeamScope): Promise<string | undefined | null> {
    if (reference === undefined) return undefined;
    const [found] = await this.keys.findAll(referencesOf([reference]), scope);
    // The logs of a key that is gone are still there under its id.
    return found?.id ?? idSchema.safeParse(reference).data ?? null;
  }

  private async namesOf(keyIds: readonly (string | null)[], scope: TeamScope): Promise<KeyNames> {
    const ids = [...new Set(keyIds.filter((id) => id !== null))];
    const rows = ids.length === 0 ? [] : await this.keys.findAll({ ids }, scope);
    const hashes = new Map(rows.map(({ id, hash }) => [id, hash]));
    return (id) => (id === null ? MASTER_KEY : (hashes.get(id) ?? id));
  }
}

/** The groups of each day, as LiteLLM writes days. */
function byDays(groups: readonly SpendGroup[]): (readonly [string, readonly SpendGroup[]])[] {
  return gathered(groups, ({ day }) => `${day ?? ''}T00:00:00+00:00`).toSorted(([left], [right]) =>
    left.localeCompare(right),
  );
}

function detailsOf(groups: readonly SpendGroup[], nameOf: KeyNames) {
  return {
    total_spend: spendOf(groups),
    metadata: groups.map((group) => ({
      model: group.model,
      api_key: nameOf(group.keyId),
      spend: spendOf([group]),
      total_tokens: group.inputTokens + group.outputTokens,
    })),
  };
}

function modelName({ model }: SpendGroup): string {
  return model;
}

/**
 * What LiteLLM's proxy calls with (`CallTypes` in its `types/utils.py`). It has no word for translations of speech, which it does
 * not serve; they are billed as transcriptions are.
 */
const callTypes = {
  transcribe: 'atranscription',
  translate: 'atranscription',
  speak: 'aspeech',
  chat: 'acompletion',
} as const satisfies Record<Task, string>;

function presentLog(log: LogView, nameOf: KeyNames): SpendLog {
  const { metadata: noted, usage } = log;
  const { user, tags, ...metadata } = noted ?? {};
  const counted = usage?.type === 'tokens' ? usage : undefined;
  return {
    request_id: log.id,
    call_type: callTypes[log.task ?? 'transcribe'],
    api_key: nameOf(log.key_id),
    spend: log.cost_usd ?? 0,
    prompt_tokens: counted?.input_tokens ?? 0,
    completion_tokens: counted?.output_tokens ?? 0,
    total_tokens: counted?.total_tokens ?? 0,
    startTime: log.created_at,
    endTime: new Date(Date.parse(log.created_at) + log.latency_ms).toISOString(),
    model: log.upstream_model ?? log.model ?? '',
    model_group: log.model ?? '',
    model_id: log.deployment_id ?? '',
    custom_llm_provider: log.provider ?? '',
    api_base: '',
    user: '',
    end_user: log.end_user ?? (typeof user === 'string' ? user : ''),
    team_id: log.team_id,
    cache_hit: log.cache === 'hit' ? 'True' : 'False',
    cache_key: '',
    request_tags: Array.isArray(tags) ? tags.map(String) : [],
    requester_ip_address: log.client_ip,
    metadata: { user_api_key_alias: log.key_name, requester_metadata: metadata },
    messages: {},
    response: {},
    status: log.status === 'success' ? 'success' : 'failure',
    request_duration_ms: log.latency_ms,
  };
}

/** Every day from the first that cost something to the end, as LiteLLM has it; no day where nothing did. */
function summaryOf(groups: readonly SpendGroup[], { to }: { readonly to: Date }, nameOf: KeyNames): SpendDay[] {
  const byDay = new Map(gathered(groups, ({ day }) => day ?? ''));
  const first = [...byDay.keys()].toSorted()[0];
  if (first === undefined) return [];
  const count = Math.round((to.getTime() - Date.parse(first)) / DAY_MS);
  return Array.from({ length: count }, (_, index): SpendDay => {
    const startTime = new Date(Date.parse(first) + index * DAY_MS).toISOString().slice(0, 10);
    const ofDay = byDay.get(startTime) ?? [];
    return {
      ...Object.fromEntries(gathered(ofDay, ({ keyId }) => nameOf(keyId)).map(([key, it]) => [key, spendOf(it)])),
      startTime,
      spend: spendOf(ofDay),
      users: {},
      models: Object.fromEntries(gathered(ofDay, modelName).map(([model, it]) => [model, spendOf(it)])),
    };
  });
}

/** The groups of each name, highest cost first. */
function gathered(
  groups: readonly SpendGroup[],
  nameOf: (group: SpendGroup) => string,
): (readonly [string, readonly SpendGroup[]])[] {
  const gathering = new Map<string, SpendGroup[]>();
  for (const group of groups) {
    const name = nameOf(group);
    const others = gathering.get(name);
    if (others) others.push(group);
    else gathering.set(name, [group]);
  }
  return [...gathering].toSorted(([, left], [, right]) => spendOf(right) - spendOf(left));
}

function totalsOf(groups: readonly SpendGroup[]) {
  return {
    total_cost: spendOf(groups),
    total_input_tokens: groups.reduce((sum, { inputTokens }) => sum + inputTokens, 0),
    total_output_tokens: groups.reduce((sum, { outputTokens }) => sum + outputTokens, 0),
  };
}

function spendOf(groups: readonly SpendGroup[]): number {
  return toUsd(groups.reduce((sum, { spendNanoUsd }) => sum + spendNanoUsd, 0n));
}
