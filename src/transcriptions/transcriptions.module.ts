import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { BudgetsModule } from '../budgets/budgets.module.js';
import { PrivacyModule } from '../privacy/privacy.module.js';
import { LimitsModule } from '../limits/limits.module.js';
import { RedactionModule } from '../redaction/redaction.module.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.schema.js';
import { translationOf } from '../config/translation.js';
import { DatabaseModule } from '../database/database.module.js';
import { CLOCK, type Clock } from '../http/clock.js';
import { ClockModule } from '../http/clock.module.js';
import { FfmpegModule } from '../ffmpeg/ffmpeg.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { Catalogue } from '../models/catalogue.js';
import { ModelsModule } from '../models/models.module.js';
import type { Cost } from '../pricing/cost.js';
import { ChatTranslationClient } from '../providers/chat-translation/chat-translation.client.js';
import { ProviderHttp } from '../providers/provider-http.js';
import { ProvidersModule } from '../providers/providers.module.js';
import { RecordingFetcher } from '../providers/url-fetch/recording-fetcher.js';
import { RANDOM } from '../routing/random.js';
import { RoutingModule } from '../routing/routing.module.js';
import type { Bill } from '../domain/bill.js';
import type { Sleep } from '../domain/sleep.js';
import { SLEEP } from '../routing/sleep.js';
import { PricingModule } from '../pricing/pricing.module.js';
import { ServingModule } from '../serving/serving.module.js';
import { SpeechWriter } from '../serving/speech-writer.js';
import { UploadsModule } from '../uploads/uploads.module.js';
import { AudioController } from './audio.controller.js';
import { AnswerCache } from './cache/answer-cache.js';
import { AnswerCacheRepository } from './cache/answer-cache.repository.js';
import { CacheAdminController } from './cache/cache.admin.controller.js';
import { CacheSweeper } from './cache/cache-sweeper.js';
import { TranscriptionCosts } from './candidates/transcription-costs.js';
import { TranscriptionPlanner } from './candidates/transcription-planner.js';
import { RecordingByAddress } from './recording-by-address/recording-by-address.js';
import { Transcoder } from './transcoding/transcoder.js';
import { Transcoding } from './transcoding/transcoding.js';
import { TranscriptionWriter } from './transcription-writer.js';
import { TranscriptionsService } from './transcriptions.service.js';
import { TranscriptTranslator } from './two-step-translation/transcript-translator.js';
import { TwoStepTranslation } from './two-step-translation/two-step-translation.js';
import { costOfTranslation } from './two-step-translation/translation-cost.js';
import { TranslationStep } from './two-step-translation/translation-step.js';

/** OpenAI's audio API. */
@Module({
  imports: [
    DatabaseModule,
    AuthModule,
    BudgetsModule,
    PrivacyModule,
    LimitsModule,
    RedactionModule,
    ClockModule,
    ProvidersModule,
    UploadsModule,
    ModelsModule,
    RoutingModule,
    LedgerModule,
    PricingModule,
    ServingModule,
    FfmpegModule,
  ],
  controllers: [AudioController, CacheAdminController],
  providers: [
    TranscriptionsService,
    TranscriptionPlanner,
    TranscriptionCosts,
    AnswerCache,
    AnswerCacheRepository,
    CacheSweeper,
    RecordingByAddress,
    Transcoder,
    Transcoding,
    TwoStepTranslation,
    { provide: SpeechWriter, useClass: TranscriptionWriter },
    {
      provide: RecordingFetcher,
      inject: [SETTINGS],
      useFactory: ({ url_fetch_allowed_hosts }: Settings) => new RecordingFetcher(url_fetch_allowed_hosts),
    },
    {
      provide: TranslationStep,
      inject: [SETTINGS, ProviderHttp, Catalogue, CLOCK, RANDOM, SLEEP],
      useFactory: translationStep,
    },
  ],
  exports: [SpeechWriter, TranscriptionPlanner],
})
export class TranscriptionsModule {}

function translationStep(
  settings: Settings,
  http: ProviderHttp,
  catalogue: Catalogue,
  clock: Clock,
  random: () => number,
  sleep: Sleep,
): TranslationStep {
  const translation = translationOf(settings);
  if (!translation) return new TranslationStep(undefined);
  const { model, price } = translation;
  const client = new ChatTranslationClient(http, translation);
  const limits = () => catalogue.routing;
  const costOf = (bill: Bill): Cost => costOfTranslation(price, bill, model);
  return new TranslationStep(new TranscriptTranslator({ client, model, costOf, limits, sleep, clock, random }));
}
