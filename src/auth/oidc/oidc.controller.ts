import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { SETTINGS } from '../../config/config.module.js';
import type { Settings } from '../../config/settings.schema.js';
import { GatewayError } from '../../domain/errors.js';
import { AllowAccess } from '../../http/access.js';
import { ApiAnswers } from '../../http/openapi/api-answers.js';
import { SecretBox } from '../../models/credentials/secret-box.js';
import { giveSessionCookie } from '../sessions/session-cookie.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { requirePrivacy } from '../sessions/sign-in.guard.js';
import { OidcIssuers } from './oidc-issuers.js';
import { OidcSignIn } from './oidc-sign-in.service.js';
import { identityProvidersSchema, issuerIdSchema } from './oidc.schema.js';
import { safeReturnTo, withRefusal } from './return-to.js';
import { clearFlow, flowIn, giveFlow } from './sign-in-flow.js';

const REFUSED = 'Browsers that are refused are led to the sign-in page, which says why; others get the error.';

/** Signing in to the dashboard by OpenID Connect. Browsers come by following links. */
@ApiTags('Sessions')
@AllowAccess('public')
@Controller('admin/v1/session/oidc')
export class OidcController {
  constructor(
    private readonly issuers: OidcIssuers,
    private readonly oidc: OidcSignIn,
    private readonly sessions: SessionsService,
    private readonly box: SecretBox,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'allow_insecure_sign_in'>,
  ) {}

  @Get()
  @ApiOperation({ operationId: 'listIdentityProviders', summary: 'By whom people may sign in, beside with keys' })
  @ApiAnswers({ 200: identityProvidersSchema, errors: [] })
  list(): z.infer<typeof identityProvidersSchema> {
    return { object: 'list', data: this.issuers.all.map(({ id, name }) => ({ id, name })) };
  }

  @Get(':issuer')
  @ApiOperation({
    operationId: 'beginOidcSignIn',
    summary: 'Lead a browser to an identity provider',
    description: REFUSED,
  })
  @ApiQuery({
    name: 'return_to',
    required: false,
    type: String,
    example: '/ui/logs',
    description: 'Page of the dashboard to be led to afterwards; whatever else it is means `/ui/`',
  })
  @ApiResponse({ status: 303, description: 'To the provider; or to the sign-in page' })
  @ApiAnswers({ errors: [400, 404, 503] })
  async begin(
    @Param('issuer', { schema: issuerIdSchema }) issuer: string,
    @Query() query: Record<string, unknown>,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const returnTo = safeReturnTo(query['return_to']);
    try {
      requirePrivacy(request, this.settings);
      const { flow, url } = await this.oidc.begin(issuer, returnTo, request);
      giveFlow(request, response, this.box, flow);
      response.redirect(303, url.href);
    } catch (error) {
      turnAway(error, returnTo, request, response);
    }
  }

  @Get(':issuer/callback')
  @ApiOperation({
    operationId: 'finishOidcSignIn',
    summary: 'Where an identity provider sends a browser back',
    description: REFUSED,
  })
  @ApiResponse({ status: 303, description: 'Signed in, to the page that was asked for; or to the sign-in page' })
  @ApiAnswers({ errors: [400, 403, 404, 429, 503] })
  async finish(
    @Param('issuer', { schema: issuerIdSchema }) issuer: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const [, query = ''] = /^[^?]*\?(.*)$/s.exec(request.url) ?? [];
    const state = new URLSearchParams(query).get('state') ?? '';
    const flow = flowIn(request, this.box, state);
    const returnTo = safeReturnTo(flow?.returnTo);
    try {
      requirePrivacy(request, this.settings);
      clearFlow(request, response, state);
      const { secret } = await this.oidc.finish(issuer, flow, query, request);
      giveSessionCookie(request, response, secret, this.sessions.lifeMs);
      response.redirect(303, returnTo);
    } catch (error) {
      turnAway(error, returnTo, request, response);
    }
  }
}

/** Leads a browser to the sign-in page, which says what to do. @throws what was thrown, for others and where nobody has foreseen it */
function turnAway(error: unknown, returnTo: string, { headers, requestId }: Request, response: Response): void {
  const isForPeople = error instanceof GatewayError && error.code !== null && headers.accept?.includes('text/html');
  if (!isForPeople) throw error;
  response.redirect(303, withRefusal(returnTo, error.code, requestId));
}
