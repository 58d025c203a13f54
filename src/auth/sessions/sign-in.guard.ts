import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { SETTINGS } from '../../config/config.module.js';
import type { Settings } from '../../config/settings.schema.js';
import { GatewayError } from '../../domain/errors.js';
import { isOfBrowser, isToThisMachine, requireOwnPage } from './own-page.js';

/** Decides before the key is read whether it may be sent in this way at all. */
@Injectable()
export class SignInGuard implements CanActivate {
  constructor(@Inject(SETTINGS) private readonly settings: Pick<Settings, 'allow_insecure_sign_in'>) {}

  /** @throws GatewayError 403 for a page of somebody else, 400 where others could listen */
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    if (isOfBrowser(request)) requireOwnPage(request);
    requirePrivacy(request, this.settings);
    return true;
  }
}

/** @throws GatewayError 400 where others could listen */
export function requirePrivacy(
  request: Pick<Request, 'headers' | 'clientScheme'>,
  { allow_insecure_sign_in }: Pick<Settings, 'allow_insecure_sign_in'>,
): void {
  if (request.clientScheme === 'https' || isToThisMachine(request) || allow_insecure_sign_in) return;
  throw new GatewayError({
    status: 400,
    message:
      'Signing in needs https: put a proxy with TLS in front of the gateway, name its address in TRUSTED_PROXIES and have it ' +
      'send X-Forwarded-Proto. On the machine itself http://localhost will do; ALLOW_INSECURE_SIGN_IN=true allows it everywhere.',
    code: 'https_required',
  });
}
