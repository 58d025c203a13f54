import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.js';
import { LedgerRepository } from './ledger/ledger.repository.js';
import { LedgerWriter } from './ledger/ledger.writer.js';
import { LogsAdminController } from './ledger/logs.admin.controller.js';
import { LogsService } from './ledger/logs.service.js';
import { TranscriptPolicy } from './ledger/transcript-policy.js';

/** The ledger: one row for every request that passed authentication. */
@Module({
  imports: [DatabaseModule],
  controllers: [LogsAdminController],
  providers: [LedgerRepository, LedgerWriter, LogsService, TranscriptPolicy],
  exports: [LedgerWriter],
})
export class LoggingModule {}
