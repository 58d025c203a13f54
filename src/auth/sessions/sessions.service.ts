import { createHmac, randomBytes } from 'node:crypto';
import { Inject, Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Request } from 'express';
import { LRUCache } from 'lru-cache';
import { actAs, type Acting, type Actor } from '../../acting/acting.js';
import { SECRETS, SETTINGS } from '../../config/config.module.js';
import type { Secrets } from '../../config/secrets.js';
import type { Settings } from '../../config/settings.schema.js';
import { ChangeFeed } from '../../database/change-feed.js';
import { ConfirmedAnswers } from '../../database/confirmed-answers.js';
import {
  permissionsOf,
  permissionsOfHolder,
  rolesWith,
  type Administrator,
  type Permission,
} from '../../domain/administrator.js';
import { notFound, type GatewayError } from '../../domain/errors.js';
import { actorOf } from '../../http/admin/acting.interceptor.js';
import { toPage, type Page, type PageQuery } from '../../http/admin/list.js';
import { CLOCK, type Clock } from '../../http/clock.js';
import type { AdminKeyRow } from '../admin-keys/admin-keys.repository.js';
import { AdminKeysService } from '../admin-keys/admin-keys.service.js';
import { administratorOf, callerOf, MASTER, unauthorized } from '../key-holders.js';
import { OidcPeople, type Person } from '../oidc/oidc-people.js';
import { OidcIssuers } from '../oidc/oidc-issuers.js';
import { hashSecret, isAdminSecret, isClientToken, secretTest } from '../secret.js';
import type { VirtualKeyRow } from '../virtual-keys.repository.js';
import { VirtualKeysService } from '../virtual-keys.service.js';
import { WrongKeys } from '../wrong-keys.js';
import { checkOwnPage } from './own-page.js';
import { sessionSecretIn } from './session-cookie.js';
import type { EndedSessions, ListedSession, SessionView } from './session.schema.js';
import {
  SessionsRepository,
  USE_NOTED_EVERY_MS,
  type ListedSessionRow,
  type NewSession,
  type SessionRow,
  type SessionScope,
} from './sessions.repository.js';

/** How many sessions are known at once, and how many secrets that are of none. */
const MAX_KNOWN = 10_000;
/** How long a session may be served from memory where changes by other gateways are not heard of. */
const FRESH_MS = 10_000;
/** What is kept of the name of a browser, in characters. */
const MAX_USER_AGENT = 300;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** What costs something, as far as a key may be limited to it. */
const AUDIO_ENDPOINTS: readonly string[] = ['transcriptions', 'translations', 'speech', 'chat'];

/**
 * Who has signed in: the key of this session, as it is now, whether or not it may be used, or the person whom an issuer has named, with
 * the role that the settings give now.
 */
export type SessionHolder =
  | { readonly kind: 'master_key' }
  | { readonly kind: 'admin_key'; readonly key: AdminKeyRow }
  | { readonly kind: 'oidc'; readonly person: Person }
  | { readonly kind: 'virtual_key'; readonly key: VirtualKeyRow };

/** A session that has not ended. */
export interface OpenSession {
  readonly row: SessionRow;
  readonly holder: SessionHolder;
}

/** What a session has beside who opened it. */
interface Opening {
  readonly keyHash: string;
  readonly person?: NewSession['person'];
}

/** What a sign-in tells of itself. */
export type Visitor = Pick<Request, 'headers' | 'clientAddress' | 'clientScheme' | 'requestId'>;

/** Signs people in to the dashboard and finds them again by their cookie. A session is as good as the key or the rule that opened it. */
@Injectable()
export class SessionsService implements BeforeApplicationShutdown {
  private readonly logger = new Logger(SessionsService.name);
  private readonly isMasterKey: (presented: string) => boolean;
  /** What is stored of the master key, of which nobody can try what it is who has the database alone. */
  private readonly masterKeyHash: string;
  private readonly byHash: ConfirmedAnswers<SessionRow>;
  /** When a session was used last here, and when that was noted last, by its id; since 1970. */
  private readonly uses = new LRUCache<string, { readonly usedMs: number; readonly notedMs: number }>({
    max: MAX_KNOWN,
  });
  private readonly noting = new Set<Promise<void>>();

  constructor(
    private readonly sessions: SessionsRepository,
    private readonly adminKeys: AdminKeysService,
    private readonly keys: VirtualKeysService,
    private readonly people: OidcPeople,
    private readonly issuers: OidcIssuers,
    private readonly wrongKeys: WrongKeys,
    changes: ChangeFeed,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(SECRETS) { masterKey, encryptionKey }: Pick<Secrets, 'masterKey' | 'encryptionKey'>,
    @Inject(SETTINGS)
    private readonly settings: Pick<Settings, 'auth_grace_seconds' | 'session_idle_minutes' | 'session_hours'>,
  ) {
    this.isMasterKey = secretTest(masterKey);
    this.masterKeyHash = createHmac('sha256', encryptionKey)
      .update(`session of the master key ${masterKey}`)
      .digest('hex');
    this.byHash = new ConfirmedAnswers({
      max: MAX_KNOWN,
      freshMs: FRESH_MS,
      graceMs: 1000 * settings.auth_grace_seconds,
      nowMs: () => clock.nowMs(),
    });
    changes.on('session', {
      changed: (ids) => this.byHash.forget(({ id }) => ids.has(id)),
      unsure: () => this.byHash.expire(),
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.noting);
  }

  /** How long a session goes on at most, milliseconds. */
  get lifeMs(): number {
    return HOUR_MS * this.settings.session_hours;
  }

  /** From when on a session must have been used so that it has not ended by now. */
  idleSince(now: Date): Date {
    return new Date(now.getTime() - this.idleMs);
  }

  /**
   * Signs in with a key. Whatever session the browser has had stays what it is: no secret is ever taken over.
   * @returns the secret of the session, which nobody sees but this browser
   * @throws GatewayError 401 for a wrong key and for one that may not be used, 403 from where it may not be used, 503
   */
  async signIn(key: string, visitor: Visitor): Promise<{ readonly secret: string; readonly session: OpenSession }> {
    const holder = await this.holderWith(key);
    if (!holder) {
      await this.wrongKeys.note(visitor.clientAddress);
      throw unauthorized('Incorrect key provided. Sign in with the master key, an admin key or a virtual key.');
    }
    checkUsable(holder, visitor.clientAddress);
    const keyHash = holder.kind === 'master_key' ? this.masterKeyHash : hashSecret(key);
    return await this.openFor(holder, { keyHash }, visitor);
  }

  /**
   * Signs in whom an issuer has named.
   * @returns undefined when no rule of it is for the person
   * @throws GatewayError 503
   */
  async signInPerson(
    person: Omit<NonNullable<NewSession['person']>, 'role'>,
    visitor: Visitor,
  ): Promise<{ readonly secret: string; readonly session: OpenSession } | undefined> {
    const keyHash = this.issuers.hashOf({ id: person.issuer });
    const found = await this.people.find({ person, keyHash });
    if (!found) return undefined;
    const opening = { keyHash, person: { ...person, role: found.role } };
    return await this.openFor({ kind: 'oidc', person: found }, opening, visitor);
  }

  private async openFor(
    holder: SessionHolder,
    { keyHash, person = null }: Opening,
    { clientAddress, headers, requestId }: Visitor,
  ): Promise<{ readonly secret: string; readonly session: OpenSession }> {
    const secret = randomBytes(32).toString('base64url');
    const createdAt = new Date(this.clock.epochMs());
    const create = () =>
      this.sessions.create({
        hash: hashSecret(secret),
        kind: holder.kind,
        adminKeyId: holder.kind === 'admin_key' ? holder.key.id : null,
        keyId: holder.kind === 'virtual_key' ? holder.key.id : null,
        keyHash,
        person,
        clientIp: clientAddress,
        userAgent: headers['user-agent']?.slice(0, MAX_USER_AGENT) ?? null,
        createdAt,
        expiresAt: new Date(createdAt.getTime() + this.lifeMs),
      });
    const row = await actAsOne(actorHolding(holder), { clientIp: clientAddress, requestId }, create);
    return { secret, session: { row, holder } };
  }

  /**
   * The session of a request that presents no key; undefined where it has no cookie either.
   * @throws GatewayError 401 when there is no such session any more, 403 when the request is not from a page of this gateway
   */
  async presented(
    request: Pick<Request, 'headers' | 'clientScheme' | 'clientAddress' | 'method' | 'path'>,
  ): Promise<OpenSession | undefined> {
    const secret = sessionSecretIn(request);
    if (secret === undefined) return undefined;
    checkOwnPage(request);
    const row = await this.rowOf(secret);
    if (!row) await this.wrongKeys.note(request.clientAddress);
    const session = row && (await this.open(row));
    if (!session) throw noSession();
    return session;
  }

  /**
   * Ends the session of a request, if it has one: on this gateway at once, on others as soon as they hear of it.
   * @param onAdmitted called when it is known that the request is from a page of this gateway
   * @throws GatewayError 403 when it is not
   */
  async signOut(request: Visitor & Pick<Request, 'method' | 'path'>, onAdmitted: () => void): Promise<void> {
    const secret = sessionSecretIn(request);
    if (secret !== undefined) checkOwnPage(request);
    onAdmitted();
    const row = secret === undefined ? undefined : await this.rowOf(secret);
    if (!row) return;
    const holder = await this.holderOf(row);
    // The rules may be for a person again later, who has signed out all the same.
    if (!holder && !row.person) return;
    const actor = holder ? actorHolding(holder) : row.person && actorNamed(row.person);
    const { clientAddress: clientIp, requestId } = request;
    await actAsOne(actor, { clientIp, requestId, sessionId: row.id }, () => this.sessions.delete(row));
    this.forget(row.id);
  }

  /** @param currentId the session that asks, if it is one */
  async list(
    query: PageQuery,
    administrator: Administrator,
    currentId: string | undefined,
  ): Promise<Page<ListedSession>> {
    const now = new Date(this.clock.epochMs());
    const openness = {
      now,
      idleSince: this.idleSince(now),
      masterKeyHash: this.masterKeyHash,
      issuerHashes: this.issuers.allHashes,
    };
    const rows = await this.sessions.list(query, scopeOf(administrator), openness);
    return toPage(rows, query.limit, (row) => this.presentListed(row, currentId));
  }

  /** Ends one of those that the administrator sees. @throws GatewayError 404 */
  async endById(id: string, administrator: Administrator): Promise<{ id: string; object: 'session'; deleted: true }> {
    const wasThere = await this.sessions.deleteWithin(id, scopeOf(administrator));
    if (!wasThere) throw notFound(`There is no session with the id '${id}'`, 'id');
    this.forget(id);
    return { id, object: 'session', deleted: true };
  }

  /**
   * Ends all that the administrator sees but one.
   * @param currentId the session that asks, if it is one
   */
  async endOthers(administrator: Administrator, currentId: string | undefined): Promise<EndedSessions> {
    const ended = new Set(await this.sessions.deleteOthers(currentId ?? null, scopeOf(administrator)));
    this.byHash.forget(({ id }) => ended.has(id));
    return { object: 'sessions', deleted: ended.size };
  }

  /**
   * What a session is told of itself.
   * @throws GatewayError 401 when its key may not be used, 403 not from there
   */
  present({ row, holder }: OpenSession, { clientAddress, clientScheme }: Visitor): SessionView {
    checkUsable(holder, clientAddress);
    const expiresAtMs = row.expiresAt.getTime();
    const times = {
      created_at: row.createdAt.toISOString(),
      expires_at: row.expiresAt.toISOString(),
      idle_expires_at: new Date(Math.min(this.usedMs(row) + this.idleMs, expiresAtMs)).toISOString(),
      secure: clientScheme === 'https',
    };
    if (holder.kind === 'virtual_key') {
      const { id, name } = holder.key;
      const { endpoints } = callerOf(holder.key, { clientAddress, endpoint: 'self' });
      return {
        kind: holder.kind,
        name,
        role: null,
        permissions: [...permissionsOfKey(holder.key)],
        teams: null,
        key: { id, name },
        ...times,
        may_use_audio: endpoints === null || endpoints.some((endpoint) => AUDIO_ENDPOINTS.includes(endpoint)),
      };
    }
    const { name, role } = namedOf(holder);
    return {
      kind: holder.kind,
      name,
      role,
      permissions: [...permissionsOf(role)],
      teams: role === 'team_admin' ? teamsOf(holder).map(({ id, name }) => ({ id, name })) : null,
      key: null,
      ...times,
      may_use_audio: rolesWith('audio.use').includes(role),
    };
  }

  /** Notes that a session is used, in the database once a minute at most, and lets nobody wait for it. */
  noteUse({ id, lastUsedAt }: SessionRow): void {
    const usedMs = this.clock.epochMs();
    const notedMs = Math.max(this.uses.get(id)?.notedMs ?? 0, lastUsedAt.getTime());
    const isDue = usedMs - notedMs >= USE_NOTED_EVERY_MS;
    this.uses.set(id, { usedMs, notedMs: isDue ? usedMs : notedMs });
    if (!isDue) return;
    const noting = this.sessions
      .noteUse(id, new Date(usedMs))
      .catch((error: unknown) => this.logger.warn({ err: error }, 'the use of a session was not noted'))
      .finally(() => this.noting.delete(noting));
    this.noting.add(noting);
  }

  private get idleMs(): number {
    return MINUTE_MS * this.settings.session_idle_minutes;
  }

  private usedMs({ id, lastUsedAt }: SessionRow): number {
    return Math.max(this.uses.get(id)?.usedMs ?? 0, lastUsedAt.getTime());
  }

  private forget(sessionId: string): void {
    this.byHash.forget(({ id }) => id === sessionId);
  }

  private async rowOf(secret: string): Promise<SessionRow | undefined> {
    if (secret === '') return undefined;
    const hash = hashSecret(secret);
    return await this.byHash.find(hash, () => this.sessions.findByHash(hash));
  }

  /** @returns undefined when it has ended, by time or with the secret of its key */
  private async open(row: SessionRow): Promise<OpenSession | undefined> {
    const nowMs = this.clock.epochMs();
    if (row.expiresAt.getTime() <= nowMs || this.usedMs(row) + this.idleMs <= nowMs) return undefined;
    const holder = await this.holderOf(row);
    return holder && { row, holder };
  }

  private async holderOf(row: SessionRow): Promise<SessionHolder | undefined> {
    const { kind, adminKeyId, keyId, keyHash } = row;
    if (kind === 'oidc') {
      const person = await this.people.find(row);
      return person && { kind, person };
    }
    if (kind === 'master_key') return keyHash === this.masterKeyHash ? { kind } : undefined;
    if (kind === 'admin_key') {
      const key = await this.adminKeys.findByHash(keyHash);
      return key && key.id === adminKeyId ? { kind, key } : undefined;
    }
    if (kind === 'virtual_key') {
      const key = await this.keys.findByHash(keyHash);
      return key && key.id === keyId ? { kind, key } : undefined;
    }
    return undefined;
  }

  private async holderWith(secret: string): Promise<SessionHolder | undefined> {
    if (this.isMasterKey(secret)) return { kind: 'master_key' };
    if (isClientToken(secret)) return undefined;
    if (isAdminSecret(secret)) {
      const key = await this.adminKeys.findBySecret(secret);
      return key && { kind: 'admin_key', key };
    }
    const key = await this.keys.findBySecret(secret);
    return key && { kind: 'virtual_key', key };
  }

  private presentListed(row: ListedSessionRow, currentId: string | undefined): ListedSession {
    const usedMs = Math.max(this.uses.get(row.id)?.usedMs ?? 0, row.last_used_at.getTime());
    return {
      object: 'session',
      id: row.id,
      kind: row.kind,
      name: row.name,
      role: row.issuer !== null && row.facts ? this.people.roleOf(row.issuer, row.facts) : row.role,
      created_at: row.created_at.toISOString(),
      last_seen_at: row.last_used_at.toISOString(),
      expires_at: row.expires_at.toISOString(),
      idle_expires_at: new Date(Math.min(usedMs + this.idleMs, row.expires_at.getTime())).toISOString(),
      client_ip: row.client_ip,
      user_agent: row.user_agent,
      current: row.id === currentId,
    };
  }
}

/** The administrator who holds a session; undefined = it is that of a virtual key. @throws GatewayError 401 when the key may not be used */
export function administratorHolding(holder: SessionHolder): Administrator | undefined {
  if (holder.kind === 'virtual_key') return undefined;
  if (holder.kind === 'master_key') return MASTER;
  return holder.kind === 'oidc' ? administratorNamed(holder.person) : administratorOf(holder.key);
}

function namedOf(holder: Exclude<SessionHolder, { kind: 'virtual_key' }>): Pick<Administrator, 'name' | 'role'> {
  if (holder.kind === 'master_key') return MASTER;
  return holder.kind === 'oidc' ? holder.person : holder.key;
}

function teamsOf(holder: Exclude<SessionHolder, { kind: 'virtual_key' }>): Person['teams'] {
  if (holder.kind === 'master_key') return [];
  return holder.kind === 'oidc' ? holder.person.teams : holder.key.teams;
}

function administratorNamed({ id, name, role, teams }: Person): Administrator {
  return { kind: 'oidc', id, name, role, teamIds: role === 'team_admin' ? teams.map((team) => team.id) : null };
}

/** What whoever is signed in with a virtual key may do in the admin API, for that key. */
export function permissionsOfKey({ team }: VirtualKeyRow): readonly Permission[] {
  return permissionsOfHolder(team?.holdersMayReadLogs ?? false);
}

/** 401 of what only a session has. */
export function noSession(): GatewayError {
  return unauthorized('Nobody is signed in here, or not any more. Sign in with a key.', 'no_session');
}

/** @throws GatewayError 401 when the key may not be used, 403 when not from there */
function checkUsable(holder: SessionHolder, clientAddress: string): void {
  if (holder.kind === 'virtual_key') callerOf(holder.key, { clientAddress, endpoint: 'self' });
  else administratorHolding(holder);
}

/** Holders of virtual keys change nothing that is audited. */
function actAsOne<T>(actor: Actor | null | undefined, request: Omit<Acting, 'actor'>, act: () => T): T {
  return actor ? actAs({ actor, ...request }, act) : act();
}

/** As audit events name who holds a session, also when the key may not be used any more. */
function actorHolding(holder: SessionHolder): Actor | undefined {
  if (holder.kind === 'virtual_key') return undefined;
  if (holder.kind === 'master_key') return actorOf(MASTER);
  if (holder.kind === 'oidc') return actorNamed(holder.person);
  const { id, name } = holder.key;
  return { kind: holder.kind, id, name };
}

function actorNamed({ id, name }: Pick<Person, 'id' | 'name'>): Actor {
  return { kind: 'oidc', id, name };
}

/** An owner has the sessions of everybody, others their own: those of their key, or of the person. */
function scopeOf(administrator: Administrator): SessionScope {
  return administrator.kind !== 'master_key' && administrator.role !== 'owner'
    ? { kind: administrator.kind, id: administrator.id }
    : { kind: 'all' };
}
