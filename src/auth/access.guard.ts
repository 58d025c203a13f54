import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { SECRETS } from '../config/config.module.js';
import type { Secrets } from '../config/secrets.js';
import type { Caller } from '../domain/caller.js';
import { GatewayError } from '../domain/errors.js';
import { ACCESS, type Access } from '../http/access.js';
import { sameSecret } from './secret.js';
import { VirtualKeysService } from './virtual-keys.service.js';

/**
 * The only door: every route declares its access, and one that forgets is refused. It runs before anything reads the
 * body, so that an upload without a valid key costs nothing.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly keys: VirtualKeysService,
    @Inject(SECRETS) private readonly secrets: Secrets,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (access === 'public') return true;
    const request = context.switchToHttp().getRequest<Request>();
    const secret = bearerToken(request.headers.authorization);
    if (access === 'admin') return this.admitAdministrator(secret);
    if (access === 'api_key') {
      request.caller = await this.admitCaller(secret);
      return true;
    }
    throw new Error(`${request.method} ${request.path} declares no access`);
  }

  private admitAdministrator(secret: string): true {
    if (sameSecret(secret, this.secrets.masterKey)) return true;
    throw unauthorized('Incorrect master key provided. The admin API is opened by the master key only.');
  }

  private async admitCaller(secret: string): Promise<Caller> {
    if (sameSecret(secret, this.secrets.masterKey)) return { kind: 'master_key', name: 'master key' };
    const key = await this.keys.findBySecret(secret);
    if (!key) throw unauthorized('Incorrect API key provided.');
    if (key.blocked) throw unauthorized('This API key has been blocked.', 'key_blocked');
    if (key.expiresAt && key.expiresAt.getTime() <= Date.now()) {
      throw unauthorized(`This API key expired at ${key.expiresAt.toISOString()}.`, 'key_expired');
    }
    return { kind: 'virtual_key', keyId: key.id, name: key.name, models: key.models };
  }
}

function bearerToken(authorization: string | undefined): string {
  const token = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
  if (token) return token;
  throw unauthorized(
    "You didn't provide an API key. Send it in an Authorization header using Bearer auth (Authorization: Bearer YOUR_KEY).",
  );
}

function unauthorized(message: string, code = 'invalid_api_key'): GatewayError {
  return new GatewayError({ status: 401, message, code, headers: { 'www-authenticate': 'Bearer' } });
}
