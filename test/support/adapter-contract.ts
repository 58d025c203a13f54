import type { ResponseFormat, TranscriptionEvent, TranscriptionRequest } from '../../src/domain/transcription.js';
import type { ProviderAdapter, ProviderCall } from '../../src/providers/provider-adapter.js';
import { ProviderHttp } from '../../src/providers/provider-http.js';
import {
  answer,
  early,
  emptyBody,
  hang,
  htmlPage,
  malformedJson,
  resetBeforeHeaders,
  resetInBody,
  type ScriptedAnswer,
} from './simulator-answers.js';
import { audioFromBytes } from './simulator-audio.js';
import type { RecordedRequest } from './simulator-request.js';
import type { SimulatorServer } from './simulator-server.js';

/** What the contract must know about one provider. */
export interface AdapterContract<Settings, Upstream extends SimulatorServer> {
  create(http: ProviderHttp): ProviderAdapter<Settings>;
  /** A simulated provider that accepts `apiKey`. */
  start(): Promise<Upstream>;
  apiBase(upstream: Upstream): string;
  readonly settings: Settings;
  readonly apiKey: string;
  /** The request header that carries the key. */
  readonly credential: { readonly header: string; readonly value: string };
  readonly upstreamModel: string;
  /** What the model answers in `json`, and the words in it. */
  readonly spoken: string;
  /** An error body in the provider's own form. */
  errorBody(message: string): object;
  /** The audio that arrived, wherever the provider wants it. */
  audioOf(request: RecordedRequest): Buffer | undefined;
  /** Which of a call's requests carries the audio, where it takes more than one; it is the first of them. */
  carriesAudio?(request: RecordedRequest): boolean;
  /** Every model and format that is answered natively, with the exact body. */
  readonly native: readonly { readonly model: string; readonly format: ResponseFormat; readonly body: string }[];
  /** A model and format that are relayed event by event, and the beginning of such a stream. */
  readonly streaming?: { readonly model: string; readonly format: ResponseFormat; opening(): ScriptedAnswer };
}

/** A request with everything optional left out. */
export function plainRequest(over: Partial<TranscriptionRequest> = {}): TranscriptionRequest {
  return {
    task: 'transcribe',
    model: 'public-name',
    audio: audioFromBytes(),
    responseFormat: 'json',
    granularities: [],
    stream: false,
    include: [],
    keywords: [],
    languages: [],
    providerOptions: new Map(),
    ...over,
  };
}

/** Every event of a stream. */
export async function collect(events: AsyncIterable<TranscriptionEvent>): Promise<TranscriptionEvent[]> {
  const all: TranscriptionEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

/** What every adapter must do, whatever its provider's wire format. Registers a `describe` block. */
export function describeAdapterContract<Settings, Upstream extends SimulatorServer>(
  name: string,
  contract: AdapterContract<Settings, Upstream>,
): void {
  describe(`${name} keeps the adapter contract`, () => {
    let upstream: Upstream;
    let http: ProviderHttp;
    let adapter: ProviderAdapter<Settings>;

    beforeEach(async () => {
      upstream = await contract.start();
      http = new ProviderHttp();
      adapter = contract.create(http);
    });

    afterEach(async () => {
      await http.onModuleDestroy();
      await upstream.close();
    });

    function callFor(over: Partial<ProviderCall<Settings>> = {}): ProviderCall<Settings> {
      return {
        request: plainRequest({ responseFormat: over.upstreamFormat ?? 'json' }),
        upstreamModel: contract.upstreamModel,
        upstreamFormat: 'json',
        apiBase: contract.apiBase(upstream),
        apiKey: contract.apiKey,
        settings: contract.settings,
        signal: new AbortController().signal,
        ...over,
      };
    }

    /** The requests with audio, one for every call. */
    function uploads(): readonly RecordedRequest[] {
      return upstream.requests.filter((it) => contract.carriesAudio?.(it) ?? true);
    }

    it('sends the credential and the audio, and understands the answer', async () => {
      const audio = audioFromBytes(Buffer.from([0, 255, 13, 10, 45, 45, 0]));
      const result = await adapter.transcribe(callFor({ request: plainRequest({ audio }) }));
      expect(result.text).toBe(contract.spoken);
      for (const { headers } of upstream.requests) {
        expect(headers[contract.credential.header]).toBe(contract.credential.value);
      }
      const [upload] = uploads();
      expect(upload && contract.audioOf(upload)).toEqual(Buffer.from([0, 255, 13, 10, 45, 45, 0]));
      expect(upload?.headers['content-length']).toBe(String(upload?.rawBody.length));
    });

    it('accepts a base URL with a trailing slash', async () => {
      await adapter.transcribe(callFor());
      await adapter.transcribe(callFor({ apiBase: `${contract.apiBase(upstream)}/` }));
      const [without, withSlash] = uploads();
      expect(withSlash?.path).toBe(without?.path);
    });

    it('reads the same audio again in a second attempt', async () => {
      const bytes = Buffer.alloc(200_000, 'abc');
      const audio = audioFromBytes(bytes);
      const request = plainRequest({ audio });
      upstream.respondWith(answer(503, contract.errorBody('try again')));
      await expect(adapter.transcribe(callFor({ request }))).rejects.toMatchObject({ reason: 'unavailable' });
      await expect(adapter.transcribe(callFor({ request }))).resolves.toMatchObject({ text: contract.spoken });
      expect(uploads().map((it) => contract.audioOf(it)?.equals(bytes))).toEqual([true, true]);
      expect(audio.opened).toHaveLength(2);
      await audio.allClosed();
    });

    const failures: readonly [string, () => ScriptedAnswer, object][] = [
      [
        '429 with retry-after',
        () => answer(429, contract.errorBody('slow down'), { 'retry-after': '7' }),
        { reason: 'rate_limited', upstreamStatus: 429, retryAfterMs: 7_000, message: 'slow down' },
      ],
      [
        '429 without',
        () => answer(429, contract.errorBody('slow down')),
        { reason: 'rate_limited', retryAfterMs: undefined },
      ],
      [
        '401',
        () => answer(401, contract.errorBody('who are you')),
        { reason: 'credential_rejected', upstreamStatus: 401 },
      ],
      ['403', () => answer(403, contract.errorBody('not you')), { reason: 'credential_rejected', upstreamStatus: 403 }],
      ['413', () => answer(413, contract.errorBody('too much')), { reason: 'too_large', upstreamStatus: 413 }],
      ['500', () => answer(500, contract.errorBody('oh no')), { reason: 'unavailable', upstreamStatus: 500 }],
      ['503', () => answer(503, contract.errorBody('busy')), { reason: 'unavailable', upstreamStatus: 503 }],
      ['a page with 502', () => htmlPage(502), { reason: 'unavailable', upstreamStatus: 502 }],
      ['a page with 200', () => htmlPage(200), { reason: 'bad_response', upstreamStatus: 200 }],
      ['malformed JSON', malformedJson, { reason: 'bad_response', upstreamStatus: 200 }],
      ['an empty body', emptyBody, { reason: 'bad_response', upstreamStatus: 200 }],
      ['JSON of another kind', () => answer(200, { hello: 'world' }), { reason: 'bad_response', upstreamStatus: 200 }],
      ['an empty error', () => emptyBody(500), { reason: 'unavailable', upstreamStatus: 500 }],
      ['a reset before the answer', resetBeforeHeaders, { reason: 'unavailable' }],
      ['a reset in the answer', () => resetInBody('{"text":"The'), { reason: 'unavailable' }],
    ];
    it.each(failures)('explains %s', async (_what, scripted, expected) => {
      upstream.respondWith(scripted());
      const failure: unknown = await adapter.transcribe(callFor()).catch((error: unknown) => error);
      expect(failure).toMatchObject({ name: 'ProviderError', ...expected });
    });

    it('does not follow redirects', async () => {
      upstream.respondWith(answer(307, '', { location: `${upstream.origin}/elsewhere` }));
      await expect(adapter.transcribe(callFor())).rejects.toMatchObject({
        reason: 'misconfigured',
        upstreamStatus: 307,
      });
      expect(upstream.requests).toHaveLength(1);
    });

    it('never repeats the key in an error', async () => {
      upstream.respondWith(answer(400, contract.errorBody(`bad key ${contract.apiKey} given`)));
      const failure: unknown = await adapter.transcribe(callFor()).catch((error: unknown) => error);
      expect(failure).toMatchObject({ message: expect.stringContaining('bad key') });
      expect(failure).toMatchObject({ message: expect.not.stringContaining(contract.apiKey) });
    });

    it('understands a refusal that comes before the upload was read', async () => {
      const audio = audioFromBytes(Buffer.alloc(4 * 1024 * 1024));
      upstream.respondWith(early(answer(413, contract.errorBody('too much'))));
      await expect(adapter.transcribe(callFor({ request: plainRequest({ audio }) }))).rejects.toMatchObject({
        reason: 'too_large',
      });
      await audio.allClosed();
    });

    it.each([
      ['the client goes away', new Error('client gone'), 'aborted'],
      ['the deadline passes', new DOMException('deadline', 'TimeoutError'), 'timeout'],
    ])('stops the provider when %s', async (_what, cause, reason) => {
      const controller = new AbortController();
      upstream.respondWith(hang());
      const arrival = upstream.nextRequest();
      const outcome = adapter.transcribe(callFor({ signal: controller.signal })).catch((error: unknown) => error);
      const request = await arrival;
      controller.abort(cause);
      expect(await outcome).toMatchObject({ name: 'ProviderError', reason });
      await request.aborted;
    });

    it('does not call the provider when the signal has already fired', async () => {
      await expect(adapter.transcribe(callFor({ signal: AbortSignal.abort() }))).rejects.toMatchObject({
        reason: 'aborted',
      });
      expect(upstream.requests).toHaveLength(0);
    });

    if (contract.native.length > 0) {
      it.each(contract.native)('keeps the bytes of $format from $model', async ({ model, format, body }) => {
        const result = await adapter.transcribe(callFor({ upstreamModel: model, upstreamFormat: format }));
        expect(result.native?.format).toBe(format);
        expect(result.native?.body.toString()).toBe(body);
        expect(result.native?.contentType).toMatch(format.includes('json') ? /^application\/json/ : /^text\/plain/);
        expect(result.text.length).toBeGreaterThan(10);
      });

      it('claims every format that it answers natively', () => {
        for (const { model, format } of contract.native) {
          expect(adapter.capabilities(model, contract.settings).formats).toContain(format);
        }
      });
    }

    const { streaming } = contract;
    if (streaming) {
      const streamCall = (over: Partial<ProviderCall<Settings>> = {}): ProviderCall<Settings> =>
        callFor({
          upstreamModel: streaming.model,
          upstreamFormat: streaming.format,
          request: plainRequest({ responseFormat: streaming.format, stream: true }),
          ...over,
        });
      const open = (call: ProviderCall<Settings>): AsyncIterator<TranscriptionEvent> => {
        if (!adapter.stream) throw new Error(`${name} has no stream`);
        return adapter.stream(call)[Symbol.asyncIterator]();
      };

      it('streams and ends with exactly one done event', async () => {
        const events = await collect({ [Symbol.asyncIterator]: () => open(streamCall()) });
        expect(events.length).toBeGreaterThan(1);
        expect(events.map((it) => it.type).indexOf('done')).toBe(events.length - 1);
        expect(events.at(-1)).toMatchObject({ type: 'done', text: contract.spoken });
      });

      it('stops the provider when the reader stops', async () => {
        upstream.respondWith(streaming.opening());
        const events = open(streamCall());
        await expect(events.next()).resolves.toMatchObject({ done: false });
        await events.return?.();
        await upstream.lastRequest.aborted;
      });

      it('stops the provider when the client goes away between two events', async () => {
        const controller = new AbortController();
        upstream.respondWith(streaming.opening());
        const events = open(streamCall({ signal: controller.signal }));
        await events.next();
        controller.abort();
        await upstream.lastRequest.aborted;
        await expect(events.next()).rejects.toMatchObject({ name: 'ProviderError', reason: 'aborted' });
      });

      it('explains an error status before the first event', async () => {
        upstream.respondWith(answer(429, contract.errorBody('slow down'), { 'retry-after': '2' }));
        await expect(open(streamCall()).next()).rejects.toMatchObject({ reason: 'rate_limited', retryAfterMs: 2_000 });
      });
    }
  });
}
