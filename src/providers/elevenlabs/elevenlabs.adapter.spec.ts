import { describeAdapterContract, plainRequest } from '../../../test/support/adapter-contract.js';
import { ELEVENLABS_KEY, ElevenLabsSimulator } from '../../../test/support/elevenlabs-simulator.js';
import { answer } from '../../../test/support/simulator-answers.js';
import { audioFromBytes } from '../../../test/support/simulator-audio.js';
import { SPOKEN } from '../../../test/support/simulator-fixtures.js';
import { SPOKEN_SECONDS, spokenWords } from '../../../test/support/spoken-words.js';
import { planFormat } from '../../domain/format-plan.js';
import { responseFormats, type TranscriptionRequest, type ReportedResult } from '../../domain/transcription.js';
import { ProviderHttp } from '../provider-http.js';
import { ElevenLabsAdapter, elevenLabsSettingsSchema } from './elevenlabs.adapter.js';

const settings = elevenLabsSettingsSchema.parse({});
const [FIRST, SECOND] = ['The beach was a popular spot on a hot summer day.', 'People were swimming.'];

describeAdapterContract('elevenlabs', {
  create: (http) => new ElevenLabsAdapter(http),
  start: () => ElevenLabsSimulator.start(),
  apiBase: (upstream) => upstream.url,
  settings,
  apiKey: ELEVENLABS_KEY,
  credential: { header: 'xi-api-key', value: ELEVENLABS_KEY },
  upstreamModel: 'scribe_v2',
  spoken: SPOKEN,
  errorBody: (message) => ({ detail: { status: 'some_status', message } }),
  audioOf: (request) => request.file?.bytes,
  native: [],
});

describe('elevenlabs', () => {
  let upstream: ElevenLabsSimulator;
  const http = new ProviderHttp();
  const adapter = new ElevenLabsAdapter(http);

  beforeEach(async () => {
    upstream = await ElevenLabsSimulator.start();
  });
  afterEach(() => upstream.close());
  afterAll(() => http.onModuleDestroy());

  function transcribe(
    request: Partial<TranscriptionRequest> = {},
    over: { upstreamModel?: string; enable_logging?: boolean; apiKey?: string } = {},
  ): Promise<ReportedResult> {
    return adapter.transcribe({
      request: plainRequest(request),
      upstreamModel: over.upstreamModel ?? 'scribe_v2',
      upstreamFormat: 'json',
      apiBase: upstream.url,
      apiKey: over.apiKey ?? ELEVENLABS_KEY,
      settings: { enable_logging: over.enable_logging ?? true },
      signal: new AbortController().signal,
    });
  }

  const options = (fields: Record<string, string | string[]>): Pick<TranscriptionRequest, 'providerOptions'> => ({
    providerOptions: new Map(Object.entries(fields).map(([name, values]) => [name, [values].flat()])),
  });
  const model: [string, string] = ['model_id', 'scribe_v2'];
  const silent: [string, string] = ['tag_audio_events', 'false'];

  describe('the request', () => {
    it.each<[string, Partial<TranscriptionRequest>, [string, string][]]>([
      ['nothing more than it must', {}, [model, silent]],
      ['a language', { language: 'de' }, [model, ['language_code', 'de'], silent]],
      ['a language without its region', { language: 'pt-BR' }, [model, ['language_code', 'pt'], silent]],
      ['a temperature', { temperature: 0 }, [model, ['temperature', '0'], silent]],
      [
        'keywords and key terms',
        { keywords: ['Auricle', 'Prism'], ...options({ keyterms: 'Scribe' }) },
        [model, ['keyterms', 'Auricle'], ['keyterms', 'Prism'], ['keyterms', 'Scribe'], silent],
      ],
      ['speakers', { responseFormat: 'diarized_json' }, [model, silent, ['diarize', 'true']]],
      [
        'options',
        options({ tag_audio_events: 'TRUE', diarize: 'true', num_speakers: '2', seed: '7', no_verbatim: 'true' }),
        [
          model,
          ['tag_audio_events', 'true'],
          ['diarize', 'true'],
          ['num_speakers', '2'],
          ['seed', '7'],
          ['no_verbatim', 'true'],
        ],
      ],
    ])('says %s', async (_what, request, expected) => {
      await transcribe(request);
      expect(upstream.lastFields.toSorted()).toEqual(expected.toSorted());
      expect(upstream.lastRequest.keys[0]).toBe('model_id');
      expect(upstream.lastRequest.keys.at(-1)).toBe('file');
      expect(upstream.lastRequest.path).toBe('/v1/speech-to-text');
    });

    it('hands on an address and leaves the audio alone', async () => {
      const audio = audioFromBytes();
      await transcribe({ url: 'https://example.com/a.mp3', audio });
      expect(upstream.lastRequest.value('source_url')).toBe('https://example.com/a.mp3');
      expect(upstream.lastRequest.file).toBeUndefined();
      expect(audio.opened).toHaveLength(0);
      expect(adapter.capabilities('scribe_v2').accepts_url).toBe(true);
    });

    it('claims no option that it does not know and Scribe does not take', async () => {
      const others: Readonly<Record<string, string>> = {
        num_speakers: '2',
        seed: '7',
        entity_redaction_mode: 'redacted',
        secondary_language_codes: 'es',
        numbers_format: 'words',
      };
      for (const upstreamModel of ['scribe_v1', 'scribe_v2', 'scribe_v3']) {
        const { options: names } = adapter.capabilities(upstreamModel);
        expect(names).not.toContain('webhook');
        for (const name of names) {
          const fields = name === 'diarization_threshold' ? { [name]: '0.2', diarize: 'true' } : undefined;
          await transcribe(options(fields ?? { [name]: others[name] ?? 'true' }), { upstreamModel });
          expect(upstream.lastRequest.value(name)).toBeDefined();
        }
      }
    });

    it.each<[string, Partial<TranscriptionRequest>, string]>([
      ['webhooks', options({ webhook: 'true' }), 'webhook'],
      ['a flag that is none', options({ diarize: '1' }), 'diarize'],
      ['too many speakers', options({ num_speakers: '33' }), 'num_speakers'],
      ['half a speaker', options({ num_speakers: '1.5' }), 'num_speakers'],
      ['a threshold out of range', options({ diarization_threshold: '0.5' }), 'diarization_threshold'],
      ['an empty term', options({ keyterms: ['a', ''] }), 'keyterms'],
      ['a mode that is not known', options({ entity_redaction_mode: 'black' }), 'entity_redaction_mode'],
      ['speakers unsought', { responseFormat: 'diarized_json', ...options({ diarize: 'false' }) }, 'diarize'],
    ])('refuses %s', async (_what, request, param) => {
      await expect(transcribe(request)).rejects.toMatchObject({ reason: 'request_rejected', param });
      expect(upstream.requests).toHaveLength(0);
    });

    it('does not diarize separate channels', async () => {
      await transcribe({ responseFormat: 'diarized_json', ...options({ use_multi_channel: 'true' }) });
      expect(upstream.lastRequest.value('diarize')).toBeUndefined();
    });

    it('asks for zero retention where the operator says so', async () => {
      await transcribe({}, { enable_logging: false });
      expect(upstream.lastRequest.path).toBe('/v1/speech-to-text?enable_logging=false');
      expect(settings).toEqual({ enable_logging: true });
      expect(elevenLabsSettingsSchema.safeParse({ enableLogging: false }).success).toBe(false);
    });
  });

  describe('the answer', () => {
    it('becomes text, words, language, duration and usage', async () => {
      await expect(transcribe()).resolves.toEqual({
        text: SPOKEN,
        language: 'eng',
        durationSeconds: SPOKEN_SECONDS,
        words: spokenWords.map(({ text, startSeconds, endSeconds }) => ({ word: text, startSeconds, endSeconds })),
        usage: { type: 'duration', seconds: SPOKEN_SECONDS },
        upstreamRequestId: 'req_simulated',
      });
    });

    it('has no sounds among its words', async () => {
      const { text, words } = await transcribe(options({ tag_audio_events: 'true' }));
      expect(text).toBe(`${SPOKEN}(laughter)`);
      expect(words?.map(({ word }) => word).join(' ')).toBe(SPOKEN);
    });

    it.each<[string, Partial<TranscriptionRequest>, string[]]>([
      ['by their letters', { responseFormat: 'diarized_json' }, ['A', 'B']],
      ['by their roles', options({ diarize: 'true', detect_speaker_roles: 'true' }), ['agent', 'customer']],
    ])('has speakers %s', async (_what, request, expected) => {
      const { words } = await transcribe(request);
      expect([...new Set(words?.map(({ speaker }) => speaker))]).toEqual(expected);
      expect(words?.findLastIndex(({ speaker }) => speaker === expected[0])).toBe(10);
    });

    it('tells channels as one conversation and counts each of them', async () => {
      const result = await transcribe({ include: ['logprobs'], ...options({ use_multi_channel: 'true' }) });
      expect(result).toMatchObject({
        text: SPOKEN,
        durationSeconds: SPOKEN_SECONDS,
        usage: { type: 'duration', seconds: 2 * SPOKEN_SECONDS },
        segments: [
          { text: FIRST, startSeconds: 0, endSeconds: 6.5, speaker: 'A' },
          { text: SECOND, startSeconds: 7.5, endSeconds: 9.2, speaker: 'B' },
        ],
      });
      expect(result.words?.map(({ speaker }) => speaker).join('')).toBe('AAAAAAAAAAABBB');
      expect(result.logprobs).toHaveLength(26);
    });

    it('lets the channels take turns where one pauses', async () => {
      const word = (text: string, start: number, end: number): object => ({
        type: 'word',
        text,
        start,
        end,
        logprob: 0,
      });
      const space = { type: 'spacing', text: ' ', logprob: 0 };
      const transcripts = [
        {
          text: 'Are you there? Good.',
          words: [
            word('Are', 0, 0.2),
            space,
            word('you', 0.3, 0.5),
            space,
            word('there?', 0.6, 1),
            space,
            word('Good.', 3, 3.5),
          ],
        },
        { text: '', words: [] },
        { text: 'Yes, I am.', words: [word('Yes,', 1.5, 1.8), space, word('I', 1.9, 2), space, word('am.', 2.1, 2.5)] },
      ];
      upstream.respondWith(answer(200, { transcripts }));
      const { text, segments } = await transcribe(options({ use_multi_channel: 'true' }));
      expect(text).toBe('Are you there? Yes, I am. Good.');
      expect(segments?.map((it) => [it.speaker, it.text, it.startSeconds, it.endSeconds])).toEqual([
        ['A', 'Are you there?', 0, 1],
        ['B', 'Yes, I am.', 1.5, 2.5],
        ['A', 'Good.', 3, 3.5],
      ]);
    });

    it('keeps what was said on channels without times', async () => {
      upstream.respondWith(answer(200, { transcripts: [{ text: 'One.' }, { text: '' }, { text: 'Two.', words: [] }] }));
      await expect(transcribe()).resolves.toEqual({ text: 'One.\nTwo.' });
    });

    it('has no words where Scribe gave none, and no usage without a duration', async () => {
      upstream.respondWith(answer(200, { text: 'Hi.', language_code: '', transcription_id: 't-1' }));
      await expect(transcribe()).resolves.toEqual({ text: 'Hi.', upstreamRequestId: 't-1' });
      upstream.respondWith(answer(200, { text: '', words: [], audio_duration_secs: 3 }));
      await expect(transcribe()).resolves.toMatchObject({ text: '', words: [], usage: { seconds: 3 } });
    });

    it('keeps words without times', async () => {
      const words = [
        { text: 'Hi', type: 'word', start: null, end: null },
        { text: 'there', type: 'word', start: 1, end: 2 },
      ];
      upstream.respondWith(answer(200, { text: 'Hi there', words, audio_duration_secs: 'long' }));
      await expect(transcribe()).resolves.toMatchObject({
        words: [{ word: 'Hi' }, { word: 'there', startSeconds: 1, endSeconds: 2 }],
      });
    });

    it('has the logprob of every piece of the text, only when asked', async () => {
      const { logprobs } = await transcribe({ include: ['logprobs'] });
      expect(logprobs?.map(({ token }) => token).join('')).toBe(SPOKEN);
      expect(logprobs?.slice(0, 2)).toEqual([
        { token: 'The', logprob: -0.1, bytes: [84, 104, 101] },
        { token: ' ', logprob: 0, bytes: [32] },
      ]);
      expect(await transcribe()).not.toHaveProperty('logprobs');
    });

    it('keeps the entities that were asked for', async () => {
      const { providerData } = await transcribe(options({ entity_detection: ['pii', 'date'] }));
      expect(providerData).toEqual({ entities: [expect.objectContaining({ entity_type: 'date' })] });
      expect(await transcribe()).not.toHaveProperty('providerData');
    });

    it('keeps what an edit made of the text beside it', async () => {
      upstream.respondWith(answer(200, { text: SPOKEN, words: [], edited_transcript: 'Shorter.' }));
      const { text, providerData } = await transcribe(options({ transcript_edit: ['Make it shorter.'] }));
      expect(text).toBe(SPOKEN);
      expect(providerData).toEqual({ edited_transcript: 'Shorter.' });
    });

    it.each([
      ['an accepted webhook', { message: 'Request accepted.', request_id: 'x' }],
      ['no channels', { transcripts: [] }],
    ])('is refused when it is %s', async (_what, body) => {
      upstream.respondWith(answer(200, body));
      await expect(transcribe()).rejects.toMatchObject({ reason: 'bad_response', upstreamStatus: 200 });
    });
  });

  describe('errors', () => {
    const legacy = (status: string, message: string): object => ({ detail: { status, message } });
    const modern = (code: string, more: object = {}): object => ({
      detail: { type: 'validation_error', code, message: 'No.', status: 'old', request_id: 'req-1', ...more },
    });

    it.each<[number, object | string, object]>([
      [401, legacy('invalid_api_key', 'Invalid API key'), { reason: 'credential_rejected', code: 'invalid_api_key' }],
      [401, legacy('quota_exceeded', 'You have insufficient quota'), { reason: 'quota_exhausted' }],
      [402, legacy('payment_required', 'Pay.'), { reason: 'quota_exhausted' }],
      [403, legacy('missing_permissions', 'Not you.'), { reason: 'credential_rejected' }],
      [
        400,
        legacy('invalid_content', 'File upload is corrupted. Please ensure it is playable audio.'),
        { reason: 'audio_rejected' },
      ],
      [400, legacy('audio_too_short', 'Too short.'), { reason: 'audio_rejected' }],
      [
        400,
        modern('invalid_parameters', { param: 'model_id' }),
        { reason: 'model_not_found', code: 'invalid_parameters', upstreamRequestId: 'req-1' },
      ],
      [
        400,
        modern('invalid_parameters', { param: 'language_code' }),
        { reason: 'request_rejected', param: 'language', message: 'No.' },
      ],
      [
        422,
        {
          detail: [
            { loc: ['body', 'source_url'], msg: 'not reachable', type: 'value_error' },
            { loc: ['body', 'seed'], msg: 'too large', type: 'value_error' },
          ],
        },
        { reason: 'request_rejected', param: 'url', message: 'not reachable; too large' },
      ],
      [
        422,
        { detail: [{ loc: ['body', 'file'], msg: 'Field required', type: 'missing' }] },
        { reason: 'audio_rejected' },
      ],
      [422, { detail: [] }, { reason: 'request_rejected', message: 'ElevenLabs answered 422 Unprocessable Entity' }],
      [404, { detail: 'Not Found' }, { reason: 'misconfigured', message: expect.stringContaining('check api_base') }],
      [413, legacy('file_too_large', 'Too large.'), { reason: 'too_large' }],
      [429, modern('concurrent_limit_exceeded'), { reason: 'rate_limited', upstreamRequestId: 'req-1' }],
      [429, legacy('system_busy', 'Busy.'), { reason: 'rate_limited' }],
      [500, legacy('internal_error', 'Oh.'), { reason: 'unavailable' }],
      [504, '', { reason: 'timeout' }],
    ])('understands %i %j', async (status, body, expected) => {
      upstream.respondWith(answer(status, body));
      await expect(transcribe()).rejects.toMatchObject({ name: 'ProviderError', upstreamStatus: status, ...expected });
    });

    it('are seen by the simulator too', async () => {
      await expect(transcribe({}, { upstreamModel: 'scribe_v9' })).rejects.toMatchObject({ reason: 'model_not_found' });
      await expect(transcribe({}, { apiKey: 'wrong' })).rejects.toMatchObject({ reason: 'credential_rejected' });
    });
  });

  it('gives every format of what it understood', () => {
    for (const responseFormat of responseFormats) {
      for (const name of [...adapter.knownModels, 'scribe_v1', 'scribe_v3']) {
        const plan = planFormat(adapter.capabilities(name), plainRequest({ responseFormat, granularities: ['word'] }));
        expect(plan).toEqual({ mode: 'synthesised', upstreamFormat: 'json' });
      }
    }
  });

  it('knows what the first version lacks and when it went', () => {
    const first = adapter.capabilities('scribe_v1');
    expect(first).toMatchObject({ retirement: { date: '2026-07-09' } });
    expect(first.fields).not.toContain('keywords');
    expect(first.options).not.toContain('keyterms');
    expect(adapter.capabilities('scribe_v1_experimental').fields).toEqual(first.fields);
    expect(adapter.capabilities('scribe_v2_medical')).toBe(adapter.capabilities('scribe_v2'));
    const { options: third } = adapter.capabilities('scribe_v3');
    const { options: second } = adapter.capabilities('scribe_v2');
    expect(adapter.knownModels).toEqual(expect.arrayContaining(['scribe_v3', 'scribe_v2_medical']));
    expect(third).toEqual(expect.arrayContaining(['secondary_language_codes', 'numbers_format', 'transcript_edit']));
    expect(second).toContain('transcript_edit');
    expect(second).not.toContain('numbers_format');
  });
});
