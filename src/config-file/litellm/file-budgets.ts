import type { BudgetFields } from '../../budgets/budget.js';
import { periodsOfLiteLlm } from '../../budgets/litellm-durations.js';
import { NANO_DECIMALS, parseDecimal } from '../../domain/money.js';

/** The gateway's budgets that `litellm_settings` declare: one, or none. */
export function fileBudgets({
  max_budget,
  budget_duration,
  timezone,
}: {
  readonly max_budget?: string | undefined;
  readonly budget_duration?: keyof typeof periodsOfLiteLlm | undefined;
  readonly timezone?: string | undefined;
}): readonly BudgetFields[] {
  const limitNanoUsd = max_budget === undefined ? 0n : parseDecimal(max_budget, NANO_DECIMALS);
  // As in LiteLLM, where none is written as 0.
  if (limitNanoUsd === 0n) return [];
  const period = budget_duration === undefined ? 'total' : periodsOfLiteLlm[budget_duration];
  const limits = { limitNanoUsd, softLimitNanoUsd: null, limitAudioMs: null, increase: null };
  return [{ period, timeZone: timezone ?? 'UTC', model: null, ...limits }];
}
