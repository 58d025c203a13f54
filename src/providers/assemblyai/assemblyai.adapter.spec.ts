import { describeAdapterContract, plainRequest } from '../../../test/support/adapter-contract.js';
import {
  completedJob,
  failedJob,
  JOB_ID,
  unfinishedJob,
  UPLOAD_URL,
} from '../../../test/support/assemblyai-fixtures.js';
import { ASSEMBLYAI_KEY, AssemblyAiSimulator, endpointOf } from '../../../test/support/assemblyai-simulator.js';
import {
  answer,
  early,
  hang,
  htmlPage,
  resetBeforeHeaders,
  type ScriptedAnswer,
} from '../../../test/support/simulator-answers.js';
import { audioFromBytes } from '../../../test/support/simulator-audio.js';
import { SPOKEN } from '../../../test/support/simulator-fixtures.js';
import { planFormat } from '../../domain/format-plan.js';
import type { TranscriptionRequest } from '../../domain/transcription.js';
import type { ProviderCall } from '../provider-adapter.js';
import { ProviderHttp } from '../provider-http.js';
import {
  AssemblyAiAdapter,
  assemblyAiSettingsSchema,
  type AssemblyAiSettings,
  type AssemblyAiTiming,
} from './assemblyai.adapter.js';
import { assemblyAiModels } from './assemblyai.models.js';

/** Waits for nothing, and remembers how long it should have. */
class NoTime implements AssemblyAiTiming {
  readonly slept: number[] = [];
  deleteTimeoutMs = 60_000;
  sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
    signal?.throwIfAborted();
    this.slept.push(ms);
  };
}

describeAdapterContract('assemblyai', {
  create: (http) => new AssemblyAiAdapter(http, new NoTime()),
  start: () => AssemblyAiSimulator.start(),
  apiBase: (upstream) => upstream.origin,
  settings: {},
  apiKey: ASSEMBLYAI_KEY,
  credential: { header: 'authorization', value: ASSEMBLYAI_KEY },
  upstreamModel: 'universal-3-5-pro',
  spoken: SPOKEN,
  errorBody: (message) => ({ error: message }),
  audioOf: (request) => request.rawBody,
  carriesAudio: (request) => endpointOf(request) === 'upload',
  native: [],
});

describe('assemblyai', () => {
  let upstream: AssemblyAiSimulator;
  let timing: NoTime;
  let adapter: AssemblyAiAdapter;
  const http = new ProviderHttp();

  beforeEach(async () => {
    upstream = await AssemblyAiSimulator.start();
    timing = new NoTime();
    adapter = new AssemblyAiAdapter(http, timing);
  });
  afterEach(() => upstream.close());
  afterAll(() => http.onModuleDestroy());

  function callFor(
    request: Partial<TranscriptionRequest> = {},
    over: Partial<ProviderCall<AssemblyAiSettings>> = {},
  ): ProviderCall<AssemblyAiSettings> {
    return {
      request: plainRequest(request),
      upstreamModel: 'universal-3-5-pro',
      upstreamFormat: 'json',
      apiBase: upstream.origin,
      apiKey: ASSEMBLYAI_KEY,
      settings: {},
      signal: new AbortController().signal,
      ...over,
    };
  }

  /** Answers the job's looks in this order; upload and submission go their normal way. */
  function lookAnswers(...answers: readonly ScriptedAnswer[]): void {
    upstream.respondWith(answer(200, { upload_url: UPLOAD_URL }), answer(200, unfinishedJob('queued', {})), ...answers);
  }

  const done = (): ScriptedAnswer => answer(200, completedJob({}));
  const working = (): ScriptedAnswer => answer(200, unfinishedJob('processing', {}));

  it('uploads, submits, looks until it is done, and deletes', async () => {
    const result = await adapter.transcribe(callFor());
    expect(upstream.steps).toEqual(['upload', 'submit', 'look', 'look', 'delete']);
    expect(upstream.submitted).toEqual({
      audio_url: UPLOAD_URL,
      speech_models: ['universal-3-5-pro'],
      language_detection: true,
    });
    expect(result).toMatchObject({
      text: SPOKEN,
      language: 'en',
      durationSeconds: 9,
      usage: { type: 'duration', seconds: 9 },
      upstreamRequestId: JOB_ID,
    });
    expect(result.words?.[1]).toEqual({ word: 'beach', startSeconds: 0.6, endSeconds: 1.1 });
    expect(result.segments).toBeUndefined();
    expect(result.logprobs).toBeUndefined();
  });

  it('passes on what its own options find', async () => {
    const entities = [{ entity_type: 'date', text: 'Monday', start: 0, end: 100 }];
    const found = { entities, sentiment_analysis_results: null, summary: 'Somebody speaks.', chapters: [] };
    lookAnswers(answer(200, { ...completedJob({}), ...found }));
    const providerOptions = new Map([
      ['entity_detection', ['true']],
      ['sentiment_analysis', ['true']],
      ['summarization', ['true']],
      ['speaker_options', ['{"max_speakers_expected": 3}']],
      ['language_codes', ['en', 'es']],
    ]);
    const result = await adapter.transcribe(callFor({ providerOptions }));
    expect(upstream.submitted).toMatchObject({
      entity_detection: true,
      speaker_options: { max_speakers_expected: 3 },
      language_codes: ['en', 'es'],
    });
    expect(upstream.submitted).not.toHaveProperty('language_detection');
    // Chapters were not asked for, and there are no sentiments.
    expect(result.providerData).toEqual({ entities, summary: 'Somebody speaks.' });
  });

  it.each<[string, Partial<TranscriptionRequest>, string]>([
    ['a value that is no JSON', { providerOptions: new Map([['custom_spelling', ['[']]]) }, 'custom_spelling'],
    [
      'two ways to name a language',
      { language: 'en', providerOptions: new Map([['language_codes', ['en', 'es']]]) },
      'language_codes',
    ],
  ])('refuses %s before anything is sent', async (_, request, param) => {
    await expect(adapter.transcribe(callFor(request))).rejects.toMatchObject({ reason: 'request_rejected', param });
    expect(upstream.requests).toEqual([]);
  });

  it('takes channels for speakers', async () => {
    const providerOptions = new Map([['multichannel', ['true']]]);
    await adapter.transcribe(callFor({ responseFormat: 'diarized_json', providerOptions }));
    expect(upstream.submitted).toMatchObject({ multichannel: true });
    expect(upstream.submitted).not.toHaveProperty('speaker_labels');
  });

  it('waits a little longer from look to look, up to five seconds', async () => {
    lookAnswers(...Array.from({ length: 9 }, working), done());
    await adapter.transcribe(callFor());
    expect(timing.slept).toEqual([1_000, 1_250, 1_563, 1_953, 2_441, 3_052, 3_815, 4_768, 5_000, 5_000]);
  });

  it('tells speakers apart for diarized_json and by the option', async () => {
    const result = await adapter.transcribe(callFor({ responseFormat: 'diarized_json' }));
    expect(upstream.submitted).toMatchObject({ speaker_labels: true });
    expect(result.segments).toEqual([
      {
        text: 'The beach was a popular spot on a hot summer day.',
        startSeconds: 0,
        endSeconds: 6.5,
        speaker: 'A',
      },
      { text: 'People were swimming.', startSeconds: 6.6, endSeconds: 8.3, speaker: 'B' },
    ]);
    expect(result.words?.map(({ speaker }) => speaker).join('')).toBe('AAAAAAAAAAABBB');
    const option = new Map([['speaker_labels', ['true']]]);
    await adapter.transcribe(callFor({ providerOptions: option, responseFormat: 'srt' }));
    expect(upstream.submitted).toMatchObject({ speaker_labels: true });
  });

  it('makes logprobs from confidences only where they were asked for', async () => {
    const { text, logprobs } = await adapter.transcribe(callFor({ include: ['logprobs'] }));
    expect(logprobs?.map(({ token }) => token).join('')).toBe(text);
    expect(logprobs?.[1]).toEqual({ token: ' beach', logprob: Math.log(0.97465), bytes: [...Buffer.from(' beach')] });
  });

  it.each<[string, Partial<TranscriptionRequest>, object]>([
    ['a language', { language: 'de' }, { language_code: 'de' }],
    ['British English', { language: 'en-GB' }, { language_code: 'en_uk' }],
    ['a region that is no variant', { language: 'pt-BR' }, { language_code: 'pt' }],
    [
      'expected languages',
      { languages: ['en', 'de-CH'] },
      { language_detection: true, language_detection_options: { expected_languages: ['en', 'de'] } },
    ],
    ['a prompt', { prompt: 'A call about "Auricle".' }, { prompt: 'A call about "Auricle".' }],
    ['a temperature', { temperature: 0 }, { temperature: 0 }],
    ['keywords', { keywords: ['Auricle', 'Äther'] }, { keyterms_prompt: ['Auricle', 'Äther'] }],
    [
      'its own options',
      {
        providerOptions: new Map([
          ['speakers_expected', ['2']],
          ['punctuate', ['false']],
          ['speech_threshold', ['0.5']],
          ['redact_pii_policies', ['person_name', 'phone_number']],
          ['domain', ['medical-v1']],
          ['custom_spelling', ['[{"from": ["oracle"], "to": "Auricle"}]']],
          ['auto_chapters', ['true']],
          ['auto_highlights', ['true']],
          ['content_safety', ['true']],
          ['content_safety_confidence', ['60']],
          ['iab_categories', ['true']],
          ['summarization', ['true']],
          ['summary_type', ['gist']],
        ]),
      },
      {
        speakers_expected: 2,
        punctuate: false,
        speech_threshold: 0.5,
        redact_pii_policies: ['person_name', 'phone_number'],
        domain: 'medical-v1',
        custom_spelling: [{ from: ['oracle'], to: 'Auricle' }],
        auto_chapters: true,
        auto_highlights: true,
        content_safety: true,
        content_safety_confidence: 60,
        iab_categories: true,
        summarization: true,
        summary_type: 'gist',
      },
    ],
  ])('sends %s', async (_what, request, expected) => {
    await adapter.transcribe(callFor(request));
    expect(upstream.submitted).toMatchObject(expected);
    expect('language_code' in upstream.submitted).toBe('language' in request);
  });

  it.each([
    ['best', ['universal-3-5-pro', 'universal-2']],
    ['assemblyai-stt-3-7', ['assemblyai-stt-3-7']],
    ['universal-3-pro', ['universal-3-pro']],
    ['universal-2', ['universal-2']],
  ])('names the models of %s', async (upstreamModel, models) => {
    await adapter.transcribe(callFor({}, { upstreamModel }));
    expect(upstream.submitted.speech_models).toEqual(models);
  });

  it('refuses impossible options before it uploads anything', async () => {
    const wrong = new Map([['speakers_expected', ['many']]]);
    await expect(adapter.transcribe(callFor({ providerOptions: wrong }))).rejects.toMatchObject({
      reason: 'request_rejected',
      param: 'speakers_expected',
    });
    const contradiction = new Map([['speaker_labels', ['false']]]);
    await expect(
      adapter.transcribe(callFor({ providerOptions: contradiction, responseFormat: 'diarized_json' })),
    ).rejects.toMatchObject({ reason: 'request_rejected', param: 'speaker_labels' });
    expect(upstream.requests).toHaveLength(0);
  });

  it('hands an address on without touching the audio', async () => {
    const audio = audioFromBytes();
    const url = 'https://example.com/call.mp3?signature=abc';
    await adapter.transcribe(callFor({ audio, url }));
    expect(upstream.steps).toEqual(['submit', 'look', 'look', 'delete']);
    expect(upstream.submitted.audio_url).toBe(url);
    expect(audio.opened).toHaveLength(0);
  });

  describe('while it looks', () => {
    it('forgives three failures in a row and waits as long as it is asked to', async () => {
      const tooMany = () => answer(429, { error: 'Too Many Requests' }, { 'retry-after': '20' });
      lookAnswers(tooMany(), htmlPage(502), resetBeforeHeaders(), working(), answer(503), done());
      await expect(adapter.transcribe(callFor())).resolves.toMatchObject({ text: SPOKEN });
      expect(timing.slept).toEqual([1_000, 20_000, 1_563, 1_953, 2_441, 3_052]);
    });

    it('gives up at the fourth', async () => {
      lookAnswers(...Array.from({ length: 4 }, () => answer(503, { error: 'Service Unavailable' })));
      await expect(adapter.transcribe(callFor())).rejects.toMatchObject({
        reason: 'unavailable',
        upstreamStatus: 503,
        upstreamRequestId: JOB_ID,
      });
    });

    it('gives up at once when the key is withdrawn', async () => {
      lookAnswers(answer(401, { error: 'Authentication error, API token missing/invalid' }));
      await expect(adapter.transcribe(callFor())).rejects.toMatchObject({ reason: 'credential_rejected' });
    });

    it.each([
      ['the client goes away', new Error('client gone'), 'aborted'],
      ['the deadline passes', new DOMException('deadline', 'TimeoutError'), 'timeout'],
    ])('stops when %s, and deletes without being waited for', async (_what, cause, reason) => {
      const controller = new AbortController();
      lookAnswers(hang());
      const arrivals = [upstream.nextRequest(), upstream.nextRequest(), upstream.nextRequest(), upstream.nextRequest()];
      const outcome = adapter.transcribe(callFor({}, { signal: controller.signal })).catch((error: unknown) => error);
      const look = await arrivals[2];
      controller.abort(cause);
      expect(await outcome).toMatchObject({ name: 'ProviderError', reason });
      await look?.aborted;
      const deletion = await arrivals[3];
      expect(deletion?.method).toBe('DELETE');
    });

    it('stops in the middle of a wait', async () => {
      const controller = new AbortController();
      let waiting = (): void => {};
      const asleep = new Promise<void>((resolve) => {
        waiting = resolve;
      });
      const sleeper = new AssemblyAiAdapter(http, {
        ...timing,
        sleep: (_ms, signal) =>
          new Promise((_, reject) => {
            signal?.addEventListener('abort', () => reject(signal.reason));
            waiting();
          }),
      });
      const settings = { delete_after: false };
      const outcome = sleeper
        .transcribe(callFor({}, { signal: controller.signal, settings }))
        .catch((error: unknown) => error);
      await asleep;
      controller.abort();
      expect(await outcome).toMatchObject({ name: 'ProviderError', reason: 'aborted' });
      expect(upstream.steps).toEqual(['upload', 'submit']);
    });
  });

  describe('the deletion', () => {
    it('is left out where the deployment keeps transcripts', async () => {
      await adapter.transcribe(callFor({}, { settings: { delete_after: false } }));
      expect(upstream.steps).not.toContain('delete');
    });

    it('is tried again in the background when it fails, and is nobody else’s concern', async () => {
      lookAnswers(done(), answer(500, { error: 'Server error' }), answer(500, { error: 'Server error' }));
      const arrivals = Array.from({ length: 6 }, () => upstream.nextRequest());
      await expect(adapter.transcribe(callFor())).resolves.toMatchObject({ text: SPOKEN });
      const deletions = await Promise.all(arrivals.slice(3));
      expect(deletions.map((it) => it.method)).toEqual(['DELETE', 'DELETE', 'DELETE']);
    });

    it('does not hold an answer back for long', async () => {
      timing.deleteTimeoutMs = 1;
      lookAnswers(done(), hang(), hang());
      await expect(adapter.transcribe(callFor())).resolves.toMatchObject({ text: SPOKEN });
    });

    it('happens also to a job that failed', async () => {
      lookAnswers(answer(200, failedJob('Transcoding failed. File type is text/plain')));
      await expect(adapter.transcribe(callFor())).rejects.toMatchObject({ reason: 'audio_rejected' });
      expect(upstream.steps.at(-1)).toBe('delete');
    });
  });

  it.each([
    ['File does not appear to contain audio. File type is text/html (HTML document).', 'audio_rejected'],
    ['Transcoding failed. File type is application/octet-stream (data).', 'audio_rejected'],
    ['Audio speech threshold 0.1 is below the requested speech threshold value 0.5.', 'audio_rejected'],
    ['Download error, unable to download https://cdn.example/x. Please make sure it exists.', 'audio_rejected'],
    ['detected language confidence 0.2 is below the requested confidence threshold value of 0.8', 'request_rejected'],
    ['Internal server error. Please resubmit the file.', 'unavailable'],
    ['Something nobody has seen before', 'unknown'],
    ['', 'unknown'],
  ])('explains a job that failed with %j', async (error, reason) => {
    lookAnswers(answer(200, failedJob(error)));
    await expect(adapter.transcribe(callFor())).rejects.toMatchObject({
      reason,
      message: error || 'the provider could not transcribe the audio',
      upstreamRequestId: JOB_ID,
    });
  });

  it('never repeats the address of a recording', async () => {
    const url = 'https://example.com/call.mp3?signature=secret';
    upstream.respondWith(
      answer(200, unfinishedJob('queued', {})),
      answer(200, failedJob(`Download error, unable to download ${url}.`)),
    );
    await expect(adapter.transcribe(callFor({ url }))).rejects.toMatchObject({
      message: 'Download error, unable to download the recording.',
    });
  });

  it.each<[string, number, string, string]>([
    [
      'an empty account',
      400,
      'Your current account balance is negative. Please top up to continue.',
      'quota_exhausted',
    ],
    ['a model that there is not', 400, '"speech_models" must be a non-empty list', 'model_not_found'],
    [
      'a language without speakers',
      400,
      'The following models are not available in this language: speaker_labels',
      'unsupported',
    ],
    ['a bad field', 400, 'Invalid endpoint schema, please refer to documentation', 'request_rejected'],
    ['an upload of another project', 403, 'Cannot access uploaded file', 'credential_rejected'],
    ['a gateway that gave up', 504, 'Gateway timeout', 'timeout'],
  ])('explains %s', async (_what, status, error, reason) => {
    upstream.respondWith(answer(200, { upload_url: UPLOAD_URL }), answer(status, { error }));
    await expect(adapter.transcribe(callFor())).rejects.toMatchObject({
      reason,
      message: error,
      upstreamStatus: status,
    });
  });

  it.each<[string, ScriptedAnswer[]]>([
    ['an upload without an address', [answer(200, { upload_url: 'nowhere' })]],
    ['a job without an id', [answer(200, { upload_url: UPLOAD_URL }), answer(200, { status: 'queued' })]],
    [
      'a transcript without a text',
      [
        answer(200, { upload_url: UPLOAD_URL }),
        answer(200, unfinishedJob('queued', {})),
        answer(200, { id: JOB_ID, status: 'completed' }),
      ],
    ],
  ])('takes %s for a bad response', async (_what, answers) => {
    upstream.respondWith(...answers);
    await expect(adapter.transcribe(callFor())).rejects.toMatchObject({ reason: 'bad_response' });
  });

  it('understands silence', async () => {
    lookAnswers(answer(200, { ...completedJob({}), text: '', words: [] }));
    await expect(adapter.transcribe(callFor())).resolves.toMatchObject({ text: '', words: [] });
  });

  it('never repeats the key that it was refused with', async () => {
    upstream.respondWith(early(answer(401, { error: `Invalid API key ${ASSEMBLYAI_KEY}` })));
    await expect(adapter.transcribe(callFor())).rejects.toMatchObject({ message: 'Invalid API key [redacted key]' });
  });

  it.each([{ region: 'mars' }, { delete_after: 'yes' }, { deleteAfter: true }])(
    'refuses the settings %j',
    (settings) => {
      expect(assemblyAiSettingsSchema.safeParse(settings).success).toBe(false);
    },
  );

  it('calls the region of the deployment, unless it has a base URL', async () => {
    const called: string[] = [];
    const recorder = new AssemblyAiAdapter(
      new (class extends ProviderHttp {
        override request({ url }: Parameters<ProviderHttp['request']>[0]): never {
          called.push(url);
          throw new Error('not today');
        }
      })(),
      timing,
    );
    for (const over of [{}, { settings: { region: 'eu' as const } }, { apiBase: 'https://proxy.example/aai/' }]) {
      const call = callFor({}, { apiBase: undefined, ...over });
      await expect(recorder.transcribe(call)).rejects.toThrow('not today');
    }
    expect(called).toEqual([
      'https://api.assemblyai.com/v2/upload',
      'https://api.eu.assemblyai.com/v2/upload',
      'https://proxy.example/aai/v2/upload',
    ]);
  });

  it.each(Object.keys(assemblyAiModels))('offers with %s what can be made of its words', (model) => {
    const capabilities = adapter.capabilities(model);
    for (const responseFormat of ['json', 'text', 'srt', 'vtt', 'verbose_json', 'diarized_json'] as const) {
      expect(planFormat(capabilities, plainRequest({ responseFormat })).mode).toBe('synthesised');
    }
  });

  it.each([
    ['universal-2', false],
    ['universal-2-next', false],
    ['universal-3-5-pro', true],
    ['universal-4', true],
    ['toString', true],
  ])('knows whether %s can be prompted', (model, prompted) => {
    expect(adapter.capabilities(model).fields.includes('prompt')).toBe(prompted);
  });
});
