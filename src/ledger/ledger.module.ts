import { Module, type FactoryProvider } from '@nestjs/common';
import { DATABASE_URL, SETTINGS, WORK_FOLDER } from '../config/config.module.js';
import type { Settings } from '../config/settings.schema.js';
import { readOnlyPool } from '../database/read-only-pool.provider.js';
import { SqlConnection } from '../database/sql-connection.js';
import { ClockModule } from '../http/clock.module.js';
import { HttpModule } from '../http/http.module.js';
import { DatabaseModule } from '../database/database.module.js';
import { FeedbackRepository } from './feedback/feedback.repository.js';
import { LogFeedbackReader } from './feedback/log-feedback.js';
import { CLOSING_CONNECTION, ClosedDaysRepository } from './rollups/closed-days.repository.js';
import { DayCloser } from './rollups/day-closer.js';
import { LedgerListeners } from './writer/ledger-listeners.js';
import { LEDGER_CONNECTION, LedgerRepository } from './writer/ledger.repository.js';
import { LOGS_POOL, LogsRepository } from './logs/logs.repository.js';
import { LedgerWriter } from './writer/ledger.writer.js';
import { LogExportService } from './logs/export/log-export.service.js';
import { LogHorizon } from './logs/stream/log-horizon.js';
import { LogStreamService } from './logs/stream/log-stream.service.js';
import { LogsAdminController } from './logs/logs.admin.controller.js';
import { LogsService } from './logs/logs.service.js';
import { Journal } from './journal/journal.js';
import { journalFolderOf } from './journal/left-journals.js';
import { ErasureAdminController } from './erasure/erasure.admin.controller.js';
import { ErasureRepository } from './erasure/erasure.repository.js';
import { ErasureService } from './erasure/erasure.service.js';
import { LedgerKeeper } from './retention/ledger-keeper.js';
import { OutlivedRepository } from './retention/outlived.repository.js';
import { RetentionKeeper } from './retention/retention.keeper.js';
import { RETENTION_CONNECTION, RetentionRepository } from './retention/retention.repository.js';
import { TranscriptPolicy } from './entry/transcript-policy.js';

/** How many questions about logs are answered at once; the others wait. */
const READING = 3;

function connectionOf(token: symbol, name: string): FactoryProvider<SqlConnection> {
  return {
    provide: token,
    inject: [DATABASE_URL, SETTINGS],
    useFactory: (url: string, { database_timeout_seconds: seconds }: Settings) => {
      const patienceMs = Math.max(1000 * seconds, 10_000);
      return new SqlConnection(url, { connectMs: patienceMs, statementMs: patienceMs }, name);
    },
  };
}

/** The ledger: one row for every request that passed authentication, and what people think of the answers. */
@Module({
  imports: [ClockModule, DatabaseModule, HttpModule],
  controllers: [ErasureAdminController, LogsAdminController],
  providers: [
    {
      provide: Journal,
      inject: [WORK_FOLDER, SETTINGS],
      useFactory: (folder: string, { journal_fsync, journal_max_mb }: Settings) =>
        new Journal({
          folder: journalFolderOf(folder),
          fsync: journal_fsync,
          maxBytes: journal_max_mb * 2 ** 20,
        }),
    },

    ClosedDaysRepository,
    DayCloser,
    ErasureRepository,
    ErasureService,
    FeedbackRepository,
    LedgerListeners,
    LedgerKeeper,
    LedgerRepository,
    LedgerWriter,
    LogExportService,
    LogFeedbackReader,
    LogHorizon,
    LogStreamService,
    LogsRepository,
    LogsService,
    OutlivedRepository,
    RetentionKeeper,
    RetentionRepository,
    TranscriptPolicy,
    readOnlyPool(LOGS_POOL, { connections: READING, applicationName: 'auricle logs' }),
    connectionOf(LEDGER_CONNECTION, 'auricle ledger'),
    connectionOf(CLOSING_CONNECTION, 'auricle closing'),
    connectionOf(RETENTION_CONNECTION, 'auricle retention'),
  ],
  exports: [FeedbackRepository, LedgerListeners, LedgerWriter, LogsService, RetentionKeeper],
})
export class LedgerModule {}
