import { z } from 'zod';
import type { TranscriptionEvent, TranscriptionResult } from '../../domain/transcription.js';
import { MultipartBody } from '../multipart-body.js';
import type { ProviderAdapter, ProviderCall, ProviderFactory } from '../provider-adapter.js';
import type { ProviderEnvironment } from '../provider-environment.js';
import type { ProviderHttp, ProviderResponse } from '../provider-http.js';
import type { ResponseBody } from '../response-body.js';
import { readAnswer } from './mistral-answer.js';
import { mistralError } from './mistral-errors.js';
import { askMistral, type MistralAsk } from './mistral-request.js';
import { translateEvents } from './mistral-stream.js';
import { mistralCapabilities, mistralModels } from './mistral.models.js';
import { mistralPrices } from './mistral.prices.js';

/** Mistral takes no settings: what it keeps is decided in the account, not in the request. */
const mistralSettingsSchema = z.strictObject({});
export type MistralSettings = z.infer<typeof mistralSettingsSchema>;

const DEFAULT_API_BASE = 'https://api.mistral.ai/v1';

/** The key as in mistralai 2.7 and LiteLLM; the base URL as in LiteLLM only. */
const environment: ProviderEnvironment = { api_key: ['MISTRAL_API_KEY'], api_base: ['MISTRAL_API_BASE'] };

/**
 * Mistral's Voxtral: an endpoint that resembles OpenAI's, with another spelling of arrays, answers and events.
 * Source: Mistral's OpenAPI document and https://docs.mistral.ai/studio-api/audio/speech_to_text/offline_transcription;
 * not verified against the live service
 */
export class MistralAdapter implements ProviderAdapter<MistralSettings> {
  readonly provider = 'mistral';
  readonly title = 'Mistral';
  readonly settings = mistralSettingsSchema;
  readonly needsApiKey = true;
  readonly defaultApiBase = DEFAULT_API_BASE;
  readonly environment = environment;
  readonly prefixes = [{ name: 'mistral' }];
  readonly prices = mistralPrices;
  readonly knownModels = Object.keys(mistralModels);
  readonly capabilities = mistralCapabilities;

  constructor(private readonly http: ProviderHttp) {}

  async transcribe(call: ProviderCall<MistralSettings>): Promise<TranscriptionResult> {
    const ask = askMistral(call.request, call.upstreamModel, false);
    const response = await this.send(call, ask);
    return readAnswer({ ...response, body: await response.body.bytes() }, ask.isTimed);
  }

  async *stream(call: ProviderCall<MistralSettings>): AsyncGenerator<TranscriptionEvent> {
    const ask = askMistral(call.request, call.upstreamModel, true);
    yield* translateEvents(await this.send(call, ask), call.apiKey);
  }

  /** The answer's head when it is a success, its error otherwise. */
  private async send(
    { apiBase = DEFAULT_API_BASE, apiKey, signal }: ProviderCall<MistralSettings>,
    { parts }: MistralAsk,
  ): Promise<ProviderResponse<ResponseBody>> {
    const response = await this.http.open({
      url: `${apiBase.replace(/\/+$/, '')}/audio/transcriptions`,
      headers: { accept: '*/*', ...(apiKey && { authorization: `Bearer ${apiKey}` }) },
      body: new MultipartBody(parts),
      signal,
    });
    if (response.status >= 200 && response.status < 300) return response;
    throw mistralError({ ...response, body: await response.body.bytes() }, apiKey);
  }
}

/** Registered in `provider-list.ts`. */
export const mistral: ProviderFactory<MistralSettings> = (http) => new MistralAdapter(http);
