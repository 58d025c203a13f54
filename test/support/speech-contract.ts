import type { SpeechEvent, SpeechFormat, SpeechRequest } from '../../src/domain/speech.js';
import type { ProviderAdapter } from '../../src/providers/provider-adapter.js';
import { ProviderHttp } from '../../src/providers/provider-http.js';
import type { SpeechCall, Speaking } from '../../src/providers/speaking.js';
import { answer, emptyBody, hang, htmlPage, resetBeforeHeaders, type ScriptedAnswer } from './simulator-answers.js';
import type { RecordedRequest } from './simulator-request.js';
import type { SimulatorServer } from './simulator-server.js';
import { spokenAudio } from './spoken-audio.js';

/** What the contract must know about one provider that speaks. */
export interface SpeechContract<Settings, Upstream extends SimulatorServer> {
  create(http: ProviderHttp): ProviderAdapter<Settings>;
  /** A simulated provider that accepts `apiKey`. */
  start(): Promise<Upstream>;
  apiBase(upstream: Upstream): string;
  readonly settings: Settings;
  readonly apiKey: string;
  readonly upstreamModel: string;
  /** One of its voices. */
  readonly voice: string;
  /** The text that arrived, wherever the provider wants it. */
  inputOf(request: RecordedRequest): unknown;
  /** An error body in the provider's own form. */
  errorBody(message: string): object;
  /** The beginning of an answer that never ends. */
  opening(): ScriptedAnswer;
  /** The beginning of an answer that breaks off without its end. */
  torn(): ScriptedAnswer;
}

/** A request with everything optional left out. */
export function plainSpeech(over: Partial<SpeechRequest> = {}): SpeechRequest {
  return {
    task: 'speak',
    model: 'public-name',
    input: 'The quick brown fox.',
    voice: 'alloy',
    isVoiceId: false,
    responseFormat: 'wav',
    stream: false,
    providerOptions: new Map(),
    ...over,
  };
}

/** What an adapter does with text; every one that is tried has it. */
export function speakingOf<Settings>(adapter: ProviderAdapter<Settings>): Speaking<Settings> {
  if (!adapter.speech) throw new Error(`${adapter.provider} does not speak`);
  return adapter.speech;
}

/** All that was said, and how it ended. */
export async function listen(
  events: AsyncIterable<SpeechEvent>,
): Promise<{ audio: Buffer; end: Extract<SpeechEvent, { type: 'done' }> | undefined }> {
  const audio: Buffer[] = [];
  let end: Extract<SpeechEvent, { type: 'done' }> | undefined;
  for await (const event of events) {
    if (end) throw new Error('something was said after the end');
    if (event.type === 'done') end = event;
    else audio.push(event.audio);
  }
  return { audio: Buffer.concat(audio), end };
}

/** What every adapter that speaks must do, whatever its provider's wire format. Registers a `describe` block. */
export function describeSpeechContract<Settings, Upstream extends SimulatorServer>(
  name: string,
  contract: SpeechContract<Settings, Upstream>,
): void {
  describe(`${name} keeps the speech contract`, () => {
    let upstream: Upstream;
    let http: ProviderHttp;
    let speech: Speaking<Settings>;

    beforeEach(async () => {
      upstream = await contract.start();
      http = new ProviderHttp();
      speech = speakingOf(contract.create(http));
    });

    afterEach(async () => {
      await http.onModuleDestroy();
      await upstream.close();
    });

    const formats = (): readonly SpeechFormat[] =>
      speech.capabilities(contract.upstreamModel, contract.settings).formats;

    function callFor(over: Partial<SpeechCall<Settings>> = {}): SpeechCall<Settings> {
      return {
        request: plainSpeech({ voice: contract.voice }),
        upstreamModel: contract.upstreamModel,
        upstreamFormat: formats()[0] ?? 'mp3',
        apiBase: contract.apiBase(upstream),
        apiKey: contract.apiKey,
        settings: contract.settings,
        signal: new AbortController().signal,
        ...over,
      };
    }

    const failureOf = (over: Partial<SpeechCall<Settings>> = {}): Promise<unknown> =>
      listen(speech.speak(callFor(over))).catch((error: unknown) => error);

    it('says the text in every format that it claims, and ends once', async () => {
      expect(formats().length).toBeGreaterThan(0);
      for (const upstreamFormat of formats()) {
        const { audio, end } = await listen(speech.speak(callFor({ upstreamFormat })));
        expect([upstreamFormat, audio.equals(spokenAudio(upstreamFormat))]).toEqual([upstreamFormat, true]);
        expect(end).toMatchObject({ type: 'done' });
        expect(contract.inputOf(upstream.lastRequest)).toBe('The quick brown fox.');
      }
    });

    it('sends any text as it is', async () => {
      const input = '👩‍👩‍👧 "quoted" \\ <b>&amp;</b>\n\u2028 ümläut 漢字 %20 + ?&=';
      await listen(speech.speak(callFor({ request: plainSpeech({ input, voice: contract.voice }) })));
      expect(contract.inputOf(upstream.lastRequest)).toBe(input);
    });

    it('accepts a base URL with a trailing slash', async () => {
      await listen(speech.speak(callFor()));
      await listen(speech.speak(callFor({ apiBase: `${contract.apiBase(upstream)}/` })));
      const [without, withSlash] = upstream.requests;
      expect(withSlash?.path).toBe(without?.path);
    });

    const failures: readonly [string, () => ScriptedAnswer, object][] = [
      [
        '429 with retry-after',
        () => answer(429, contract.errorBody('slow down'), { 'retry-after': '7' }),
        { reason: 'rate_limited', upstreamStatus: 429, retryAfterMs: 7_000, message: 'slow down' },
      ],
      ['401', () => answer(401, contract.errorBody('who are you')), { reason: 'credential_rejected' }],
      ['500', () => answer(500, contract.errorBody('oh no')), { reason: 'unavailable', upstreamStatus: 500 }],
      ['a page with 502', () => htmlPage(502), { reason: 'unavailable', upstreamStatus: 502 }],
      ['a page with 200', () => htmlPage(200), { reason: 'bad_response' }],
      ['an empty body', () => emptyBody(), { reason: 'bad_response' }],
      [
        'an empty body that says it is audio',
        () => answer(200, '', { 'content-type': 'audio/mpeg' }),
        { reason: 'bad_response' },
      ],
      ['JSON of another kind', () => answer(200, { hello: 'world' }), { reason: 'bad_response' }],
      [
        'an error with 200 that says it is audio',
        () => answer(200, JSON.stringify(contract.errorBody('no luck')), { 'content-type': 'audio/mpeg' }),
        { reason: expect.stringMatching(/^(?:bad_response|unavailable|request_rejected)$/) },
      ],
      [
        'text that says it is audio',
        () => answer(200, 'Internal Server Error', { 'content-type': 'audio/wav' }),
        { reason: 'bad_response' },
      ],
      ['a reset before the answer', resetBeforeHeaders, { reason: 'unavailable' }],
    ];
    it.each(failures)('explains %s', async (_what, scripted, expected) => {
      upstream.respondWith(scripted());
      expect(await failureOf()).toMatchObject({ name: 'ProviderError', ...expected });
    });

    it('fails when the answer breaks off, after what was said', async () => {
      upstream.respondWith(contract.torn());
      const events = speech.speak(callFor())[Symbol.asyncIterator]();
      await expect(events.next()).resolves.toMatchObject({ value: { type: 'audio' } });
      const rest = async (): Promise<void> => {
        while (!(await events.next()).done) continue;
      };
      await expect(rest()).rejects.toMatchObject({ name: 'ProviderError' });
    });

    it('does not follow redirects', async () => {
      upstream.respondWith(answer(307, '', { location: `${upstream.origin}/elsewhere` }));
      expect(await failureOf()).toMatchObject({ reason: 'misconfigured', upstreamStatus: 307 });
      expect(upstream.requests).toHaveLength(1);
    });

    it('never repeats the key in an error', async () => {
      upstream.respondWith(answer(400, contract.errorBody(`bad key ${contract.apiKey} given`)));
      const failure = await failureOf();
      expect(failure).toMatchObject({ message: expect.stringContaining('bad key') });
      expect(failure).toMatchObject({ message: expect.not.stringContaining(contract.apiKey) });
    });

    it.each([
      ['the client goes away', new Error('client gone'), 'aborted'],
      ['the deadline passes', new DOMException('deadline', 'TimeoutError'), 'timeout'],
    ])('stops the provider when %s', async (_what, cause, reason) => {
      const controller = new AbortController();
      upstream.respondWith(hang());
      const arrival = upstream.nextRequest();
      const outcome = failureOf({ signal: controller.signal });
      const request = await arrival;
      controller.abort(cause);
      expect(await outcome).toMatchObject({ name: 'ProviderError', reason });
      await request.aborted;
    });

    it('does not call the provider when the signal has already fired', async () => {
      expect(await failureOf({ signal: AbortSignal.abort() })).toMatchObject({ reason: 'aborted' });
      expect(upstream.requests).toHaveLength(0);
    });

    it('gives audio before the end, and stops the provider when the reader stops', async () => {
      upstream.respondWith(contract.opening());
      const events = speech.speak(callFor())[Symbol.asyncIterator]();
      await expect(events.next()).resolves.toMatchObject({ value: { type: 'audio' } });
      await events.return?.();
      await upstream.lastRequest.aborted;
    });

    it('refuses an option that the provider does not know, by its name', async () => {
      if (speech.capabilities(contract.upstreamModel, contract.settings).options === 'any') return;
      const providerOptions = new Map([['no_such_option', 1]]);
      const request = plainSpeech({ voice: contract.voice, providerOptions });
      expect(await failureOf({ request })).toMatchObject({ reason: 'request_rejected', param: 'no_such_option' });
    });
  });
}
