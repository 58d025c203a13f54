import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.js';
import { ClockModule } from '../http/clock.module.js';
import { Privacies } from './privacies.service.js';

/** What is kept of requests, and for how long. */
@Module({
  imports: [DatabaseModule, ClockModule],
  providers: [Privacies],
  exports: [Privacies],
})
export class PrivacyModule {}
