import { z } from 'zod';
import { pageQuerySchema, pageSchema } from '../../http/admin/list.js';
import { repeatable } from '../../http/admin/query-values.js';
import { timeSchema } from '../../http/admin/time.js';
import { alertEventSchema, alertEventTypeSchema } from '../events/alert-events.js';
import type { DeliveryRow } from './deliveries.repository.js';
import { deliveryStatuses } from './delivery-status.js';

/** A delivery as the admin API shows it. */
export const alertDeliverySchema = z
  .object({
    object: z.literal('alert_delivery'),
    id: z.uuid(),
    webhook_id: z.uuid().meta({ description: 'The `webhook-id` that is sent, the same in every attempt' }),
    event_type: z.string().meta({ example: 'budget.exhausted' }),
    event: alertEventSchema
      .optional()
      .meta({ description: 'What is told; absent = another version of the gateway has written it' }),
    status: z.enum(deliveryStatuses).meta({
      description: '`pending`: it waits for its next attempt; `failed`: it has been tried for about a day, in vain',
    }),
    attempts: z.int().meta({ description: 'How often it was tried, since it was last repeated', example: 1 }),
    attempted_at: timeSchema.nullable().meta({ description: 'The last attempt; null = there was none' }),
    next_attempt_at: timeSchema.nullable().meta({ description: 'null = there is none', example: null }),
    http_status: z.int().nullable().meta({ description: 'Of the last answer; null = there was none', example: 200 }),
    latency_ms: z.int().nullable().meta({ description: 'Of the last attempt', example: 84 }),
    error: z.string().nullable().meta({ description: 'Why the last attempt has failed', example: null }),
    created_at: timeSchema,
  })
  .meta({ id: 'AlertDelivery' });
export type AlertDeliveryView = z.infer<typeof alertDeliverySchema>;

/** Answer of `GET /admin/v1/alerts/{alert}/deliveries`. */
export const alertDeliveryPageSchema = pageSchema(alertDeliverySchema).meta({ id: 'AlertDeliveryPage' });

/** Query of `GET /admin/v1/alerts/{alert}/deliveries`. */
export const deliveryQuerySchema = pageQuerySchema.extend({
  status: repeatable(z.enum(deliveryStatuses, `must be ${deliveryStatuses.join(', ')}`)),
  event_type: repeatable(alertEventTypeSchema),
});
export type DeliveryQuery = z.infer<typeof deliveryQuerySchema>;

/** The wire form of a stored delivery. */
export function presentDelivery(row: DeliveryRow): AlertDeliveryView {
  const { event, status } = row;
  return {
    object: 'alert_delivery',
    id: row.id,
    webhook_id: event.id,
    event_type: event.type,
    event: alertEventSchema.safeParse(event.body).data,
    status,
    attempts: row.attempts,
    attempted_at: row.attemptedAt?.toISOString() ?? null,
    next_attempt_at: status === 'pending' ? row.nextAttemptAt.toISOString() : null,
    http_status: row.httpStatus,
    latency_ms: row.latencyMs,
    error: row.error,
    created_at: row.createdAt.toISOString(),
  };
}
