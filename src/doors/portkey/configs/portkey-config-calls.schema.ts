import { z } from 'zod';
import { timeSchema } from '../../../http/admin/time.js';
import type { SavedConfigRow, SavedConfigVersionRow } from './saved-configs.repository.js';
import { createConfigSchema } from './saved-config.schema.js';

/*
 * Portkey's calls for configs: https://portkey.ai/docs/api-reference/admin-api/control-plane/configs, and what the clients
 * `portkey-ai` for Node and Python send and read. Its documentation has answers under `data`, the types of its clients have
 * them at the top: here they are in both places.
 */

const { name, config } = createConfigSchema.shape;

/** There is one workspace here, whatever it is called. */
const workspaceId = z.string().max(200).nullish().meta({ description: 'Taken, and of no effect: there is one' });
/** No config is applied to requests that name none. */
const isDefault = z.literal(0, 'must be 0: no config is applied to requests that name none').nullish();
const status = z.literal('active', "is always 'active': delete a config that is not to be used").optional();

/** Body of `POST /v1/configs`. */
export const portkeyCreateSchema = z
  .strictObject({ name, config, is_default: isDefault, workspace_id: workspaceId, status })
  .meta({ id: 'PortkeyCreateConfig' });
export type PortkeyCreate = z.infer<typeof portkeyCreateSchema>;

/** Body of `PUT /v1/configs/{slug}`. The clients repeat the slug. */
export const portkeyUpdateSchema = z
  .strictObject({
    name: name.optional(),
    config: config.optional(),
    slug: z.string().max(200).optional().meta({ description: 'The same as in the path' }),
    is_default: isDefault,
    workspace_id: workspaceId,
    status,
  })
  .meta({ id: 'PortkeyUpdateConfig' });
export type PortkeyUpdate = z.infer<typeof portkeyUpdateSchema>;

/** Query of `GET /v1/configs`. */
export const portkeyListSchema = z.strictObject({
  workspace_id: workspaceId,
  current_page: z.coerce.number().int().min(0).max(100_000).default(0).meta({ description: 'From 0', example: 0 }),
  page_size: z.coerce.number().int().min(1).max(1000).default(1000).meta({ example: 100 }),
});
export type PortkeyList = z.infer<typeof portkeyListSchema>;

const savedFields = {
  id: z.uuid(),
  version_id: z.uuid(),
  slug: z.string().meta({ example: 'pc-main-1a2b3c' }),
  object: z.literal('config'),
};
const saved = z.object(savedFields);

const listed = z.object({
  ...savedFields,
  name,
  is_default: z.literal(0),
  status: z.literal('active'),
  created_at: timeSchema,
  last_updated_at: timeSchema,
});

const whole = listed.extend({ config });

const version = z.object({
  version_id: z.uuid(),
  version: z.int().meta({ example: 1 }),
  object: z.literal('config'),
  config,
  created_at: timeSchema,
});

const success = z.literal(true);

/** Answer to a config that was made or changed. */
export const portkeySavedSchema = saved.extend({ success, data: saved }).meta({ id: 'PortkeySavedConfig' });

/** Answer of `GET /v1/configs/{slug}`. */
export const portkeyConfigAnswerSchema = whole.extend({ success, data: whole }).meta({ id: 'PortkeyConfig' });

/** Answer of `GET /v1/configs`. */
export const portkeyConfigListSchema = z
  .object({ object: z.literal('list'), success, total: z.int(), data: z.array(listed) })
  .meta({ id: 'PortkeyConfigList' });

/** Answer of `GET /v1/configs/{slug}/versions`. */
export const portkeyVersionListSchema = z
  .object({ object: z.literal('list'), success, total: z.int(), data: z.array(version) })
  .meta({ id: 'PortkeyConfigVersionList' });

/** Answer of `DELETE /v1/configs/{slug}`. */
export const portkeyDeletedSchema = z
  .object({ success, data: z.object({ ...savedFields, deleted: z.literal(true) }).omit({ version_id: true }) })
  .meta({ id: 'PortkeyDeletedConfig' });

/** What is told of a config that was made or changed. */
export function presentSaved({ id, versionId, slug }: SavedConfigRow): z.infer<typeof saved> {
  return { id, version_id: versionId, slug, object: 'config' };
}

/** What a list tells of a config. */
export function presentListed(row: SavedConfigRow): z.infer<typeof listed> {
  return {
    ...presentSaved(row),
    name: row.name,
    is_default: 0,
    status: 'active',
    created_at: row.createdAt.toISOString(),
    last_updated_at: row.updatedAt.toISOString(),
  };
}

/** All of a config. */
export function presentWhole(row: SavedConfigRow): z.infer<typeof whole> {
  return { ...presentListed(row), config: row.config };
}

/** A version of a config. */
export function presentPortkeyVersion(row: SavedConfigVersionRow): z.infer<typeof version> {
  return {
    version_id: row.id,
    version: row.version,
    object: 'config',
    config: row.config,
    created_at: row.createdAt.toISOString(),
  };
}
