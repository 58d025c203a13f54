import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { BudgetsModule } from '../budgets/budgets.module.js';
import { PrivacyModule } from '../privacy/privacy.module.js';
import { LimitsModule } from '../limits/limits.module.js';
import { RedactionModule } from '../redaction/redaction.module.js';
import { ClockModule } from '../http/clock.module.js';
import { FfmpegModule } from '../ffmpeg/ffmpeg.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { ModelsModule } from '../models/models.module.js';
import { PricingModule } from '../pricing/pricing.module.js';
import { ProvidersModule } from '../providers/providers.module.js';
import { RoutingModule } from '../routing/routing.module.js';
import { ServingModule } from '../serving/serving.module.js';
import { UploadsModule } from '../uploads/uploads.module.js';
import { SpeechCosts } from './candidates/speech-costs.js';
import { SpeechPlanner } from './candidates/speech-planner.js';
import { SpeechController } from './speech.controller.js';
import { SpeechService } from './speech.service.js';

/** OpenAI's speech. */
@Module({
  imports: [
    ClockModule,
    AuthModule,
    BudgetsModule,
    PrivacyModule,
    LimitsModule,
    RedactionModule,
    ProvidersModule,
    UploadsModule,
    ModelsModule,
    RoutingModule,
    LedgerModule,
    PricingModule,
    ServingModule,
    FfmpegModule,
  ],
  controllers: [SpeechController],
  providers: [SpeechService, SpeechPlanner, SpeechCosts],
  exports: [SpeechPlanner],
})
export class SpeechModule {}
