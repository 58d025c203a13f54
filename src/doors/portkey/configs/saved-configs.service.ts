import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '../../../config/config.module.js';
import type { Settings } from '../../../config/settings.schema.js';
import { ChangeFeed } from '../../../database/change-feed.js';
import { ConfirmedAnswers } from '../../../database/confirmed-answers.js';
import { badRequest, conflict, notFound } from '../../../domain/errors.js';
import { savedPortkeyConfigSchema, type PortkeyConfig } from '../../../domain/portkey/portkey-config.js';
import { CLOCK, type Clock } from '../../../http/clock.js';
import { findByIdOrName } from '../../../http/admin/id.js';
import { toPage, type Page, type PageQuery } from '../../../http/admin/list.js';
import { parseMerged } from '../../../http/admin/merge-patch.js';
import { presentConfig, type CreateConfig, type SavedConfigView, type UpdateConfig } from './saved-config.schema.js';
import {
  SavedConfigsRepository,
  type Missing,
  type SavedConfigRow,
  type SavedConfigVersionRow,
} from './saved-configs.repository.js';
import { secretFault } from './secret-fault.js';

/** How many configs are known at once, and how many references to none. */
const MAX_KNOWN = 1000;
/** How long a config may be used from memory; bounds how late another gateway learns of a change. */
const FRESH_MS = 5_000;

/** Configs in Portkey's form that requests name, with every version that they had. */
@Injectable()
export class SavedConfigsService {
  /** By what requests have named. */
  private readonly known: ConfirmedAnswers<SavedConfigRow>;

  constructor(
    private readonly configs: SavedConfigsRepository,
    changes: ChangeFeed,
    @Inject(CLOCK) clock: Clock,
    @Inject(SETTINGS) { auth_grace_seconds }: Pick<Settings, 'auth_grace_seconds'>,
  ) {
    this.known = new ConfirmedAnswers({
      max: MAX_KNOWN,
      freshMs: FRESH_MS,
      graceMs: 1000 * auth_grace_seconds,
      nowMs: () => clock.nowMs(),
    });
    changes.on('saved_config', { changed: () => this.known.clear(), unsure: () => this.known.expire() });
  }

  /**
   * The config as it is now, by its id or slug: from memory where it was used in the last seconds.
   * @returns undefined when there is none
   * @throws GatewayError 400 when this version does not understand what is stored, 503 while the database is away and
   *   has not spoken of it within `AUTH_GRACE_SECONDS`
   */
  async find(reference: string): Promise<PortkeyConfig | undefined> {
    const row = await this.known.find(reference, () => findByIdOrName(this.configs, reference));
    if (!row) return undefined;
    const { data, error } = savedPortkeyConfigSchema.safeParse(row.config);
    if (!error) return data;
    const { path, message } = error.issues[0] ?? { path: [], message: 'it is no config' };
    const where = path.length > 0 ? ` ('${path.join('.')}')` : '';
    throw badRequest(`The saved config '${row.slug}' is not understood: ${message}${where}`, null, 'invalid_value');
  }

  /** @throws GatewayError 400 for what is no config or holds a secret, 409 when the slug is taken */
  async create({ name, slug = slugOf(name), config }: CreateConfig): Promise<SavedConfigRow> {
    const created = await this.configs.create({ name, slug, config: parse(config) });
    // Changes are rare, and configs few: all are read again.
    this.known.clear();
    if (!created) throw conflict(`Another config has the slug '${slug}' already`, 'slug', 'name_taken');
    return created;
  }

  async list(query: PageQuery): Promise<Page<SavedConfigView>> {
    return toPage(await this.configs.list(query), query.limit, presentConfig);
  }

  /** A numbered page of configs, newest first, and how many there are in all. */
  async page(part: { readonly offset: number; readonly limit: number }) {
    return await this.configs.page(part);
  }

  /** @throws GatewayError 404 */
  async get(idOrSlug: string): Promise<SavedConfigRow> {
    const found = await findByIdOrName(this.configs, idOrSlug);
    if (!found) throw unknownConfig(idOrSlug);
    return found;
  }

  /** Up to `limit + 1` versions, newest first. @throws GatewayError 404 */
  async versions(idOrSlug: string, query: PageQuery): Promise<readonly SavedConfigVersionRow[]> {
    const { id } = await this.get(idOrSlug);
    return await this.configs.versions(id, query);
  }

  /** Another config is another version. @throws GatewayError 400, 404 */
  async update(idOrSlug: string, { name, config }: UpdateConfig): Promise<SavedConfigRow> {
    const change = { name, ...(config !== undefined && { config: parse(config) }) };
    const { id } = await this.get(idOrSlug);
    return this.changed(idOrSlug, await this.configs.change(id, change));
  }

  /** What an earlier version was becomes another version. @throws GatewayError 404 for the config, 400 for the version */
  async rollBack(idOrSlug: string, version: number): Promise<SavedConfigRow> {
    const { id } = await this.get(idOrSlug);
    const changed = await this.configs.rollBack(id, version);
    if (changed === 'version') {
      throw badRequest(`Invalid 'version': the config has no version ${version}`, 'version', 'invalid_value');
    }
    return this.changed(idOrSlug, changed);
  }

  /** With all of its versions. @throws GatewayError 404 */
  async delete(idOrSlug: string): Promise<SavedConfigRow> {
    const found = await this.get(idOrSlug);
    const wasThere = await this.configs.delete(found.id);
    this.known.clear();
    if (!wasThere) throw unknownConfig(idOrSlug);
    return found;
  }

  private changed(idOrSlug: string, row: SavedConfigRow | Missing): SavedConfigRow {
    this.known.clear();
    if (typeof row === 'string') throw unknownConfig(idOrSlug);
    return row;
  }
}

/** @throws GatewayError 400 that names the place */
function parse(config: CreateConfig['config']): PortkeyConfig {
  const parsed = parseMerged(savedPortkeyConfigSchema, config, 'config');
  const fault = secretFault(config, ['config']);
  if (fault) throw badRequest(`Invalid '${fault.path}': ${fault.message}`, fault.path, 'invalid_value');
  return parsed;
}

/** As Portkey makes them: the beginning of the name, and six digits that make it unique. */
function slugOf(name: string): string {
  const beginning = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 6)
    .replaceAll(/^-|-$/g, '');
  return ['pc', beginning, randomBytes(3).toString('hex')].filter(Boolean).join('-');
}

function unknownConfig(idOrSlug: string) {
  return notFound(`There is no config with the id or slug '${idOrSlug}'`, 'config');
}
