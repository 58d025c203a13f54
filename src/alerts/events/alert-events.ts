import { z } from 'zod';
import { timeSchema } from '../../http/admin/time.js';

/** Every type of event that a webhook can be made for. */
export const alertEventTypes = [
  'budget.soft_limit',
  'budget.exhausted',
  'deployment.down',
  'deployment.recovered',
  'credential.rejected',
  'key.expiring',
  'model.retiring',
  'ledger.behind',
  'ledger.recovered',
] as const;
export type AlertEventType = (typeof alertEventTypes)[number];

/** One of them, as it is sent to the admin API. */
export const alertEventTypeSchema = z.enum(alertEventTypes, `must be one of ${alertEventTypes.join(', ')}`);

const id = z.string().meta({ example: '019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3a' });
const named = z.object({ id, name: z.string() });

const budget = z.object({
  budget: z.object({
    id,
    owner: z.enum(['key', 'team', 'gateway']).meta({ description: 'Whose budget it is' }),
    key: named.nullable().meta({ description: 'null = it is no budget of a key' }),
    team: named.nullable().meta({ description: 'null = it is no budget of a team' }),
    model: z.string().nullable().meta({ description: 'The public model whose requests count; null = all' }),
    period: z.enum(['day', 'week', 'month', 'total']),
    time_zone: z.string(),
    limit_usd: z.number().nullable(),
    soft_limit_usd: z.number().nullable(),
    limit_audio_seconds: z.number().nullable(),
  }),
  period_starts_at: timeSchema.nullable().meta({ description: 'null = the period is `total`' }),
  resets_at: timeSchema.nullable().meta({ description: 'null = never' }),
  spent_usd: z.number().meta({ example: 41.2 }),
  spent_audio_seconds: z.number(),
});

const deployment = z.object({
  id,
  model: z.string().meta({ description: 'The public model', example: 'whisper' }),
  provider: z.string().meta({ example: 'openai' }),
  upstream_model: z.string().meta({ example: 'whisper-1' }),
});

const recovery = {
  since: timeSchema.meta({ description: 'When it was first noticed' }),
  lasted_seconds: z.int().meta({ description: 'Until it was last seen', example: 240 }),
};

/** What an event type means, and what its `data` is. */
interface AlertEventFacts {
  readonly what: string;
  readonly data: z.ZodObject;
}

/** What each type of event means and tells: the one place, from which the documents are made. Names and ids, never secrets. */
export const alertEvents = {
  'budget.soft_limit': {
    what: 'More than the `soft_limit_usd` of a budget is spent. Once in each of its periods',
    data: budget,
  },
  'budget.exhausted': {
    what: 'A budget has refused a request for want of room, or all of it is spent. Once in each of its periods',
    data: budget,
  },
  'deployment.down': {
    what: 'The circuit of a deployment has opened: it is left alone. Where it is for a rate limit, only after a minute',
    data: z.object({
      deployment,
      reason: z.string().nullable().meta({ description: 'Why the circuit opened', example: 'unavailable' }),
    }),
  },
  'deployment.recovered': {
    what: 'No gateway has had its circuit open for two minutes, or up to half an hour where it has come and gone',
    data: z.object({ deployment, ...recovery }),
  },
  'credential.rejected': {
    what: 'A provider has rejected a credential (401, 403). Once in each hour of the clock for each credential',
    data: z.object({
      provider: z.string(),
      credential: z.string().nullable().meta({ description: 'Its name; null = it has none' }),
      api_key_preview: z
        .string()
        .nullable()
        .meta({ description: 'null = it is in the environment', example: 'sk-...wxyz' }),
      upstream_status: z.int().nullable().meta({ example: 401 }),
      deployment,
    }),
  },
  'key.expiring': {
    what: 'A virtual key expires within `KEY_EXPIRY_ALERT_DAYS`; and once more within a day',
    data: z.object({
      key: named,
      team: named.nullable(),
      user: z.string().nullable().meta({ description: 'Whose key it is' }),
      expires_at: timeSchema,
    }),
  },
  'model.retiring': {
    what: "A deployment's upstream model has an announced end: 90, 30, 7 and 1 days before, and on the day",
    data: z.object({
      deployment,
      retires_on: z.iso.date().meta({ example: '2027-06-30' }),
      days_left: z.int().min(0).meta({ example: 90 }),
    }),
  },
  'ledger.behind': {
    what: 'Logs have waited for the database for half a minute, or no more can be kept, so that requests get a 503',
    data: z.object({
      state: z.enum(['behind', 'full']),
      gateway: z.string().meta({ description: 'Name of the machine that noticed it first' }),
      waiting_records: z.int(),
      waiting_seconds: z.number(),
      journal_bytes: z.int(),
    }),
  },
  'ledger.recovered': {
    what: 'No gateway has been so for two minutes',
    data: z.object(recovery),
  },
} as const satisfies Record<AlertEventType, AlertEventFacts>;

/** The `data` of events of a type. */
export type AlertData<Type extends AlertEventType> = z.infer<(typeof alertEvents)[Type]['data']>;

function eventSchema<Type extends string, Data extends z.ZodObject>(type: Type, data: Data, name: string) {
  return z
    .object({
      type: z.literal(type),
      timestamp: timeSchema.meta({ description: 'When it happened' }),
      data,
    })
    .meta({ id: name });
}

/** The body of what is sent to a webhook of the format `standard`. It gets `alert.test` when somebody tests it. */
export const alertEventSchema = z.discriminatedUnion('type', [
  eventSchema('budget.soft_limit', alertEvents['budget.soft_limit'].data, 'BudgetSoftLimitEvent'),
  eventSchema('budget.exhausted', alertEvents['budget.exhausted'].data, 'BudgetExhaustedEvent'),
  eventSchema('deployment.down', alertEvents['deployment.down'].data, 'DeploymentDownEvent'),
  eventSchema('deployment.recovered', alertEvents['deployment.recovered'].data, 'DeploymentRecoveredEvent'),
  eventSchema('credential.rejected', alertEvents['credential.rejected'].data, 'CredentialRejectedEvent'),
  eventSchema('key.expiring', alertEvents['key.expiring'].data, 'KeyExpiringEvent'),
  eventSchema('model.retiring', alertEvents['model.retiring'].data, 'ModelRetiringEvent'),
  eventSchema('ledger.behind', alertEvents['ledger.behind'].data, 'LedgerBehindEvent'),
  eventSchema('ledger.recovered', alertEvents['ledger.recovered'].data, 'LedgerRecoveredEvent'),
  eventSchema('alert.test', z.object({ alert: named }), 'AlertTestEvent'),
]);
export type AlertEvent = z.infer<typeof alertEventSchema>;
