import { Readable } from 'node:stream';
import type { AudioSource } from '../domain/audio-source.js';
import { GatewayError } from '../domain/errors.js';
import type { TranscriptionTask } from '../domain/transcription.js';
import { parseTranscriptionForm } from './transcription-form.js';

const audio: AudioSource = {
  filename: 'a.wav',
  mediaType: 'audio/wav',
  sizeBytes: 4,
  stream: () => Readable.from(['RIFF']),
  probe: () => Promise.resolve({}),
  [Symbol.asyncDispose]: () => Promise.resolve(),
};

function parse(fields: Record<string, string[]>, task: TranscriptionTask = 'transcribe') {
  return parseTranscriptionForm(task, { fields: new Map(Object.entries({ model: ['whisper'], ...fields })), audio })
    .request;
}

/** So many different texts. */
function many(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `n${index}`);
}

describe('parseTranscriptionForm', () => {
  it.each([
    ['en-US', 'en-us'],
    ['EN', 'en'],
    ['English', 'en'],
    ['en_US', 'en-us'],
    ['multi', 'multi'],
    ['auto', undefined],
    [' Auto ', undefined],
    ['und', undefined],
    ['', undefined],
  ])('reads the language %p as %p', (language, tag) => {
    expect(parse({ language: [language] }, 'translate')).toMatchObject({ language: tag, providerOptions: new Map() });
    expect(parse({ language: [language] }).language).toBe(tag);
    expect(parse({ languages: [language, 'de', 'ger'] }).languages).toEqual(tag === undefined ? ['de'] : [tag, 'de']);
  });

  it.each(['x!', 'e', '\0', 'a'.repeat(100)])('refuses %p, which is no language', (language) => {
    expect(() => parse({ language: [language] }, 'translate')).toThrow(/^Invalid 'language'/);
    for (const param of ['language', 'languages']) {
      expect(() => parse({ [param]: [language] })).toThrow(
        expect.objectContaining({ status: 400, param, message: expect.stringContaining("('en', 'eng')") }),
      );
    }
  });

  it("applies OpenAI's defaults", () => {
    expect(parse({})).toEqual({
      task: 'transcribe',
      model: 'whisper',
      audio,
      language: undefined,
      prompt: undefined,
      temperature: undefined,
      responseFormat: 'json',
      granularities: [],
      stream: false,
      include: [],
      chunkingStrategy: undefined,
      keywords: [],
      languages: [],
      speakers: undefined,
      providerOptions: new Map(),
    });
  });

  it.each([
    [
      ['word', 'segment'],
      ['word', 'segment'],
    ],
    [['word'], ['word']],
    [['["word","segment"]'], ['word', 'segment']],
    [['word,segment'], ['word', 'segment']],
    [[' word , segment'], ['word', 'segment']],
    [['word', 'word'], ['word']],
    [[''], []],
  ])('reads granularities %j', (sent, expected) => {
    expect(parse({ response_format: ['verbose_json'], timestamp_granularities: sent }).granularities).toEqual(expected);
  });

  it.each<[string, Record<string, string[]>, unknown]>([
    ['text', { chunking_strategy: ['auto'] }, 'auto'],
    ['JSON text', { chunking_strategy: ['"auto"'] }, 'auto'],
    ['null', { chunking_strategy: ['null'] }, undefined],
    ['JSON', { chunking_strategy: ['{"type":"server_vad","threshold":0.4}'] }, { type: 'server_vad', threshold: 0.4 }],
    [
      'bracketed keys',
      { 'chunking_strategy[type]': ['server_vad'], 'chunking_strategy[prefix_padding_ms]': ['200'] },
      { type: 'server_vad', prefix_padding_ms: 200 },
    ],
  ])('reads chunking_strategy as %s', (_, fields, expected) => {
    expect(parse(fields).chunkingStrategy).toEqual(expected);
  });

  it.each<[string, boolean]>([
    ['true', true],
    ['True', true],
    ['1', true],
    ['false', false],
    ['0', false],
    ['', false],
  ])('reads stream=%j', (text, expected) => {
    expect(parse({ stream: [text] }).stream).toBe(expected);
  });

  it('keeps every field that OpenAI does not define, with its duplicates', () => {
    const { providerOptions } = parse({ hotwords: ['a', 'b'], vad_filter: ['true'] });
    expect([...providerOptions]).toEqual([
      ['hotwords', ['a', 'b']],
      ['vad_filter', ['true']],
    ]);
  });

  it('leaves fields of transcriptions to the provider when translating', () => {
    expect([...parse({ languages: ['de'] }, 'translate').providerOptions.keys()]).toEqual(['languages']);
  });

  it('pairs known speakers', () => {
    const speakers = { known_speaker_names: ['agent'], known_speaker_references: ['data:audio/wav;base64,AAAA'] };
    expect(parse(speakers).speakers).toEqual({ names: ['agent'], references: ['data:audio/wav;base64,AAAA'] });
  });

  const refusals: readonly (readonly [string, Record<string, string[]>, string, string, TranscriptionTask?])[] = [
    ['no model', { model: [] }, 'model', 'missing_required_parameter'],
    ['an empty model', { model: [''] }, 'model', 'missing_required_parameter'],
    ['a model sent twice', { model: ['a', 'b'] }, 'model', 'invalid_value'],
    ['an endless model', { model: ['x'.repeat(201)] }, 'model', 'invalid_value'],
    ['an unknown format', { response_format: ['xml'] }, 'response_format', 'invalid_value'],
    ['diarized translations', { response_format: ['diarized_json'] }, 'response_format', 'invalid_value', 'translate'],
    ['a temperature over 1', { temperature: ['1.5'] }, 'temperature', 'invalid_value'],
    ['a temperature of many digits', { temperature: [`0.${'0'.repeat(60_000)}1`] }, 'temperature', 'invalid_value'],
    ['zeros that lead nowhere', { temperature: [`${'0'.repeat(60_000)}x`] }, 'temperature', 'invalid_value'],
    ['a timeout of many digits', { timeout: ['9'.repeat(60_000)] }, 'timeout', 'invalid_value'],
    ['too many fallbacks', { fallbacks: [many(21).join(',')] }, 'fallbacks', 'invalid_value'],
    ['too many fallbacks in JSON', { fallbacks: [JSON.stringify(many(21))] }, 'fallbacks', 'invalid_value'],
    ['too many fallbacks in fields', { fallbacks: many(21) }, 'fallbacks', 'invalid_value'],
    ['an endless fallback', { fallbacks: ['x'.repeat(201)] }, 'fallbacks', 'invalid_value'],
    ['too many keywords', { keywords: [JSON.stringify(many(1001))] }, 'keywords', 'invalid_value'],
    ['too many languages', { languages: [JSON.stringify(many(101))] }, 'languages', 'invalid_value'],
    ['too much to include', { include: Array<string>(11).fill('logprobs') }, 'include', 'invalid_value'],
    [
      'too many granularities',
      { response_format: ['verbose_json'], timestamp_granularities: Array<string>(11).fill('word') },
      'timestamp_granularities',
      'invalid_value',
    ],
    ['too many options', Object.fromEntries(many(51).map((name) => [name, ['1']])), 'n50', 'invalid_value'],
    ['a NUL in JSON', { fallbacks: [String.raw`["\u0000"]`] }, 'fallbacks', 'invalid_value'],
    ['half a surrogate pair in JSON', { keywords: [String.raw`["\ud800"]`] }, 'keywords', 'invalid_value'],
    ['stream that is a word of JavaScript', { stream: ['constructor'] }, 'stream', 'invalid_value'],
    ['a negative temperature', { temperature: ['-0.1'] }, 'temperature', 'invalid_value'],
    ['a temperature that is no number', { temperature: ['warm'] }, 'temperature', 'invalid_value'],
    ['a hexadecimal temperature', { temperature: ['0x1'] }, 'temperature', 'invalid_value'],
    [
      'times of words in subtitles',
      { response_format: ['srt'], timestamp_granularities: ['word'] },
      'timestamp_granularities',
      'invalid_value',
    ],
    [
      'an unknown granularity',
      { response_format: ['verbose_json'], timestamp_granularities: ['letter'] },
      'timestamp_granularities',
      'invalid_value',
    ],
    ['an unknown include', { include: ['everything'] }, 'include', 'invalid_value'],
    ['logprobs without json', { include: ['logprobs'], response_format: ['text'] }, 'include', 'invalid_value'],
    ['stream that is no boolean', { stream: ['perhaps'] }, 'stream', 'invalid_value'],
    ['a keyword with a bracket', { keywords: ['<b>'] }, 'keywords', 'invalid_value'],
    ['language and languages', { language: ['en'], languages: ['de'] }, 'languages', 'invalid_value'],
    ['a strategy of another type', { chunking_strategy: ['{"type":"magic"}'] }, 'chunking_strategy', 'invalid_value'],
    ['a strategy with an unknown key', { 'chunking_strategy[speed]': ['1'] }, 'chunking_strategy', 'invalid_value'],
    ['a strategy that is no JSON', { chunking_strategy: ['{'] }, 'chunking_strategy', 'invalid_value'],
    ['a speaker without reference', { known_speaker_names: ['a'] }, 'known_speaker_references', 'invalid_value'],
    [
      'five speakers',
      { known_speaker_names: ['a', 'b', 'c', 'd', 'e'], known_speaker_references: Array<string>(5).fill('data:,x') },
      'known_speaker_names',
      'invalid_value',
    ],
    ['five names', { known_speaker_names: many(5) }, 'known_speaker_names', 'invalid_value'],
    [
      'a reference that is no data URL',
      { known_speaker_names: ['a'], known_speaker_references: ['http://example.com/a.wav'] },
      'known_speaker_references',
      'invalid_value',
    ],
  ];
  it.each(refusals.map(([name, fields, param, code, task]) => ({ name, fields, param, code, task })))(
    'refuses $name',
    ({ fields, param, code, task }) => {
      let thrown: unknown;
      try {
        parse(fields, task);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBeInstanceOf(GatewayError);
      expect(thrown).toMatchObject({ status: 400, param, code });
    },
  );

  const fieldsOf = (fields: Record<string, string[]>) => new Map(Object.entries({ model: ['whisper'], ...fields }));

  it('takes an address instead of a file', () => {
    const { request } = parseTranscriptionForm('translate', {
      fields: fieldsOf({ url: ['https://a.example/x y.mp3'] }),
    });
    expect(request).toMatchObject({ url: 'https://a.example/x%20y.mp3', audio: { sizeBytes: 0 } });
    expect(request.providerOptions.size).toBe(0);
    expect(parse({ url: [''] })).not.toHaveProperty('url');
  });

  it.each<[string, Record<string, string[]>, typeof audio | undefined, string, string]>([
    ['neither', {}, undefined, 'file', "Missing required field 'file': send a recording, or its address in 'url'"],
    ['both', { url: ['https://a.example/'] }, audio, 'url', "Invalid 'url': it cannot be combined with 'file'"],
    [
      'two addresses',
      { url: ['https://a.example/', 'https://b.example/'] },
      undefined,
      'url',
      "'url' was sent 2 times",
    ],
    ['no address', { url: ['speech.mp3'] }, undefined, 'url', "Invalid 'url': it must be an http or https URL"],
    [
      'a password',
      { url: ['https://a:b@c.example/'] },
      undefined,
      'url',
      "Invalid 'url': it must not contain credentials",
    ],
  ])('refuses %s', (_, fields, file, param, message) => {
    expect.assertions(1);
    try {
      parseTranscriptionForm('transcribe', { fields: fieldsOf(fields), audio: file });
    } catch (error) {
      expect(error).toMatchObject({ status: 400, param, message: expect.stringContaining(message) });
    }
  });

  it.each<[Record<string, string[]>, boolean | undefined]>([
    [{}, undefined],
    [{ drop_params: ['true'] }, true],
    [{ drop_params: ['False'] }, false],
  ])('reads drop_params from %j', (fields, expected) => {
    const { wishes, request } = parseTranscriptionForm('transcribe', { fields: fieldsOf(fields), audio });
    expect(wishes.drop_params).toBe(expected);
    expect(request.providerOptions.size).toBe(0);
  });

  it.each(['0', '1', '0.5', '.5', '1e-3', '5E-1'])('reads the temperature %s', (text) => {
    expect(parse({ temperature: [text] }).temperature).toBe(Number(text));
  });

  // ISO-639-3 leaves `qaa` to `qtz` to everybody.
  const languages = [...'abcde'].flatMap((last) => [...'abcdefghijklmnopqrst'].map((middle) => `q${middle}${last}`));

  it('takes lists that are as long as they may be', () => {
    const { request, wishes } = parseTranscriptionForm('transcribe', {
      fields: fieldsOf({ fallbacks: many(20), keywords: many(1000), languages }),
      audio,
    });
    expect(wishes.fallbacks).toHaveLength(20);
    expect(request).toMatchObject({ keywords: many(1000), languages });
  });

  it('refuses a form without a file', () => {
    expect(() => parseTranscriptionForm('transcribe', { fields: new Map([['model', ['whisper']]]) })).toThrow(
      "Missing required field 'file'",
    );
  });
});
