import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { DatabaseModule } from '../database/database.module.js';
import { ClockModule } from '../http/clock.module.js';
import { AccessGuard } from './access.guard.js';
import { VirtualKeysAdminController } from './virtual-keys.admin.controller.js';
import { VirtualKeysRepository } from './virtual-keys.repository.js';
import { VirtualKeysService } from './virtual-keys.service.js';

/** Who may come in: virtual keys, the master key, and the guard in front of every route. */
@Module({
  imports: [DatabaseModule, ClockModule],
  controllers: [VirtualKeysAdminController],
  providers: [VirtualKeysRepository, VirtualKeysService, { provide: APP_GUARD, useClass: AccessGuard }],
})
export class AuthModule {}
