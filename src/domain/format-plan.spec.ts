import * as fc from 'fast-check';
import { requestFields, type Capabilities } from './capabilities.js';
import { planFormat, planStream } from './format-plan.js';
import { responseFormats, timestampGranularities, type ResponseFormat } from './transcription.js';

const nothing: Capabilities = {
  tasks: ['transcribe'],
  formats: ['json'],
  granularities: [],
  streaming: false,
  diarization: false,
  fields: [],
  options: [],
};
const whisper: Capabilities = {
  ...nothing,
  formats: ['json', 'text', 'srt', 'verbose_json', 'vtt'],
  granularities: ['word', 'segment'],
};
const groq: Capabilities = { ...whisper, formats: ['json', 'text', 'verbose_json'] };
const gpt4o: Capabilities = { ...nothing, formats: ['json', 'text'], streaming: true, fields: ['logprobs'] };
const diarize: Capabilities = {
  ...nothing,
  formats: ['json', 'text', 'diarized_json'],
  granularities: ['segment'],
  diarization: true,
  streaming: true,
};
/** A provider with an answer shape of its own: nothing native. */
const foreign: Capabilities = { ...nothing, formats: [], granularities: ['word', 'segment'], diarization: true };
const segmentsOnly: Capabilities = { ...foreign, granularities: ['segment'] };

function needs(responseFormat: ResponseFormat, more: { granularities?: 'word'[]; include?: 'logprobs'[] } = {}) {
  return { responseFormat, granularities: more.granularities ?? [], include: more.include ?? [] };
}

describe('planFormat', () => {
  it.each([
    ['srt from whisper', whisper, needs('srt'), { mode: 'native', upstreamFormat: 'srt' }],
    ['srt from groq', groq, needs('srt'), { mode: 'synthesised', upstreamFormat: 'verbose_json' }],
    ['vtt from a diarizing model', diarize, needs('vtt'), { mode: 'synthesised', upstreamFormat: 'diarized_json' }],
    ['vtt from a foreign provider', foreign, needs('vtt'), { mode: 'synthesised', upstreamFormat: 'json' }],
    ['text from json', nothing, needs('text'), { mode: 'synthesised', upstreamFormat: 'json' }],
    [
      'json from verbose_json alone',
      { ...whisper, formats: ['verbose_json'] as const },
      needs('json'),
      { mode: 'synthesised', upstreamFormat: 'verbose_json' },
    ],
    [
      'words from whisper',
      whisper,
      needs('verbose_json', { granularities: ['word'] }),
      { mode: 'native', upstreamFormat: 'verbose_json' },
    ],
    [
      'speakers from a diarizing model',
      diarize,
      needs('diarized_json'),
      { mode: 'native', upstreamFormat: 'diarized_json' },
    ],
    [
      'speakers from a foreign provider',
      foreign,
      needs('diarized_json'),
      { mode: 'synthesised', upstreamFormat: 'json' },
    ],
    [
      'logprobs from gpt-4o',
      gpt4o,
      needs('json', { include: ['logprobs'] }),
      { mode: 'native', upstreamFormat: 'json' },
    ],
  ])('plans %s', (_, capabilities, request, plan) => {
    expect(planFormat(capabilities, request)).toEqual(plan);
  });

  it.each([
    ['srt without times', gpt4o, needs('srt'), 'response_format'],
    ['vtt without times', gpt4o, needs('vtt'), 'response_format'],
    ['verbose_json without times', gpt4o, needs('verbose_json'), 'response_format'],
    ['speakers without diarization', whisper, needs('diarized_json'), 'response_format'],
    [
      'words without word times',
      segmentsOnly,
      needs('verbose_json', { granularities: ['word'] }),
      'timestamp_granularities',
    ],
    ['logprobs without logprobs', whisper, needs('json', { include: ['logprobs'] }), 'include'],
  ])('refuses %s', (_, capabilities, request, param) => {
    expect(planFormat(capabilities, request)).toMatchObject({ mode: 'refused', param });
  });

  it('asks only for what the provider has, and calls native only what was requested', () => {
    fc.assert(
      fc.property(capabilitiesArbitrary, needsArbitrary, (capabilities, request) => {
        const plan = planFormat(capabilities, request);
        fc.pre(plan.mode !== 'refused');
        const isNative = capabilities.formats.includes(request.responseFormat);
        expect(plan.mode).toBe(isNative ? 'native' : 'synthesised');
        expect(isNative ? [request.responseFormat] : capabilities.formats).toContain(plan.upstreamFormat);
      }),
    );
  });
});

describe('planStream', () => {
  it.each([
    [gpt4o, 'json', 'relayed'],
    [gpt4o, 'text', 'relayed'],
    [diarize, 'diarized_json', 'relayed'],
    [whisper, 'json', 'synthesised'],
    [{ ...foreign, streaming: true }, 'diarized_json', 'synthesised'],
    [{ ...foreign, formats: [], streaming: true, stream_formats: ['json'] }, 'json', 'relayed'],
    [{ ...foreign, formats: ['text'], streaming: true, stream_formats: ['json'] }, 'text', 'synthesised'],
    [{ ...whisper, stream_formats: ['json'] }, 'json', 'synthesised'],
    [{ ...whisper, streaming: true, stream_formats: responseFormats }, 'srt', 'whole'],
    [{ ...whisper, streaming: true }, 'srt', 'whole'],
    [{ ...whisper, streaming: true }, 'vtt', 'whole'],
    [{ ...whisper, streaming: true }, 'verbose_json', 'whole'],
  ] as const)('%# %s', (capabilities, format, plan) => {
    expect(planStream(capabilities, format)).toBe(plan);
  });
});

const capabilitiesArbitrary: fc.Arbitrary<Capabilities> = fc.record({
  tasks: fc.constant(['transcribe'] as const),
  formats: fc.subarray([...responseFormats]).map((formats): ResponseFormat[] => ['json', ...formats]),
  granularities: fc.subarray([...timestampGranularities]),
  streaming: fc.boolean(),
  diarization: fc.boolean(),
  fields: fc.subarray([...requestFields]),
  options: fc.constant([]),
});
const needsArbitrary = fc.record({
  responseFormat: fc.constantFrom(...responseFormats),
  granularities: fc.subarray([...timestampGranularities]),
  include: fc.subarray(['logprobs'] as const),
});
