import { Controller, Get, Redirect } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { AllowAccess } from './access.js';

/** Who opens the gateway's address in a browser is led to what can be seen there. */
@ApiExcludeController()
@AllowAccess('public')
@Controller()
export class RootController {
  @Get()
  @Redirect('/docs', 302)
  lead(): void {
    return;
  }
}
