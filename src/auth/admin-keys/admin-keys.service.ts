import { Inject, Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { SETTINGS } from '../../config/config.module.js';
import type { Settings } from '../../config/settings.schema.js';
import { ChangeFeed } from '../../database/change-feed.js';
import { ConfirmedAnswers } from '../../database/confirmed-answers.js';
import { badRequest, conflict, type GatewayError, notFound } from '../../domain/errors.js';
import type { AdminRole } from '../../domain/administrator.js';
import { previewSecret } from '../../domain/secret-preview.js';
import { findByIdOrName } from '../../http/admin/id.js';
import { toPage, type Page, type PageQuery } from '../../http/admin/list.js';
import { CLOCK, type Clock } from '../../http/clock.js';
import { generateAdminSecret, hashSecret } from '../secret.js';
import { TeamsRepository } from '../teams/teams.repository.js';
import {
  presentAdminKey,
  type AdminKeyView,
  type CreateAdminKey,
  type CreatedAdminKey,
  type UpdateAdminKey,
} from './admin-key.schema.js';
import {
  AdminKeysRepository,
  USE_NOTED_EVERY_MS,
  type AdminKeyRow,
  type StoredAdminSecret,
} from './admin-keys.repository.js';

/** How many keys are known at once, and how many secrets that belong to none. */
const MAX_KNOWN = 10_000;
/** How long a key may be served from memory where changes by other gateways are not heard of. */
const FRESH_MS = 10_000;

/** Issues admin keys and finds them again by their secret. */
@Injectable()
export class AdminKeysService implements BeforeApplicationShutdown {
  private readonly logger = new Logger(AdminKeysService.name);
  private readonly byHash: ConfirmedAnswers<AdminKeyRow>;
  /** When the use of a key was noted last, by its id. */
  private readonly notedMs = new LRUCache<string, number>({ max: MAX_KNOWN });
  private readonly noting = new Set<Promise<void>>();

  constructor(
    private readonly keys: AdminKeysRepository,
    private readonly teams: TeamsRepository,
    changes: ChangeFeed,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(SETTINGS) { auth_grace_seconds }: Pick<Settings, 'auth_grace_seconds'>,
  ) {
    this.byHash = new ConfirmedAnswers({
      max: MAX_KNOWN,
      freshMs: FRESH_MS,
      graceMs: 1000 * auth_grace_seconds,
      nowMs: () => clock.nowMs(),
    });
    changes.on('admin_key', {
      changed: (ids) => this.byHash.forget(({ id }) => ids.has(id)),
      unsure: () => this.byHash.expire(),
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.noting);
  }

  /** @throws GatewayError 400 when there is no such team, or the role and the teams do not go together, 409 when the name is taken */
  async create({ expires_at, teams, ...fields }: CreateAdminKey): Promise<CreatedAdminKey> {
    const teamIds = await this.teamIdsOf(teams);
    checkTeams(fields.role, teamIds);
    const { secret, stored } = newSecret();
    const row = await this.keys.create({ ...fields, teamIds, expiresAt: toDate(expires_at), ...stored });
    if (!row) throw nameTaken(fields.name);
    return { ...presentAdminKey(row), key: secret };
  }

  async list(query: PageQuery): Promise<Page<AdminKeyView>> {
    return toPage(await this.keys.list(query), query.limit, presentAdminKey);
  }

  /** @throws GatewayError 404 */
  async get(idOrName: string): Promise<AdminKeyView> {
    return presentAdminKey(await this.find(idOrName));
  }

  /**
   * Changes what is sent of a key.
   * @throws GatewayError 400 when there is no such team, or the role and the teams do not go together, 404, 409 when the name is taken
   */
  async update(idOrName: string, { expires_at, teams, ...fields }: UpdateAdminKey): Promise<AdminKeyView> {
    const { id } = await this.find(idOrName);
    const teamIds = teams && (await this.teamIdsOf(teams));
    const updated = await this.keys.update(id, (stored) => {
      checkTeams(fields.role ?? stored.role, teamIds ?? stored.teams.map((team) => team.id));
      return {
        ...fields,
        ...(teamIds && { teamIds }),
        ...(expires_at !== undefined && { expiresAt: toDate(expires_at) }),
      };
    });
    if (updated === undefined) throw nameTaken(fields.name ?? '');
    return presentAdminKey(this.changed(updated, idOrName));
  }

  /** Gives the key another secret; the one before stops at once. @throws GatewayError 404 */
  async rotate(idOrName: string): Promise<CreatedAdminKey> {
    const { id } = await this.find(idOrName);
    const { secret, stored } = newSecret();
    const updated = await this.keys.update(id, () => stored);
    return { ...presentAdminKey(this.changed(updated ?? null, idOrName)), key: secret };
  }

  /** @throws GatewayError 404 */
  async delete(idOrName: string): Promise<{ id: string; object: 'admin_key'; deleted: true }> {
    const { id } = await this.find(idOrName);
    const wasThere = await this.keys.delete(id);
    this.byHash.forget((row) => row.id === id);
    if (!wasThere) throw unknownAdminKey(idOrName);
    return { id, object: 'admin_key', deleted: true };
  }

  /**
   * The key with this secret, whether or not it may be used. While the database is away, what it has said last is taken for
   * `AUTH_GRACE_SECONDS`, also that there is none.
   * @throws GatewayError 503 for any other while the database is away
   */
  async findBySecret(secret: string): Promise<AdminKeyRow | undefined> {
    return await this.findByHash(hashSecret(secret));
  }

  /** As {@link findBySecret}, by what is stored of the secret. */
  async findByHash(hash: string): Promise<AdminKeyRow | undefined> {
    return await this.byHash.find(hash, () => this.keys.findByHash(hash));
  }

  /** Notes that a key is used, once a minute at most, and lets nobody wait for it; while the database is away it is not noted. */
  noteUse({ id, lastUsedAt }: AdminKeyRow): void {
    const nowMs = this.clock.nowMs();
    const notedMs = this.notedMs.get(id);
    const at = new Date();
    const isStored = lastUsedAt !== null && at.getTime() - lastUsedAt.getTime() < USE_NOTED_EVERY_MS;
    if (isStored || (notedMs !== undefined && nowMs - notedMs < USE_NOTED_EVERY_MS)) return;
    this.notedMs.set(id, nowMs);
    const noting = this.keys
      .noteUse(id, at)
      .catch((error: unknown) => this.logger.warn({ err: error }, 'the use of an admin key was not noted'))
      .finally(() => this.noting.delete(noting));
    this.noting.add(noting);
  }

  /** @throws GatewayError 404 when it is not there any more */
  private changed(updated: AdminKeyRow | null, idOrName: string): AdminKeyRow {
    if (updated === null) throw unknownAdminKey(idOrName);
    this.byHash.forget((row) => row.id === updated.id);
    return updated;
  }

  /** Each once. @throws GatewayError 400 */
  private async teamIdsOf(references: readonly string[]): Promise<string[]> {
    const ids = new Set<string>();
    for (const [index, reference] of references.entries()) {
      const team = await findByIdOrName(this.teams, reference);
      if (!team)
        throw badRequest(`There is no team with the id or name '${reference}'`, `teams.${index}`, 'invalid_value');
      ids.add(team.id);
    }
    return [...ids];
  }

  private async find(idOrName: string): Promise<AdminKeyRow> {
    const found = await findByIdOrName(this.keys, idOrName);
    if (!found) throw unknownAdminKey(idOrName);
    return found;
  }
}

function newSecret(): { readonly secret: string; readonly stored: StoredAdminSecret } {
  const secret = generateAdminSecret();
  return { secret, stored: { hash: hashSecret(secret), preview: previewSecret(secret) } };
}

function toDate(time: string | null): Date | null {
  return time === null ? null : new Date(time);
}

/** @throws GatewayError 400 */
function checkTeams(role: AdminRole, teamIds: readonly string[]): void {
  if (role === 'team_admin' && teamIds.length === 0) {
    throw badRequest(`Invalid 'teams': a team_admin has at least one team`, 'teams', 'invalid_value');
  }
  if (role !== 'team_admin' && teamIds.length > 0) {
    throw badRequest(
      `Invalid 'teams': must be [] for the role ${role}, which is not of teams`,
      'teams',
      'invalid_value',
    );
  }
}

function nameTaken(name: string): GatewayError {
  return conflict(`An admin key named '${name}' exists already`, 'name', 'name_taken');
}

function unknownAdminKey(idOrName: string): GatewayError {
  return notFound(`There is no admin key with the id or name '${idOrName}'`, 'key');
}
