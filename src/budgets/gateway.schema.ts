import { z } from 'zod';
import { budgetSchema, budgetsSchema } from './budget.schema.js';

/** Body of `PATCH /admin/v1/gateway`: only what is sent changes. */
export const updateGatewaySchema = z.strictObject({ budgets: budgetsSchema }).partial().meta({ id: 'UpdateGateway' });
export type UpdateGateway = z.infer<typeof updateGatewaySchema>;

/** What bounds all requests together, whatever key they have. */
export const gatewaySchema = z
  .object({
    object: z.literal('gateway'),
    budgets: z
      .array(budgetSchema)
      .meta({ description: 'What all requests together may come to; also those of the master key' }),
  })
  .meta({ id: 'Gateway' });
export type ShownGateway = z.infer<typeof gatewaySchema>;
