import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { SECRETS, SETTINGS } from '../config/config.module.js';
import type { Secrets } from '../config/secrets.js';
import type { Settings } from '../config/settings.schema.js';
import type { Caller } from '../domain/caller.js';
import { GatewayError } from '../domain/errors.js';
import { joinRedactions } from '../domain/redaction/redaction-setting.js';
import { ACCESS, ENDPOINT, type Access, type RouteEndpoint } from '../http/access.js';
import { ClientTokensService, type KnownClientToken } from './client-tokens/client-tokens.service.js';
import { checkAddress, checkEndpoint, commonEndpoints } from './key-bounds.js';
import { bearerOf, presentedSecrets } from './presented-secrets.js';
import { isClientToken, isOurs, secretTest } from './secret.js';
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
    private readonly wrongKeys: WrongKeys,
    @Inject(SECRETS) { masterKey }: Secrets,
    @Inject(SETTINGS) { metrics_token }: Pick<Settings, 'metrics_token'>,
  ) {
    this.isMasterKey = secretTest(masterKey);
    this.isMetricsToken = metrics_token === undefined ? () => false : secretTest(metrics_token);
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const route = [context.getHandler(), context.getClass()];
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, route);
    const endpoint = this.reflector.getAllAndOverride<RouteEndpoint | undefined>(ENDPOINT, route);
    if (access === 'public') return true;
    const request = context.switchToHttp().getRequest<Request>();
    if (access === 'admin') return await this.admitAdministrator(request);
    if (access === 'metrics' && this.hasMetricsToken(request)) return true;
    if (access === 'metrics') return await this.admitAdministrator(request);
    if ((access === 'api_key' || access === 'client_token') && endpoint !== undefined) {
      const { caller, providerKey } = await this.admitCaller(request, endpoint);
      if (access === 'api_key') refuseClientToken(caller);
      request.caller = caller;
      request.providerKey = providerKey;
      return true;
    }
    throw new Error(`${request.method} ${request.path} declares no access, or no endpoint`);
  }

  private async admitAdministrator({ headers, clientAddress }: Request): Promise<true> {
    const secrets = secretsOf(headers);
    if (secrets.some(this.isMasterKey)) return true;
    await this.wrongKeys.note(clientAddress);
    throw unauthorized('Incorrect master key provided. The admin API is opened by the master key only.');
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

/** Who has been let in. */
interface Admitted {
  readonly caller: Caller;
  /** The bearer that was presented beside the caller's key, and is no key of ours. */
  readonly providerKey: string | undefined;
}

/** From where a request comes, and what it asks for. */
interface Visit {
  readonly clientAddress: string;
  readonly endpoint: RouteEndpoint;
}

type KeyCaller = Extract<Caller, { kind: 'virtual_key' }>;

function callerOf(key: VirtualKeyRow, { clientAddress, endpoint }: Visit): KeyCaller {
  const { team } = key;
  if (key.blocked) throw unauthorized('This API key has been blocked.', 'key_blocked');
  if (team?.blocked) throw unauthorized('The team of this API key has been blocked.', 'team_blocked');
  if (key.expiresAt && key.expiresAt.getTime() <= Date.now()) {
    throw unauthorized(`This API key expired at ${key.expiresAt.toISOString()}.`, 'key_expired');
  }
  const bounds = team ? [key, team] : [key];
  checkAddress(bounds, clientAddress);
  checkEndpoint(bounds, endpoint);
  const { id: keyId, name, allowProviderKeys: allowsProviderKeys, budgets, cache, spendNanoUsd } = key;
  return {
    kind: 'virtual_key',
    keyId,
    name,
    team: team && { id: team.id, name: team.name },
    endpoints: commonEndpoints(bounds),
    models: [key.models, team?.models].filter((list) => list != null),
    allowsProviderKeys,
    budgets,
    redaction: joinRedactions([key.redaction, team?.redaction ?? null]),
    cache,
    spendNanoUsd,
  };
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
    message: 'This needs the API key itself: a client token is good for the audio routes and the list of models only.',
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

function unauthorized(message: string, code = 'invalid_api_key'): GatewayError {
  return new GatewayError({ status: 401, message, code, headers: { 'www-authenticate': 'Bearer' } });
}
