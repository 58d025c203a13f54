import { Readable } from 'node:stream';
import type { Capabilities } from '../../domain/capabilities.js';
import { requestFields } from '../../domain/capabilities.js';
import type { TranscriptionRequest } from '../../domain/transcription.js';
import { assessFitness, type Aid } from './fitness.js';

const everything: Capabilities = {
  tasks: ['transcribe', 'translate'],
  formats: ['json', 'text', 'srt', 'vtt', 'verbose_json'],
  granularities: ['word', 'segment'],
  streaming: false,
  diarization: false,
  fields: requestFields,
  options: [],
};

function request(changes: Partial<TranscriptionRequest> = {}): TranscriptionRequest {
  return {
    task: 'transcribe',
    model: 'whisper',
    audio: {
      filename: 'a.wav',
      mediaType: 'audio/wav',
      sizeBytes: 1000,
      stream: () => Readable.from([]),
      probe: () => Promise.resolve({}),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    },
    responseFormat: 'json',
    granularities: [],
    stream: false,
    include: [],
    keywords: [],
    languages: [],
    providerOptions: new Map(),
    ...changes,
  };
}

describe('assessFitness', () => {
  it('finds a model fit that honours everything', () => {
    const asked = request();
    expect(assessFitness(everything, asked, 10)).toEqual({
      request: asked,
      format: { mode: 'native', upstreamFormat: 'json' },
      answerFormat: 'json',
      chained: false,
      dropped: [],
    });
  });

  const cases: [string, Partial<Capabilities>, Partial<TranscriptionRequest>, string][] = [
    ['a task it does not have', { tasks: ['transcribe'] }, { task: 'translate' }, 'model'],
    ['a language hint', { fields: [] }, { language: 'en' }, 'language'],
    ['a prompt', { fields: [] }, { prompt: 'hello' }, 'prompt'],
    ['a temperature of zero', { fields: [] }, { temperature: 0 }, 'temperature'],
    ['logprobs', { fields: [] }, { include: ['logprobs'] }, 'include'],
    ['a chunking strategy', { fields: [] }, { chunkingStrategy: 'auto' }, 'chunking_strategy'],
    ['keywords', { fields: [] }, { keywords: ['Auricle'] }, 'keywords'],
    ['languages', { fields: [] }, { languages: ['en'] }, 'languages'],
    ['known speakers', { fields: [] }, { speakers: { names: ['a'], references: ['data:,'] } }, 'known_speaker_names'],
    ['an unknown option', {}, { providerOptions: new Map([['vad_filter', ['true']]]) }, 'vad_filter'],
    ['a format it cannot give', {}, { responseFormat: 'diarized_json' }, 'response_format'],
    ['subtitles without times', { granularities: [], formats: ['json'] }, { responseFormat: 'srt' }, 'response_format'],
  ];
  it.each(cases)('refuses %s and names the field', (_, capabilities, changes, param) => {
    const fitness = assessFitness({ ...everything, ...capabilities }, request(changes), 10);
    expect(fitness).toMatchObject({ unfit: { param } });
  });

  it('accepts every option where the provider cannot be known, and declared ones elsewhere', () => {
    const withOption = request({ providerOptions: new Map([['vad_filter', ['true']]]) });
    expect(assessFitness({ ...everything, options: 'any' }, withOption, 10)).toHaveProperty('format');
    expect(assessFitness({ ...everything, options: ['vad_filter'] }, withOption, 10)).toHaveProperty('format');
  });

  it('refuses a file over the limits, as too large whether it is the bytes or the seconds', () => {
    expect(assessFitness({ ...everything, max_bytes: 999 }, request(), 10)).toMatchObject({
      unfit: { param: 'file', tooLarge: true },
    });
    const tooLong = assessFitness({ ...everything, max_duration_seconds: 9 }, request(), 10);
    expect(tooLong).toMatchObject({
      unfit: { param: 'file', explanation: expect.stringContaining('at most 9 seconds'), tooLarge: true },
    });
    expect(assessFitness({ ...everything, max_duration_seconds: 9 }, request(), undefined)).toHaveProperty('format');
  });
});

describe('assessFitness with the aid of a translation model', () => {
  const transcriber: Capabilities = { ...everything, tasks: ['transcribe'] };
  const translation = (changes: Partial<TranscriptionRequest> = {}) => request({ task: 'translate', ...changes });

  it('asks what only transcribes for a transcript, and keeps the prompt for the translation', () => {
    const asked = translation({ prompt: 'Colour.', temperature: 0, stream: true });
    expect(assessFitness({ ...transcriber, fields: ['temperature'] }, asked, 10, { translates: true })).toEqual({
      request: { ...asked, task: 'transcribe', prompt: undefined, stream: false },
      format: { mode: 'native', upstreamFormat: 'json' },
      answerFormat: 'json',
      chained: true,
      dropped: [],
    });
  });

  it.each(['srt', 'vtt', 'verbose_json'] as const)('asks for times where %s needs them', (responseFormat) => {
    expect(assessFitness(transcriber, translation({ responseFormat }), 10, { translates: true })).toMatchObject({
      request: { responseFormat: 'verbose_json' },
      chained: true,
    });
    const withoutTimes: Capabilities = { ...transcriber, granularities: [], formats: ['json'] };
    expect(assessFitness(withoutTimes, translation({ responseFormat }), 10, { translates: true })).toEqual({
      unfit: { param: 'response_format', explanation: 'it reports no timestamps' },
    });
  });

  it.each<[string, Capabilities, Aid]>([
    ['what translates itself', everything, { translates: true }],
    ['anything without a translation model', transcriber, {}],
    ['what only translates', { ...everything, tasks: ['translate'] }, { translates: true }],
  ])('leaves alone %s', (_, capabilities, aid) => {
    expect(assessFitness(capabilities, translation(), 10, aid)).not.toHaveProperty('chained', true);
  });
});

describe('assessFitness of a container', () => {
  const { audio } = request();
  const amr = request({ audio: { ...audio, container: 'amr', filename: 'memo.amr', mediaType: 'audio/amr' } });
  const gpp = request({ audio: { ...audio, container: '3gp', filename: 'memo.3gp', mediaType: 'audio/3gpp' } });
  const taking = (...containers: NonNullable<Capabilities['containers']>[number][]): Capabilities => {
    return { ...everything, containers };
  };

  it('needs a model that takes it, where that is known', () => {
    expect(assessFitness(taking('flac', 'wav'), amr, 10)).toEqual({
      unfit: { param: 'file', explanation: 'it takes flac, wav, and this file is amr', isOfContainer: true },
    });
    for (const able of [everything, taking('wav', 'amr')]) {
      expect(assessFitness(able, amr, 10)).toMatchObject({ request: amr });
    }
  });

  it('does not judge what nobody knows or has fetched', () => {
    expect(assessFitness(taking('flac'), request(), 10)).toHaveProperty('format');
    const unfetched = { ...amr, url: 'https://a.example/x.amr' };
    expect(assessFitness({ ...taking('flac'), accepts_url: true }, unfetched, undefined)).toHaveProperty('format');
  });

  it('calls the file as the model calls such files', () => {
    expect(assessFitness(taking('mp4', 'm4a'), gpp, 10)).toMatchObject({
      request: { audio: { container: '3gp', filename: 'memo.mp4', mediaType: 'audio/mp4', sizeBytes: 1000 } },
    });
    expect(assessFitness(taking('mp4', '3gp'), gpp, 10)).toMatchObject({ request: gpp });
  });
});

describe('assessFitness of an address', () => {
  const asked = request({ url: 'https://a.example/x.mp3' });

  it('needs a model that takes one, or a gateway that fetches', () => {
    expect(assessFitness(everything, asked, undefined)).toMatchObject({
      unfit: { param: 'url', explanation: expect.stringContaining('FETCH_URLS=true') },
    });
    expect(assessFitness(everything, asked, undefined, { fetchesUrls: true })).toMatchObject({ request: asked });
    expect(assessFitness({ ...everything, accepts_url: true }, asked, undefined)).toMatchObject({ request: asked });
  });

  it('does not judge the size of what nobody has fetched', () => {
    expect(assessFitness({ ...everything, accepts_url: true, max_bytes: 1 }, asked, undefined)).toHaveProperty(
      'format',
    );
  });
});

describe('assessFitness with fields that may be dropped', () => {
  const aid: Aid = { dropsFields: true };
  const plain: Capabilities = { ...everything, fields: [], granularities: ['segment'] };

  it('leaves out what the model does not know, and says so', () => {
    const asked = request({
      language: 'de',
      prompt: 'x',
      temperature: 0.5,
      include: ['logprobs'],
      chunkingStrategy: 'auto',
      keywords: ['a'],
      languages: ['de'],
      speakers: { names: ['a'], references: ['data:,'] },
      responseFormat: 'verbose_json',
      granularities: ['word', 'segment'],
      providerOptions: new Map([
        ['vad_filter', ['true']],
        ['hotwords', ['x']],
      ]),
    });
    expect(assessFitness({ ...plain, options: ['hotwords'] }, asked, 10, aid)).toMatchObject({
      dropped: [
        'language',
        'prompt',
        'temperature',
        'include',
        'chunking_strategy',
        'keywords',
        'languages',
        'known_speaker_names',
        'vad_filter',
        'timestamp_granularities',
      ],
      request: {
        ...request({ responseFormat: 'verbose_json', granularities: ['segment'] }),
        audio: asked.audio,
        providerOptions: new Map([['hotwords', ['x']]]),
      },
    });
  });

  it('keeps what the model knows', () => {
    const asked = request({ language: 'de', providerOptions: new Map([['anything', ['x']]]) });
    expect(assessFitness({ ...everything, options: 'any' }, asked, 10, aid)).toMatchObject({
      request: asked,
      dropped: [],
    });
  });

  it('never drops the format, the task or the size', () => {
    expect(assessFitness(plain, request({ responseFormat: 'diarized_json' }), 10, aid)).toMatchObject({
      unfit: { param: 'response_format' },
    });
    expect(assessFitness({ ...plain, tasks: ['transcribe'] }, request({ task: 'translate' }), 10, aid)).toMatchObject({
      unfit: { param: 'model' },
    });
    expect(assessFitness({ ...plain, max_bytes: 1 }, request(), 10, aid)).toMatchObject({ unfit: { param: 'file' } });
  });
});

describe('assessFitness where the format may be downgraded', () => {
  const aid: Aid = { downgradesFormat: true };
  const timeless: Capabilities = { ...everything, formats: ['json'], granularities: [], diarization: false };

  it.each(['verbose_json', 'diarized_json'] as const)('answers %s in json, and says so', (responseFormat) => {
    expect(assessFitness(timeless, request({ responseFormat }), 10, aid)).toMatchObject({
      request: { responseFormat: 'json', granularities: [] },
      answerFormat: 'json',
      dropped: ['response_format'],
    });
  });

  it.each<[string, Capabilities, Partial<TranscriptionRequest>, string]>([
    ['subtitles', timeless, { responseFormat: 'srt' }, 'response_format'],
    [
      'the times of words',
      { ...timeless, formats: ['verbose_json'], granularities: ['segment'] },
      { responseFormat: 'verbose_json', granularities: ['word'] },
      'timestamp_granularities',
    ],
    ['logprobs', { ...timeless, fields: [] }, { include: ['logprobs'] }, 'include'],
  ])('refuses %s all the same', (_, capabilities, changes, param) => {
    expect(assessFitness(capabilities, request(changes), 10, aid)).toMatchObject({ unfit: { param } });
  });

  it('keeps what can be given, also by a translation in two steps', () => {
    const asked = request({ task: 'translate', responseFormat: 'srt' });
    const transcriber: Capabilities = { ...timeless, tasks: ['transcribe'] };
    expect(assessFitness(transcriber, asked, 10, { ...aid, translates: true })).toHaveProperty('unfit');
    expect(
      assessFitness(transcriber, { ...asked, responseFormat: 'verbose_json' }, 10, { ...aid, translates: true }),
    ).toMatchObject({ chained: true, answerFormat: 'json', request: { responseFormat: 'json' } });
    expect(assessFitness(everything, request({ responseFormat: 'verbose_json' }), 10, aid)).toMatchObject({
      answerFormat: 'verbose_json',
      dropped: [],
    });
  });
});
