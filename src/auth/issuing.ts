import type { BudgetFields, BudgetsChange } from '../budgets/budget.js';
import type { TeamScope } from '../domain/administrator.js';
import { endOfDuration } from '../domain/duration.js';
import { badRequest, type GatewayError } from '../domain/errors.js';
import {
  BUDGET_PERIODS,
  boundedBudget,
  lesser,
  type BudgetRule,
  type IssuingRules,
  type MeasuredRules,
  type RequirableField,
} from '../domain/issuing-rules.js';
import { limitsSchema, type Limits } from '../domain/limits.js';
import { NANO_DECIMALS, parseDecimal } from '../domain/money.js';
import type { VirtualKeyFields, VirtualKeyRow } from './virtual-keys.repository.js';

/*
 * What the configuration file says of keys and teams that are made or changed, put into effect: here alone, so that no door goes
 * past it.
 */

const NO_LIMITS = limitsSchema.parse({});
const NO_BOUNDS: MeasuredRules = { budget: {} };

/** A budget of which nothing has been said yet but what the file says. */
export function openBudget({ limitUsd, period }: BudgetRule, timeZone: string): BudgetFields {
  return {
    period: period ?? 'total',
    timeZone,
    model: null,
    limitNanoUsd: limitUsd === undefined ? null : parseDecimal(limitUsd, NANO_DECIMALS),
    softLimitNanoUsd: null,
    limitAudioMs: null,
    increase: null,
  };
}

/** The limits that the file says, as far as the bounds let them. */
function limitsIn(byDefault: Partial<MeasuredRules>, bounds: Partial<MeasuredRules>): Limits | null {
  const requests_per_minute = lesser(byDefault.requestsPerMinute, bounds.requestsPerMinute) ?? null;
  const concurrent_requests = lesser(byDefault.concurrentRequests, bounds.concurrentRequests) ?? null;
  if (requests_per_minute === null && concurrent_requests === null) return null;
  return { ...NO_LIMITS, requests_per_minute, concurrent_requests };
}

/** What the file says of new keys, for doors where a budget or limits are said in parts. */
export function partsOfNewKey({ newKeys, keyBounds, timeZone }: IssuingRules) {
  return {
    budget: openBudget(boundedBudget(newKeys.budget, keyBounds.budget), timeZone),
    limits: limitsIn(newKeys, keyBounds),
  };
}

/** As {@link partsOfNewKey}, of new teams. */
export function partsOfNewTeam({ newTeams, timeZone }: IssuingRules) {
  return { budget: openBudget(newTeams.budget, timeZone), limits: limitsIn(newTeams, NO_BOUNDS) };
}

/** What a key gets in a change to which a budget is new: nothing but how long it may last, and where its days begin. */
export function budgetOfChangedKey({ keyBounds, timeZone }: IssuingRules): BudgetFields {
  return openBudget({ period: keyBounds.budget.period }, timeZone);
}

/** The budgets that are meant by one of which a limit may be known. */
export function budgetsWith(budget: BudgetFields): readonly BudgetFields[] {
  return budget.limitNanoUsd === null ? [] : [budget];
}

/** What is said of a new key. */
export type SaidOfKey = Partial<Readonly<Record<RequirableField, unknown>>>;

/**
 * Refuses a new key of which something is not said that the file wants to be said.
 * @param scope of whom keys may be that the administrator makes
 * @throws GatewayError 400
 */
export function requireSaid(said: SaidOfKey, scope: TeamScope, { required }: IssuingRules): void {
  const wanted = [
    ...(scope === null ? [] : required.byTeamAdmins),
    ...(scope === null && !isSaid(said.team) ? required.withoutTeam : []),
  ];
  const missing = wanted.find((field) => !isSaid(said[field]));
  if (missing === undefined) return;
  throw badRequest(
    `Missing required field '${missing}': the configuration file wants it to be said of such a key`,
    missing,
    'missing_required_parameter',
  );
}

/** Null, and what is empty, say nothing. */
function isSaid(value: unknown): boolean {
  if (value === undefined || value === null) return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

/** What is said of a new key, in whole lists. */
export type NewKeyFields = Partial<Omit<VirtualKeyFields, 'budgets'>> & { readonly budgets?: readonly BudgetFields[] };

/**
 * A new key as it becomes: what is not said of it is the file's default, and what is left open is the bound.
 * @throws GatewayError 400 where something is above the bound
 */
export function newKeyFields(said: NewKeyFields, rules: IssuingRules, now: Date): NewKeyFields {
  const { newKeys, keyBounds, timeZone } = rules;
  const parts = partsOfNewKey(rules);
  const end = (lifetime: string | undefined) => (lifetime === undefined ? null : endOfDuration(lifetime, now));
  const latest = end(keyBounds.lifetime);
  const byDefault = earlier(end(newKeys.lifetime), latest);
  const ofBound = openBudget(keyBounds.budget, timeZone);
  const budgets = said.budgets ?? budgetsWith(parts.budget);
  const fields = {
    ...said,
    models: said.models === undefined ? (newKeys.models ?? null) : said.models,
    user: said.user === undefined ? (newKeys.user ?? null) : said.user,
    tags: said.tags ?? newKeys.tags ?? [],
    metadata: said.metadata ?? newKeys.metadata ?? {},
    expiresAt: said.expiresAt === undefined ? byDefault : (said.expiresAt ?? latest),
    budgets: budgets.length === 0 ? budgetsWith(ofBound) : budgets,
    limits: closed(said.limits === undefined ? parts.limits : said.limits, keyBounds),
  };
  checkChange(undefined, fields, keyBounds, now);
  checkBudgets(undefined, fields.budgets, keyBounds, now);
  return fields;
}

function earlier(one: Date | null, other: Date | null): Date | null {
  return one && other ? new Date(Math.min(one.getTime(), other.getTime())) : (one ?? other);
}

/** With the bound for a limit that is not there. */
function closed(limits: Limits | null, bounds: MeasuredRules): Limits | null {
  const ofBounds = limitsIn({}, bounds);
  if (!ofBounds) return limits;
  return {
    ...(limits ?? NO_LIMITS),
    requests_per_minute: limits?.requests_per_minute ?? ofBounds.requests_per_minute,
    concurrent_requests: limits?.concurrent_requests ?? ofBounds.concurrent_requests,
  };
}

/**
 * Holds a key to its bounds, apart from its budgets.
 * @param stored as it is before, which it may stay although it is above them; undefined = it is new
 * @param fields what becomes of it; what is missing stays
 * @throws GatewayError 400 where something is above the bound, and more than before
 */
export function checkChange(
  stored: Pick<VirtualKeyRow, 'expiresAt' | 'limits'> | undefined,
  fields: Pick<NewKeyFields, 'expiresAt' | 'limits'>,
  bounds: MeasuredRules,
  now: Date,
): void {
  const { expiresAt, limits } = fields;
  const { lifetime, requestsPerMinute, concurrentRequests } = bounds;
  if (expiresAt !== undefined && lifetime !== undefined) {
    const latest = endOfDuration(lifetime, now).getTime();
    const before = stored && (stored.expiresAt?.getTime() ?? Infinity);
    if (isTooMuch(expiresAt?.getTime() ?? Infinity, latest, before)) {
      throw above('expires_at', `lets a key be taken for ${lifetime} from now at most`);
    }
  }
  if (limits === undefined) return;
  const bound = { requests_per_minute: requestsPerMinute, concurrent_requests: concurrentRequests };
  for (const name of ['requests_per_minute', 'concurrent_requests'] as const) {
    const most = bound[name];
    const before = stored && (stored.limits?.[name] ?? Infinity);
    if (most !== undefined && isTooMuch(limits?.[name] ?? Infinity, most, before)) {
      throw above(`limits.${name}`, `lets a key have ${most} at most`);
    }
  }
}

function isTooMuch(value: number, most: number, before: number | undefined): boolean {
  return value > most && (before === undefined || value > before);
}

/** What becomes of the budgets of a key, held to the bounds; see {@link checkBudgets}. */
export function boundBudgets(change: BudgetsChange, bounds: MeasuredRules, now: Date): BudgetsChange {
  return (stored) => {
    const budgets = typeof change === 'function' ? change(stored) : change;
    checkBudgets(stored, budgets, bounds, now);
    return budgets;
  };
}

/**
 * Holds the budgets of a key to its bounds: one for all models has to keep to them. All budgets of a key apply, so others
 * only bound it further.
 * @param stored as {@link checkChange}; undefined = the key is new
 * @throws GatewayError 400 where none keeps to them, and something is more than before
 */
function checkBudgets(
  stored: readonly BudgetFields[] | undefined,
  budgets: readonly BudgetFields[],
  { budget: bound }: MeasuredRules,
  now: Date,
): void {
  const { limitUsd, period } = bound;
  if (limitUsd === undefined && period === undefined) return;
  const most = openBudget(bound, '').limitNanoUsd;
  const longest = period === undefined ? Infinity : BUDGET_PERIODS.indexOf(period);
  const ours = budgets.filter(isForAll);
  const isKept = (it: BudgetFields) =>
    (most === null || dollars(it, now) <= most) && BUDGET_PERIODS.indexOf(it.period) <= longest;
  if (ours.some(isKept) || (most === null && ours.length === 0)) return;
  if (stored && isNoLooser(stored.filter(isForAll), ours, now)) return;
  const sum = limitUsd === undefined ? '' : ` of $${limitUsd} at most`;
  const time = period === undefined || period === 'total' ? '' : `, which begins anew every ${period} at the latest`;
  throw above('budgets', `wants a key to have a budget${sum} for all models${time}`);
}

function isForAll({ model, limitNanoUsd }: BudgetFields): boolean {
  return model === null && limitNanoUsd !== null;
}

/** What may be spent of a budget, with an increase that has not ended. */
function dollars({ limitNanoUsd, increase }: BudgetFields, now: Date): bigint {
  return (limitNanoUsd ?? 0n) + (increase && increase.endsAt > now ? (increase.nanoUsd ?? 0n) : 0n);
}

/** Whether every budget that there was is still there, and no larger. */
function isNoLooser(before: readonly BudgetFields[], after: readonly BudgetFields[], now: Date): boolean {
  return before.every((was) =>
    after.some(
      (is) => is.period === was.period && is.timeZone === was.timeZone && dollars(is, now) <= dollars(was, now),
    ),
  );
}

function above(param: string, rule: string): GatewayError {
  return badRequest(`Invalid '${param}': the configuration file ${rule}`, param, 'invalid_value');
}
