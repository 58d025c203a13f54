import { plainRequest } from '../../../test/support/adapter-contract.js';
import type { TranscriptionRequest } from '../../domain/transcription.js';
import { encodeRequest, type UpstreamAsk } from './openai-request.js';

function fieldsOf(request: Partial<TranscriptionRequest>, ask: Partial<UpstreamAsk> = {}): [string, string][] {
  const parts = encodeRequest(plainRequest(request), {
    upstreamModel: 'upstream-name',
    upstreamFormat: 'json',
    stream: false,
    ...ask,
  });
  return parts.flatMap((it) => ('value' in it ? [[it.name, it.value] as [string, string]] : []));
}

const ALWAYS = [
  ['model', 'upstream-name'],
  ['response_format', 'json'],
];

describe('encodeRequest', () => {
  it.each<[string, Partial<TranscriptionRequest>, [string, string][]]>([
    ['nothing that is not set', {}, []],
    ['language', { language: 'de' }, [['language', 'de']]],
    ['an empty prompt, which was set', { prompt: '' }, [['prompt', '']]],
    ['temperature zero', { temperature: 0 }, [['temperature', '0']]],
    [
      'granularities',
      { granularities: ['word', 'segment'] },
      [
        ['timestamp_granularities[]', 'word'],
        ['timestamp_granularities[]', 'segment'],
      ],
    ],
    ['logprobs', { include: ['logprobs'] }, [['include[]', 'logprobs']]],
    ['automatic chunking', { chunkingStrategy: 'auto' }, [['chunking_strategy', 'auto']]],
    [
      'a voice detector',
      {
        chunkingStrategy: {
          type: 'server_vad',
          prefix_padding_ms: 300,
          silence_duration_ms: undefined,
          threshold: 0.5,
        },
      },
      [
        ['chunking_strategy[type]', 'server_vad'],
        ['chunking_strategy[prefix_padding_ms]', '300'],
        ['chunking_strategy[threshold]', '0.5'],
      ],
    ],
    [
      'keywords and languages',
      { keywords: ['a', 'b'], languages: ['en'] },
      [
        ['languages[]', 'en'],
        ['keywords[]', 'a'],
        ['keywords[]', 'b'],
      ],
    ],
    [
      'known speakers',
      { speakers: { names: ['x'], references: ['data:audio/wav;base64,AA=='] } },
      [
        ['known_speaker_names[]', 'x'],
        ['known_speaker_references[]', 'data:audio/wav;base64,AA=='],
      ],
    ],
    [
      'unknown fields with their duplicates',
      {
        providerOptions: new Map([
          ['vad_filter', ['true']],
          ['hotwords', ['b', 'a', 'b']],
        ]),
      },
      [
        ['vad_filter', 'true'],
        ['hotwords', 'b'],
        ['hotwords', 'a'],
        ['hotwords', 'b'],
      ],
    ],
  ])('sends %s', (_what, request, expected) => {
    expect(fieldsOf(request)).toEqual([...ALWAYS, ...expected]);
  });

  it('asks for the upstream format and for a stream only when told to', () => {
    const fields = fieldsOf({ responseFormat: 'srt', stream: true }, { upstreamFormat: 'verbose_json' });
    expect(fields).toEqual([
      ['model', 'upstream-name'],
      ['response_format', 'verbose_json'],
    ]);
    expect(fieldsOf({}, { stream: true })).toContainEqual(['stream', 'true']);
  });

  it('uses the default chunking only when the client named none', () => {
    expect(fieldsOf({}, { defaultChunkingStrategy: 'auto' })).toContainEqual(['chunking_strategy', 'auto']);
    const chosen = fieldsOf({ chunkingStrategy: { type: 'server_vad' } }, { defaultChunkingStrategy: 'auto' });
    expect(chosen).not.toContainEqual(['chunking_strategy', 'auto']);
  });

  it('spells the form as the provider does', () => {
    const spelling = { bare_arrays: true, defaults: { language: 'auto', prompt: 'x' } };
    expect(fieldsOf({ prompt: '', granularities: ['word'] }, { spelling })).toEqual([
      ...ALWAYS,
      ['prompt', ''],
      ['timestamp_granularities', 'word'],
      ['language', 'auto'],
    ]);
  });

  it('sends an address instead of the file where there is a field for it', () => {
    const ask = { upstreamModel: 'm', upstreamFormat: 'json', stream: false } as const;
    const request = plainRequest({ url: 'https://example.com/a.mp3' });
    const last = (urlField?: string) => encodeRequest(request, { ...ask, spelling: { urlField } }).at(-1);
    expect(last('audio_url')).toEqual({ name: 'audio_url', value: 'https://example.com/a.mp3' });
    expect(last()).toEqual({ name: 'file', file: request.audio });
  });

  it('puts the model first and the file last', () => {
    const request = plainRequest({ providerOptions: new Map([['zzz', ['1']]]) });
    const parts = encodeRequest(request, { upstreamModel: 'm', upstreamFormat: 'json', stream: false });
    expect(parts[0]).toEqual({ name: 'model', value: 'm' });
    expect(parts.at(-1)).toEqual({ name: 'file', file: request.audio });
  });
});
