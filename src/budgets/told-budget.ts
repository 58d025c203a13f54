import { z } from 'zod';
import type { BudgetState } from './budget.js';
import { budgetSchema, presentBudget } from './budget.schema.js';

const rest = {
  period: true,
  time_zone: true,
  model: true,
  left_usd: true,
  left_audio_seconds: true,
  resets_at: true,
} as const;

/** A budget of the team of a key, as the key's holder is told of it: not how much of it is under way. */
export const teamBudgetSchema = budgetSchema
  .pick({ ...rest, limit_usd: true, limit_audio_seconds: true })
  .meta({ id: 'TeamBudget' });

/** A budget of the gateway, as holders of keys are told of it: not how large it is. */
export const gatewayBudgetSchema = budgetSchema.pick(rest).meta({ id: 'GatewayBudget' });

/** What a key's holder is told of a budget of the key's team. */
export function tellTeamBudget(state: BudgetState): z.infer<typeof teamBudgetSchema> {
  return teamBudgetSchema.parse(presentBudget(state));
}

/** What a key's holder is told of a budget of the gateway. */
export function tellGatewayBudget(state: BudgetState): z.infer<typeof gatewayBudgetSchema> {
  return gatewayBudgetSchema.parse(presentBudget(state));
}
