import { z } from 'zod';
import { apiBaseSchema as anyApiBase, apiKeySchema as anyApiKey } from '../../domain/provider-access.js';
import { pageSchema } from '../../http/admin/list.js';
import { timeSchema } from '../../http/admin/time.js';
import type { NamedCredentialRow } from './credentials.repository.js';
import { MAX_NAMED_DEPLOYMENTS } from './use/credential-use.js';

/** Where a provider is called. */
export const apiBaseSchema = anyApiBase.meta({
  description: "Overrides the provider's base URL",
  example: 'http://127.0.0.1:9100/v1',
});

/** A provider's secret as sent by an administrator. */
export const apiKeySchema = anyApiKey.meta({
  description: 'The secret; stored encrypted and never shown again',
  example: 'sk-proj-...',
});

const name = z.string().trim().min(1).max(200).meta({ description: 'Unique name', example: 'openai-production' });
const provider = z.string().meta({ description: 'Provider name', example: 'openai' });

/** Body of `POST /admin/v1/credentials`. */
export const createCredentialSchema = z
  .strictObject({ name, provider, api_key: apiKeySchema, api_base: apiBaseSchema.nullable().default(null) })
  .meta({ id: 'CreateCredential' });
export type CreateCredential = z.infer<typeof createCredentialSchema>;

/** Body of `PATCH /admin/v1/credentials/{credential}`. The provider cannot change: deployments rely on it. */
export const updateCredentialSchema = z
  .strictObject({ name, api_key: apiKeySchema, api_base: apiBaseSchema.nullable() })
  .partial()
  .meta({ id: 'UpdateCredential' });
export type UpdateCredential = z.infer<typeof updateCredentialSchema>;

const placeSchema = z.object({
  deployment_id: z.uuid(),
  model: z.string().meta({ description: 'Public model', example: 'whisper' }),
});

/** A credential as the admin API shows it: never the secret. */
export const credentialSchema = z
  .object({
    object: z.literal('credential'),
    id: z.uuid(),
    name,
    provider,
    preview: z.string().meta({ description: 'What may be shown of the secret', example: 'sk-proj-...9f3Q' }),
    api_base: z.string().nullable().meta({ example: null }),
    deployment_count: z.int().meta({ description: 'How many deployments use it', example: 1 }),
    used_by: z.array(placeSchema).meta({ description: `Deployments that use it, the first ${MAX_NAMED_DEPLOYMENTS}` }),
    last_used_at: timeSchema
      .nullable()
      .meta({ description: 'When a provider was last called with it, seen a few seconds later', example: null }),
    last_used_by: placeSchema.nullable().meta({ description: 'As it was then; it may be gone', example: null }),
    last_success_at: timeSchema.nullable().meta({ example: null }),
    last_rejection: placeSchema
      .extend({
        at: timeSchema,
        status: z.int().nullable().meta({ description: 'What the provider answered', example: 401 }),
      })
      .nullable()
      .meta({ id: 'CredentialRejection', description: 'When a provider last did not accept it', example: null }),
    created_at: timeSchema,
    updated_at: timeSchema,
  })
  .meta({ id: 'Credential' });
export type Credential = z.infer<typeof credentialSchema>;

/** Answer of `GET /admin/v1/credentials`. */
export const credentialPageSchema = pageSchema(credentialSchema).meta({ id: 'CredentialPage' });

/** The wire form of a stored, named credential. */
export function presentCredential(row: NamedCredentialRow): Credential {
  const { use } = row;
  return {
    object: 'credential',
    id: row.id,
    name: row.name,
    provider: row.provider,
    preview: row.preview,
    api_base: row.apiBase,
    deployment_count: row._count.deployments,
    used_by: row.deployments.map(({ id, model }) => ({ deployment_id: id, model: model.name })),
    last_used_at: use?.lastUsedAt.toISOString() ?? null,
    last_used_by: use && { deployment_id: use.lastUsedDeploymentId, model: use.lastUsedModel },
    last_success_at: use?.lastSuccessAt?.toISOString() ?? null,
    last_rejection: use && rejectionOf(use),
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}

function rejectionOf(use: NonNullable<NamedCredentialRow['use']>): Credential['last_rejection'] {
  const { lastRejectedAt: at, lastRejectedDeploymentId: deployment_id, lastRejectedModel: model } = use;
  if (at === null || deployment_id === null || model === null) return null;
  return { at: at.toISOString(), status: use.lastRejectedStatus, deployment_id, model };
}
