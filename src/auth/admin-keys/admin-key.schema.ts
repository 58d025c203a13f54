import { z } from 'zod';
import { adminRoles } from '../../domain/administrator.js';
import { pageSchema } from '../../http/admin/list.js';
import { sentTimeSchema, timeSchema } from '../../http/admin/time.js';
import type { AdminKeyRow } from './admin-keys.repository.js';

const MAX_TEAMS = 100;

const name = z.string().trim().min(1).max(200).meta({ description: 'Unique name', example: 'ada' });
const role = z
  .enum(adminRoles, `must be one of ${adminRoles.join(', ')}`)
  .meta({ description: 'What its holder may do: docs/governance.md has the table', example: 'viewer' });
const teams = z
  .array(z.string().min(1).max(200))
  .max(MAX_TEAMS)
  .meta({ description: 'Of a `team_admin`: names or ids of its teams, at least one. Others have none', example: [] });
const expiresAt = sentTimeSchema
  .nullable()
  .meta({ description: 'ISO 8601 time after which the key is refused; null = never', example: '2027-01-01T00:00:00Z' });
const blocked = z.boolean().meta({ description: 'A blocked key is refused until it is unblocked', example: false });

/** Body of `POST /admin/v1/admin_keys`. */
export const createAdminKeySchema = z
  .strictObject({
    name,
    role,
    teams: teams.default([]),
    expires_at: expiresAt.default(null),
    blocked: blocked.default(false),
  })
  .meta({ id: 'CreateAdminKey' });
export type CreateAdminKey = z.infer<typeof createAdminKeySchema>;

/** Body of `PATCH /admin/v1/admin_keys/{key}`: only what is sent changes. */
export const updateAdminKeySchema = z
  .strictObject({ name, role, teams, expires_at: expiresAt, blocked })
  .partial()
  .meta({ id: 'UpdateAdminKey' });
export type UpdateAdminKey = z.infer<typeof updateAdminKeySchema>;

/** An admin key as the admin API shows it. */
export const adminKeySchema = z
  .object({
    object: z.literal('admin_key'),
    id: z.uuid().meta({ example: '019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3a' }),
    name,
    preview: z.string().meta({ description: 'What may be shown of the secret', example: 'sk-aur-admin-...x7Qa' }),
    role,
    teams: z.array(z.string()).meta({ description: 'Names of the teams of a `team_admin`', example: [] }),
    expires_at: timeSchema.nullable(),
    blocked,
    created_at: timeSchema,
    last_used_at: timeSchema
      .nullable()
      .meta({ description: 'To the minute; null = it has not been used', example: null }),
  })
  .meta({ id: 'AdminKey' });
export type AdminKeyView = z.infer<typeof adminKeySchema>;

/** Answer of `POST /admin/v1/admin_keys` and of a rotation: the only time that the secret is shown. */
export const createdAdminKeySchema = adminKeySchema
  .extend({ key: z.string().meta({ description: 'The secret, shown this once', example: 'sk-aur-admin-3kZ0wq...' }) })
  .meta({ id: 'CreatedAdminKey' });
export type CreatedAdminKey = z.infer<typeof createdAdminKeySchema>;

/** Answer of `GET /admin/v1/admin_keys`. */
export const adminKeyPageSchema = pageSchema(adminKeySchema).meta({ id: 'AdminKeyPage' });

/** The wire form of a stored admin key. */
export function presentAdminKey(row: AdminKeyRow): AdminKeyView {
  return {
    object: 'admin_key',
    id: row.id,
    name: row.name,
    preview: row.preview,
    role: row.role,
    teams: row.teams.map((team) => team.name),
    expires_at: row.expiresAt?.toISOString() ?? null,
    blocked: row.blocked,
    created_at: row.createdAt.toISOString(),
    last_used_at: row.lastUsedAt?.toISOString() ?? null,
  };
}
