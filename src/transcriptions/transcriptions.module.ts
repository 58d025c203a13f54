import { Module } from '@nestjs/common';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.schema.js';
import { translationOf } from '../config/translation.js';
import { CLOCK, type Clock } from '../http/clock.js';
import { ClockModule } from '../http/clock.module.js';
import { LoggingModule } from '../logging/logging.module.js';
import { Catalogue } from '../models/catalogue.js';
import { ModelsModule } from '../models/models.module.js';
import { ChatTranslationClient } from '../providers/chat-translation/chat-translation.client.js';
import { ProviderHttp } from '../providers/provider-http.js';
import { ProvidersModule } from '../providers/providers.module.js';
import { RecordingFetcher } from '../providers/url-fetch/recording-fetcher.js';
import { RANDOM } from '../routing/random.js';
import { RoutingModule } from '../routing/routing.module.js';
import type { Sleep } from '../domain/sleep.js';
import { SLEEP } from '../routing/sleep.js';
import { UploadsModule } from '../uploads/uploads.module.js';
import { AudioController } from './audio.controller.js';
import { RecordingByAddress } from './recording-by-address/recording-by-address.js';
import { TranscriptionsService } from './transcriptions.service.js';
import { TranscriptTranslator } from './two-step-translation/transcript-translator.js';
import { TwoStepTranslation } from './two-step-translation/two-step-translation.js';
import { TranslationStep } from './two-step-translation/translation-step.js';

/** OpenAI's audio API. */
@Module({
  imports: [ClockModule, ProvidersModule, UploadsModule, ModelsModule, RoutingModule, LoggingModule],
  controllers: [AudioController],
  providers: [
    TranscriptionsService,
    RecordingByAddress,
    TwoStepTranslation,
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
  const translator = new TranscriptTranslator({ client, model, limits, sleep, clock, random });
  return new TranslationStep({ translator, name: model, price });
}
