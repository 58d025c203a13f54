import { z } from 'zod';
import type { Capabilities } from '../../domain/capabilities.js';
import { ProviderError } from '../../domain/errors.js';
import type { TranscriptionEvent, ReportedResult } from '../../domain/transcription.js';
import type { ZeroRetentionFacts } from '../../domain/zero-retention.js';
import type { ChatAnswer, ChatCall, ChatEvent } from '../chat-call.js';
import { isJson, parseJson, property } from '../answer-body.js';
import { OpenAiChatClient } from '../openai-compatible/openai-chat.js';
import { eventsOf } from '../openai-compatible/openai-stream.js';
import type { ProviderAdapter, ProviderCall, ProviderFactory } from '../provider-adapter.js';
import type { ProviderEnvironment } from '../provider-environment.js';
import type { ProviderHttp, ProviderResponse } from '../provider-http.js';
import type { RequestBody } from '../request-body.js';
import type { ResponseBody } from '../response-body.js';
import { GEMINI_API_BASE } from './gemini.address.js';
import { geminiChat } from './gemini.chat.js';
import { decodeContent, encodeContent } from './gemini-content.js';
import { errorFromResponse, errorIn } from './gemini-errors.js';
import { decodeInteraction, encodeInteraction } from './gemini-interaction.js';
import { translateChunks } from './gemini-stream.js';
import { contentSchema, interactionSchema } from './gemini.schema.js';
import { geminiModel, geminiModels } from './gemini.models.js';
import type { Speaking } from '../speaking.js';
import { voicesSetting } from '../voices.setting.js';
import { geminiSpeech } from './gemini-speech.js';
import { geminiPrices } from './gemini.prices.js';
import { geminiUrl } from './gemini.url.js';

/** What the operator decides for a deployment. Whether Google may learn from requests depends on the project: not where billing is on. */
export const geminiSettingsSchema = z.strictObject({ voices: voicesSetting });
export type GeminiSettings = z.infer<typeof geminiSettingsSchema>;

/** The revision of the interactions whose shapes are known here. */
const API_REVISION = '2026-05-20';

type Call = ProviderCall<GeminiSettings>;

/**
 * @google/genai 2.32, then LiteLLM. Both know both keys; the one that can be meant for nothing else comes first.
 */
const environment: ProviderEnvironment = {
  api_key: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
  api_base: ['GOOGLE_GEMINI_BASE_URL', 'GEMINI_API_BASE'],
};

/**
 * Google Gemini by API key: its general models, which transcribe and translate by prompt, and its transcription model,
 * which gives times and speakers.
 * Source: https://ai.google.dev/gemini-api/docs/audio, https://ai.google.dev/gemini-api/docs/transcribe and the types of
 * `@google/genai` 2.32; not verified against the live service.
 */
export class GeminiAdapter implements ProviderAdapter<GeminiSettings> {
  readonly provider = 'gemini';
  readonly title = 'Gemini';
  readonly settings = geminiSettingsSchema;
  readonly needsApiKey = true;
  readonly defaultApiBase = GEMINI_API_BASE;
  readonly apiBaseForm = { endpoints: /\/(?:models|interactions)(?:\/|$)|:\w+$/i };
  readonly environment = environment;
  readonly prefixes = [{ name: 'gemini' }];
  readonly prices = geminiPrices;
  readonly zeroRetention: ZeroRetentionFacts<GeminiSettings> = {
    audio_transcription: { kind: 'by_contract', source: 'ai.google.dev/gemini-api/docs/zdr' },
    audio_speech: { kind: 'by_contract', source: 'ai.google.dev/gemini-api/docs/zdr' },
    chat: { kind: 'by_contract', source: 'ai.google.dev/gemini-api/docs/zdr' },
  };
  readonly knownModels = Object.keys(geminiModels);
  readonly isSpeechModel = isListeningGemini;
  readonly chatCapabilities = geminiChat.capabilities;
  private readonly chats: OpenAiChatClient<unknown>;

  readonly speech: Speaking<GeminiSettings>;

  constructor(private readonly http: ProviderHttp) {
    this.speech = geminiSpeech(http, this.defaultApiBase);
    this.chats = new OpenAiChatClient(http, geminiChat);
  }

  capabilities(upstreamModel: string): Capabilities {
    return geminiModel(upstreamModel).capabilities;
  }

  /** The general models do. */
  alsoChats(upstreamModel: string): boolean {
    return geminiModel(upstreamModel).api === 'generateContent';
  }

  async transcribe(call: Call): Promise<ReportedResult> {
    const { request, upstreamModel } = call;
    const model = geminiModel(upstreamModel);
    if (model.api === 'interactions') {
      const body = await encodeInteraction(request, upstreamModel);
      const response = await this.send(call, 'interactions', body, { 'api-revision': API_REVISION });
      return decodeInteraction(await this.read(response, interactionSchema, call), call.apiKey);
    }
    const response = await this.send(call, methodOf(upstreamModel, 'generateContent'), encodeContent(request, model));
    return decodeContent(await this.read(response, contentSchema, call));
  }

  /** Only of the general models. */
  async *stream(call: Call): AsyncGenerator<TranscriptionEvent> {
    const { request, upstreamModel, apiKey } = call;
    const method = methodOf(upstreamModel, 'streamGenerateContent?alt=sse');
    const response = await this.send(call, method, encodeContent(request, geminiModel(upstreamModel)));
    // Not a stream: what went wrong instead, or all of it at once.
    if (isJson(response)) yield* eventsOf(decodeContent(await this.read(response, contentSchema, call)));
    else yield* translateChunks(response, apiKey);
  }

  chat(call: ChatCall): Promise<ChatAnswer> {
    return this.chats.complete(call);
  }

  chatStream(call: ChatCall): AsyncIterable<ChatEvent> {
    return this.chats.stream(call);
  }

  /** The answer's head when it is a success, its error otherwise. */
  private async send(
    { apiBase = this.defaultApiBase, apiKey, signal }: Call,
    path: string,
    body: RequestBody,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<ProviderResponse<ResponseBody>> {
    const response = await this.http.open({
      url: geminiUrl(apiBase, path),
      headers: { ...headers, ...(apiKey && { 'x-goog-api-key': apiKey }) },
      body,
      signal,
    });
    if (response.status >= 200 && response.status < 300) return response;
    throw errorFromResponse({ ...response, body: await response.body.bytes() }, apiKey);
  }

  private async read<T>(response: ProviderResponse<ResponseBody>, schema: z.ZodType<T>, { apiKey }: Call): Promise<T> {
    const { status } = response;
    const body = await response.body.bytes();
    const json = parseJson(body);
    if (errorIn(json) || property(json, 'detail')) throw errorFromResponse({ ...response, body }, apiKey);
    const parsed = schema.safeParse(json);
    if (parsed.success) return parsed.data;
    throw new ProviderError('bad_response', `the provider answered ${status} with something else than a transcript`, {
      upstreamStatus: status,
    });
  }
}

/** Registered in `provider-list.ts`. */
export const gemini: ProviderFactory<GeminiSettings> = (http) => new GeminiAdapter(http);

/** The general models transcribe by prompt; those that draw, speak, embed or converse live do not. */
function isListeningGemini(upstreamModel: string): boolean {
  return /^gemini-(?!.*(?:embed|image|tts|live|native-audio|robotics|computer-use))/i.test(upstreamModel);
}

function methodOf(upstreamModel: string, method: string): string {
  return `models/${encodeURIComponent(upstreamModel)}:${method}`;
}
