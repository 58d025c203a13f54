import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.js';
import { ClockModule } from '../http/clock.module.js';
import { Redactions } from './redactions.service.js';

/** What is masked in transcripts. */
@Module({
  imports: [DatabaseModule, ClockModule],
  providers: [Redactions],
  exports: [Redactions],
})
export class RedactionModule {}
