import { z } from 'zod';
import { privacySettingSchema } from '../domain/privacy.js';
import { limitsSchema } from '../domain/limits.js';
import { redactionSettingSchema } from '../domain/redaction/redaction-setting.js';
import { budgetSchema, budgetsSchema } from './budget.schema.js';

const redaction = redactionSettingSchema
  .nullable()
  .meta({ description: 'What is masked in all transcripts, beside what keys and teams mask; null = nothing' });

const privacy = privacySettingSchema
  .nullable()
  .meta({ description: 'What is kept of all requests at most, and for how long; null = what is usual' });

const limits = limitsSchema.nullable().meta({
  description:
    'How fast, how much at once and how large all requests may be together; what is sent is all of it; null = any',
});

/** Body of `PATCH /admin/v1/gateway`: only what is sent changes. */
export const updateGatewaySchema = z
  .strictObject({ budgets: budgetsSchema, redaction, privacy, limits })
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
    privacy,
    limits,
  })
  .meta({ id: 'Gateway' });
export type ShownGateway = z.infer<typeof gatewaySchema>;
