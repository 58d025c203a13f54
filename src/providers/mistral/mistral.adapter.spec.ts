import { collect, describeAdapterContract, plainRequest } from '../../../test/support/adapter-contract.js';
import {
  MistralSimulator,
  mistralAnswer,
  mistralEvents,
  mistralStream,
} from '../../../test/support/mistral-simulator.js';
import { SIMULATOR_KEY } from '../../../test/support/openai-simulator.js';
import { answer, pieces } from '../../../test/support/simulator-answers.js';
import { audioFromBytes } from '../../../test/support/simulator-audio.js';
import { SPOKEN } from '../../../test/support/simulator-fixtures.js';
import type { RecordedRequest } from '../../../test/support/simulator-request.js';
import { loadSpec } from '../../../test/support/specs.js';
import { planFormat, planStream } from '../../domain/format-plan.js';
import type { TranscriptionRequest } from '../../domain/transcription.js';
import type { ProviderCall } from '../provider-adapter.js';
import { ProviderHttp } from '../provider-http.js';
import { MistralAdapter, type MistralSettings } from './mistral.adapter.js';
import { mistralModels } from './mistral.models.js';

describeAdapterContract('mistral', {
  create: (http) => new MistralAdapter(http),
  start: () => MistralSimulator.start(),
  apiBase: (upstream) => upstream.url,
  settings: {},
  apiKey: SIMULATOR_KEY,
  credential: { header: 'authorization', value: `Bearer ${SIMULATOR_KEY}` },
  upstreamModel: 'voxtral-mini-latest',
  spoken: SPOKEN,
  errorBody: (message) => ({ object: 'error', message, type: 'x', param: null, code: '1000' }),
  audioOf: (request) => request.file?.bytes,
  native: [],
  streaming: {
    model: 'voxtral-mini-latest',
    format: 'json',
    opening: () =>
      mistralStream(
        (async function* () {
          yield { type: 'transcription.text.delta', text: 'The beach' };
          await new Promise<never>(() => {});
        })(),
      ),
  },
});

/** Times and speakers, alone and together with everything that goes along with them. */
const requests: readonly (readonly [string, Partial<TranscriptionRequest>])[] = [
  ['nothing but audio', {}],
  ['a language', { language: 'en', temperature: 0.2 }],
  ['one keyword', { keywords: ['Auricle'] }],
  ['keywords', { keywords: ['New York', 'Auricle'], providerOptions: new Map([['context_bias', ['Voxtral']]]) }],
  ['subtitles', { responseFormat: 'srt' }],
  ['segments', { responseFormat: 'verbose_json', granularities: ['segment'] }],
  ['speakers', { responseFormat: 'diarized_json' }],
  ['speakers on demand', { providerOptions: new Map([['diarize', ['true']]]) }],
  ['an address', { url: 'https://example.com/a.mp3' }],
];

describe('mistral', () => {
  let upstream: MistralSimulator;
  const http = new ProviderHttp();
  const adapter = new MistralAdapter(http);

  beforeEach(async () => {
    upstream = await MistralSimulator.start();
  });
  afterEach(() => upstream.close());
  afterAll(() => http.onModuleDestroy());

  function callFor(request: Partial<TranscriptionRequest>): ProviderCall<MistralSettings> {
    return {
      request: plainRequest(request),
      upstreamModel: 'voxtral-mini-latest',
      upstreamFormat: 'json',
      apiBase: upstream.url,
      apiKey: SIMULATOR_KEY,
      settings: {},
      signal: new AbortController().signal,
    };
  }

  function optionsOf(
    options: Readonly<Record<string, readonly string[]>>,
  ): Pick<TranscriptionRequest, 'providerOptions'> {
    return { providerOptions: new Map(Object.entries(options)) };
  }

  it.each(requests)('is understood when it sends %s', async (_what, request) => {
    await expect(adapter.transcribe(callFor(request))).resolves.toMatchObject({
      text: SPOKEN,
      language: 'en',
      usage: { type: 'duration', seconds: 10 },
      upstreamRequestId: 'mistral-simulated',
    });
  });

  it('repeats array keys without brackets', async () => {
    await adapter.transcribe(
      callFor({
        responseFormat: 'vtt',
        keywords: ['New  York', 'Auricle'],
        ...optionsOf({ context_bias: ['Voxtral'] }),
      }),
    );
    expect(upstream.lastRequest.values('context_bias')).toEqual(['New_York', 'Auricle', 'Voxtral']);
    expect(upstream.lastRequest.values('timestamp_granularities')).toEqual(['segment']);
  });

  it('sends the voices of speakers', async () => {
    const speaker_references = ['{"Alice": "UklGRg=="}'];
    await adapter.transcribe(callFor(optionsOf({ diarize: ['true'], speaker_references })));
    expect(upstream.lastRequest.values('speaker_references')).toEqual(speaker_references);
  });

  it('asks for times only where they are needed, and takes an empty list for nothing', async () => {
    const plain = await adapter.transcribe(callFor({}));
    expect(upstream.lastRequest.keys).not.toContain('timestamp_granularities');
    expect(plain.segments).toBeUndefined();
    const timed = await adapter.transcribe(callFor({ responseFormat: 'verbose_json' }));
    expect(timed.segments).toEqual([
      { text: 'The beach was a popular spot on a hot summer day.', startSeconds: 0, endSeconds: 6.5 },
      { text: 'People were swimming.', startSeconds: 7.5, endSeconds: 9.2 },
    ]);
  });

  it.each([{ responseFormat: 'diarized_json' as const }, optionsOf({ diarize: ['True'] })])(
    'names speakers in the order in which they appear for %j',
    async (request) => {
      const { segments } = await adapter.transcribe(callFor(request));
      expect(upstream.lastRequest.value('diarize')).toBe('true');
      expect(segments?.map((it) => it.speaker)).toEqual(['A', 'B']);
    },
  );

  it.each([
    ['en', 'en'],
    ['en-us', 'en'],
    ['pt-br', 'pt'],
    ['fil', 'tl'],
  ])('says %s as %s', async (language, code) => {
    await adapter.transcribe(callFor({ language }));
    expect(upstream.lastRequest.value('language')).toBe(code);
  });

  it('hands on the address of a recording instead of the file', async () => {
    const audio = audioFromBytes();
    await adapter.transcribe(callFor({ url: 'https://example.com/a.mp3', audio }));
    expect(upstream.lastRequest.value('file_url')).toBe('https://example.com/a.mp3');
    expect(upstream.lastRequest.file).toBeUndefined();
    expect(audio.opened).toHaveLength(0);
  });

  it.each<[Partial<TranscriptionRequest>, object]>([
    [{ language: 'yue' }, { reason: 'unsupported', param: 'language' }],
    [
      { language: 'en', responseFormat: 'srt' },
      { reason: 'unsupported', param: 'language', message: /'srt'/ },
    ],
    [
      { language: 'en', ...optionsOf({ diarize: ['true'] }) },
      { reason: 'unsupported', message: /speakers/ },
    ],
    [{ keywords: ['Berlin, Mitte'] }, { reason: 'request_rejected', param: 'keywords' }],
    [{ keywords: [' '] }, { reason: 'request_rejected', param: 'keywords' }],
    [{ keywords: Array<string>(101).fill('x') }, { reason: 'request_rejected', param: 'keywords', message: /100/ }],
    [optionsOf({ context_bias: ['New York'] }), { reason: 'request_rejected', param: 'context_bias' }],
    [optionsOf({ context_bias: Array<string>(101).fill('x') }), { reason: 'request_rejected', param: 'context_bias' }],
    [optionsOf({ diarize: ['perhaps'] }), { reason: 'request_rejected', param: 'diarize' }],
    [
      { responseFormat: 'diarized_json', ...optionsOf({ diarize: ['false'] }) },
      { reason: 'request_rejected', param: 'diarize' },
    ],
    [{ url: `https://example.com/${'a'.repeat(2100)}` }, { reason: 'request_rejected', param: 'url' }],
  ])('refuses %j', async (request, { message = /./, ...expected }: { message?: RegExp }) => {
    const outcome = adapter.transcribe(callFor(request));
    await expect(outcome).rejects.toMatchObject({ name: 'ProviderError', ...expected });
    await expect(outcome).rejects.toThrow(message);
    expect(upstream.requests).toHaveLength(0);
  });

  it('offers what each model can do', () => {
    const current = adapter.capabilities('voxtral-mini-latest');
    expect(planFormat(current, plainRequest({ responseFormat: 'srt' })).mode).toBe('synthesised');
    expect(
      planFormat(current, plainRequest({ responseFormat: 'verbose_json', granularities: ['word'] })),
    ).toMatchObject({
      mode: 'refused',
      param: 'timestamp_granularities',
    });
    expect(planStream(current, 'json')).toBe('relayed');
    expect(planStream(current, 'diarized_json')).toBe('synthesised');
    const diarizing = Object.keys(mistralModels).filter((model) => adapter.capabilities(model).diarization);
    expect(diarizing).toEqual(adapter.knownModels.filter((model) => model !== 'voxtral-mini-2507'));
    expect(adapter.capabilities('voxtral-medium-2030')).toEqual(current);
    const dates = adapter.knownModels.map((model) => [model, adapter.capabilities(model).retirement?.date] as const);
    expect(dates.filter(([, date]) => date)).toEqual([['voxtral-mini-2602', '2027-04-30']]);
  });

  const errors: readonly (readonly [string, number, object | string, object])[] = [
    [
      'a rate limit',
      429,
      { object: 'error', message: 'Rate limit exceeded', type: 'rate_limited', param: null, code: '1300' },
      { reason: 'rate_limited', message: 'Rate limit exceeded' },
    ],
    [
      'an unknown model',
      400,
      { object: 'error', message: 'Invalid model: x', type: 'invalid_model', param: null, code: '1500' },
      { reason: 'model_not_found', code: undefined },
    ],
    [
      'a model that cannot hear',
      400,
      { object: 'error', message: 'Audio input is not enabled for this model', type: 'invalid_request_error' },
      { reason: 'model_not_found' },
    ],
    ['a wrong key', 401, { detail: 'Unauthorized' }, { reason: 'credential_rejected', message: 'Unauthorized' }],
    ['a wrong key, by the proxy', 401, { message: 'Unauthorized', request_id: 'x' }, { reason: 'credential_rejected' }],
    ['no subscription', 402, { detail: 'You need an active subscription' }, { reason: 'quota_exhausted' }],
    [
      'a validation error',
      422,
      {
        detail: [
          { type: 'string_pattern_mismatch', loc: ['body', 'language'], msg: 'String should match', input: 'x' },
        ],
      },
      { reason: 'request_rejected', param: 'language', message: 'String should match' },
    ],
    [
      'a validation error in an envelope',
      422,
      {
        object: 'error',
        message: {
          detail: [
            { loc: ['body', 'context_bias', 0], msg: 'one' },
            { loc: ['body'], msg: 'two' },
          ],
        },
        type: 'invalid_request_error',
      },
      { reason: 'request_rejected', param: 'context_bias', message: 'one; two' },
    ],
    [
      'an address that leads nowhere',
      400,
      { object: 'error', message: 'File could not be fetched from url', type: 'invalid_request_file', code: '3310' },
      { reason: 'audio_rejected' },
    ],
    [
      'broken audio',
      400,
      { object: 'error', message: 'Audio file could not be decoded', type: 'invalid_request_error' },
      { reason: 'audio_rejected' },
    ],
    [
      'audio that is too long',
      400,
      { object: 'error', message: 'Audio duration exceeds the maximum of 10800 seconds' },
      { reason: 'too_large' },
    ],
    ['a full service', 503, { object: 'error', message: 'capacity exceeded', code: '3505' }, { reason: 'unavailable' }],
    ['a gateway timeout', 504, 'upstream request timeout', { reason: 'timeout' }],
    ['a page', 418, '<html></html>', { reason: 'unknown', message: "the provider answered 418 I'm a Teapot" }],
  ];
  it.each(errors)('understands %s', async (_what, status, body, expected) => {
    upstream.respondWith(answer(status, body, { 'mistral-correlation-id': 'c-1' }));
    await expect(adapter.transcribe(callFor({}))).rejects.toMatchObject({
      upstreamStatus: status,
      upstreamRequestId: 'c-1',
      ...expected,
    });
  });

  describe('streaming', () => {
    const dataOf = (events: readonly { data: string }[]) => events.map(({ data }): unknown => JSON.parse(data));
    const stream = (request: Partial<TranscriptionRequest> = {}) =>
      collect(adapter.stream(callFor({ stream: true, ...request })));

    it("says Mistral's events in OpenAI's words", async () => {
      const events = await stream();
      expect(upstream.lastRequest.value('stream')).toBe('true');
      expect(dataOf(events)).toEqual([
        { type: 'transcript.text.delta', delta: 'The beach was a popular spot on a hot summer day.' },
        { type: 'transcript.text.delta', delta: ' People were swimming.' },
        { type: 'transcript.text.done', text: SPOKEN, usage: { type: 'duration', seconds: 10 } },
      ]);
      expect(events.at(-1)).toMatchObject({
        type: 'done',
        text: SPOKEN,
        language: 'en',
        usage: { type: 'duration', seconds: 10 },
      });
    });

    it('leaves out the events that OpenAI has not', async () => {
      const events = await stream(optionsOf({ diarize: ['true'] }));
      expect(events.map(({ type }) => type)).toEqual(['relay', 'relay', 'done']);
    });

    it.each([
      ['none of the text', [], [SPOKEN]],
      ['its beginning, with a blank', [' The beach was'], [' The beach was', SPOKEN.slice('The beach was'.length)]],
      ['something else', ['Umm.'], ['Umm.']],
    ])('completes what deltas said when it was %s', async (_what, said, deltas) => {
      const opening = said.map((text) => ({ type: 'transcription.text.delta', text }));
      upstream.respondWith(mistralStream([...opening, { ...mistralAnswer(false), type: 'transcription.done' }]));
      const events = dataOf(await stream());
      expect(events.slice(0, -1)).toEqual(deltas.map((delta) => ({ type: 'transcript.text.delta', delta })));
    });

    it('goes by the names of events where their data has no type', async () => {
      const frames = [
        'event: transcription.language\ndata: {"audio_language":"fr"}\n\n',
        'event: transcription.text.delta\ndata: {"text":"Salut"}\n\n',
        'event: transcription.done\ndata: {"text":"Salut","language":null}\n\ndata: [DONE]\n\n',
      ];
      upstream.respondWith(pieces(frames, { 'content-type': 'text/event-stream' }));
      expect((await stream()).at(-1)).toMatchObject({ type: 'done', text: 'Salut', language: 'fr', usage: undefined });
    });

    it.each<[string, string, object]>([
      [
        'an end before its time',
        'data: {"type":"transcription.text.delta","text":"The"}\n\n',
        { reason: 'bad_response' },
      ],
      ['only a terminator', 'data: [DONE]\n\n', { reason: 'bad_response' }],
      ['what is no JSON', 'data: The beach\n\n', { reason: 'bad_response' }],
      [
        'an error of its own',
        'data: {"object":"error","message":"Rate limit exceeded","type":"rate_limited"}\n\n',
        { reason: 'rate_limited', message: 'Rate limit exceeded' },
      ],
      [
        'a named error',
        'event: error\ndata: {"error":{"message":"broken","type":"internal_server_error"}}\n\n',
        { reason: 'unavailable', message: 'broken' },
      ],
    ])('explains %s', async (_what, frames, expected) => {
      upstream.respondWith(pieces([frames], { 'content-type': 'text/event-stream', 'mistral-correlation-id': 'c-2' }));
      await expect(stream()).rejects.toMatchObject({
        name: 'ProviderError',
        upstreamRequestId: 'c-2',
        ...expected,
      });
    });
  });
});

const spec = loadSpec('mistral-openapi.yaml');

(spec ? describe : describe.skip)("mistral against Mistral's specification", () => {
  function errorsOf(schema: string, value: unknown): unknown {
    const validate = spec?.validator(schema);
    validate?.(value);
    return validate?.errors ?? [];
  }

  it.each(requests)('sends a valid form with %s', async (_what, request) => {
    const upstream = await MistralSimulator.start();
    const http = new ProviderHttp();
    const adapter = new MistralAdapter(http);
    const call: ProviderCall<MistralSettings> = {
      request: plainRequest(request),
      upstreamModel: 'voxtral-mini-2602',
      upstreamFormat: 'json',
      apiBase: upstream.url,
      apiKey: SIMULATOR_KEY,
      settings: {},
      signal: new AbortController().signal,
    };
    await adapter.transcribe(call);
    expect(errorsOf('AudioTranscriptionRequest', formOf(upstream.lastRequest))).toEqual([]);
    await collect(adapter.stream(call));
    expect(errorsOf('AudioTranscriptionRequestStream', formOf(upstream.lastRequest))).toEqual([]);
    await http.onModuleDestroy();
    await upstream.close();
  });

  it.each<[string, string, object]>([
    ['answer', 'TranscriptionResponse', mistralAnswer(false)],
    ['answer with times', 'TranscriptionResponse', mistralAnswer(true)],
    ['answer with speakers', 'TranscriptionResponse', mistralAnswer(true, true)],
    ...[...mistralEvents(false), ...mistralEvents(true, true)].map((event): [string, string, object] => [
      `event ${JSON.stringify(event).slice(0, 50)}`,
      'TranscriptionStreamEvents',
      { event: event.type, data: event },
    ]),
  ])('is simulated with a true %s', (_what, schema, value) => {
    expect(errorsOf(schema, value)).toEqual([]);
  });

  it('would notice a wrong form, answer or event', () => {
    expect(errorsOf('AudioTranscriptionRequest', { model: 'x', context_bias: ['a b'] })).not.toEqual([]);
    expect(errorsOf('TranscriptionResponse', { text: 'x' })).not.toEqual([]);
    expect(errorsOf('TranscriptionStreamEvents', { event: 'transcription.done', data: {} })).not.toEqual([]);
  });
});

/** The form with the types that the specification gives to its fields. */
function formOf(request: RecordedRequest): object {
  const types: Readonly<Record<string, (values: readonly string[]) => unknown>> = {
    stream: ([value]) => value === 'true',
    diarize: ([value]) => value === 'true',
    temperature: ([value]) => Number(value),
    context_bias: (values) => values,
    timestamp_granularities: (values) => values,
    file: () => request.file?.filename,
  };
  return Object.fromEntries(
    request.keys.map((key) => [key, types[key] ? types[key](request.values(key)) : request.value(key)]),
  );
}
