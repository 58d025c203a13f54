import { z } from 'zod';
import type { BudgetFields, BudgetIncrease, BudgetsChange, BudgetState } from '../../budgets/budget.js';
import { usdSchema, type SentBudgets } from '../../budgets/budget.schema.js';
import { liteLlmDurationSchema, periodsOfLiteLlm } from '../../budgets/litellm-durations.js';
import { badRequest } from '../../domain/errors.js';
import { parseDecimal, NANO_DECIMALS, toUsd } from '../../domain/money.js';
import { EARLIEST_TIME, LATEST_TIME } from '../../http/admin/time.js';
import { DURATION } from '../../domain/duration.js';
import { timeAfter } from './keys/duration.js';

/*
 * A key or a team has one budget in LiteLLM: a sum of dollars, and how long it lasts. Here that is the one that limits dollars for
 * all models; others, which the admin API makes, stay beside it.
 */

/** How a period is told; null = it never ends. */
const DURATIONS = { day: '1d', week: '7d', month: '30d', total: null } as const;

/** What can be said of the budget of a key or a team; null says nothing. */
export const budgetFields = {
  max_budget: usdSchema.nullish().meta({ description: 'US dollars that requests may cost', example: 10 }),
  soft_budget: usdSchema
    .nullish()
    .meta({ description: 'US dollars above which answers carry a warning', example: null }),
  budget_duration: liteLlmDurationSchema.nullish().meta({
    description: 'When it begins anew: at midnight (UTC), on Monday, on the first; absent = never',
    example: '30d',
  }),
};

/** What can be said of it for a time, in a change; both or neither. */
export const increaseFields = {
  temp_budget_increase: usdSchema
    .nullish()
    .meta({ description: 'US dollars beside max_budget, until temp_budget_expiry', example: null }),
  temp_budget_expiry: z
    .string()
    .max(40)
    .refine(
      (text) => endOf(text, new Date(0)) !== undefined,
      'must be a time such as 2027-01-01T00:00:00Z, or how long from now, such as 10d',
    )
    .nullish()
    .meta({
      description: 'When the increase ends: a time (UTC where none is said), or how long from now',
      example: null,
    }),
};

const timeText = z.union([z.iso.datetime({ offset: true, local: true }), z.iso.date()]);

/** The moment that is meant by a time or by how long from now; undefined = none. */
function endOf(text: string, now: Date): Date | undefined {
  if (DURATION.test(text)) return timeAfter(text, now, 'temp_budget_expiry');
  if (!timeText.safeParse(text).success) return undefined;
  const [, timeOfDay] = text.split(/[Tt]/);
  const isOfSomewhere = timeOfDay === undefined || /(?:[Zz]|[+-]\d\d:?\d\d)$/.test(timeOfDay);
  const moment = new Date(isOfSomewhere ? text : `${text}Z`);
  return moment >= EARLIEST_TIME && moment <= LATEST_TIME ? moment : undefined;
}

/** The budget as it is sent. */
export interface SentBudget {
  readonly max_budget?: number | null;
  readonly soft_budget?: number | null;
  readonly budget_duration?: z.infer<typeof liteLlmDurationSchema> | null;
  readonly temp_budget_increase?: number | null | undefined;
  readonly temp_budget_expiry?: string | null | undefined;
}

/** What is told of the budget of a key or a team. */
export const shownBudgetFields = {
  max_budget: z
    .number()
    .nullable()
    .meta({ description: 'US dollars that requests may cost; null = any', example: null }),
  budget_duration: z.string().nullable().meta({ description: 'null = it never begins anew', example: null }),
  budget_reset_at: z.iso.datetime().nullable().meta({ example: null }),
};

/**
 * What becomes of the budgets of a key or a team by what is sent.
 * @param unsaid what a budget is that was not there, as far as nothing else is said
 * @returns undefined where nothing is said of them
 * @throws GatewayError 400, also from what is returned, where there would be no limit, or one below the soft one
 */
export function changeOfBudget(
  sent: SentBudget,
  unsaid: BudgetFields,
): Extract<BudgetsChange, (...stored: never) => unknown> | undefined {
  const { max_budget, soft_budget, budget_duration } = sent;
  const increase = increaseOf(sent);
  const isSaid = [max_budget, soft_budget, budget_duration, increase].some((it) => it !== undefined && it !== null);
  if (!isSaid) return undefined;
  return (stored) => {
    const before = stored.find(isOurs) ?? unsaid;
    const period = budget_duration ? periodsOfLiteLlm[budget_duration] : before.period;
    const others = stored.filter((it) => it !== before);
    // One of seconds alone has the same place: it gets the limit as well.
    const same = others.find((it) => it.model === null && it.period === period && it.timeZone === before.timeZone);
    const limitNanoUsd = nanoUsd(max_budget) ?? before.limitNanoUsd;
    const softLimitNanoUsd = nanoUsd(soft_budget) ?? before.softLimitNanoUsd;
    if (limitNanoUsd === null) {
      throw badRequest('There is no max_budget: send it as well', 'max_budget', 'missing_required_parameter');
    }
    if (softLimitNanoUsd !== null && softLimitNanoUsd > limitNanoUsd) {
      throw badRequest("Invalid 'soft_budget': must not be more than max_budget", 'soft_budget', 'invalid_value');
    }
    const limitAudioMs = before.limitAudioMs ?? same?.limitAudioMs ?? null;
    const changed = { ...before, period, limitNanoUsd, softLimitNanoUsd, limitAudioMs, ...(increase && { increase }) };
    return [changed, ...others.filter((it) => it !== same)];
  };
}

/** @throws GatewayError 400 where only one of the two is said */
function increaseOf({ temp_budget_increase: usd, temp_budget_expiry: end }: SentBudget): BudgetIncrease | undefined {
  if (typeof usd !== 'number' && typeof end !== 'string') return undefined;
  const endsAt = typeof end === 'string' ? endOf(end, new Date()) : undefined;
  if (typeof usd === 'number' && endsAt) return { nanoUsd: nanoUsd(usd), audioMs: null, endsAt };
  const absent = endsAt ? 'temp_budget_increase' : 'temp_budget_expiry';
  throw badRequest(
    `temp_budget_increase and temp_budget_expiry are sent together: there is no ${absent}`,
    absent,
    'missing_required_parameter',
  );
}

/**
 * The budgets of a key or a team that is made, as the admin API has them; undefined where nothing is said of them.
 * @throws GatewayError as {@link changeOfBudget}
 */
export function newBudgets(sent: SentBudget, unsaid: BudgetFields): SentBudgets | undefined {
  return changeOfBudget(
    sent,
    unsaid,
  )?.([]).map(({ period, timeZone, limitNanoUsd, softLimitNanoUsd }) => ({
    limit_usd: limitNanoUsd === null ? null : toUsd(limitNanoUsd),
    soft_limit_usd: softLimitNanoUsd === null ? null : toUsd(softLimitNanoUsd),
    limit_audio_seconds: null,
    increase: null,
    period,
    time_zone: timeZone,
    model: null,
  }));
}

/** What is told of the budgets of a key or a team. */
export function shownBudget(budgets: readonly BudgetState[]): z.infer<z.ZodObject<typeof shownBudgetFields>> {
  const budget = budgets.find(isOurs);
  return {
    max_budget: budget?.limitNanoUsd == null ? null : toUsd(budget.limitNanoUsd),
    budget_duration: budget ? DURATIONS[budget.period] : null,
    budget_reset_at: budget?.resetsAt?.toISOString() ?? null,
  };
}

function isOurs({ model, limitNanoUsd }: BudgetFields): boolean {
  return model === null && limitNanoUsd !== null;
}

function nanoUsd(usd: number | null | undefined): bigint | null {
  return usd === undefined || usd === null ? null : parseDecimal(usd, NANO_DECIMALS);
}
