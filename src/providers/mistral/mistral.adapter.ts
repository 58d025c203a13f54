import { z } from 'zod';
import type { TranscriptionEvent, ReportedResult } from '../../domain/transcription.js';
import type { ZeroRetentionFacts } from '../../domain/zero-retention.js';
import type { ChatAnswer, ChatCall, ChatEvent } from '../chat-call.js';
import { isJson } from '../answer-body.js';
import { MultipartBody } from '../multipart-body.js';
import { OpenAiChatClient } from '../openai-compatible/openai-chat.js';
import { eventsOf } from '../openai-compatible/openai-stream.js';
import type { ProviderAdapter, ProviderCall, ProviderFactory } from '../provider-adapter.js';
import type { ProviderEnvironment } from '../provider-environment.js';
import type { ProviderHttp, ProviderResponse } from '../provider-http.js';
import type { ResponseBody } from '../response-body.js';
import { MISTRAL_API_BASE } from './mistral.address.js';
import { mistralChat } from './mistral.chat.js';
import { readAnswer } from './mistral-answer.js';
import { mistralError } from './mistral-errors.js';
import { askMistral, type MistralAsk } from './mistral-request.js';
import { translateEvents } from './mistral-stream.js';
import { mistralCapabilities, mistralModels } from './mistral.models.js';
import { isNamedForSpeech } from '../model-names.js';
import { rootOf } from '../api-base.js';
import type { Speaking } from '../speaking.js';
import { voicesSetting } from '../voices.setting.js';
import { mistralPrices } from './mistral.prices.js';
import { mistralSpeech } from './mistral-speech.js';

/** What the operator decides for a deployment; what Mistral keeps is decided in the account. */
const mistralSettingsSchema = z.strictObject({ voices: voicesSetting });
export type MistralSettings = z.infer<typeof mistralSettingsSchema>;

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
  readonly defaultApiBase = MISTRAL_API_BASE;
  readonly environment = environment;
  readonly prefixes = [{ name: 'mistral' }];
  readonly prices = mistralPrices;
  readonly zeroRetention: ZeroRetentionFacts<MistralSettings> = {
    audio_transcription: { kind: 'by_contract', source: 'docs.mistral.ai/admin/monitor-comply/zero-data-retention' },
    audio_speech: { kind: 'by_contract', source: 'docs.mistral.ai/admin/monitor-comply/zero-data-retention' },
    chat: { kind: 'by_contract', source: 'docs.mistral.ai/admin/monitor-comply/zero-data-retention' },
  };
  readonly knownModels = Object.keys(mistralModels);
  readonly isSpeechModel = isNamedForSpeech;
  readonly capabilities = mistralCapabilities;
  readonly chatCapabilities = mistralChat.capabilities;
  private readonly chats: OpenAiChatClient<unknown>;

  readonly speech: Speaking<MistralSettings>;

  constructor(private readonly http: ProviderHttp) {
    this.speech = mistralSpeech(http, this.defaultApiBase);
    this.chats = new OpenAiChatClient(http, mistralChat);
  }

  /** Those that are not made for transcripts alone. */
  alsoChats(upstreamModel: string): boolean {
    return /^voxtral-small-(?!transcribe)/i.test(upstreamModel);
  }

  async transcribe(call: ProviderCall<MistralSettings>): Promise<ReportedResult> {
    const ask = askMistral(call.request, call.upstreamModel, false);
    return this.readWhole(await this.send(call, ask), ask, call);
  }

  async *stream(call: ProviderCall<MistralSettings>): AsyncGenerator<TranscriptionEvent> {
    const ask = askMistral(call.request, call.upstreamModel, true);
    const response = await this.send(call, ask);
    // Not a stream: what went wrong instead, or all of it at once.
    if (isJson(response)) yield* eventsOf(await this.readWhole(response, ask, call));
    else yield* translateEvents(response, call.apiKey);
  }

  private async readWhole(
    response: ProviderResponse<ResponseBody>,
    { isTimed }: MistralAsk,
    { apiKey }: ProviderCall<MistralSettings>,
  ): Promise<ReportedResult> {
    return readAnswer({ ...response, body: await response.body.bytes() }, isTimed, apiKey);
  }

  chat(call: ChatCall): Promise<ChatAnswer> {
    return this.chats.complete(call);
  }

  chatStream(call: ChatCall): AsyncIterable<ChatEvent> {
    return this.chats.stream(call);
  }

  /** The answer's head when it is a success, its error otherwise. */
  private async send(
    { apiBase = MISTRAL_API_BASE, apiKey, signal }: ProviderCall<MistralSettings>,
    { parts }: MistralAsk,
  ): Promise<ProviderResponse<ResponseBody>> {
    const response = await this.http.open({
      // Mistral's own clients leave the version out.
      url: `${rootOf(apiBase, '/v1')}/v1/audio/transcriptions`,
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
