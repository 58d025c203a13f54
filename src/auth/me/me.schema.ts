import { z } from 'zod';
import type { BudgetState } from '../../budgets/budget.js';
import { gatewayBudgetSchema, teamBudgetSchema, tellGatewayBudget, tellTeamBudget } from '../../budgets/told-budget.js';
import { limitUseSchema, type LimitUse } from '../../limits/limit-use.schema.js';
import { keySchema, type Key } from '../virtual-key.schema.js';

/** What a virtual key may know of itself: nothing that an administrator has noted of it. */
export const meSchema = keySchema
  .pick({ id: true, name: true, models: true, endpoints: true, expires_at: true, budgets: true, spend_usd: true })
  .extend({
    object: z.literal('me'),
    team_budgets: z
      .array(teamBudgetSchema)
      .meta({ description: 'What the requests of all keys of its team may come to together' }),
    gateway_budgets: z
      .array(gatewayBudgetSchema)
      .meta({ description: 'What is left for the requests of everybody together' }),
    limits: z.array(limitUseSchema).meta({
      description: "The key's limits, its team's and the gateway's: all of them apply. Counted at the moment",
    }),
  })
  .meta({ id: 'Me' });
export type Me = z.infer<typeof meSchema>;

/**
 * The part of a key that its holder is told.
 * @param allowed what it may use, as far as its team allows it, too: names and patterns of models, and endpoints; null = all
 * @param shared budgets in which it is not alone
 * @param limits that apply to it, whosever they are
 */
export function presentMe(
  { id, name, expires_at, budgets, spend_usd }: Key,
  { models, endpoints }: Readonly<Record<'models' | 'endpoints', readonly string[] | null>>,
  shared: Readonly<Record<'team' | 'gateway', readonly BudgetState[]>>,
  limits: readonly LimitUse[],
): Me {
  const allowed = { models: models && [...models], endpoints: endpoints && [...endpoints] };
  const others = {
    team_budgets: shared.team.map(tellTeamBudget),
    gateway_budgets: shared.gateway.map(tellGatewayBudget),
  };
  return { object: 'me', id, name, ...allowed, expires_at, budgets, ...others, limits: [...limits], spend_usd };
}
