import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.js';
import { ReadOnlyPool } from '../database/read-only-pool.js';
import { readOnlyPool } from '../database/read-only-pool.provider.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { ModelsModule } from '../models/models.module.js';
import { CURRENT_DATE, systemDate } from '../pricing/current-date.js';
import { ProvidersModule } from '../providers/providers.module.js';
import { SpeechModule } from '../speech/speech.module.js';
import { TranscriptionsModule } from '../transcriptions/transcriptions.module.js';
import { Replacements } from './replacements.js';
import { RetirementsAdminController } from './retirements.admin.controller.js';
import { RetirementsRepository } from './retirements.repository.js';
import { RetirementsService } from './retirements.service.js';

/** Models that end. */
@Module({
  imports: [DatabaseModule, LedgerModule, ModelsModule, ProvidersModule, SpeechModule, TranscriptionsModule],
  controllers: [RetirementsAdminController],
  providers: [
    Replacements,
    RetirementsRepository,
    RetirementsService,
    { provide: CURRENT_DATE, useValue: systemDate },
    readOnlyPool(ReadOnlyPool, { connections: 1, applicationName: 'auricle retirements' }),
  ],
})
export class RetirementsModule {}
