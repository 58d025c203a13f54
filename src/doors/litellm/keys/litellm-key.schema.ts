import { z } from 'zod';
import { absentField, budgeted, foreign, tokenLimited, ungoverned } from '../absent-fields.js';
import { budgetFields, increaseFields, shownBudgetFields } from '../budget-fields.js';
import { limitFields, shownLimitFields } from '../limit-fields.js';
import { DURATION } from '../../../domain/duration.js';
import { DURATION_OR_FOR_EVER, DURATION_OR_NONE } from './duration.js';

/*
 * Names and answers are those of litellm/proxy/_types.py (GenerateKeyRequest, UpdateKeyRequest, RegenerateKeyRequest,
 * KeyRequest, GenerateKeyResponse, LiteLLM_VerificationToken, KeyListResponseObject) and of
 * litellm/proxy/management_endpoints/key_management_endpoints.py.
 */

/** What names a key: its secret, the hash of it (`token`), or the id of the admin API. */
const reference = z
  .string()
  .min(1)
  .max(256)
  .meta({ description: 'The secret, its hash (`token`), or the id of the key', example: 'sk-1234567890abcdef' });

const alias = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .meta({ description: 'Unique name: `name` in the admin API', example: 'podcast-app' });

/** A secret that the caller has chosen. */
const chosenSecret = z
  .string()
  .regex(
    /^sk-[A-Za-z0-9._~+/=-]{13,253}$/,
    'must start with sk- and have 16 to 256 letters, digits and . _ ~ + / = - in all',
  )
  .meta({ description: 'A secret of your own; it should be as long and random as one of ours', example: null });

const DURATION_RULE = 'must be a whole number and one of the units s, m, h, d, w and mo, such as 30d';
const duration = z
  .string()
  .regex(DURATION, DURATION_RULE)
  .meta({ description: 'How long from now the key is taken; absent = for ever', example: '30d' });
const changedDuration = z
  .string()
  .regex(DURATION_OR_FOR_EVER, `${DURATION_RULE}; or -1 for ever`)
  .meta({ description: 'How long from now the key is taken; -1 = for ever', example: '30d' });

const gracePeriod = z.string().regex(DURATION_OR_NONE, DURATION_RULE).meta({
  description: 'How long the secret before goes on, at most 30 days; absent = it stops at once',
  example: '24h',
});

/** Models that a key or a team may use. */
export const modelsSchema = z
  .array(z.string().min(1).max(200))
  .max(1000)
  .meta({
    description:
      'Public models that may be used, with `*` for any run of characters; empty or `all-proxy-models` = all',
    example: ['whisper'],
  });
const blocked = z.boolean().meta({ description: 'A blocked key is refused', example: false });
const teamId = z
  .string()
  .max(200)
  .meta({ description: 'Id of the team that the key belongs to, or its name', example: 'newsroom' });
const userId = z.string().trim().max(200).meta({ description: 'Whose key it is', example: 'alice@example.org' });
/** Labels of a key or a team. */
export const labelsSchema = z
  .array(z.string().min(1).max(100))
  .max(50)
  .meta({ description: 'Free labels; `metadata.tags` are the same', example: ['production'] });
/** What is noted of a key or a team. */
export const metadataSchema = z
  .looseObject({ tags: labelsSchema.nullish() })
  .meta({ description: 'Up to 16 values of your own, each any JSON of up to 512 characters', example: { job: 7 } });

/** What LiteLLM lets be said of a key, and has no place for here. */
const absent = {
  budget_id: budgeted,
  budget_limits: budgeted,
  model_max_budget: budgeted,
  tpm_limit: tokenLimited,
  tpm_limit_type: tokenLimited,
  rpm_limit_type: ungoverned,
  model_tpm_limit: tokenLimited,
  model_rpm_limit: ungoverned,
  organization_id: ungoverned,
  project_id: ungoverned,
  agent_id: ungoverned,
  access_group_ids: ungoverned,
  aliases: foreign,
  config: foreign,
  permissions: foreign,
  object_permission: foreign,
  allowed_cache_controls: foreign,
  allowed_routes: absentField('the routes that a key may use are set with `endpoints` of the admin API'),
  allowed_passthrough_routes: foreign,
  allowed_vector_store_indexes: foreign,
  enforced_params: foreign,
  guardrails: foreign,
  policies: foreign,
  prompts: foreign,
  router_settings: foreign,
  send_invite_email: foreign,
  auto_rotate: foreign,
  rotation_interval: foreign,
  spend: foreign.or(z.literal(0)).meta({ description: 'Not there: what a key has spent is in the ledger', example: 0 }),
};

const settable = {
  key_alias: alias.nullish(),
  models: modelsSchema.nullish(),
  team_id: teamId.nullish(),
  user_id: userId.nullish(),
  blocked: blocked.nullish(),
  tags: labelsSchema.nullish(),
  metadata: metadataSchema.nullish(),
  ...budgetFields,
  ...limitFields,
};

/** Body of `POST /key/generate`. */
export const generateKeySchema = z
  .strictObject({
    ...settable,
    key: chosenSecret.nullish(),
    duration: duration.nullish(),
    key_type: z
      .enum(['default', 'llm_api'])
      .nullish()
      .meta({ description: 'Keys only call models', example: 'default' }),
    ...absent,
  })
  .default({})
  .meta({ id: 'LiteLlmGenerateKey', example: { key_alias: 'podcast-app', models: ['whisper'], duration: '30d' } });
export type GenerateKey = z.infer<typeof generateKeySchema>;

/** Body of `POST /key/update`: null changes nothing, `metadata` replaces all of it. */
export const updateLiteLlmKeySchema = z
  .strictObject({
    key: reference,
    ...settable,
    duration: changedDuration.nullish(),
    ...absent,
    ...increaseFields,
  })
  .meta({ id: 'LiteLlmUpdateKey', example: { key: 'sk-1234567890abcdef', models: ['whisper'] } });
export type UpdateLiteLlmKey = z.infer<typeof updateLiteLlmKeySchema>;

/** Body of `POST /key/regenerate`: as for a change, with the secret that it gets. */
export const regenerateKeySchema = z
  .strictObject({
    key: reference.nullish(),
    new_key: chosenSecret.nullish(),
    ...settable,
    duration: changedDuration.nullish(),
    key_type: z
      .enum(['default', 'llm_api'])
      .nullish()
      .meta({ description: 'Keys only call models', example: 'default' }),
    grace_period: gracePeriod.nullish(),
    new_master_key: foreign,
    ...absent,
  })
  .default({})
  .meta({ id: 'LiteLlmRegenerateKey', example: { key: 'sk-1234567890abcdef' } });
export type RegenerateKey = z.infer<typeof regenerateKeySchema>;

/** Query of `POST /key/regenerate`. */
export const keyQuerySchema = z.strictObject({ key: reference.optional() });
export type KeyQuery = z.infer<typeof keyQuerySchema>;

/** The key in the path of `POST /key/{key}/regenerate`. */
export const keyReferenceSchema = reference;

/** Body of `POST /key/block` and `POST /key/unblock`. */
export const blockKeySchema = z
  .strictObject({ key: reference })
  .meta({ id: 'LiteLlmBlockKey', example: { key: 'sk-1234567890abcdef' } });
export type BlockKey = z.infer<typeof blockKeySchema>;

/** Body of `POST /key/delete`. */
export const deleteKeysSchema = z
  .strictObject({
    keys: z.array(reference).max(1000).nullish(),
    key_aliases: z.array(alias).max(1000).nullish(),
  })
  .refine(({ keys, key_aliases }) => Boolean(keys?.length) !== Boolean(key_aliases?.length), {
    error: 'Send either keys or key_aliases, with at least one of them',
  })
  .meta({ id: 'LiteLlmDeleteKeys', example: { keys: ['sk-1234567890abcdef'] } });
export type DeleteKeys = z.infer<typeof deleteKeysSchema>;

/** Answer of `POST /key/delete`: what was sent. */
export const deletedKeysSchema = z.object({ deleted_keys: z.array(z.string()) }).meta({ id: 'LiteLlmDeletedKeys' });

/** Query of `GET /key/list`. */
export const listKeysSchema = z.strictObject({
  page: z.coerce.number().int().min(1).max(1_000_000).default(1).meta({ description: 'From 1', example: 1 }),
  size: z.coerce.number().int().min(1).max(100).default(10).meta({ description: 'Keys in a page', example: 10 }),
  key_alias: z.string().max(200).optional().meta({ description: 'Only the key of this name' }),
  key_hash: z.string().max(64).optional().meta({ description: 'Only the key with this `token`' }),
  return_full_object: z
    .stringbool()
    .default(false)
    .meta({ description: 'Whether keys are objects; otherwise they are their hashes', example: 'true' }),
  include_team_keys: z.stringbool().default(false).meta({ description: 'Keys of teams are there in any case' }),
  include_created_by_keys: z.stringbool().default(false).meta({ description: 'Nothing is kept of who has made a key' }),
  user_id: userId.optional(),
  team_id: teamId.optional(),
  organization_id: ungoverned,
  project_id: ungoverned,
  access_group_id: ungoverned,
  sort_by: foreign,
  sort_order: foreign,
  expand: foreign,
  status: foreign,
});
export type ListKeys = z.infer<typeof listKeysSchema>;

const time = z.iso.datetime().meta({ example: '2026-11-20T09:30:00.000Z' });
const hash = z.string().meta({
  description: 'SHA-256 of the secret, in hexadecimal digits',
  example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
});
const nothing = z.null();

const info = {
  key_name: z.string().meta({ description: 'What may be shown of the secret', example: 'sk-aur-...x7Qa' }),
  key_alias: z.string().meta({ example: 'podcast-app' }),
  spend: z.number().meta({ description: 'US dollars', example: 0.0141 }),
  expires: time.nullable(),
  models: z.array(z.string()).meta({ description: 'Empty = all', example: ['whisper'] }),
  blocked: z.boolean(),
  metadata: z.record(z.string(), z.unknown()).meta({ description: 'With `tags` where there are some' }),
  aliases: z.object({}),
  config: z.object({}),
  permissions: z.object({}),
  user_id: z.string().nullable().meta({ example: 'alice@example.org' }),
  team_id: z.string().nullable().meta({ example: null }),
  organization_id: nothing,
  ...shownBudgetFields,
  tpm_limit: nothing,
  ...shownLimitFields,
  created_at: time,
  last_active: time.nullable(),
};

/** What LiteLLM tells of a key beside its hash. */
const keyInfoSchema = z.object(info).meta({ id: 'LiteLlmKeyInfo' });
export type KeyInfo = z.infer<typeof keyInfoSchema>;

/** A key, as `/key/block`, `/key/unblock` and full lists have it. */
export const storedKeySchema = z.object({ token: hash, ...info }).meta({ id: 'LiteLlmKey' });
export type StoredKey = z.infer<typeof storedKeySchema>;

/** Answer of `GET /key/info`. */
export const keyInfoAnswerSchema = z
  .object({
    key: z.string().meta({ description: 'As it was asked for; without a parameter, the hash' }),
    info: keyInfoSchema,
  })
  .meta({ id: 'LiteLlmKeyInfoAnswer' });

/** Answer of `POST /key/update`. */
export const updatedKeySchema = z
  .object({ key: z.string().meta({ description: 'As it was sent' }), token: hash, ...info })
  .meta({ id: 'LiteLlmUpdatedKey' });

/** Answer of `POST /key/generate` and `/key/regenerate`: the only one with the secret. */
export const generatedKeySchema = z
  .object({
    key: z.string().meta({ description: 'The secret, shown this once', example: 'sk-aur-3kZ0wq...' }),
    token: hash,
    token_id: hash,
    ...info,
  })
  .meta({ id: 'LiteLlmGeneratedKey' });

/** Answer of `GET /key/list`. */
export const keyListSchema = z
  .object({
    keys: z.array(z.union([hash, storedKeySchema])),
    total_count: z.int().meta({ example: 1 }),
    current_page: z.int().meta({ example: 1 }),
    total_pages: z.int().meta({ example: 1 }),
  })
  .meta({ id: 'LiteLlmKeyList' });
