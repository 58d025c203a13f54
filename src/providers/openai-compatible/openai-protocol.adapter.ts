import type { Capabilities } from '../../domain/capabilities.js';
import { ProviderError } from '../../domain/errors.js';
import type { TranscriptionTask, TranscriptionEvent, ReportedResult } from '../../domain/transcription.js';
import { MultipartBody } from '../multipart-body.js';
import type { ProviderAdapter, ProviderCall, ProviderFacts } from '../provider-adapter.js';
import type { ProviderHttp, ProviderResponse } from '../provider-http.js';
import type { ResponseBody } from '../response-body.js';
import { decodeAnswer } from './openai-answer.js';
import { errorFromResponse } from './openai-errors.js';
import type { ChatCall } from '../chat-call.js';
import { type ChatDialect, chatMembers, chatUrl } from './openai-chat.js';
import { encodeRequest, type FormSpelling } from './openai-request.js';
import { isHtml, isJson } from '../answer-body.js';
import { openAiSpeech, type SpeechDialect } from './openai-speech.js';
import { eventsOf, relayEvents } from './openai-stream.js';

/** What tells one provider that speaks OpenAI's protocol from another. */
export interface OpenAiDialect<Settings> extends ProviderFacts<Settings> {
  /** Present where it speaks. */
  readonly speech?: SpeechDialect<Settings>;
  /** Whether any of its models can answer event by event. */
  readonly streams: boolean;
  /** Request headers that the settings ask for. */
  headers?(settings: Settings): Readonly<Record<string, string>>;
  /** The request header that carries the key; the default is a bearer token. */
  credential?(apiKey: string, settings: Settings): Readonly<Record<string, string>>;
  /** Where a call goes; absent or undefined = `audioUrl` of its base. @throws ProviderError */
  url?(call: ProviderCall<Settings>): string | undefined;
  /** Checks a call and asks for more than it says, where the provider needs that. @throws ProviderError */
  prepare?(call: ProviderCall<Settings>): ProviderCall<Settings>;
  /** How the form of this call is written, where that differs from OpenAI's. @throws ProviderError */
  spelling?(call: ProviderCall<Settings>): FormSpelling;
  /** Its chat completions, at the same base with the same credential where nothing else is said; absent = it has none. */
  readonly chat?: Pick<ChatDialect<Settings>, 'capabilities'> & Partial<ChatDialect<Settings>>;
}

/** What the protocol needs of the way out to providers. */
export type ProtocolHttp = Pick<ProviderHttp, 'open'>;

/** The adapter of every provider that speaks OpenAI's audio protocol; the providers differ in data only. */
export function openAiProtocol<Settings>(
  dialect: OpenAiDialect<Settings>,
): (http: ProtocolHttp) => ProviderAdapter<Settings> {
  return (http) => {
    const client = new OpenAiProtocolClient(http, dialect);
    const { chat, ...facts } = dialect;
    return {
      ...facts,
      transcribe: (call) => client.transcribe(call),
      stream: dialect.streams ? (call) => client.stream(call) : undefined,
      speech: dialect.speech && openAiSpeech(http, dialect, dialect.speech),
      ...(chat && chatMembers(http, { url: chatUrlOf(dialect), headers: headersOf(dialect), ...chat })),
    };
  };
}

/** What says who is calling. */
function headersOf<Settings>({ credential, headers }: OpenAiDialect<Settings>) {
  return ({ apiKey, settings }: Pick<ProviderCall<Settings>, 'apiKey' | 'settings'>) => ({
    ...(apiKey && (credential?.(apiKey, settings) ?? { authorization: `Bearer ${apiKey}` })),
    ...headers?.(settings),
  });
}

function chatUrlOf<Settings>(dialect: OpenAiDialect<Settings>) {
  return ({ apiBase }: Pick<ChatCall<Settings>, 'apiBase'>) => chatUrl(baseOf(dialect, apiBase));
}

/** @throws ProviderError */
function baseOf<Settings>(
  { provider, defaultApiBase }: OpenAiDialect<Settings>,
  apiBase: string | undefined = defaultApiBase,
): string {
  if (!apiBase) throw new ProviderError('unknown', `the ${provider} deployment names no base URL`);
  return apiBase;
}

/** Calls one provider in its dialect. */
class OpenAiProtocolClient<Settings> {
  constructor(
    private readonly http: ProtocolHttp,
    private readonly dialect: OpenAiDialect<Settings>,
  ) {}

  async transcribe(given: ProviderCall<Settings>): Promise<ReportedResult> {
    const call = this.prepare(given);
    return this.readWhole(await this.send(call, false), call);
  }

  private prepare(given: ProviderCall<Settings>): ProviderCall<Settings> {
    const call = this.dialect.prepare?.(given) ?? given;
    return askForWords(call, this.dialect.capabilities(call.upstreamModel, call.settings));
  }

  async *stream(given: ProviderCall<Settings>): AsyncGenerator<TranscriptionEvent> {
    const call = this.prepare(given);
    const response = await this.send(call, true);
    if (isWhole(response)) {
      yield* eventsOf(await this.readWhole(response, call));
    } else {
      yield* relayEvents(response, call.apiKey);
    }
  }

  private async readWhole(
    response: ProviderResponse<ResponseBody>,
    { request, upstreamFormat, upstreamModel, settings, apiKey }: ProviderCall<Settings>,
  ): Promise<ReportedResult> {
    const formats = { requested: request.responseFormat, upstream: upstreamFormat };
    const result = decodeAnswer({ ...response, body: await response.body.bytes() }, formats, apiKey);
    // Under the same name, but not in OpenAI's form.
    const isNative = this.dialect.capabilities(upstreamModel, settings).formats.includes(request.responseFormat);
    return isNative ? result : { ...result, native: undefined };
  }

  /** The answer's head when it is a success, its error otherwise. */
  private async send(call: ProviderCall<Settings>, stream: boolean): Promise<ProviderResponse<ResponseBody>> {
    const { request, apiKey } = call;
    const { diarization, fields } = this.dialect.capabilities(call.upstreamModel, call.settings);
    // OpenAI refuses to diarize without one, although its own clients and most applications send none.
    const needsChunking = diarization && fields.includes('chunking_strategy') && request.task === 'transcribe';
    const response = await this.http.open({
      url: this.dialect.url?.(call) ?? audioUrl(baseOf(this.dialect, call.apiBase), request.task),
      headers: {
        accept: '*/*',
        ...headersOf(this.dialect)(call),
      },
      body: new MultipartBody(
        encodeRequest(request, {
          ...call,
          stream,
          listsLanguages: fields.includes('languages'),
          defaultChunkingStrategy: needsChunking ? 'auto' : undefined,
          spelling: this.dialect.spelling?.(call),
        }),
      ),
      signal: call.signal,
    });
    if (response.status >= 200 && response.status < 300) return response;
    const failure = errorFromResponse({ ...response, body: await response.body.bytes() }, apiKey);
    throw request.task === 'translate' ? withoutTranslations(failure) : failure;
  }
}

/**
 * Subtitles that have to be made are on time only when they are made of words; the segments are what is left without.
 * OpenAI's translations have no field for it.
 */
function askForWords<Settings>(
  call: ProviderCall<Settings>,
  { granularities }: Pick<Capabilities, 'granularities'>,
): ProviderCall<Settings> {
  const { request, upstreamFormat } = call;
  const isSubtitle = request.responseFormat === 'srt' || request.responseFormat === 'vtt';
  const isMade = isSubtitle && upstreamFormat === 'verbose_json' && request.task === 'transcribe';
  if (!isMade || !granularities.includes('word')) return call;
  return { ...call, request: { ...request, granularities } };
}

/** Many servers have no route for translations; that says nothing about their transcriptions. */
function withoutTranslations(failure: ProviderError): ProviderError {
  const { reason, upstreamStatus, upstreamRequestId } = failure;
  if (reason !== 'misconfigured' || (upstreamStatus !== 404 && upstreamStatus !== 405)) return failure;
  const facts = { upstreamStatus, upstreamRequestId, cause: failure };
  return new ProviderError('unsupported', 'the provider has no route for translations', facts);
}

/** Whether a provider that was asked for events gave its answer in one piece, as some do for translations. */
function isWhole({ headers }: Pick<ProviderResponse, 'headers'>): boolean {
  const isText = /^text\/plain\b/i.test(headers['content-type'] ?? '');
  return isText || isJson({ headers }) || isHtml({ headers, body: Buffer.alloc(0) });
}

/** OpenAI's endpoint of a task below a base URL, with or without a trailing slash. */
export function audioUrl(apiBase: string, task: TranscriptionTask): string {
  return apiBase.replace(/(?<!\/)\/+$/, '') + audioPath(task);
}

/** What OpenAI's endpoint of a task is called. */
export function audioPath(task: TranscriptionTask): string {
  return `/audio/${task === 'translate' ? 'translations' : 'transcriptions'}`;
}
