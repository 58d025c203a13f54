import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '../../config/config.module.js';
import type { Settings } from '../../config/settings.schema.js';
import { ChangeFeed } from '../../database/change-feed.js';
import { ConfirmedAnswers } from '../../database/confirmed-answers.js';
import type { TeamScope } from '../../domain/administrator.js';
import { type Caller, mayUseModel } from '../../domain/caller.js';
import { badRequest, GatewayError, notFound } from '../../domain/errors.js';
import { fits, isPattern } from '../../domain/model-list.js';
import { toPage, type Page, type PageQuery } from '../../http/admin/list.js';
import { CLOCK, type Clock } from '../../http/clock.js';
import { Catalogue } from '../../models/catalogue.js';
import { generateClientToken, hashSecret } from '../secret.js';
import type { VirtualKeyRow } from '../virtual-keys.repository.js';
import { VirtualKeysService } from '../virtual-keys.service.js';
import {
  presentClientToken,
  presentListedToken,
  type CreateClientToken,
  type CreatedClientToken,
  type ListedClientToken,
  type RevokedClientTokens,
} from './client-token.schema.js';
import { ClientTokensRepository, type ClientTokenRow } from './client-tokens.repository.js';

/** How many tokens are known at once, and how many secrets that are none. */
const MAX_KNOWN = 10_000;
/** How long a token may be served from memory; bounds how late another gateway learns that it was revoked. */
const FRESH_MS = 10_000;

/** Answer of a DELETE of one token. */
interface RevokedClientToken {
  id: string;
  object: 'client_token';
  deleted: true;
}

/** A token and the key that it stands in for, neither of which need be valid. */
export interface KnownClientToken {
  readonly token: ClientTokenRow;
  readonly key: VirtualKeyRow;
}

/** Makes client tokens, which stand in for a virtual key for some minutes, and finds them again by their secret. */
@Injectable()
export class ClientTokensService {
  private readonly byHash: ConfirmedAnswers<ClientTokenRow>;

  constructor(
    private readonly tokens: ClientTokensRepository,
    private readonly keys: VirtualKeysService,
    private readonly catalogue: Catalogue,
    changes: ChangeFeed,
    @Inject(CLOCK) clock: Clock,
    @Inject(SETTINGS) { auth_grace_seconds }: Pick<Settings, 'auth_grace_seconds'>,
  ) {
    this.byHash = new ConfirmedAnswers({
      max: MAX_KNOWN,
      freshMs: FRESH_MS,
      graceMs: 1000 * auth_grace_seconds,
      nowMs: () => clock.nowMs(),
    });
    changes.on('client_token', {
      changed: (ids) => this.byHash.forget(({ id }) => ids.has(id)),
      unsure: () => this.byHash.expire(),
    });
  }

  /**
   * Makes a token for the key that was sent.
   * @param keyHashes of the secrets that the request presented: the token is tied to the one that is the key's, not to one that it has got since
   * @throws GatewayError 400 for a model that the key may not use, 403 for the master key
   */
  async create(caller: Caller, keyHashes: readonly string[], body: CreateClientToken): Promise<CreatedClientToken> {
    const { keyId, keyHash } = await this.presentedKey(caller, keyHashes);
    this.requireModels(caller, body.models ?? []);
    const secret = generateClientToken();
    const row = await this.tokens.create({
      hash: hashSecret(secret),
      keyId,
      keyHash,
      models: body.models,
      maxAudioMs: body.max_audio_seconds === null ? null : Math.round(1000 * body.max_audio_seconds),
      expiresAt: new Date(Date.now() + 1000 * body.expires_in_seconds),
    });
    return presentClientToken(row, secret);
  }

  /**
   * Ends a token of the calling key, on this gateway before the answer, on others as soon as they hear of it.
   * @throws GatewayError 403 for the master key, 404
   */
  async revoke(caller: Caller, id: string): Promise<RevokedClientToken> {
    if (caller.kind === 'master_key') throw keyRequired();
    return this.revoked(id, await this.tokens.delete(id, caller.keyId));
  }

  /**
   * Those of a key that may be used, as far as the key may, newest first.
   * @param scope of whom the keys may be that the administrator has, here and below
   * @throws GatewayError 404 for a key that is not there
   */
  async listOf(key: string, query: PageQuery, scope: TeamScope): Promise<Page<ListedClientToken>> {
    const { id, hash, previousSecret } = await this.keys.find(key, scope);
    const now = new Date();
    const isInGrace = previousSecret !== null && previousSecret.expiresAt > now;
    const keyHashes = [hash, ...(isInGrace ? [previousSecret.hash] : [])];
    return toPage(await this.tokens.list(id, query, { now, keyHashes }), query.limit, presentListedToken);
  }

  /** Ends a token for an administrator, as {@link revoke} does. @throws GatewayError 404 */
  async revokeOf(key: string, id: string, scope: TeamScope): Promise<RevokedClientToken> {
    return this.revoked(id, await this.tokens.revoke(id, await this.keys.find(key, scope)));
  }

  /** Ends all tokens of a key. @throws GatewayError 404 for a key that is not there */
  async revokeAllOf(key: string, scope: TeamScope): Promise<RevokedClientTokens> {
    const owner = await this.keys.find(key, scope);
    const deleted = await this.tokens.revokeAll(owner);
    this.byHash.forget(({ keyId }) => keyId === owner.id);
    return { object: 'client_tokens', deleted };
  }

  private revoked(id: string, wasThere: boolean): RevokedClientToken {
    this.byHash.forget((row) => row.id === id);
    if (!wasThere) throw notFound(`This key has no client token with the id '${id}'`, 'id');
    return { id, object: 'client_token', deleted: true };
  }

  /**
   * The token with this secret, whether or not it or its key may be used. Of a key that is gone or has another secret there
   * is none.
   * @throws GatewayError 503 while the database is away and has not spoken of both within `AUTH_GRACE_SECONDS`
   */
  async findBySecret(secret: string): Promise<KnownClientToken | undefined> {
    const hash = hashSecret(secret);
    const token = await this.byHash.find(hash, () => this.tokens.findByHash(hash));
    const key = token && (await this.keys.findByHash(token.keyHash));
    return key && key.id === token.keyId ? { token, key } : undefined;
  }

  private async presentedKey(
    caller: Caller,
    keyHashes: readonly string[],
  ): Promise<Pick<ClientTokenRow, 'keyId' | 'keyHash'>> {
    if (caller.kind === 'master_key') throw keyRequired();
    const { keyId } = caller;
    for (const keyHash of keyHashes) {
      if ((await this.keys.findByHash(keyHash))?.id === keyId) return { keyId, keyHash };
    }
    throw new Error('The key that was admitted is not among those that were sent');
  }

  /** @throws GatewayError 400, the same for models that the key may not use as for those that are not there */
  private requireModels(caller: Caller, entries: readonly string[]): void {
    const usable = (name: string) => this.catalogue.find(name) !== undefined && mayUseModel(caller, name);
    const models = entries.some(isPattern)
      ? this.catalogue.all().flatMap(({ name }) => (mayUseModel(caller, name) ? [name] : []))
      : [];
    for (const [index, entry] of entries.entries()) {
      const param = `models.${index}`;
      if (!isPattern(entry) && !usable(entry)) {
        const message = `Invalid '${param}': the model '${entry}' does not exist or you do not have access to it`;
        throw badRequest(message, param, 'invalid_value');
      }
      if (isPattern(entry) && !models.some((name) => fits(entry, name))) {
        const message = `Invalid '${param}': '${entry}' fits no model that exists and that you have access to`;
        throw badRequest(message, param, 'invalid_value');
      }
    }
  }
}

function keyRequired(): GatewayError {
  return new GatewayError({
    status: 403,
    message: 'A client token stands in for a virtual key: ask for it with one, not with the master key.',
    code: 'key_required',
  });
}
