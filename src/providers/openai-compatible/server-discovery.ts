import { Readable } from 'node:stream';
import type { AudioSource } from '../../domain/audio-source.js';
import type { Discovery, DiscoveryTry } from '../../domain/discovery.js';
import { ProviderError } from '../../domain/errors.js';
import {
  type ResponseFormat,
  responseFormats,
  type TranscriptionTask,
  type TimestampGranularity,
  timestampGranularities,
  type TranscriptionRequest,
  type ReportedResult,
} from '../../domain/transcription.js';
import { parseJson, property } from '../answer-body.js';
import type { DiscoveryCall, ProviderAdapter } from '../provider-adapter.js';
import type { ProviderRequest, ProviderResponse } from '../provider-http.js';
import { ResponseBody } from '../response-body.js';
import type { OpenAiCompatibleSettings } from './openai-compatible.settings.js';
import type { ProtocolHttp } from './openai-protocol.adapter.js';

type Call = DiscoveryCall<OpenAiCompatibleSettings>;
type MakeAdapter = (http: ProtocolHttp) => ProviderAdapter<OpenAiCompatibleSettings>;

/** The slowest try is the first, for which some servers load their model. */
const TRY_TIMEOUT_MS = 60_000;
const TOTAL_TIMEOUT_MS = 240_000;

/** Statuses of a server that does not have what it was asked for. */
const REFUSALS = [400, 404, 405, 406, 415, 422, 500, 501];

/** What is asked of the server, beside the audio. */
interface Ask {
  readonly format?: ResponseFormat;
  readonly granularity?: TimestampGranularity;
  readonly task?: TranscriptionTask;
  readonly stream?: boolean;
  readonly audio?: AudioSource;
}

/**
 * Finds out by asking what a server can do: every format, granularity, translation, streams and errors, one after the
 * other. What is written in the settings about them does not count.
 * @throws ProviderError and nothing else
 */
export async function discoverServer(make: MakeAdapter, http: ProtocolHttp, call: Call): Promise<Discovery> {
  return new ServerDiscovery(make, http, call).run();
}

class ServerDiscovery {
  private readonly tries: DiscoveryTry[] = [];
  private readonly watched: WatchedHttp;
  private readonly adapter: ProviderAdapter<OpenAiCompatibleSettings>;
  private readonly total = AbortSignal.timeout(TOTAL_TIMEOUT_MS);

  constructor(
    make: MakeAdapter,
    http: ProtocolHttp,
    private readonly call: Call,
  ) {
    this.watched = new WatchedHttp(http);
    this.adapter = make(this.watched);
  }

  async run(): Promise<Discovery> {
    const formats: ResponseFormat[] = [];
    for (const format of responseFormats) if (await this.tryFormat(format)) formats.push(format);
    const granularities: TimestampGranularity[] = [];
    for (const it of timestampGranularities) if (await this.tryGranularity(it)) granularities.push(it);
    const translates = await this.try('translations', { task: 'translate' }, () => true);
    const streaming = await this.try('stream=true', { stream: true }, () => this.watched.isEventStream);
    await this.try('error', { audio: noAudio() }, () => true);
    const { settings } = this.call;
    return {
      tries: this.tries,
      error_form: this.watched.errorForm,
      settings:
        formats.length === 0
          ? null
          : {
              ...settings,
              ...(this.isKnown('response_format=') && {
                formats: this.formatsToSet(formats),
                diarization: formats.includes('diarized_json'),
              }),
              ...(this.isKnown('timestamp_granularities') && { granularities }),
              ...(this.isKnown('translations') && { tasks: translates ? ['transcribe', 'translate'] : ['transcribe'] }),
              ...(this.isKnown('stream=') && { streaming }),
            },
    };
  }

  /** Whether the server has answered all tries of one kind; what it has not answered says nothing about it. */
  private isKnown(kind: string): boolean {
    const open = this.tries.filter(({ result }) => result === 'failed' || result === 'not_tried');
    return open.every(({ tried }) => !tried.startsWith(kind));
  }

  /** Where the field of granularities is refused, `auto` is what leaves it out. */
  private formatsToSet(formats: readonly ResponseFormat[]): readonly ResponseFormat[] | 'auto' {
    const refusesField = this.tries.some(
      ({ tried, result }) => tried === granularityTry('segment') && result === 'refused',
    );
    return refusesField && formats.includes('verbose_json') ? 'auto' : formats;
  }

  private tryFormat(format: ResponseFormat): Promise<boolean> {
    return this.try(`response_format=${format}`, { format }, (result) => {
      if (format === 'verbose_json') return hasTimes(result?.segments) || hasTimes(result?.words);
      if (format === 'diarized_json') return result?.segments?.some((it) => it.speaker !== undefined) ?? false;
      return result?.native !== undefined;
    });
  }

  private tryGranularity(granularity: TimestampGranularity): Promise<boolean> {
    const list = granularity === 'word' ? 'words' : 'segments';
    const ask = { format: 'verbose_json', granularity } as const;
    return this.try(granularityTry(granularity), ask, (result) => hasTimes(result?.[list]));
  }

  /**
   * What got no answer is tried once more.
   * @param isIt whether the answer is what was asked for
   */
  private async try(tried: string, ask: Ask, isIt: (result?: ReportedResult) => boolean): Promise<boolean> {
    const isSupported = await this.tryOnce(tried, ask, isIt);
    if (this.tries.at(-1)?.result !== 'failed') return isSupported;
    this.tries.pop();
    return this.tryOnce(tried, ask, isIt);
  }

  private async tryOnce(tried: string, ask: Ask, isIt: (result?: ReportedResult) => boolean): Promise<boolean> {
    if (this.total.aborted) {
      this.tries.push({ tried, result: 'not_tried', upstream_status: null, latency_ms: 0, error: null });
      return false;
    }
    const startedAt = performance.now();
    const note = (facts: Pick<DiscoveryTry, 'result' | 'upstream_status' | 'error'>): void => {
      this.tries.push({ tried, latency_ms: Math.round(performance.now() - startedAt), ...facts });
    };
    try {
      const isSupported = isIt(await this.send(ask));
      note({ result: isSupported ? 'supported' : 'ignored', upstream_status: 200, error: null });
      return isSupported;
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      const { upstreamStatus: status, message } = error;
      note({ result: resultOf(error), upstream_status: status ?? null, error: message });
      return false;
    }
  }

  private async send(ask: Ask): Promise<ReportedResult | undefined> {
    const { format = 'json', granularity, task = 'transcribe', stream = false, audio = this.call.audio } = ask;
    const request: TranscriptionRequest = {
      task,
      model: this.call.upstreamModel,
      audio,
      responseFormat: format,
      granularities: granularity ? [granularity] : [],
      stream,
      include: [],
      keywords: [],
      languages: [],
      providerOptions: new Map(),
    };
    const call = {
      ...this.call,
      request,
      upstreamFormat: format,
      // What is asked for is what is sent.
      settings: { ...this.call.settings, formats: [...responseFormats] },
      signal: AbortSignal.any([this.total, AbortSignal.timeout(TRY_TIMEOUT_MS)]),
    };
    if (!stream || !this.adapter.stream) return this.adapter.transcribe(call);
    for await (const _ of this.adapter.stream(call)) continue;
    return undefined;
  }
}

function granularityTry(granularity: TimestampGranularity): string {
  return `timestamp_granularities[]=${granularity}`;
}

function hasTimes(list: readonly unknown[] | undefined): boolean {
  return list !== undefined && list.length > 0;
}

function resultOf({ upstreamStatus = 0, reason }: ProviderError): DiscoveryTry['result'] {
  if (REFUSALS.includes(upstreamStatus)) return 'refused';
  return reason === 'bad_response' && upstreamStatus < 300 ? 'ignored' : 'failed';
}

/** A file of no sound, which every server has to refuse. */
function noAudio(): AudioSource {
  const bytes = Buffer.from('This is no audio.');
  return {
    filename: 'no-audio.wav',
    mediaType: 'audio/wav',
    sizeBytes: bytes.length,
    stream: () => Readable.from([bytes]),
    probe: () => Promise.resolve({}),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** Sees what adapters do not tell: whether an answer was a stream, and how errors are written. */
class WatchedHttp implements ProtocolHttp {
  isEventStream = false;
  errorForm: Discovery['error_form'] = null;

  constructor(private readonly http: ProtocolHttp) {}

  async open(request: ProviderRequest): Promise<ProviderResponse<ResponseBody>> {
    const response = await this.http.open(request);
    this.isEventStream = /^text\/event-stream\b/i.test(response.headers['content-type'] ?? '');
    if (response.status < 400) return response;
    const bytes = await response.body.bytes();
    // The form of the errors that say most.
    const form = formOf(parseJson(bytes));
    if (this.errorForm === null || this.errorForm === 'other') this.errorForm = form;
    const unreadable = (): ProviderError => new ProviderError('unavailable', 'the error could not be read');
    return { ...response, body: new ResponseBody(Readable.from([bytes]), unreadable) };
  }
}

function formOf(json: unknown): NonNullable<Discovery['error_form']> {
  if (property(json, 'error') !== undefined) return 'openai';
  const detail = property(json, 'detail');
  if (typeof detail === 'string') return 'text';
  if (Array.isArray(detail)) return 'list';
  return typeof detail === 'object' && detail !== null ? 'object' : 'other';
}
