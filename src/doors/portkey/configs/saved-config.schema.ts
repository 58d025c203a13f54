import { z } from 'zod';
import { pageSchema } from '../../../http/admin/list.js';
import { timeSchema } from '../../../http/admin/time.js';
import type { SavedConfigRow, SavedConfigVersionRow } from './saved-configs.repository.js';

/** What a request may name in `x-portkey-config`. */
const slug = z
  .string()
  .regex(
    /^\w[\w.:-]{0,199}$/,
    'may have letters, digits and _ . : - only, 200 in all, and starts with none of the last three',
  )
  .meta({ description: 'Unique; what requests name in `x-portkey-config`', example: 'pc-main-1a2b3c' });
const name = z.string().trim().min(1).max(200).meta({ description: 'What people call it', example: 'Main' });
const version = z.int().min(1).max(2_147_483_647).meta({ description: 'Counted from 1', example: 1 });
/** What is in it is checked by its own schema, which is Portkey's and not the admin API's. */
const config = z.record(z.string(), z.unknown()).meta({
  description: "A config in Portkey's form, without keys of providers",
  example: { strategy: { mode: 'fallback' }, targets: [{ virtual_key: 'openai-production' }, { virtual_key: 'groq' }] },
});

/** Body of `POST /admin/v1/configs`. Without a slug one is made from the name. */
export const createConfigSchema = z.strictObject({ name, slug: slug.optional(), config }).meta({ id: 'CreateConfig' });
export type CreateConfig = z.infer<typeof createConfigSchema>;

/** Body of `PATCH /admin/v1/configs/{config}`: another config is another version. The slug stays: requests name it. */
export const updateConfigSchema = z.strictObject({ name, config }).partial().meta({ id: 'UpdateConfig' });
export type UpdateConfig = z.infer<typeof updateConfigSchema>;

/** Body of `POST /admin/v1/configs/{config}/rollback`. */
export const rollbackConfigSchema = z.strictObject({ version }).meta({ id: 'RollbackConfig' });
export type RollbackConfig = z.infer<typeof rollbackConfigSchema>;

/** A saved config as the admin API shows it: as it is now. */
export const savedConfigSchema = z
  .object({
    object: z.literal('config'),
    id: z.uuid(),
    slug,
    name,
    version,
    config,
    created_at: timeSchema,
    updated_at: timeSchema,
  })
  .meta({ id: 'SavedConfig' });
export type SavedConfigView = z.infer<typeof savedConfigSchema>;

export const savedConfigPageSchema = pageSchema(savedConfigSchema).meta({ id: 'SavedConfigPage' });

/** One version of a saved config. */
export const configVersionSchema = z
  .object({
    object: z.literal('config_version'),
    id: z.uuid(),
    version,
    config,
    restored_from: version
      .nullable()
      .meta({ description: 'The version that a rollback has brought back; null = it was none', example: null }),
    created_at: timeSchema,
  })
  .meta({ id: 'SavedConfigVersion' });
export type ConfigVersionView = z.infer<typeof configVersionSchema>;

export const configVersionPageSchema = pageSchema(configVersionSchema).meta({ id: 'SavedConfigVersionPage' });

/** The wire form of a saved config. */
export function presentConfig(row: SavedConfigRow): SavedConfigView {
  return {
    object: 'config',
    id: row.id,
    slug: row.slug,
    name: row.name,
    version: row.version,
    config: row.config,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}

/** The wire form of one of its versions. */
export function presentVersion(row: SavedConfigVersionRow): ConfigVersionView {
  return {
    object: 'config_version',
    id: row.id,
    version: row.version,
    config: row.config,
    restored_from: row.restoredFrom,
    created_at: row.createdAt.toISOString(),
  };
}
