import { describeAdapterContract, plainRequest } from '../../../test/support/adapter-contract.js';
import {
  DEEPGRAM_KEY,
  DEEPGRAM_TOKEN,
  deepgramAnswer,
  DeepgramSimulator,
} from '../../../test/support/deepgram-simulator.js';
import { answer } from '../../../test/support/simulator-answers.js';
import { audioFromBytes } from '../../../test/support/simulator-audio.js';
import { SPOKEN } from '../../../test/support/simulator-fixtures.js';
import { SPOKEN_SECONDS, spokenWords } from '../../../test/support/spoken-words.js';
import { planFormat } from '../../domain/format-plan.js';
import { responseFormats, type TranscriptionRequest, type ReportedResult } from '../../domain/transcription.js';
import { ProviderHttp } from '../provider-http.js';
import { DeepgramAdapter, deepgramSettingsSchema } from './deepgram.adapter.js';

const settings = deepgramSettingsSchema.parse({});
const [FIRST, SECOND] = ['The beach was a popular spot on a hot summer day.', 'People were swimming.'];

describeAdapterContract('deepgram', {
  create: (http) => new DeepgramAdapter(http),
  start: () => DeepgramSimulator.start(),
  apiBase: (upstream) => upstream.url,
  settings,
  apiKey: DEEPGRAM_KEY,
  credential: { header: 'authorization', value: `Token ${DEEPGRAM_KEY}` },
  upstreamModel: 'nova-3',
  spoken: SPOKEN,
  errorBody: (err_msg) => ({ err_code: 'Bad Request', err_msg, request_id: 'r' }),
  audioOf: (request) => request.rawBody,
  native: [],
});

describe('deepgram', () => {
  let upstream: DeepgramSimulator;
  const http = new ProviderHttp();
  const adapter = new DeepgramAdapter(http);

  beforeEach(async () => {
    upstream = await DeepgramSimulator.start();
  });
  afterEach(() => upstream.close());
  afterAll(() => http.onModuleDestroy());

  function transcribe(
    request: Partial<TranscriptionRequest> = {},
    over: { upstreamModel?: string; mip_opt_out?: boolean; apiKey?: string } = {},
  ): Promise<ReportedResult> {
    return adapter.transcribe({
      request: plainRequest(request),
      upstreamModel: over.upstreamModel ?? 'nova-3',
      upstreamFormat: 'json',
      apiBase: upstream.url,
      apiKey: over.apiKey ?? DEEPGRAM_KEY,
      settings: { mip_opt_out: over.mip_opt_out ?? true },
      signal: new AbortController().signal,
    });
  }

  const options = (fields: Record<string, string | string[]>): Pick<TranscriptionRequest, 'providerOptions'> => ({
    providerOptions: new Map(Object.entries(fields).map(([name, values]) => [name, [values].flat()])),
  });
  const sent = (): [string, string][] => [...upstream.lastQuery];
  const usual: [string, string][] = [
    ['smart_format', 'true'],
    ['punctuate', 'true'],
    ['utterances', 'true'],
  ];
  const private_: [string, string] = ['mip_opt_out', 'true'];

  describe('the request', () => {
    it('streams the bare audio under the type that was sniffed', async () => {
      const audio = audioFromBytes(Buffer.alloc(300_000, 'x'), { mediaType: 'audio/ogg' });
      await transcribe({ audio });
      expect(upstream.lastRequest.headers['content-type']).toBe('audio/ogg');
      expect(upstream.lastRequest.rawBody).toHaveLength(300_000);
    });

    it('hands on an address and leaves the audio alone', async () => {
      const audio = audioFromBytes();
      await transcribe({ url: 'https://example.com/a.mp3?x=1&y=2', audio });
      expect(upstream.lastRequest.headers['content-type']).toBe('application/json');
      expect(upstream.lastRequest.rawBody.toString()).toBe('{"url":"https://example.com/a.mp3?x=1&y=2"}');
      expect(audio.opened).toHaveLength(0);
      expect(adapter.capabilities('nova-3').accepts_url).toBe(true);
    });

    it.each<[string, string, Partial<TranscriptionRequest>, [string, string][]]>([
      ['no language', 'nova-3', {}, [['detect_language', 'true']]],
      ['no language, to a whisper', 'whisper-large', {}, [['detect_language', 'true']]],
      ['no language, to a model of one trade', 'nova-2-meeting', {}, []],
      ["no language, to a customer's model", 'customer-model', {}, []],
      ['a language', 'nova-3', { language: 'de' }, [['language', 'de']]],
      ['a language with a region in Python', 'nova-3', { language: 'pt_BR' }, [['language', 'pt-BR']]],
      ['code switching', 'nova-3', { language: 'multi' }, [['language', 'multi']]],
      [
        'languages',
        'nova-2',
        { languages: ['de', 'en'] },
        [
          ['detect_language', 'de'],
          ['detect_language', 'en'],
        ],
      ],
      [
        'keywords for nova-3',
        'nova-3',
        { language: 'en', keywords: ['Auricle & Sons', 'C++'] },
        [
          ['language', 'en'],
          ['keyterm', 'Auricle & Sons'],
          ['keyterm', 'C++'],
        ],
      ],
      [
        'keywords for older models',
        'nova-2-meeting',
        { keywords: ['Auricle', 'Prism:2'] },
        [
          ['keywords', 'Auricle'],
          ['keywords', 'Prism:2'],
        ],
      ],
      ['diarized_json', 'enhanced-meeting', { responseFormat: 'diarized_json' }, [['diarize', 'true']]],
    ])('says %s', async (_what, upstreamModel, request, expected) => {
      await transcribe(request, { upstreamModel });
      expect(sent()).toEqual([['model', upstreamModel], ...usual, ...expected, private_]);
      expect(upstream.lastRequest.path).not.toContain('+');
    });

    it.each<[string, string | string[], string[]]>([
      ['smart_format', 'False', ['false']],
      ['utterances', 'FALSE', ['false']],
      ['utt_split', '1.20', ['1.2']],
      ['keyterm', ['a', 'b'], ['a', 'b']],
      ['tag', 'billing', ['billing']],
      ['summarize', 'v2', ['v2']],
      ['detect_language', 'false', ['false']],
      ['detect_language', ['en', 'es'], ['en', 'es']],
    ])('passes on the option %s=%j', async (name, value, expected) => {
      await transcribe(options({ [name]: value }));
      expect(upstream.lastQuery.getAll(name)).toEqual(expected);
    });

    it('claims no option that it does not know and Deepgram does not take', async () => {
      const others: Readonly<Record<string, string>> = {
        utt_split: '1',
        diarize_model: 'v2',
        custom_topic_mode: 'strict',
        custom_intent_mode: 'strict',
      };
      for (const model of ['nova-3', 'nova-3-medical', 'nova-2', 'nova-2-meeting', 'whisper', 'customer-model']) {
        const { options: names } = adapter.capabilities(model);
        expect(names).not.toContain('callback');
        for (const name of names) {
          await transcribe(options({ [name]: others[name] ?? 'true' }), { upstreamModel: model });
          expect(upstream.lastQuery.has(name)).toBe(true);
        }
      }
    });

    it.each<[string, Partial<TranscriptionRequest>, string]>([
      ['callback', options({ callback: 'https://example.com' }), 'callback'],
      ['a flag that is none', options({ diarize: 'yes' }), 'diarize'],
      ['a flag twice', options({ diarize: ['true', 'false'] }), 'diarize'],
      ['a number that is none', options({ utt_split: 'long' }), 'utt_split'],
      ['a word that is not known', options({ summarize: 'v3' }), 'summarize'],
      ['an empty text', options({ redact: ['pci', ''] }), 'redact'],
      ['a language and its detection', { language: 'de', ...options({ detect_language: 'true' }) }, 'detect_language'],
      [
        'languages and their detection',
        { languages: ['de'], ...options({ detect_language: 'en' }) },
        'detect_language',
      ],
      ['a language and several', { language: 'de', languages: ['de', 'en'] }, 'languages'],
      ['speakers unsought', { responseFormat: 'diarized_json', ...options({ diarize: 'false' }) }, 'diarize'],
    ])('refuses %s', async (_what, request, param) => {
      await expect(transcribe(request)).rejects.toMatchObject({ reason: 'request_rejected', param });
      expect(upstream.requests).toHaveLength(0);
    });

    it.each([
      ['multichannel', 'true'],
      ['diarize_model', 'v2'],
    ])('does not diarize twice beside %s', async (name, value) => {
      await transcribe({ responseFormat: 'diarized_json', ...options({ [name]: value }) });
      expect(upstream.lastQuery.has('diarize')).toBe(false);
    });

    it('stays out of the improvement program unless the operator joins it', async () => {
      await transcribe({}, { mip_opt_out: false });
      expect(upstream.lastQuery.has('mip_opt_out')).toBe(false);
      expect(settings).toEqual({ mip_opt_out: true });
      expect(deepgramSettingsSchema.safeParse({ mipOptOut: false }).success).toBe(false);
    });

    it('sends a temporary token as such', async () => {
      await transcribe({}, { apiKey: DEEPGRAM_TOKEN });
      expect(upstream.lastRequest.headers.authorization).toBe(`Bearer ${DEEPGRAM_TOKEN}`);
    });
  });

  describe('the answer', () => {
    it('becomes text, words, segments, language, duration and usage', async () => {
      await expect(transcribe()).resolves.toEqual({
        text: SPOKEN,
        language: 'en',
        durationSeconds: SPOKEN_SECONDS,
        words: spokenWords.map(({ text, startSeconds, endSeconds }) => ({ word: text, startSeconds, endSeconds })),
        segments: [
          { text: FIRST, startSeconds: 0, endSeconds: 6.5 },
          { text: SECOND, startSeconds: 7.5, endSeconds: 9.2 },
        ],
        usage: { type: 'duration', seconds: SPOKEN_SECONDS },
        upstreamRequestId: '6ba2879c-1d05-4b8b-9b1c-0f6c4f4c8a11',
      });
    });

    it('has speakers by their letters', async () => {
      const { words, segments } = await transcribe({ responseFormat: 'diarized_json' });
      expect(segments?.map(({ speaker }) => speaker)).toEqual(['A', 'B']);
      expect(words?.map(({ speaker }) => speaker).join('')).toBe('AAAAAAAAAAABBB');
    });

    it('has no words and no segments where Deepgram gave none', async () => {
      const results = { channels: [{ alternatives: [{ transcript: 'Hi.' }] }] };
      upstream.respondWith(answer(200, { results }, { 'dg-request-id': 'from-header' }));
      await expect(transcribe()).resolves.toEqual({ text: 'Hi.', upstreamRequestId: 'from-header' });
    });

    it('is empty words for silence', async () => {
      upstream.respondWith(answer(200, { metadata: { duration: 3 }, results: { channels: [{ alternatives: [] }] } }));
      await expect(transcribe()).resolves.toMatchObject({ text: '', words: [], usage: { seconds: 3 } });
    });

    it('survives details that make no sense', async () => {
      const channels = [
        { alternatives: [{ transcript: 'Hi.', words: [{ word: 'Hi', start: 'early' }] }], detected_language: 7 },
      ];
      upstream.respondWith(answer(200, { metadata: { duration: -1 }, results: { channels, utterances: 'many' } }));
      const result = await transcribe();
      expect(result).toMatchObject({ text: 'Hi.', words: [{ word: 'Hi' }], segments: undefined, language: undefined });
      expect(result.words?.[0]?.startSeconds).toBeUndefined();
      expect(result.usage).toBeUndefined();
    });

    it.each([
      ['an accepted callback', { request_id: 'x' }],
      ['no channels', { results: { channels: [] } }],
    ])('is refused when it is %s', async (_what, body) => {
      upstream.respondWith(answer(200, body));
      await expect(transcribe()).rejects.toMatchObject({ reason: 'bad_response', upstreamStatus: 200 });
    });

    it.each<[string, Partial<TranscriptionRequest>, string, string | undefined]>([
      ['what was detected', {}, 'nova-3', 'en'],
      ['the first one heard', { language: 'multi' }, 'nova-3', 'en'],
      ['not guessed where it was given', { language: 'de' }, 'nova-3', undefined],
      ["Deepgram's default where nobody asked", {}, 'nova-2-meeting', 'en'],
    ])('has a language: %s', async (_what, request, upstreamModel, language) => {
      expect((await transcribe(request, { upstreamModel })).language).toBe(language);
    });

    it('turns confidences into logprobs, only when asked', async () => {
      const { logprobs } = await transcribe({ include: ['logprobs'] });
      expect(logprobs?.map(({ token }) => token).join('')).toBe(SPOKEN);
      expect(logprobs?.[1]).toEqual({ token: ' beach', logprob: Math.log(0.9), bytes: [...Buffer.from(' beach')] });
      expect(await transcribe()).not.toHaveProperty('logprobs');
    });

    it('has a finite logprob for a word without any confidence', async () => {
      const words = [{ word: 'hm', start: 0, end: 1, confidence: 0 }];
      upstream.respondWith(answer(200, { results: { channels: [{ alternatives: [{ transcript: 'hm', words }] }] } }));
      const { logprobs } = await transcribe({ include: ['logprobs'] });
      expect(logprobs).toMatchObject([{ token: 'hm', logprob: -9_999 }]);
    });

    it('tells channels as one conversation and counts each of them', async () => {
      const result = await transcribe(options({ multichannel: 'true' }));
      expect(result).toMatchObject({
        text: SPOKEN,
        durationSeconds: SPOKEN_SECONDS,
        usage: { type: 'duration', seconds: 2 * SPOKEN_SECONDS },
        segments: [
          { text: FIRST, speaker: 'A' },
          { text: SECOND, speaker: 'B' },
        ],
      });
      expect(result.words?.map(({ speaker }) => speaker).join('')).toBe('AAAAAAAAAAABBB');
    });

    it('tells channels without utterances', async () => {
      const request = options({ multichannel: 'true', utterances: 'false' });
      await expect(transcribe(request)).resolves.toMatchObject({ text: SPOKEN, segments: [{ speaker: 'A' }, {}] });
      const channels = ['One.', '', 'Two.'].map((transcript) => ({ alternatives: [{ transcript }] }));
      upstream.respondWith(answer(200, { results: { channels } }));
      const untimed = await transcribe(request);
      expect(untimed.text).toBe('One.\nTwo.');
      expect(untimed.words).toBeUndefined();
    });

    it('keeps the speakers of different channels apart', async () => {
      const request = options({ multichannel: 'true', diarize: 'true' });
      const { segments } = await transcribe(request);
      expect(segments?.map(({ speaker }) => speaker)).toEqual(['A', 'B']);
    });

    it('keeps what other options found, under its own names', async () => {
      const request = options({ sentiment: 'true', summarize: 'v2', detect_entities: 'true', topics: 'false' });
      const { providerData } = await transcribe(request);
      expect(providerData).toMatchObject({
        sentiments: { average: { sentiment: 'positive' } },
        summary: { short: 'A day at the beach.' },
        entities: [[{ label: 'DATE' }]],
      });
      expect(Object.keys(providerData ?? {})).toHaveLength(3);
      expect(await transcribe()).not.toHaveProperty('providerData');
    });

    it('tells which hints of languages were taken, where it was given some', async () => {
      const words = [{ word: 'hola', start: 0, end: 1, language: 'es' }];
      const alternative = { transcript: 'hola', words, languages: ['es'], languages_hinted: ['en', 'es'] };
      const heard = answer(200, {
        metadata: { duration: 1 },
        results: { channels: [{ alternatives: [alternative] }] },
      });
      upstream.respondWith(heard, heard);
      const hinted = new Map([['language_hint', ['en-GB', 'es']]]);
      const result = await transcribe({ languages: ['en', 'es'], providerOptions: hinted });
      expect(upstream.lastRequest.path).toMatch(/[?&]language_hint=en-GB&(?:.*&)?language_hint=es\b/);
      expect(result).toMatchObject({ language: 'es', providerData: { languages_hinted: [['en', 'es']] } });
      expect(await transcribe({ languages: ['en', 'es'] })).not.toHaveProperty('providerData');
    });

    describe('with several languages', () => {
      const spoken = (...languages: (string | undefined | number)[]) =>
        languages.map((language, index) => ({ word: 'hola', start: index, end: index + 1, language }));
      const channel = (...languages: (string | undefined | number)[]) => ({
        alternatives: [{ transcript: 'hola', words: spoken(...languages), languages: ['de'] }],
      });

      it.each<[string, object[], string]>([
        ['of most words', [channel('en', 'es', 'es')], 'es'],
        ['heard first, of as many words', [channel('en', 'es', 'es', 'en')], 'en'],
        ['of most words in all channels', [channel('en'), channel('es', 'es', undefined, 7)], 'es'],
        ['listed first, where words have none', [channel(undefined)], 'de'],
        ['that was detected', [{ ...channel('en'), detected_language: 'fr' }], 'fr'],
        ['that was detected in another channel', [channel('en'), { ...channel('es'), detected_language: 'fr' }], 'fr'],
      ])('has the language %s', async (_what, channels, language) => {
        upstream.respondWith(answer(200, { metadata: { duration: 1 }, results: { channels } }));
        expect(await transcribe({ language: 'multi' })).toMatchObject({ language });
      });

      it('tells the language of every word, where several were asked for', async () => {
        const heard = answer(200, { metadata: { duration: 2 }, results: { channels: [channel('es', 'en')] } });
        upstream.respondWith(heard, heard);
        const { providerData, words } = await transcribe({ language: 'multi' });
        expect(providerData).toEqual({ languages: [['de']], words: [spoken('es', 'en')] });
        expect(words?.map((it) => Object.keys(it))).toEqual(Array(2).fill(expect.not.arrayContaining(['language'])));
        expect(await transcribe({ language: 'es' })).not.toHaveProperty('providerData');
      });
    });

    it('ignores speakers that nobody asked for', async () => {
      upstream.respondWith(answer(200, deepgramAnswer(new URLSearchParams('diarize=true&utterances=true'))));
      const { words, segments } = await transcribe();
      expect([...(words ?? []), ...(segments ?? [])].some(({ speaker }) => speaker)).toBe(false);
    });
  });

  describe('errors', () => {
    const legacy = (err_code: string, err_msg: string): object => ({ err_code, err_msg, request_id: 'req-1' });

    it.each<[number, object | string, object]>([
      [
        400,
        legacy('Bad Request', 'Bad Request: failed to process audio: corrupt or unsupported data'),
        { reason: 'audio_rejected', code: undefined, upstreamRequestId: 'req-1' },
      ],
      [
        400,
        { category: 'INVALID_JSON', message: 'Invalid JSON submitted.', details: 'missing field', request_id: 'req-2' },
        {
          reason: 'request_rejected',
          message: 'Invalid JSON submitted. missing field',
          code: 'INVALID_JSON',
          upstreamRequestId: 'req-2',
        },
      ],
      [
        400,
        'Json deserialize error: missing field `url`',
        { reason: 'request_rejected', message: 'Json deserialize error: missing field `url`' },
      ],
      [401, '"User does not have sufficient permissions."', { reason: 'credential_rejected' }],
      [401, legacy('INVALID_AUTH', 'Invalid credentials.'), { reason: 'credential_rejected', code: 'INVALID_AUTH' }],
      [402, legacy('ASR_PAYMENT_REQUIRED', 'Not enough credits.'), { reason: 'quota_exhausted' }],
      [
        403,
        legacy('INSUFFICIENT_PERMISSIONS', 'Project does not have access to the requested model.'),
        { reason: 'model_not_found' },
      ],
      [404, 'Not Found', { reason: 'misconfigured' }],
      [400, legacy('REMOTE_CONTENT_ERROR', 'The remote server ...'), { reason: 'request_rejected', param: 'url' }],
      [400, legacy('INVALID_QUERY_PARAMETER', 'Failed to ...'), { reason: 'request_rejected' }],
      [413, legacy('PAYLOAD_TOO_LARGE', 'Too large.'), { reason: 'too_large' }],
      [415, legacy('UNSUPPORTED_MEDIA_TYPE', 'No.'), { reason: 'audio_rejected' }],
      [422, legacy('ASR_UNPROCESSABLE_ENTITY', 'Unable to read the entire client request.'), { reason: 'unavailable' }],
      [429, legacy('TOO_MANY_REQUESTS', 'Too many requests. Please try again later'), { reason: 'rate_limited' }],
      [499, '', { reason: 'unavailable', message: 'Deepgram answered 499' }],
      [503, { error_code: 'Service Unavailable', err_msg: 'Please try again later' }, { reason: 'unavailable' }],
      [504, '', { reason: 'timeout', message: 'Deepgram answered 504 Gateway Timeout' }],
    ])('understands %i %j', async (status, body, expected) => {
      upstream.respondWith(answer(status, body));
      await expect(transcribe()).rejects.toMatchObject({ name: 'ProviderError', upstreamStatus: status, ...expected });
    });

    it.each<[string, Partial<TranscriptionRequest>, object]>([
      ['the language', { language: 'tlh' }, { reason: 'unsupported', param: 'language' }],
      ['the languages', { languages: ['en', 'tlh'] }, { reason: 'unsupported', param: 'languages' }],
      ['the model', {}, { reason: 'model_not_found', param: undefined }],
    ])('blames %s for a combination that does not exist', async (_what, request, expected) => {
      const message = 'Bad Request: No such model/language/tier combination found.';
      upstream.respondWith(answer(400, legacy('Bad Request', message)));
      await expect(transcribe(request)).rejects.toMatchObject(expected);
    });

    it('are seen by the simulator too', async () => {
      await expect(transcribe({}, { upstreamModel: 'nova-9' })).rejects.toMatchObject({ reason: 'model_not_found' });
      await expect(transcribe({}, { apiKey: 'wrong' })).rejects.toMatchObject({ reason: 'credential_rejected' });
    });
  });

  it('gives every format of what it understood', () => {
    for (const responseFormat of responseFormats) {
      for (const model of [...adapter.knownModels, 'nova-2-phonecall', 'customer-model']) {
        const plan = planFormat(adapter.capabilities(model), plainRequest({ responseFormat, granularities: ['word'] }));
        expect(plan).toEqual({ mode: 'synthesised', upstreamFormat: 'json' });
      }
    }
  });
});
