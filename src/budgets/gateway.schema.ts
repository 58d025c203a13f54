import { z } from 'zod';
import { redactionSettingSchema } from '../domain/redaction/redaction-setting.js';
import { budgetSchema, budgetsSchema } from './budget.schema.js';

const redaction = redactionSettingSchema
  .nullable()
  .meta({ description: 'What is masked in all transcripts, beside what keys and teams mask; null = nothing' });

/** Body of `PATCH /admin/v1/gateway`: only what is sent changes. */
export const updateGatewaySchema = z
  .strictObject({ budgets: budgetsSchema, redaction })
  .partial()
  .meta({ id: 'UpdateGateway' });
export type UpdateGateway = z.infer<typeof updateGatewaySchema>;

/** What holds for all requests, whatever key they have. */
export const gatewaySchema = z
  .object({
    object: z.literal('gateway'),
    budgets: z
      .array(budgetSchema)
      .meta({ description: 'What all requests together may come to; also those of the master key' }),
    redaction,
  })
  .meta({ id: 'Gateway' });
export type ShownGateway = z.infer<typeof gatewaySchema>;
