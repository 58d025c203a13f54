import { z } from 'zod';
import type { BudgetFields, BudgetsChange, BudgetState } from '../../budgets/budget.js';
import { usdSchema, type SentBudgets } from '../../budgets/budget.schema.js';
import { badRequest } from '../../domain/errors.js';
import { parseDecimal, NANO_DECIMALS, toUsd } from '../../domain/money.js';

/*
 * A key or a team has one budget in LiteLLM: a sum of dollars, and how long it lasts. Here that is the one that limits dollars for
 * all models; others, which the admin API makes, stay beside it.
 */

/** Those that end at a midnight, with a week, and with a month: https://docs.litellm.ai/docs/proxy/budget_reset_and_tz */
const PERIODS = { '24h': 'day', '1d': 'day', '7d': 'week', '30d': 'month', '1mo': 'month' } as const;
const durations = z.enum(
  ['24h', '1d', '7d', '30d', '1mo'],
  'must be 24h or 1d, 7d, 30d or 1mo: a day, a week, a month',
);
/** How a period is told; null = it never ends. */
const DURATIONS = { day: '1d', week: '7d', month: '30d', total: null } as const;

/** What can be said of the budget of a key or a team; null says nothing. */
export const budgetFields = {
  max_budget: usdSchema.nullish().meta({ description: 'US dollars that requests may cost', example: 10 }),
  soft_budget: usdSchema
    .nullish()
    .meta({ description: 'US dollars above which answers carry a warning', example: null }),
  budget_duration: durations.nullish().meta({
    description: 'When it begins anew: at midnight (UTC), on Monday, on the first; absent = never',
    example: '30d',
  }),
};

/** The budget as it is sent. */
export interface SentBudget {
  readonly max_budget?: number | null;
  readonly soft_budget?: number | null;
  readonly budget_duration?: z.infer<typeof durations> | null;
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
 * @returns undefined where nothing is said of them
 * @throws GatewayError 400, also from what is returned, where there would be no limit, or one below the soft one
 */
export function changeOfBudget(sent: SentBudget): Extract<BudgetsChange, (...stored: never) => unknown> | undefined {
  const { max_budget, soft_budget, budget_duration } = sent;
  const isSaid = [max_budget, soft_budget, budget_duration].some((it) => it !== undefined && it !== null);
  if (!isSaid) return undefined;
  return (stored) => {
    const before = stored.find(isOurs) ?? UNLIMITED;
    const period = budget_duration ? PERIODS[budget_duration] : before.period;
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
    return [{ ...before, period, limitNanoUsd, softLimitNanoUsd, limitAudioMs }, ...others.filter((it) => it !== same)];
  };
}

/** The budgets of a key or a team that is made, as the admin API has them. @throws GatewayError as {@link changeOfBudget} */
export function newBudgets(sent: SentBudget): SentBudgets {
  return (changeOfBudget(sent)?.([]) ?? []).map(({ period, limitNanoUsd, softLimitNanoUsd }) => ({
    limit_usd: limitNanoUsd === null ? null : toUsd(limitNanoUsd),
    soft_limit_usd: softLimitNanoUsd === null ? null : toUsd(softLimitNanoUsd),
    limit_audio_seconds: null,
    increase: null,
    period,
    time_zone: UNLIMITED.timeZone,
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

const UNLIMITED: BudgetFields = {
  period: 'total',
  timeZone: 'UTC',
  model: null,
  limitNanoUsd: null,
  softLimitNanoUsd: null,
  limitAudioMs: null,
  increase: null,
};

function isOurs({ model, limitNanoUsd }: BudgetFields): boolean {
  return model === null && limitNanoUsd !== null;
}

function nanoUsd(usd: number | null | undefined): bigint | null {
  return usd === undefined || usd === null ? null : parseDecimal(usd, NANO_DECIMALS);
}
