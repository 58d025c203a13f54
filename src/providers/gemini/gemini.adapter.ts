import { z } from 'zod';
import type { Capabilities } from '../../domain/capabilities.js';
import { ProviderError } from '../../domain/errors.js';
import type { TranscriptionEvent, TranscriptionResult } from '../../domain/transcription.js';
import { parseJson } from '../answer-body.js';
import type { ProviderAdapter, ProviderCall, ProviderFactory } from '../provider-adapter.js';
import type { ProviderEnvironment } from '../provider-environment.js';
import type { ProviderHttp, ProviderResponse } from '../provider-http.js';
import type { RequestBody } from '../request-body.js';
import type { ResponseBody } from '../response-body.js';
import { decodeContent, encodeContent } from './gemini-content.js';
import { errorFromResponse } from './gemini-errors.js';
import { decodeInteraction, encodeInteraction } from './gemini-interaction.js';
import { translateChunks } from './gemini-stream.js';
import { contentSchema, interactionSchema } from './gemini.schema.js';
import { geminiModel, geminiModels } from './gemini.models.js';
import { geminiPrices } from './gemini.prices.js';

/** Gemini takes no settings. Whether Google may learn from requests depends on the project: not where billing is on. */
export const geminiSettingsSchema = z.strictObject({});
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
  readonly defaultApiBase = 'https://generativelanguage.googleapis.com';
  readonly environment = environment;
  readonly prefixes = [{ name: 'gemini' }];
  readonly prices = geminiPrices;
  readonly knownModels = Object.keys(geminiModels);

  constructor(private readonly http: ProviderHttp) {}

  capabilities(upstreamModel: string): Capabilities {
    return geminiModel(upstreamModel).capabilities;
  }

  async transcribe(call: Call): Promise<TranscriptionResult> {
    const { request, upstreamModel } = call;
    const model = geminiModel(upstreamModel);
    if (model.api === 'interactions') {
      const body = await encodeInteraction(request, upstreamModel);
      const response = await this.send(call, 'interactions', body, { 'api-revision': API_REVISION });
      return decodeInteraction(await this.read(response, interactionSchema), call.apiKey);
    }
    const response = await this.send(call, methodOf(upstreamModel, 'generateContent'), encodeContent(request, model));
    return decodeContent(await this.read(response, contentSchema));
  }

  /** Only of the general models. */
  async *stream(call: Call): AsyncGenerator<TranscriptionEvent> {
    const { request, upstreamModel, apiKey } = call;
    const method = methodOf(upstreamModel, 'streamGenerateContent?alt=sse');
    const response = await this.send(call, method, encodeContent(request, geminiModel(upstreamModel)));
    yield* translateChunks(response, apiKey);
  }

  /** The answer's head when it is a success, its error otherwise. */
  private async send(
    { apiBase = this.defaultApiBase, apiKey, signal }: Call,
    path: string,
    body: RequestBody,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<ProviderResponse<ResponseBody>> {
    const response = await this.http.open({
      // Google's clients add the version themselves; other people's base URLs have it already.
      url: `${apiBase.replace(/(?:\/v1beta)?\/*$/, '')}/v1beta/${path}`,
      headers: { ...headers, ...(apiKey && { 'x-goog-api-key': apiKey }) },
      body,
      signal,
    });
    if (response.status >= 200 && response.status < 300) return response;
    throw errorFromResponse({ ...response, body: await response.body.bytes() }, apiKey);
  }

  private async read<T>({ status, body }: ProviderResponse<ResponseBody>, schema: z.ZodType<T>): Promise<T> {
    const parsed = schema.safeParse(parseJson(await body.bytes()));
    if (parsed.success) return parsed.data;
    throw new ProviderError('bad_response', `the provider answered ${status} with something else than a transcript`, {
      upstreamStatus: status,
    });
  }
}

/** Registered in `provider-list.ts`. */
export const gemini: ProviderFactory<GeminiSettings> = (http) => new GeminiAdapter(http);

function methodOf(upstreamModel: string, method: string): string {
  return `models/${encodeURIComponent(upstreamModel)}:${method}`;
}
