import { z } from 'zod';
import { apiBaseSchema as anyApiBase, apiKeySchema as anyApiKey } from '../../domain/provider-access.js';
import { pageSchema } from '../../http/admin/list.js';
import { timeSchema } from '../../http/admin/time.js';
import type { CredentialRow } from './credentials.repository.js';

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

/** A credential as the admin API shows it: never the secret. */
export const credentialSchema = z
  .object({
    object: z.literal('credential'),
    id: z.uuid(),
    name,
    provider,
    preview: z.string().meta({ description: 'What may be shown of the secret', example: 'sk-proj-...9f3Q' }),
    api_base: z.string().nullable().meta({ example: null }),
    created_at: timeSchema,
    updated_at: timeSchema,
  })
  .meta({ id: 'Credential' });
export type Credential = z.infer<typeof credentialSchema>;

/** Answer of `GET /admin/v1/credentials`. */
export const credentialPageSchema = pageSchema(credentialSchema).meta({ id: 'CredentialPage' });

/** The wire form of a stored, named credential. */
export function presentCredential(row: CredentialRow & { name: string }): Credential {
  return {
    object: 'credential',
    id: row.id,
    name: row.name,
    provider: row.provider,
    preview: row.preview,
    api_base: row.apiBase,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}
