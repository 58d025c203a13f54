import { badRequest, GatewayError } from '../../domain/errors.js';
import { portkeyConfigSchema, type PortkeyConfig } from '../../domain/portkey/portkey-config.js';
import { parseMerged } from '../../http/admin/merge-patch.js';
import type { SavedConfigs } from './saved-configs.js';

const HEADER = 'x-portkey-config';

/**
 * The config that a header holds or names.
 * @throws GatewayError 400 when it cannot be understood, 404 when no such config is saved
 */
export async function readConfig(told: string, saved: SavedConfigs): Promise<PortkeyConfig> {
  const text = told.trim();
  if (text.startsWith('{')) return parseMerged(portkeyConfigSchema, parse(inUtf8(text)), HEADER);
  if (!/^[\w.:-]{1,200}$/.test(text)) throw notUnderstood();
  const found = await saved.find(text);
  if (found) return found;
  throw new GatewayError({
    status: 404,
    message: `There is no config '${text}'`,
    param: HEADER,
    code: 'config_not_found',
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own words repeat the text, which may hold a key.
    throw notUnderstood();
  }
}

function notUnderstood(): GatewayError {
  return badRequest(
    `Invalid '${HEADER}': it must be a config in JSON, or the id of one that is saved`,
    HEADER,
    'invalid_value',
  );
}

/** Bytes of a header are read as Latin-1; clients that send more than ASCII mean UTF-8. */
function inUtf8(text: string): string {
  const bytes = Buffer.from(text, 'latin1');
  const read = bytes.toString('utf8');
  return read.includes('\u{FFFD}') ? text : read;
}
