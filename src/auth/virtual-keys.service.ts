import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { conflict, notFound } from '../domain/errors.js';
import { previewSecret } from '../domain/secret-preview.js';
import { CLOCK, type Clock } from '../http/clock.js';
import { findByIdOrName } from '../http/admin/id.js';
import { toPage, type Page, type PageQuery } from '../http/admin/list.js';
import { generateKeySecret, hashSecret } from './secret.js';
import { presentKey, type CreateKey, type Key, type UpdateKey } from './virtual-key.schema.js';
import { VirtualKeysRepository, type VirtualKeyFields, type VirtualKeyRow } from './virtual-keys.repository.js';

/** How long a key may be served from memory; bounds how late another replica learns that it was blocked. */
const CACHE_TTL_MS = 10_000;

/** Issues virtual keys and finds them again by their secret. */
@Injectable()
export class VirtualKeysService {
  private readonly byHash: LRUCache<string, VirtualKeyRow>;

  constructor(
    private readonly keys: VirtualKeysRepository,
    @Inject(CLOCK) clock: Clock,
  ) {
    const perf = { now: () => clock.nowMs() };
    this.byHash = new LRUCache({ max: 10_000, ttl: CACHE_TTL_MS, perf });
  }

  /** @throws GatewayError 409 when the name is taken */
  async create(body: CreateKey): Promise<Key & { key: string }> {
    const secret = generateKeySecret();
    const created = await this.keys.create({
      ...toFields(body),
      name: body.name,
      hash: hashSecret(secret),
      preview: previewSecret(secret),
    });
    if (!created) throw nameTaken(body.name);
    return { ...presentKey(created), key: secret };
  }

  async list(query: PageQuery): Promise<Page<Key>> {
    return toPage(await this.keys.list(query), query.limit, presentKey);
  }

  /** @throws GatewayError 404 */
  async get(idOrName: string): Promise<Key> {
    return presentKey(await this.find(idOrName));
  }

  /** @throws GatewayError 404, or 409 when the new name is taken */
  async update(idOrName: string, body: UpdateKey): Promise<Key> {
    const { id } = await this.find(idOrName);
    const updated = await this.keys.update(id, toFields(body));
    if (updated === undefined) throw nameTaken(body.name ?? '');
    if (updated === null) throw unknownKey(idOrName);
    this.byHash.clear();
    return presentKey(updated);
  }

  /** Its logs stay in the ledger. @throws GatewayError 404 */
  async delete(idOrName: string): Promise<{ id: string; object: 'key'; deleted: true }> {
    const { id } = await this.find(idOrName);
    if (!(await this.keys.delete(id))) throw unknownKey(idOrName);
    this.byHash.clear();
    return { id, object: 'key', deleted: true };
  }

  /** The key with this secret, whether or not it may be used. */
  async findBySecret(secret: string): Promise<VirtualKeyRow | undefined> {
    const hash = hashSecret(secret);
    const cached = this.byHash.get(hash);
    if (cached) return cached;
    const found = await this.keys.findByHash(hash);
    if (found) this.byHash.set(hash, found);
    return found;
  }

  private async find(idOrName: string): Promise<VirtualKeyRow> {
    const found = await findByIdOrName(this.keys, idOrName);
    if (!found) throw unknownKey(idOrName);
    return found;
  }
}

function toFields({ expires_at, ...rest }: UpdateKey): Partial<VirtualKeyFields> {
  return expires_at === undefined ? rest : { ...rest, expiresAt: expires_at === null ? null : new Date(expires_at) };
}

function nameTaken(name: string) {
  return conflict(`A key named '${name}' exists already`, 'name', 'name_taken');
}

function unknownKey(idOrName: string) {
  return notFound(`There is no key with the id or name '${idOrName}'`, 'key');
}
