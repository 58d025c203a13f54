import { Module } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.schema.js';
import { translationOf } from '../config/translation.js';
import { CLOCK, type Clock } from '../http/clock.js';
import { LoggingModule } from '../logging/logging.module.js';
import { Catalogue } from '../models/catalogue.js';
import { ModelsModule } from '../models/models.module.js';
import { ChatTranslationClient } from '../providers/chat-translation/chat-translation.client.js';
import { ProviderHttp } from '../providers/provider-http.js';
import { RecordingFetcher } from '../providers/url-fetch/recording-fetcher.js';
import { realSleep } from '../routing/sleep.js';
import { RoutingModule } from '../routing/routing.module.js';
import { UploadsModule } from '../uploads/uploads.module.js';
import { AudioController } from './audio.controller.js';
import { PlanRunner } from './plan-runner.js';
import { TranscriptTranslator } from './transcript-translator.js';
import { TranscriptionsService } from './transcriptions.service.js';
import { TranslationStep, type TranslationModel } from './translation-step.js';

/** OpenAI's audio API. */
@Module({
  imports: [UploadsModule, ModelsModule, RoutingModule, LoggingModule],
  controllers: [AudioController],
  providers: [
    TranscriptionsService,
    PlanRunner,
    {
      provide: RecordingFetcher,
      inject: [SETTINGS],
      useFactory: ({ url_fetch_allowed_hosts }: Settings) => new RecordingFetcher(url_fetch_allowed_hosts),
    },
    {
      provide: TranslationStep,
      inject: [SETTINGS, ProviderHttp, Catalogue, CLOCK],
      useFactory: (settings: Settings, http: ProviderHttp, catalogue: Catalogue, clock: Clock) =>
        new TranslationStep(translationModel(settings, http, catalogue, clock)),
    },
  ],
})
export class TranscriptionsModule {}

function translationModel(
  settings: Settings,
  http: ProviderHttp,
  catalogue: Catalogue,
  clock: Clock,
): TranslationModel | undefined {
  const translation = translationOf(settings);
  if (!translation) return undefined;
  const { model, price } = translation;
  const client = new ChatTranslationClient(http, translation);
  const limits = () => catalogue.routing;
  const translator = new TranscriptTranslator({ client, model, limits, sleep: realSleep, clock, random: Math.random });
  return { translator, name: model, price };
}
