import { All, Controller, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request } from 'express';
import { badRequest } from '../../domain/errors.js';
import { AllowAccess } from '../../http/access.js';

/** LiteLLM's calls for what this gateway does not have. They say so, to everybody, in place of a URL that nobody knows. */
@ApiExcludeController()
@AllowAccess('public')
@Controller()
export class LiteLlmAbsentRoutesController {
  /** @throws GatewayError 400 */
  @All(['team/*path', 'user/*path', 'organization/*path', 'customer/*path', 'budget/*path'])
  refuse(@Req() { path }: Request): never {
    throw badRequest(
      `${path} of LiteLLM is not there: this gateway has keys, teams, models and their spend, and no users, members of teams, ` +
        'organizations, customers or budgets yet',
      null,
      'not_supported',
    );
  }
}
