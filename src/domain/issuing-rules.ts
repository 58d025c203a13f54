/** How long a budget lasts, shortest first; one that never begins anew lasts longest. */
export const BUDGET_PERIODS = ['day', 'week', 'month', 'total'] as const;
export type BudgetPeriod = (typeof BUDGET_PERIODS)[number];

/** What is said of a budget of US dollars for all models. */
export interface BudgetRule {
  readonly limitUsd?: number | undefined;
  readonly period?: BudgetPeriod | undefined;
}

/** What can be both a default and a bound. */
export interface MeasuredRules {
  readonly budget: BudgetRule;
  /** How long from now, in LiteLLM's words, such as `30d`. */
  readonly lifetime?: string | undefined;
  readonly requestsPerMinute?: number | undefined;
  readonly concurrentRequests?: number | undefined;
}

/** What a key has of which nothing else is said. */
export interface NewKeyRules extends MeasuredRules {
  /** null = all. */
  readonly models?: readonly string[] | null | undefined;
  /** Name or id of the team that it belongs to. */
  readonly team?: string | undefined;
  readonly user?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/** What can be asked to be said of a new key, by its name in the admin API. */
export const REQUIRABLE_FIELDS = [
  'name',
  'models',
  'user',
  'team',
  'expires_at',
  'budgets',
  'limits',
  'tags',
  'metadata',
] as const;
export type RequirableField = (typeof REQUIRABLE_FIELDS)[number];

/** What the configuration file says of keys and teams that are made, and of keys that are changed. */
export interface IssuingRules {
  /** Where the days of budgets begin of which nobody says it; IANA name. */
  readonly timeZone: string;
  /** `default_key_generate_params`. */
  readonly newKeys: NewKeyRules;
  /** `upperbound_key_generate_params`: what no key comes to have more of. */
  readonly keyBounds: MeasuredRules;
  /** `key_generation_settings`: what must be said of a new key, by a team admin, and of one that is to belong to no team. */
  readonly required: Readonly<Record<'byTeamAdmins' | 'withoutTeam', readonly RequirableField[]>>;
  /** `default_team_params`. */
  readonly newTeams: Pick<MeasuredRules, 'budget' | 'requestsPerMinute'>;
}

/** Where no file says anything. */
export const NO_ISSUING_RULES: IssuingRules = {
  timeZone: 'UTC',
  newKeys: { budget: {} },
  keyBounds: { budget: {} },
  required: { byTeamAdmins: [], withoutTeam: [] },
  newTeams: { budget: {} },
};

/** The lesser of two numbers, of which one that is absent is none. */
export function lesser(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);
}

/** The budget that says nothing but what it must: a default, as far as the bound lets it. */
export function boundedBudget(byDefault: BudgetRule, bound: BudgetRule): BudgetRule {
  const [one, other] = [byDefault.period ?? bound.period, bound.period].map((period) =>
    period === undefined ? undefined : BUDGET_PERIODS.indexOf(period),
  );
  const shorter = lesser(one, other);
  return {
    limitUsd: lesser(byDefault.limitUsd, bound.limitUsd),
    period: shorter === undefined ? undefined : BUDGET_PERIODS[shorter],
  };
}

const PER = { day: ' a day', week: ' a week', month: ' a month', total: ' in all' } as const;

/** Such as `$10 a month`; undefined where nothing is said. */
function budgetWords({ limitUsd, period }: BudgetRule): string | undefined {
  const words = `${limitUsd === undefined ? '' : `$${limitUsd}`}${period === undefined ? '' : PER[period]}`.trim();
  return words === '' ? undefined : `budget ${words}`;
}

function measuredWords({ budget, lifetime, requestsPerMinute, concurrentRequests }: Partial<MeasuredRules>): string[] {
  const words = [
    budget && budgetWords(budget),
    lifetime === undefined ? undefined : `lifetime ${lifetime}`,
    requestsPerMinute === undefined ? undefined : `requests a minute ${requestsPerMinute}`,
    concurrentRequests === undefined ? undefined : `requests at once ${concurrentRequests}`,
  ];
  return words.filter((it) => it !== undefined);
}

function newKeyWords({ models, team, user, tags, metadata, ...measured }: NewKeyRules): string[] {
  const words = [
    models ? `models ${models.join(' ')}` : undefined,
    team === undefined ? undefined : `team ${team}`,
    user === undefined ? undefined : `user ${user}`,
    tags === undefined || tags.length === 0 ? undefined : `tags ${tags.join(' ')}`,
    metadata === undefined || Object.keys(metadata).length === 0
      ? undefined
      : `metadata ${Object.keys(metadata).join(' ')}`,
  ];
  return [...measuredWords(measured), ...words.filter((it) => it !== undefined)];
}

/** The rules for people, one a line; none where nothing is said. No value of metadata is among them: nobody knows what they hold. */
export function describeRules({ newKeys, keyBounds, required, newTeams }: IssuingRules): string[] {
  const lines: readonly (readonly [string, readonly string[]])[] = [
    ['keys get, where nothing else is said', newKeyWords(newKeys)],
    ['keys get at most', measuredWords(keyBounds)],
    ['team admins must say of a new key', required.byTeamAdmins],
    ['of a new key without a team must be said', required.withoutTeam],
    ['teams get, where nothing else is said', measuredWords(newTeams)],
  ];
  return lines.flatMap(([what, words]) => (words.length === 0 ? [] : [`${what}: ${words.join(', ')}`]));
}
