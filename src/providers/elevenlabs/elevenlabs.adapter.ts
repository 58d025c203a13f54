import { z } from 'zod';
import type { Capabilities } from '../../domain/capabilities.js';
import type { SentOptions } from '../../domain/surcharge.js';
import type { ReportedResult } from '../../domain/transcription.js';
import type { ZeroRetentionFacts } from '../../domain/zero-retention.js';
import { MultipartBody } from '../multipart-body.js';
import type { CallToEncode, ProviderAdapter, ProviderCall, ProviderFactory } from '../provider-adapter.js';
import type { ProviderEnvironment } from '../provider-environment.js';
import type { ProviderHttp } from '../provider-http.js';
import { decodeAnswer } from './elevenlabs-answer.js';
import { errorFromResponse } from './elevenlabs-errors.js';
import { encodeForm } from './elevenlabs-form.js';
import { elevenLabsCapabilities, elevenLabsModels } from './elevenlabs.models.js';
import { rootOf } from '../api-base.js';
import type { Speaking } from '../speaking.js';
import { voicesSetting } from '../voices.setting.js';
import { elevenLabsPrices } from './elevenlabs.prices.js';
import { elevenLabsSpeech } from './elevenlabs-speech.js';

/** What the operator decides for a deployment. */
export const elevenLabsSettingsSchema = z.strictObject({
  /**
   * `false` is ElevenLabs' zero retention mode: neither audio nor transcript is kept. On by default, because ElevenLabs
   * grants zero retention only to enterprise customers and refuses the request of everybody else.
   */
  enable_logging: z.boolean().default(true),
  voices: voicesSetting,
});
type ElevenLabsSettings = z.infer<typeof elevenLabsSettingsSchema>;

/** The key as in elevenlabs-js 2.73 and LiteLLM, then as in its first clients; the base URL as in LiteLLM only, then by the usual name. */
const environment: ProviderEnvironment = {
  api_key: ['ELEVENLABS_API_KEY', 'ELEVEN_API_KEY'],
  api_base: ['ELEVENLABS_API_BASE', 'ELEVENLABS_BASE_URL'],
};

/**
 * ElevenLabs Scribe. Where the data must stay in a region, the base URL is
 * `https://api.eu.residency.elevenlabs.io/v1` and the like.
 * Source: https://elevenlabs.io/docs/api-reference/speech-to-text/convert; not verified against the live service.
 */
export class ElevenLabsAdapter implements ProviderAdapter<ElevenLabsSettings> {
  readonly provider = 'elevenlabs';
  readonly title = 'ElevenLabs';
  readonly settings = elevenLabsSettingsSchema;
  readonly needsApiKey = true;
  readonly defaultApiBase = 'https://api.elevenlabs.io/v1';
  readonly apiBaseForm = { endpoints: /\/(?:speech-to-text|text-to-speech)$/i };
  readonly environment = environment;
  readonly prefixes = [{ name: 'elevenlabs' }];
  readonly prices = elevenLabsPrices;
  readonly zeroRetention: ZeroRetentionFacts<ElevenLabsSettings> = {
    audio_transcription: {
      kind: 'on_request',
      settings: { enable_logging: false },
      source: 'elevenlabs.io/docs/eleven-api/resources/zero-retention-mode',
    },
    audio_speech: {
      kind: 'on_request',
      settings: { enable_logging: false },
      source: 'elevenlabs.io/docs/eleven-api/resources/zero-retention-mode',
    },
  };
  readonly knownModels = elevenLabsModels;
  // What speaks is called `eleven_multilingual_v2` and the like.
  readonly isSpeechModel = (upstreamModel: string): boolean => !/^(?:eleven|music)_|tts/i.test(upstreamModel);

  readonly speech: Speaking<ElevenLabsSettings>;

  constructor(private readonly http: ProviderHttp) {
    this.speech = elevenLabsSpeech(http, this.defaultApiBase);
  }

  capabilities(upstreamModel: string): Capabilities {
    return elevenLabsCapabilities(upstreamModel);
  }

  sentOptions({ request, upstreamModel }: CallToEncode<ElevenLabsSettings>): SentOptions {
    return encodeForm(request, upstreamModel).options;
  }

  async transcribe(call: ProviderCall<ElevenLabsSettings>): Promise<ReportedResult> {
    const { request, apiKey, apiBase = this.defaultApiBase } = call;
    const { parts, options } = encodeForm(request, call.upstreamModel);
    const response = await this.http.request({
      // LiteLLM and ElevenLabs' own clients leave the version out.
      url: `${rootOf(apiBase, '/v1')}/v1/speech-to-text${call.settings.enable_logging ? '' : '?enable_logging=false'}`,
      headers: { accept: 'application/json', ...(apiKey && { 'xi-api-key': apiKey }) },
      body: new MultipartBody(parts),
      signal: call.signal,
    });
    if (response.status < 200 || response.status > 299) throw errorFromResponse(response, apiKey);
    return decodeAnswer(response, options, { logprobs: request.include.includes('logprobs') }, apiKey);
  }
}

/** Registered in `provider-list.ts`. */
export const elevenLabs: ProviderFactory<ElevenLabsSettings> = (http) => new ElevenLabsAdapter(http);
