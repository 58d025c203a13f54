import { Readable } from 'node:stream';
import type { Capabilities } from '../domain/capabilities.js';
import { requestFields } from '../domain/capabilities.js';
import type { TranscriptionRequest } from '../domain/transcription.js';
import { assessFitness } from './fitness.js';

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
    expect(assessFitness(everything, request(), 10)).toEqual({ format: { mode: 'native', upstreamFormat: 'json' } });
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

  it('refuses a file over the limits, as too large only when it is the bytes', () => {
    expect(assessFitness({ ...everything, maxBytes: 999 }, request(), 10)).toMatchObject({
      unfit: { param: 'file', tooLarge: true },
    });
    const tooLong = assessFitness({ ...everything, maxDurationSeconds: 9 }, request(), 10);
    expect(tooLong).toMatchObject({ unfit: { param: 'file', reason: expect.stringContaining('at most 9 seconds') } });
    expect(tooLong).not.toHaveProperty('unfit.tooLarge');
    expect(assessFitness({ ...everything, maxDurationSeconds: 9 }, request(), undefined)).toHaveProperty('format');
  });
});
