import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { SECRETS, SETTINGS } from '../config/config.module.js';
import type { Secrets } from '../config/secrets.js';
import type { Settings } from '../config/settings.schema.js';
import type { Caller } from '../domain/caller.js';
import { GatewayError } from '../domain/errors.js';
import { rolesWith, type Administrator, type Permission } from '../domain/administrator.js';
import {
  ACCESS,
  ADMIN_ACCESS,
  ALSO_ADMINISTRATORS,
  ALSO_KEY_HOLDERS,
  ENDPOINT,
  METRICS_ACCESS,
  type Access,
  type KeyHolder,
  type RouteEndpoint,
} from '../http/access.js';
import { AdminKeysService } from './admin-keys/admin-keys.service.js';
import { ClientTokensService, type KnownClientToken } from './client-tokens/client-tokens.service.js';
import {
  administratorOf,
  callerOf,
  checkMay,
  insufficientRole,
  MASTER,
  unauthorized,
  type KeyCaller,
  type Visit,
} from './key-holders.js';
import { bearerOf, presentedSecrets } from './presented-secrets.js';
import { isAdminSecret, isClientToken, isOurs, secretTest } from './secret.js';
import {
  administratorHolding,
  permissionsOfKey,
  SessionsService,
  type OpenSession,
} from './sessions/sessions.service.js';
import type { VirtualKeyRow } from './virtual-keys.repository.js';
import { VirtualKeysService } from './virtual-keys.service.js';
import { WrongKeys } from './wrong-keys.js';

/**
 * The only door: every route declares its access, and one that forgets is refused. It runs before anything reads the
 * body, so that an upload without a valid key costs nothing.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly isMasterKey: (presented: string) => boolean;
  private readonly isMetricsToken: (presented: string) => boolean;

  constructor(
    private readonly reflector: Reflector,
    private readonly keys: VirtualKeysService,
    private readonly tokens: ClientTokensService,
    private readonly adminKeys: AdminKeysService,
    private readonly sessions: SessionsService,
    private readonly wrongKeys: WrongKeys,
    @Inject(SECRETS) { masterKey }: Secrets,
    @Inject(SETTINGS) { metrics_token }: Pick<Settings, 'metrics_token'>,
  ) {
    this.isMasterKey = secretTest(masterKey);
    this.isMetricsToken = metrics_token === undefined ? () => false : secretTest(metrics_token);
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const handler = context.getHandler();
    const route = [handler, context.getClass()];
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, route);
    const endpoint = this.reflector.getAllAndOverride<RouteEndpoint | undefined>(ENDPOINT, route);
    const permission = this.reflector.get<Permission | undefined>(ADMIN_ACCESS, handler);
    const request = context.switchToHttp().getRequest<Request>();
    if (permission !== undefined) {
      if (this.reflector.get<boolean | undefined>(METRICS_ACCESS, handler) && this.hasMetricsToken(request))
        return true;
      const session = await this.presentedSession(request);
      if (session?.holder.kind === 'virtual_key') {
        const isAlsoForThem = this.reflector.get<boolean | undefined>(ALSO_KEY_HOLDERS, handler) ?? false;
        request.keyHolder = keyHolderOf(session.holder.key, request, isAlsoForThem ? permission : undefined);
        return true;
      }
      const administrator = session ? administratorOfSession(session) : await this.administratorWithKey(request);
      checkMay(administrator, permission);
      request.administrator = administrator;
      request.isStillAdmitted = () => this.isStill(administrator, request, permission);
      return true;
    }
    if (access === 'public') return true;
    const session = await this.presentedSession(request);
    const alsoAdministrators = this.reflector.get<Permission | undefined>(ALSO_ADMINISTRATORS, handler);
    if (alsoAdministrators !== undefined && (await this.admitsAdminKey(request, alsoAdministrators, session)))
      return true;
    if ((access === 'api_key' || access === 'client_token') && endpoint !== undefined) {
      const { caller, providerKey } = session
        ? callerOfSession(session, { clientAddress: request.clientAddress, endpoint })
        : await this.admitCaller(request, endpoint);
      if (access === 'api_key') refuseClientToken(caller);
      request.caller = caller;
      request.providerKey = providerKey;
      return true;
    }
    throw new Error(`${request.method} ${request.path} declares no access, or no endpoint`);
  }

  /** @throws GatewayError 401 when the session of the cookie has ended, 403 when the request may come from a page of somebody else */
  private async presentedSession(request: Request): Promise<OpenSession | undefined> {
    const session = await this.sessions.presented(request);
    if (!session) return undefined;
    const { row, holder } = session;
    this.sessions.noteUse(row);
    if (holder.kind === 'admin_key') this.adminKeys.noteUse(holder.key);
    request.session = row;
    return session;
  }

  /**
   * Of a route for keys. The master key is a caller there, as it has always been.
   * @throws GatewayError 401, 403 for an admin key that may not
   */
  private async admitsAdminKey(
    request: Request,
    permission: Permission,
    session: OpenSession | undefined,
  ): Promise<boolean> {
    const secrets = presentedSecrets(request.headers);
    const administrator = session
      ? administratorHolding(session.holder)
      : secrets.some(isAdminSecret)
        ? await this.administratorWith(secrets)
        : undefined;
    if (!administrator || administrator.kind === 'master_key') return false;
    checkMay(administrator, permission);
    request.administrator = administrator;
    return true;
  }

  /** The master key is tried first, and asks nothing of the database. */
  private async administratorWithKey({ headers, clientAddress }: Request): Promise<Administrator> {
    const administrator = await this.administratorWith(secretsOf(headers));
    if (administrator) return administrator;
    await this.wrongKeys.note(clientAddress);
    throw unauthorized('Incorrect key provided. The admin API is opened by the master key and by admin keys only.');
  }

  /** @throws GatewayError 401 for an admin key that may not be used, 503 while nobody knows */
  private async administratorWith(secrets: readonly string[]): Promise<Administrator | undefined> {
    if (secrets.some(this.isMasterKey)) {
      return MASTER;
    }
    for (const secret of secrets.filter(isAdminSecret)) {
      const key = await this.adminKeys.findBySecret(secret);
      if (!key) continue;
      const administrator = administratorOf(key);
      this.adminKeys.noteUse(key);
      return administrator;
    }
    return undefined;
  }

  private async isStill(before: Administrator, request: Request, permission: Permission): Promise<boolean> {
    const now = await this.administratorNow(request).catch(() => undefined);
    if (!now || !rolesWith(permission).includes(now.role)) return false;
    return now.teamIds?.join() === before.teamIds?.join();
  }

  /** Watching is no use of a session: whoever only has an answer open does nothing. */
  private async administratorNow(request: Request): Promise<Administrator | undefined> {
    if (!request.session) return await this.administratorWith(presentedSecrets(request.headers));
    const session = await this.sessions.presented(request);
    return session && administratorHolding(session.holder);
  }

  private hasMetricsToken({ headers }: Request): boolean {
    const bearer = bearerOf(headers);
    return bearer !== undefined && this.isMetricsToken(bearer);
  }

  /**
   * The first secret that is a key or client token of ours counts; a bearer, which is tried before the others, may then be
   * a provider's. What comes after it may be another key of ours, which no provider shall see.
   */
  private async admitCaller({ headers, clientAddress }: Request, endpoint: RouteEndpoint): Promise<Admitted> {
    const bearer = bearerOf(headers);
    for (const secret of secretsOf(headers)) {
      const caller = await this.callerWith(secret, { clientAddress, endpoint });
      if (!caller) continue;
      const isForeign = bearer !== undefined && bearer !== secret && !isOurs(bearer);
      return { caller, providerKey: isForeign ? bearer : undefined };
    }
    await this.wrongKeys.note(clientAddress);
    throw unauthorized('Incorrect API key provided.');
  }

  private async callerWith(secret: string, visit: Visit): Promise<Caller | undefined> {
    if (this.isMasterKey(secret)) return { kind: 'master_key', name: 'master key' };
    if (isClientToken(secret)) {
      const known = await this.tokens.findBySecret(secret);
      return known && standInOf(known, visit);
    }
    const key = await this.keys.findBySecret(secret);
    return key && callerOf(key, visit);
  }
}

/** @throws GatewayError 401 when the key of the session may not be used */
function administratorOfSession({ holder }: OpenSession): Administrator {
  const administrator = administratorHolding(holder);
  if (!administrator) throw new Error('The session of a virtual key is no administrator');
  return administrator;
}

/**
 * Who is signed in with a virtual key, on a route of administrators.
 * @param permission that the route needs, if it is for holders of keys at all
 * @throws GatewayError 401 when the key may not be used, 403 not from there, or not for that
 */
function keyHolderOf(key: VirtualKeyRow, { clientAddress }: Request, permission: Permission | undefined): KeyHolder {
  const { keyId } = callerOf(key, { clientAddress, endpoint: 'self' });
  if (permission && permissionsOfKey(key).includes(permission)) return { keyId };
  throw insufficientRole(
    permission
      ? `This key does not have the permission ${permission}: its team would have to allow it with holders_may_read_logs.`
      : 'Who is signed in with a virtual key sees what is of that key only; this is for administrators.',
  );
}

/** An administrator may use all models by a session if its role may; the log then has its name. */
function callerOfSession(session: OpenSession, visit: Visit): Admitted {
  const { holder } = session;
  if (holder.kind === 'virtual_key') return { caller: callerOf(holder.key, visit), providerKey: undefined };
  const administrator = administratorOfSession(session);
  checkMay(administrator, 'audio.use');
  const name = NAMES_IN_LOGS[administrator.kind] + administrator.name;
  return { caller: { kind: 'master_key', name }, providerKey: undefined };
}

/** What tells in a log whose name it has. */
const NAMES_IN_LOGS = { master_key: '', admin_key: 'admin key ', oidc: 'oidc ' } as const;

/** Who has been let in. */
interface Admitted {
  readonly caller: Caller;
  /** The bearer that was presented beside the caller's key, and is no key of ours. */
  readonly providerKey: string | undefined;
}

/** Whoever holds a token is its key, as far as the token goes. */
function standInOf({ token, key }: KnownClientToken, visit: Visit): KeyCaller {
  const caller = callerOf(key, visit);
  if (token.expiresAt.getTime() <= Date.now()) {
    throw unauthorized(`This client token expired at ${token.expiresAt.toISOString()}.`, 'token_expired');
  }
  const { id, maxAudioMs } = token;
  const models = token.models === null ? caller.models : [...caller.models, token.models];
  return { ...caller, models, clientToken: { id, maxAudioMs } };
}

function refuseClientToken(caller: Caller): void {
  if (caller.kind === 'master_key' || !caller.clientToken) return;
  throw new GatewayError({
    status: 403,
    message:
      'This needs the API key itself: a client token is good for the audio routes, chats and the list of models only.',
    code: 'client_token_not_allowed',
  });
}

function secretsOf(headers: Request['headers']): readonly string[] {
  const secrets = presentedSecrets(headers);
  if (secrets.length > 0) return secrets;
  throw unauthorized(
    "You didn't provide an API key. Send it in an Authorization header using Bearer auth (Authorization: Bearer YOUR_KEY).",
  );
}
