import { loadSpec } from '../../../test/support/specs.js';
import type { TranscriptionRequest, TranscriptionResult } from '../../domain/transcription.js';
import { renderAnswer } from './render-answer.js';
import { tokenUsage } from '../../domain/usage.js';

type Request = Pick<TranscriptionRequest, 'task' | 'responseFormat' | 'granularities' | 'include' | 'language'>;

const tokens = tokenUsage({ audio: 12, text: 2, output: 45 });
const tokensBody = {
  type: 'tokens',
  input_tokens: 14,
  input_token_details: { text_tokens: 2, audio_tokens: 12 },
  output_tokens: 45,
  total_tokens: 59,
};
const logprobs = [{ token: 'Hey', logprob: -1.04, bytes: [72, 101, 121] }];

const words = [
  { word: 'Hello', startSeconds: 0, endSeconds: 0.4 },
  { word: 'there', startSeconds: 0.4, endSeconds: 0.9 },
  { word: 'How', startSeconds: 1, endSeconds: 1.2 },
  { word: 'are', startSeconds: 1.2, endSeconds: 1.4 },
  { word: 'you', startSeconds: 1.4, endSeconds: 1.9 },
];
const text = 'Hello, there. How are you?';
const timed: TranscriptionResult = {
  text,
  words,
  language: 'en-US',
  durationSeconds: 2.5,
  usage: { type: 'duration', seconds: 3 },
};
const whisperSegment = {
  text: ' Hello, there.',
  startSeconds: 0,
  endSeconds: 0.9,
  seek: 7,
  tokens: [50364, 440],
  temperature: 0.2,
  avgLogprob: -0.28,
  compressionRatio: 1.23,
  noSpeechProb: 0.009,
};

function ask(more: Partial<Request> = {}): Request {
  return { task: 'transcribe', responseFormat: 'json', granularities: [], include: [], ...more };
}

function bodyOf(result: TranscriptionResult, request: Request): unknown {
  return JSON.parse(String(renderAnswer(result, request).body));
}

describe('renderAnswer', () => {
  it("passes the provider's own answer on, byte for byte", () => {
    const native = {
      format: 'json',
      contentType: 'application/json; charset=x',
      body: Buffer.from('{ "text":"x"}\n'),
    } as const;
    const answer = renderAnswer({ text: 'x', native }, ask());
    expect(answer.body).toBe(native.body);
    expect(answer.contentType).toBe(native.contentType);
  });

  it('does not pass on an answer in another format', () => {
    const native = { format: 'verbose_json', contentType: 'application/json', body: Buffer.from('{}') } as const;
    expect(renderAnswer({ text: 'x', native }, ask()).body).toBe('{"text":"x"}');
  });

  it.each([
    ['json', 'application/json'],
    ['verbose_json', 'application/json'],
    ['diarized_json', 'application/json'],
    ['text', 'text/plain; charset=utf-8'],
    ['srt', 'text/plain; charset=utf-8'],
    ['vtt', 'text/plain; charset=utf-8'],
  ] as const)('labels %s as %s', (responseFormat, contentType) => {
    expect(renderAnswer(timed, ask({ responseFormat })).contentType).toBe(contentType);
  });
});

describe('json', () => {
  it.each<[string, TranscriptionResult, Request, object]>([
    ['the text alone', { text }, ask(), { text }],
    ['tokens', { text, usage: tokens }, ask(), { text, usage: tokensBody }],
    ['seconds', timed, ask(), { text, usage: { type: 'duration', seconds: 3 } }],
    ['logprobs when asked', { text, logprobs }, ask({ include: ['logprobs'] }), { text, logprobs }],
    ['no logprobs when not asked', { text, logprobs }, ask(), { text }],
    ['no usage of a translation', timed, ask({ task: 'translate' }), { text }],
  ])('has %s', (_, result, request, body) => {
    expect(bodyOf(result, request)).toEqual(body);
  });
});

describe('text', () => {
  it.each([
    ['Hello.', 'Hello.\n'],
    ['Hello.\n', 'Hello.\n'],
    ['', '\n'],
  ])('%p becomes %p', (text, body) => {
    expect(renderAnswer({ text }, ask({ responseFormat: 'text' })).body).toBe(body);
  });
});

describe('verbose_json', () => {
  const verbose = (more: Partial<Request> = {}) => ask({ responseFormat: 'verbose_json', ...more });

  it("keeps the provider's segments, with neutral values for what it does not know", () => {
    const segments = [whisperSegment, { text: 'How are you?', startSeconds: 1, endSeconds: 1.9 }];
    expect(bodyOf({ ...timed, segments }, verbose())).toEqual({
      task: 'transcribe',
      language: 'english',
      duration: 2.5,
      text,
      segments: [
        {
          id: 0,
          seek: 7,
          start: 0,
          end: 0.9,
          text: ' Hello, there.',
          tokens: [50364, 440],
          temperature: 0.2,
          avg_logprob: -0.28,
          compression_ratio: 1.23,
          no_speech_prob: 0.009,
        },
        {
          id: 1,
          seek: 0,
          start: 1,
          end: 1.9,
          text: 'How are you?',
          tokens: [],
          temperature: 0,
          avg_logprob: 0,
          compression_ratio: 1,
          no_speech_prob: 0,
        },
      ],
      usage: { type: 'duration', seconds: 3 },
    });
  });

  it('says who speaks where the provider was asked for it', () => {
    const words = [{ word: 'Hello', startSeconds: 0, endSeconds: 1, speaker: 'A' }];
    expect(bodyOf({ text: 'Hello', words }, verbose({ granularities: ['word', 'segment'] }))).toMatchObject({
      segments: [{ text: 'Hello', speaker: 'A' }],
      words: [{ word: 'Hello', speaker: 'A' }],
    });
  });

  it('makes segments of sentences where there are only words', () => {
    expect(bodyOf(timed, verbose())).toMatchObject({
      segments: [
        { id: 0, text: 'Hello, there.', start: 0, end: 0.9 },
        { id: 1, text: 'How are you?', start: 1, end: 1.9 },
      ],
    });
  });

  it.each([
    [[], ['segments']],
    [['segment'], ['segments']],
    [['word'], ['words']],
    [
      ['segment', 'word'],
      ['segments', 'words'],
    ],
  ] as const)('has what the granularities %j ask for', (granularities, keys) => {
    const body = bodyOf(timed, verbose({ granularities }));
    const present = Object.keys(body ?? {}).filter((key) => key === 'segments' || key === 'words');
    expect(present).toEqual(keys);
  });

  it('has the words as the provider heard them', () => {
    expect(bodyOf(timed, verbose({ granularities: ['word'] }))).toMatchObject({
      words: words.map(({ word, startSeconds, endSeconds }) => ({ word, start: startSeconds, end: endSeconds })),
    });
  });

  it('does not take an answer without the words for one with them', () => {
    const bare = { text, durationSeconds: 2.5, segments: [whisperSegment] };
    const asked = ask({ responseFormat: 'verbose_json', granularities: ['word'] });
    expect(() => renderAnswer(bare, asked)).toThrow(expect.objectContaining({ reason: 'bad_response' }));
  });

  it('has empty lists for silence', () => {
    expect(bodyOf({ text: '', durationSeconds: 4 }, verbose({ granularities: ['word', 'segment'] }))).toEqual({
      task: 'transcribe',
      language: 'unknown',
      duration: 4,
      text: '',
      segments: [],
      words: [],
    });
  });

  it.each<[string, Partial<TranscriptionResult>, Partial<Request>, string]>([
    ["the provider's", { language: 'deu' }, { language: 'fr' }, 'german'],
    ["the client's where the provider names none", { language: undefined }, { language: 'fr' }, 'french'],
    ['English for a translation', { language: 'de' }, { task: 'translate' }, 'english'],
  ])('names the language: %s', (_, result, request, language) => {
    expect(bodyOf({ ...timed, ...result }, verbose(request))).toMatchObject({ language });
  });

  it.each<[string, Partial<TranscriptionResult>, number]>([
    ['as measured', { durationSeconds: 2.5 }, 2.5],
    ['as billed', { durationSeconds: undefined }, 3],
    ['until the last word', { durationSeconds: undefined, usage: undefined }, 1.9],
  ])('gives the duration %s', (_, result, duration) => {
    expect(bodyOf({ ...timed, ...result }, verbose())).toMatchObject({ duration });
  });

  it('leaves out token counts, for which the schema has no place', () => {
    expect(bodyOf({ ...timed, usage: tokens }, verbose())).not.toHaveProperty('usage');
  });

  it.each([
    ['a long pause', [at('one', 0, 1), at('two', 2.5, 3)], ['one', 'two']],
    ['a short pause', [at('one', 0, 1), at('two', 1.5, 3)], ['one two']],
    ['another speaker', [at('one', 0, 1, 'A'), at('two', 1, 3, 'B')], ['one', 'two']],
    ['fifteen seconds', [at('one', 0, 8), at('two', 8, 14), at('three', 14, 16)], ['one two', 'three']],
    [
      'nothing that only lends its time',
      [at('is', 0, 1), at('twenty', 1, 2), at('five', 4, 5), at('now', 5, 6)],
      ['is 25 now'],
    ],
    ['an abbreviation', [at('Mr.', 0, 1), at('Smith.', 1, 2), at('Yes.', 2, 3)], ['Mr. Smith.', 'Yes.']],
  ])('segments words at %s', (_, words, texts) => {
    const text = words
      .map(({ word }) => word)
      .join(' ')
      .replace('twenty five', '25');
    const body = bodyOf({ text, words }, verbose());
    expect(body).toMatchObject({ segments: texts.map((text) => ({ text })) });
  });
});

describe('diarized_json', () => {
  const diarized = ask({ responseFormat: 'diarized_json' });

  it('puts the words of a speaker together', () => {
    const spoken = [
      at('Thanks', 0, 0.5, 'agent'),
      at('for', 0.5, 0.7, 'agent'),
      at('calling', 0.7, 1.2, 'agent'),
      at('Hi', 1.4, 1.6, 'A'),
      at('there', 1.6, 2, 'A'),
    ];
    expect(
      bodyOf({ text: 'Thanks for calling. Hi there!', words: spoken, durationSeconds: 2.2, usage: tokens }, diarized),
    ).toEqual({
      task: 'transcribe',
      duration: 2.2,
      text: 'Thanks for calling. Hi there!',
      segments: [
        {
          type: 'transcript.text.segment',
          id: 'seg_001',
          start: 0,
          end: 1.2,
          text: 'Thanks for calling.',
          speaker: 'agent',
        },
        { type: 'transcript.text.segment', id: 'seg_002', start: 1.4, end: 2, text: 'Hi there!', speaker: 'A' },
      ],
      usage: tokensBody,
    });
  });

  it("joins a speaker's segments that are one sentence, and prefers labelled segments to unlabelled words", () => {
    const segments = [
      { text: ' Thanks for', startSeconds: 0, endSeconds: 0.7, speaker: 'A' },
      { text: ' calling.', startSeconds: 0.7, endSeconds: 1.2, speaker: 'A' },
      { text: ' Bye.', startSeconds: 1.2, endSeconds: 1.5, speaker: 'A' },
      { text: ' Hi.', startSeconds: 1.5, endSeconds: 1.9, speaker: 'B' },
    ];
    expect(bodyOf({ text: 'Thanks for calling. Bye. Hi.', segments, words }, diarized)).toMatchObject({
      segments: [
        { id: 'seg_001', start: 0, end: 1.2, text: 'Thanks for calling.', speaker: 'A' },
        { id: 'seg_002', start: 1.2, end: 1.5, text: 'Bye.', speaker: 'A' },
        { id: 'seg_003', start: 1.5, end: 1.9, text: 'Hi.', speaker: 'B' },
      ],
    });
  });

  it.each([
    ['the one before', [at('Hi.', 0, 1, 'B'), at('Oh.', 1, 2), at('Yes.', 2, 3, 'A')], ['B', 'B', 'A']],
    ['the first one at the beginning', [at('Hi.', 0, 1), at('Oh.', 1, 2, 'B')], ['B', 'B']],
    ['A when nobody is labelled', [at('Hi.', 0, 1), at('Oh.', 1, 2)], ['A', 'A']],
  ])('gives what nobody labelled to %s', (_, words, speakers) => {
    const body = bodyOf({ text: words.map(({ word }) => word).join(' '), words }, diarized);
    expect(body).toMatchObject({ segments: speakers.map((speaker) => ({ speaker })) });
  });
});

const spec = loadSpec('openai-audio.yml');
const describeSchemas = spec ? describe : describe.skip;

describeSchemas("OpenAI's schemas", () => {
  const results: [string, TranscriptionResult][] = [
    ['words', timed],
    ['whisper segments', { ...timed, segments: [whisperSegment] }],
    [
      'tokens and speakers',
      { ...timed, usage: tokens, logprobs, words: words.map((word) => ({ ...word, speaker: 'B' })) },
    ],
    ['silence', { text: '' }],
  ];
  const requests: [string, Request][] = [
    ['CreateTranscriptionResponseJson', ask({ include: ['logprobs'] })],
    [
      'CreateTranscriptionResponseVerboseJson',
      ask({ responseFormat: 'verbose_json', granularities: ['word', 'segment'] }),
    ],
    ['CreateTranscriptionResponseDiarizedJson', ask({ responseFormat: 'diarized_json' })],
    ['CreateTranslationResponseJson', ask({ task: 'translate' })],
    ['CreateTranslationResponseVerboseJson', ask({ task: 'translate', responseFormat: 'verbose_json' })],
  ];
  const cases = requests.flatMap(([schema, request]) =>
    results.map(([name, result]) => [schema, name, request, result] as const),
  );

  it.each(cases)('%s holds for %s', (schema, _, request, result) => {
    const validate = spec?.validator(schema);
    validate?.(bodyOf(result, request));
    expect(validate?.errors).toBeNull();
  });
});

function at(word: string, startSeconds: number, endSeconds: number, speaker?: string) {
  return { word, startSeconds, endSeconds, speaker };
}
