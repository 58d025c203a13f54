import { Body, Controller, Delete, Get, HttpCode, Post, Req, Res, UseGuards, UseInterceptors } from '@nestjs/common';
import { ApiCookieAuth, ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { AllowAccess } from '../../http/access.js';
import { ApiAnswers } from '../../http/openapi/api-answers.js';
import { clearSessionCookie, giveSessionCookie } from './session-cookie.js';
import { sessionSchema, signInSchema, type SessionView, type SignIn } from './session.schema.js';
import { noSession, SessionsService } from './sessions.service.js';
import { SignInBodyInterceptor } from './sign-in-body.interceptor.js';
import { SignInGuard } from './sign-in.guard.js';

/** Signing in to the dashboard, and out. Each route decides itself who may call it: whoever has a key, or the cookie. */
@ApiTags('Sessions')
@AllowAccess('public')
@Controller('admin/v1/session')
export class SessionController {
  constructor(private readonly sessions: SessionsService) {}

  @Post()
  @UseGuards(SignInGuard)
  @UseInterceptors(SignInBodyInterceptor)
  @ApiOperation({
    operationId: 'signIn',
    summary: 'Sign in to the dashboard with a key; the answer sets the cookie',
    description:
      'The cookie is `__Host-auricle_session`, or `auricle_session` over plain http on the machine itself. It is for the pages of this gateway; everybody else sends the key with each request.',
  })
  @ApiAnswers({ 201: sessionSchema, errors: [400, 401, 403, 408, 409, 413] })
  async signIn(
    @Body({ schema: signInSchema }) { key }: SignIn,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SessionView> {
    const { secret, session } = await this.sessions.signIn(key, request);
    giveSessionCookie(request, response, secret, this.sessions.lifeMs);
    return this.sessions.present(session, request);
  }

  @Get()
  @ApiCookieAuth('session')
  @ApiOperation({ operationId: 'getSession', summary: 'Who is signed in, and what they may do' })
  @ApiAnswers({ 200: sessionSchema, errors: [401, 403] })
  async get(@Req() request: Request): Promise<SessionView> {
    const session = await this.sessions.presented(request);
    if (!session) throw noSession();
    this.sessions.noteUse(session.row);
    return this.sessions.present(session, request);
  }

  @Delete()
  @HttpCode(204)
  @ApiOperation({ operationId: 'signOut', summary: 'End the session; without one there is nothing to do' })
  @ApiNoContentResponse({ description: 'Success' })
  @ApiAnswers({ errors: [403, 503] })
  async signOut(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<void> {
    await this.sessions.signOut(request, () => clearSessionCookie(request, response));
  }
}
