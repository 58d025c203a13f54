import type { z } from 'zod';
import type { Capabilities } from '../../domain/capabilities.js';
import { ProviderError } from '../../domain/errors.js';
import type { TranscriptionEvent, TranscriptionResult } from '../../domain/transcription.js';
import { MultipartBody } from '../multipart-body.js';
import type { ProviderAdapter, ProviderCall, ProviderEnvironment } from '../provider-adapter.js';
import type { ProviderHttp, ProviderResponse } from '../provider-http.js';
import type { ResponseBody } from '../response-body.js';
import { decodeAnswer } from './openai-answer.js';
import { errorFromResponse } from './openai-errors.js';
import { encodeRequest } from './openai-request.js';
import { isHtml, isJson } from '../answer-body.js';
import { eventsOf, relayEvents } from './openai-stream.js';

/** What tells one provider that speaks OpenAI's protocol from another. */
export interface OpenAiDialect<Settings> {
  readonly provider: string;
  readonly settings: z.ZodType<Settings>;
  readonly needsApiKey: boolean;
  readonly defaultApiBase?: string;
  readonly environment?: ProviderEnvironment;
  readonly knownModels: readonly string[];
  /** Whether any of its models can answer event by event. */
  readonly streams: boolean;
  capabilities(upstreamModel: string, settings?: Settings): Capabilities;
  /** Request headers that the settings ask for. */
  headers?(settings: Settings): Readonly<Record<string, string>>;
}

/** The adapter of every provider that speaks OpenAI's audio protocol; the providers differ in data only. */
export class OpenAiProtocolAdapter<Settings> implements ProviderAdapter<Settings> {
  readonly provider: string;
  readonly settings: z.ZodType<Settings>;
  readonly needsApiKey: boolean;
  readonly defaultApiBase?: string;
  readonly environment?: ProviderEnvironment;
  readonly knownModels: readonly string[];
  readonly stream?: (call: ProviderCall<Settings>) => AsyncIterable<TranscriptionEvent>;

  constructor(
    private readonly http: ProviderHttp,
    private readonly dialect: OpenAiDialect<Settings>,
  ) {
    this.provider = dialect.provider;
    this.settings = dialect.settings;
    this.needsApiKey = dialect.needsApiKey;
    this.defaultApiBase = dialect.defaultApiBase;
    this.environment = dialect.environment;
    this.knownModels = dialect.knownModels;
    if (dialect.streams) this.stream = (call) => this.relay(call);
  }

  capabilities(upstreamModel: string, settings?: Settings): Capabilities {
    return this.dialect.capabilities(upstreamModel, settings);
  }

  async transcribe(call: ProviderCall<Settings>): Promise<TranscriptionResult> {
    return this.readWhole(await this.send(call, false), call);
  }

  private async *relay(call: ProviderCall<Settings>): AsyncGenerator<TranscriptionEvent> {
    const response = await this.send(call, true);
    if (isJson(response) || isHtml({ headers: response.headers, body: Buffer.alloc(0) })) {
      yield* eventsOf(await this.readWhole(response, call));
    } else {
      yield* relayEvents(response, call.apiKey);
    }
  }

  private async readWhole(
    response: ProviderResponse<ResponseBody>,
    { request, upstreamFormat }: ProviderCall<Settings>,
  ): Promise<TranscriptionResult> {
    const formats = { requested: request.responseFormat, upstream: upstreamFormat };
    return decodeAnswer({ ...response, body: await response.body.bytes() }, formats);
  }

  /** The answer's head when it is a success, its error otherwise. */
  private async send(call: ProviderCall<Settings>, stream: boolean): Promise<ProviderResponse<ResponseBody>> {
    const { request, apiKey } = call;
    const { diarization, fields } = this.capabilities(call.upstreamModel, call.settings);
    // OpenAI refuses to diarize without one, although its own clients and most applications send none.
    const needsChunking = diarization && fields.includes('chunking_strategy') && request.task === 'transcribe';
    const response = await this.http.open({
      url: this.urlFor(call),
      headers: {
        accept: '*/*',
        ...(apiKey && { authorization: `Bearer ${apiKey}` }),
        ...this.dialect.headers?.(call.settings),
      },
      body: new MultipartBody(
        encodeRequest(request, { ...call, stream, defaultChunkingStrategy: needsChunking ? 'auto' : undefined }),
      ),
      signal: call.signal,
    });
    if (response.status >= 200 && response.status < 300) return response;
    throw errorFromResponse({ ...response, body: await response.body.bytes() }, apiKey);
  }

  private urlFor({ apiBase = this.defaultApiBase, request }: ProviderCall<Settings>): string {
    if (!apiBase) throw new ProviderError('unknown', `the ${this.provider} deployment names no base URL`);
    const path = request.task === 'translate' ? 'translations' : 'transcriptions';
    return `${apiBase.replace(/\/+$/, '')}/audio/${path}`;
  }
}
