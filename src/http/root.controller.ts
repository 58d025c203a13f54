import { Controller, Get, Redirect } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { AllowAccess } from './access.js';

/** Who opens the gateway's address in a browser is led to the dashboard. */
@ApiExcludeController()
@AllowAccess('public')
@Controller()
export class RootController {
  @Get()
  @Redirect('/ui/', 302)
  lead(): void {
    return;
  }
}
