import { z } from 'zod';
import type { BudgetState } from '../budgets/budget.js';
import { budgetSchema, budgetsSchema, presentBudget } from '../budgets/budget.schema.js';
import { isIpRange } from '../config/ip-ranges.js';
import { ENDPOINTS } from '../domain/endpoint.js';
import { keyMetadataSchema, tagsSchema } from '../domain/labels.js';
import { modelListSchema } from '../domain/model-list.js';
import { toUsd } from '../domain/money.js';
import { privacySettingSchema } from '../domain/privacy.js';
import { limitsSchema } from '../domain/limits.js';
import { redactionSettingSchema, shownRedaction } from '../domain/redaction/redaction-setting.js';
import { pageQuerySchema, pageSchema } from '../http/admin/list.js';
import { mergePatch, parseMerged } from '../http/admin/merge-patch.js';
import { sentTimeSchema, timeSchema } from '../http/admin/time.js';
import { warningsSchema } from '../http/admin/warnings.js';
import type { VirtualKeyRow } from './virtual-keys.repository.js';

const name = z.string().trim().min(1).max(200).meta({ description: 'Unique name', example: 'podcast-app' });
/** The models that a key, or a team, may use. */
export const allowListSchema = modelListSchema.min(1, 'must name at least one model, or be null for all').nullable();
/** As {@link allowListSchema}, of what is stored: it is empty where that is not understood. */
export const storedAllowListSchema = z.array(z.string()).nullable();
const whichModels = {
  description: 'Public model names that the key may use, with `*` for any run of characters; null = all',
  example: ['whisper-1', 'groq/*'],
};
const models = allowListSchema.meta(whichModels);
/** The endpoints that a key, or a team, may use. */
export const endpointsSchema = z
  .array(z.enum(ENDPOINTS, `must be one of ${ENDPOINTS.join(', ')}`))
  .min(1, 'must name at least one endpoint, or be null for all')
  .max(ENDPOINTS.length)
  .nullable();
const whichEndpoints = {
  description: 'Endpoints that the key may use; null = all',
  example: ['transcriptions', 'models'],
};
/** From where a key, or the keys of a team, may be used. */
export const allowedAddressesSchema = z
  .array(
    z
      .string()
      .max(50)
      .refine(isIpRange, 'must be an IP address or a CIDR range, such as 192.0.2.0/24 or 2001:db8::/32'),
  )
  .min(1, 'must have at least one address, or be null for any')
  .max(100)
  .nullable();
const whichAddresses = {
  description: 'IP addresses and CIDR ranges from which the key may be used; null = any',
  example: ['127.0.0.0/8', '::1'],
};
const user = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .nullable()
  .meta({ description: 'Whose key it is; null = nobody in particular', example: 'alice@example.org' });
const team = z
  .string()
  .min(1)
  .max(200)
  .nullable()
  .meta({ description: 'Name of the team that the key belongs to, or its id; null = none', example: null });
const expiresAt = sentTimeSchema
  .nullable()
  .meta({ description: 'ISO 8601 time after which the key is refused; null = never', example: '2027-01-01T00:00:00Z' });
const blocked = z.boolean().meta({ description: 'A blocked key is refused until it is unblocked', example: false });
const cache = z.boolean().meta({
  description: 'Whether answers to the key may be cached; `false` also forgets those that are',
  example: true,
});
const allowProviderKeys = z.boolean().meta({
  description:
    'Whether its callers may bring a key of their own for a provider, as clients of Portkey do, and be billed by that provider',
  example: false,
});
const redaction = redactionSettingSchema.nullable().meta({
  description: 'What is masked in its transcripts, beside what its team and the gateway mask; null = nothing',
});
const privacy = privacySettingSchema.nullable().meta({
  description:
    'What is kept of its requests, and for how long: the strictest of this, its team and the gateway; null = what is usual',
});
const limits = limitsSchema.nullable().meta({
  description:
    'How fast, how much at once and how large its requests may be, beside what its team and the gateway allow; what is sent is all of it; null = any',
});
/** Body of `POST /admin/v1/keys`. What is left out may be said by the configuration file; else it is what null and empty say. */
export const createKeySchema = z
  .strictObject({
    name,
    models: models.optional(),
    endpoints: endpointsSchema.meta(whichEndpoints).default(null),
    allowed_addresses: allowedAddressesSchema.meta(whichAddresses).default(null),
    user: user.optional(),
    team: team.optional(),
    expires_at: expiresAt.optional(),
    blocked: blocked.default(false),
    cache: cache.default(true),
    allow_provider_keys: allowProviderKeys.default(false),
    budgets: budgetsSchema.optional(),
    redaction: redaction.default(null),
    privacy: privacy.default(null),
    limits: limits.optional(),
    tags: tagsSchema.optional(),
    metadata: keyMetadataSchema.optional(),
  })
  .meta({
    id: 'CreateKey',
    description:
      'What is left out is what `default_key_generate_params` of the configuration file says, else nothing in particular; what `upperbound_key_generate_params` bounds, and nobody says, is the bound.',
  });
export type CreateKey = z.infer<typeof createKeySchema>;

/** How a change treats `metadata`: what is sent is added to it, or is all of it from now on. */
export type MetadataChange = 'merge' | 'replace';

/** A change of `metadata`. */
export const metadataPatchSchema = z
  .record(z.string().max(64), z.string().max(512).nullable())
  .meta({ description: 'What is sent replaces, null removes, the rest stays', example: { cost_center: '4711' } });

/** Body of `PATCH /admin/v1/keys/{key}`: only what is sent changes, also inside of `metadata`. */
export const updateKeySchema = z
  .strictObject({
    name,
    models,
    endpoints: endpointsSchema.meta(whichEndpoints),
    allowed_addresses: allowedAddressesSchema.meta(whichAddresses),
    user,
    team,
    expires_at: expiresAt,
    blocked,
    allow_provider_keys: allowProviderKeys,
    cache,
    budgets: budgetsSchema,
    redaction,
    privacy,
    limits,
    tags: tagsSchema,
    metadata: metadataPatchSchema,
  })
  .partial()
  .meta({ id: 'UpdateKey' });
export type UpdateKey = z.infer<typeof updateKeySchema>;

/** The longest time for which the secret before goes on after a rotation: 30 days, in seconds. */
export const MAX_GRACE_SECONDS = 2_592_000;

/** Body of `POST /admin/v1/keys/{key}/rotate`, which may be left out. */
export const rotateKeySchema = z
  .strictObject({
    grace_seconds: z.int().min(0).max(MAX_GRACE_SECONDS).default(0).meta({
      description: 'How long the secret before goes on beside the new one; 0 = it stops at once',
      example: 86_400,
    }),
  })
  .prefault({})
  .meta({ id: 'RotateKey' });
export type RotateKey = z.infer<typeof rotateKeySchema>;

/** How many keys are changed in one go. */
export const MAX_SELECTED = 10_000;

/** Body of `POST /admin/v1/keys/block`, `/unblock` and `/revoke`: by what the keys are meant, one of these. */
export const selectKeysSchema = z
  .strictObject({
    ids: z
      .array(z.uuid('must be the id of a key'))
      .min(1)
      .max(1000)
      .meta({ description: 'Keys by their ids; those that are not there are passed over' }),
    team: z.string().min(1).max(200).meta({ description: 'All keys of this team: its name or its id' }),
    user: z.string().min(1).max(200).meta({ description: 'All keys of this user' }),
    tag: z.string().min(1).max(100).meta({ description: 'All keys with this label' }),
  })
  .partial()
  .refine((body) => Object.keys(body).length === 1, 'Send one of ids, team, user and tag')
  .meta({ id: 'SelectKeys', example: { tag: 'production' } });
export type SelectKeys = z.infer<typeof selectKeysSchema>;

/** Answer of what changes keys in one go. */
export const selectedKeysSchema = z
  .object({
    object: z.literal('selected_keys'),
    count: z.int().meta({ description: 'How many keys were meant', example: 1 }),
    ids: z.array(z.uuid()).meta({ example: ['019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3a'] }),
  })
  .meta({ id: 'SelectedKeys' });
export type SelectedKeys = z.infer<typeof selectedKeysSchema>;

/** Query parameters of `GET /admin/v1/keys`. */
export const keyListQuerySchema = pageQuerySchema.extend({
  name: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: 'Only the keys whose name has this in it, in any case', example: 'podcast' }),
  team: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: 'Only the keys of this team: its name or its id', example: 'newsroom' }),
  user: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: 'Only the keys of this user', example: 'alice@example.org' }),
  tag: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .meta({ description: 'Only the keys with this label', example: 'production' }),
});
export type KeyListQuery = z.infer<typeof keyListQuerySchema>;

/** A virtual key as the admin API shows it. */
export const keySchema = z
  .object({
    object: z.literal('key'),
    id: z.uuid().meta({ example: '019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3a' }),
    name,
    preview: z.string().meta({ description: 'What may be shown of the secret', example: 'sk-aur-...x7Qa' }),
    previous_secret_expires_at: timeSchema.nullable().meta({
      description: 'Until when the secret before the last rotation goes on; null = it does not',
      example: null,
    }),
    models: storedAllowListSchema.meta(whichModels),
    endpoints: storedAllowListSchema.meta(whichEndpoints),
    allowed_addresses: storedAllowListSchema.meta(whichAddresses),
    user,
    team: team.meta({ description: 'Name of the team that the key belongs to; null = none' }),
    expires_at: timeSchema.nullable(),
    blocked,
    cache,
    allow_provider_keys: allowProviderKeys,
    budgets: z.array(budgetSchema).meta({ description: 'What its requests may come to' }),
    redaction,
    privacy,
    limits,
    tags: tagsSchema,
    metadata: keyMetadataSchema,
    warnings: warningsSchema,
    created_at: timeSchema,
    last_used_at: timeSchema.nullable().meta({ example: null }),
    spend_usd: z.number().meta({ description: 'Sum of the costs in the ledger', example: 0.0141 }),
  })
  .meta({ id: 'Key' });
export type Key = z.infer<typeof keySchema>;

/** Answer of `POST /admin/v1/keys` and of a rotation: the only time that the secret is shown. */
export const createdKeySchema = keySchema
  .extend({
    key: z.string().meta({ description: 'The secret, shown this once', example: 'sk-aur-3kZ0wq...' }),
  })
  .meta({ id: 'CreatedKey' });

export const keyPageSchema = pageSchema(keySchema).meta({ id: 'KeyPage' });

/** The wire form of a stored key. */
export function presentKey(row: VirtualKeyRow, budgets: readonly BudgetState[], warnings: string[]): Key {
  return {
    object: 'key',
    id: row.id,
    name: row.name,
    preview: row.preview,
    previous_secret_expires_at: endOfGrace(row)?.toISOString() ?? null,
    models: row.models && [...row.models],
    endpoints: row.endpoints && [...row.endpoints],
    allowed_addresses: row.allowedAddresses && [...row.allowedAddresses],
    user: row.user,
    team: row.team?.name ?? null,
    expires_at: row.expiresAt?.toISOString() ?? null,
    blocked: row.blocked,
    cache: row.cache,
    allow_provider_keys: row.allowProviderKeys,
    budgets: budgets.map(presentBudget),
    redaction: shownRedaction(row.redaction),
    privacy: row.privacy,
    limits: row.limits && { ...row.limits },
    tags: [...row.tags],
    metadata: { ...row.metadata },
    warnings,
    created_at: row.createdAt.toISOString(),
    last_used_at: row.lastUsedAt?.toISOString() ?? null,
    spend_usd: toUsd(row.spendNanoUsd),
  };
}

function endOfGrace({ previousSecret }: VirtualKeyRow): Date | undefined {
  return previousSecret && previousSecret.expiresAt.getTime() > Date.now() ? previousSecret.expiresAt : undefined;
}

/**
 * What becomes of `metadata` by a change.
 * @throws GatewayError 400 when there is too much of it
 */
export function changedMetadata(
  before: Readonly<Record<string, string>>,
  changes: NonNullable<UpdateKey['metadata']>,
  how: MetadataChange,
): Record<string, string> {
  return parseMerged(keyMetadataSchema, mergePatch(how === 'merge' ? before : {}, changes), 'metadata');
}
