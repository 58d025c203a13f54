import type { IncomingHttpHeaders } from 'node:http';
import { Agent, request as send } from 'undici';
import { type FailureReason, ProviderError } from '../domain/errors.js';
import { UndecodableBodyError } from './content-encoding.js';
import {
  ANY_BUT_FORBIDDEN,
  ForbiddenAddressError,
  guardedConnector,
  type AddressRules,
  type Lookup,
} from './provider-addresses.js';
import { observerOf } from './call-observer.js';
import { noteExchange } from './exchange-recording.js';
import { type RequestBody, UnreadableAudioError } from './request-body.js';
import { ResponseBody } from './response-body.js';

/** One call to a provider. */
export interface ProviderRequest {
  readonly url: string;
  /** Default: `POST` with a body, `GET` without. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: RequestBody;
  /** Client gone or deadline passed; the deadline is recognised by its reason, a `TimeoutError`. */
  readonly signal: AbortSignal;
  /** The answer is passed on as it arrives, so it may be longer than what is kept in memory. */
  readonly streamsAudio?: boolean;
}

/** What a provider answered, with whatever status. Header names are in lower case, repeated ones joined by a comma. */
export interface ProviderResponse<Body = Buffer> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Where it was sent to, without host and query; absent = not known. */
  readonly path?: string;
  readonly body: Body;
}

const CONNECT_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 30_000;
const MAX_RESPONSE_BYTES = 64 * 1024 * 1024;
/** Six hours of speech in `pcm`; nobody makes as much in one request. */
const MAX_AUDIO_BYTES = 1024 * 1024 * 1024;

/** Failures of the transport that are not simply an unreachable or broken provider. */
const REASONS: Readonly<Record<string, FailureReason>> = {
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'bad_response',
  UND_ERR_HEADERS_OVERFLOW: 'bad_response',
  // What came back is not HTTP; undici gives this error no code of its own.
  HTTPParserError: 'bad_response',
  // Ours: an impossible URL or header, or audio that ended early, or is shorter or longer than it said.
  UND_ERR_INVALID_ARG: 'unknown',
  ERR_INVALID_URL: 'unknown',
  UND_ERR_ABORTED: 'unknown',
  ERR_STREAM_PREMATURE_CLOSE: 'unknown',
  UND_ERR_REQ_CONTENT_LENGTH_MISMATCH: 'unknown',
};

/**
 * The one way out to providers: a pool of connections per origin, and one translation of everything that can go wrong
 * between here and there. Redirects are not followed, since they would carry the credential elsewhere. No proxy is used, whatever
 * the environment says, so that it is here that a connection is allowed or not.
 */
export class ProviderHttp {
  /** One pool for answers that are read as a whole, one for audio that is passed on: they differ in how much may come. */
  private readonly whole: Agent;
  private readonly streams: Agent;
  private readonly maxResponseBytes: number;

  constructor(
    limits: {
      readonly maxResponseBytes?: number;
      readonly connectTimeoutMs?: number;
      readonly addresses?: AddressRules;
      /** Absent = the system's. */
      readonly resolve?: Lookup;
    } = {},
  ) {
    this.maxResponseBytes = limits.maxResponseBytes ?? MAX_RESPONSE_BYTES;
    const options = {
      // undici gives up after 300 s, long audio takes longer; the call's own deadline rules.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: guardedConnector(
        limits.addresses ?? ANY_BUT_FORBIDDEN,
        { timeout: limits.connectTimeoutMs ?? CONNECT_TIMEOUT_MS },
        limits.resolve,
      ),
      keepAliveTimeout: KEEP_ALIVE_MS,
    };
    this.whole = new Agent({ ...options, maxResponseSize: this.maxResponseBytes });
    this.streams = new Agent({ ...options, maxResponseSize: MAX_AUDIO_BYTES });
  }

  /**
   * Calls a provider and reads the whole answer.
   * @throws ProviderError when there is no whole answer; an error status is an answer
   */
  async request(request: ProviderRequest): Promise<ProviderResponse> {
    const response = await this.open(request);
    return { ...response, body: await response.body.bytes() };
  }

  /**
   * Calls a provider and returns as soon as it has sent its headers. The caller must finish with the body.
   * @throws ProviderError when no headers arrive
   */
  async open(request: ProviderRequest): Promise<ProviderResponse<ResponseBody>> {
    const { body, signal, streamsAudio = false } = request;
    const explain = (error: unknown): ProviderError => explainFailure(error, request);
    if (signal.aborted) throw explain(signal.reason);
    const observer = observerOf(signal);
    try {
      observer?.onRequest(request.url);
      const response = await send(request.url, {
        dispatcher: streamsAudio ? this.streams : this.whole,
        method: request.method ?? (body ? 'POST' : 'GET'),
        // Identity: the bytes of an answer are relayed as they come. Those that are compressed all the same are decoded.
        headers: {
          'user-agent': 'auricle',
          'accept-encoding': 'identity',
          ...observer?.headers,
          ...request.headers,
          ...(body && { 'content-type': body.contentType, 'content-length': String(body.sizeBytes) }),
        },
        body: body?.open(),
        signal,
      });
      observer?.onResponse();
      const headers = flatten(response.headers);
      const { 'content-encoding': encoding } = headers;
      // An error is read as a whole, also by those who pass audio on.
      const isLong = streamsAudio && response.statusCode >= 200 && response.statusCode < 300;
      return {
        status: response.statusCode,
        headers,
        path: new URL(request.url).pathname,
        body: new ResponseBody(
          response.body,
          explain,
          encoding,
          isLong ? MAX_AUDIO_BYTES : this.maxResponseBytes,
          (whole) => noteExchange(body, whole),
        ),
      };
    } catch (error) {
      throw explain(error);
    }
  }

  /** Closes every connection; calls under way fail as `unavailable`. */
  async onModuleDestroy(): Promise<void> {
    await Promise.all([this.whole.destroy(), this.streams.destroy()]);
  }
}

function flatten(headers: IncomingHttpHeaders): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}

function explainFailure(error: unknown, { url, signal }: ProviderRequest): ProviderError {
  if (signal.aborted) {
    return textProperty(signal.reason, 'name') === 'TimeoutError'
      ? new ProviderError('timeout', 'the provider did not answer before the deadline', { cause: error })
      : new ProviderError('aborted', 'the client went away', { cause: error });
  }
  if (error instanceof UndecodableBodyError) return new ProviderError('bad_response', error.message, { cause: error });
  if (error instanceof UnreadableAudioError) return new ProviderError('unknown', error.message, { cause: error });
  if (error instanceof ForbiddenAddressError) {
    return new ProviderError('misconfigured', `${hostOf(url)} was not called: api_base ${error.message}`, {
      cause: error,
    });
  }
  const code = codeOf(error);
  const reason = REASONS[textProperty(error, 'name') ?? ''] ?? REASONS[code] ?? 'unavailable';
  return new ProviderError(reason, `${DESCRIPTIONS[reason] ?? 'no complete answer from'} ${hostOf(url)} (${code})`, {
    cause: error,
  });
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'the provider';
}

const DESCRIPTIONS: Partial<Readonly<Record<FailureReason, string>>> = {
  bad_response: 'unusable answer from',
  unknown: 'could not call',
};

/** Node puts the system's code on the error, or on the ones below it where several addresses were tried. */
function codeOf(error: unknown): string {
  const [first]: unknown[] = error instanceof AggregateError ? error.errors : [];
  return textProperty(error, 'code') ?? textProperty(first, 'code') ?? textProperty(error, 'name') ?? 'no code';
}

function textProperty(value: unknown, key: string): string | undefined {
  const property: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  return typeof property === 'string' ? property : undefined;
}
