import { z } from 'zod';
import { pageSchema } from '../http/admin/list.js';
import { timeSchema } from '../http/admin/time.js';
import { webhookUrlFault } from '../providers/url-fetch/webhook-poster.js';
import { alertFormats } from './alert-format.js';
import { alertManagers, type AlertRow } from './alerts.repository.js';
import { isWebhookSecret } from './deliveries/webhook-signature.js';
import { alertEventTypeSchema } from './events/alert-events.js';

/** As long as a virtual key's. */
const MAX_GRACE_SECONDS = 30 * 86_400;

const name = z.string().trim().min(1).max(200).meta({ description: 'Unique name', example: 'on-call' });
const url = z
  .string()
  .superRefine((text, context) => {
    const fault = webhookUrlFault(text);
    if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
  })
  .meta({
    description: 'Where it is sent: http or https; stored encrypted and shown only as `url_preview`',
    example: 'http://127.0.0.1:9000/hook',
  });
const secret = z.string().max(200).refine(isWebhookSecret, 'must be whsec_ and 24 to 64 bytes in base64').meta({
  description: 'What signs it: `whsec_` and 24 to 64 bytes in base64. Absent = one is made',
  example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
});
const eventTypes = z
  .array(alertEventTypeSchema)
  .min(1, 'must name an event type, or be null for all')
  .max(100)
  .nullable()
  .meta({
    description: 'Types of events that it gets; null = all, also those of later versions',
    example: ['budget.exhausted', 'deployment.down', 'deployment.recovered'],
  });
const format = z.enum(alertFormats, `must be ${alertFormats.join(' or ')}`).meta({
  description:
    '`standard`: `{type, timestamp, data}`; `slack`: `{text, blocks}`, as incoming webhooks of Slack take it',
  example: 'standard',
});
const enabled = z.boolean().meta({ description: 'Whether anything is sent', example: true });

/** Body of `POST /admin/v1/alerts`. */
export const createAlertSchema = z
  .strictObject({
    name,
    url,
    secret: secret.optional(),
    event_types: eventTypes.default(null),
    format: format.default('standard'),
    enabled: enabled.default(true),
  })
  .meta({ id: 'CreateAlert' });
export type CreateAlert = z.infer<typeof createAlertSchema>;

/** Body of `PATCH /admin/v1/alerts/{alert}`: only what is sent changes. Another secret it gets by its rotation. */
export const updateAlertSchema = z
  .strictObject({ name, url, event_types: eventTypes, format, enabled })
  .partial()
  .meta({ id: 'UpdateAlert' });
export type UpdateAlert = z.infer<typeof updateAlertSchema>;

/** Body of `POST /admin/v1/alerts/{alert}/rotate`, which may be left out. */
export const rotateAlertSchema = z
  .strictObject({
    secret: secret.optional(),
    grace_seconds: z.int().min(0).max(MAX_GRACE_SECONDS).default(0).meta({
      description: 'How long the secret before signs beside the new one; 0 = it stops at once',
      example: 86_400,
    }),
  })
  .prefault({})
  .meta({ id: 'RotateAlert' });
export type RotateAlert = z.infer<typeof rotateAlertSchema>;

/** An alert as the admin API shows it. */
export const alertSchema = z
  .object({
    object: z.literal('alert'),
    id: z.uuid().meta({ example: '019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3a' }),
    name,
    url_preview: z.string().meta({ description: 'What may be shown of the URL', example: 'http://127.0.0.1:9000/...' }),
    secret_preview: z.string().meta({ description: 'What may be shown of the secret', example: '...LaSw' }),
    previous_secret_expires_at: timeSchema
      .nullable()
      .meta({ description: 'Until when the secret before signs as well; null = it does not', example: null }),
    event_types: z
      .array(z.string())
      .nullable()
      .meta({ description: 'null = all', example: ['budget.exhausted'] }),
    format,
    enabled,
    managed_by: z.enum(alertManagers).meta({
      description: '`file` = the configuration file says what it is, and it cannot be changed here',
      example: 'api',
    }),
    created_at: timeSchema,
    updated_at: timeSchema,
  })
  .meta({ id: 'Alert' });
export type AlertView = z.infer<typeof alertSchema>;

/** Answer of `POST /admin/v1/alerts` and of a rotation: the only time that the secret is shown. */
export const createdAlertSchema = alertSchema
  .extend({
    secret: z
      .string()
      .meta({ description: 'The secret, shown this once', example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }),
  })
  .meta({ id: 'CreatedAlert' });
export type CreatedAlert = z.infer<typeof createdAlertSchema>;

/** Answer of `GET /admin/v1/alerts`. */
export const alertPageSchema = pageSchema(alertSchema).meta({ id: 'AlertPage' });

/** Answer of `POST /admin/v1/alerts/{alert}/test`. */
export const alertTestSchema = z
  .object({
    object: z.literal('alert_test'),
    id: z.uuid().meta({ description: 'The alert' }),
    webhook_id: z.uuid().meta({ description: 'The `webhook-id` that was sent' }),
    outcome: z.enum(['delivered', 'failed']),
    http_status: z.int().nullable().meta({ description: 'Of the answer; null = there was none', example: 200 }),
    latency_ms: z.int().meta({ example: 84 }),
    error: z.string().nullable().meta({ description: 'Why it has failed', example: null }),
  })
  .meta({ id: 'AlertTest' });
export type AlertTestView = z.infer<typeof alertTestSchema>;

/** The wire form of a stored alert. */
export function presentAlert(row: AlertRow, now: Date): AlertView {
  const { previousExpiresAt } = row;
  return {
    object: 'alert',
    id: row.id,
    name: row.name,
    url_preview: row.urlPreview,
    secret_preview: row.preview,
    previous_secret_expires_at:
      previousExpiresAt !== null && previousExpiresAt > now ? previousExpiresAt.toISOString() : null,
    event_types: row.eventTypes.length === 0 ? null : [...row.eventTypes],
    format: row.format,
    enabled: row.enabled,
    managed_by: row.managedBy,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}
