import type { SpeechCapabilities, SpeechRequest } from '../../domain/speech.js';
import { assessSpeech, type SpeechAid } from './speech-fitness.js';

const capabilities: SpeechCapabilities = {
  formats: ['mp3', 'pcm'],
  fields: ['speed'],
  speed: { min: 0.7, max: 1.2 },
  voices: { names: ['Kore'], mapped: { alloy: 'Kore' }, others: false },
  options: ['seed'],
  max_characters: 5,
};
const request: SpeechRequest = {
  task: 'speak',
  model: 'tts',
  input: 'Hello',
  voice: 'alloy',
  isVoiceId: false,
  responseFormat: 'mp3',
  stream: false,
  providerOptions: new Map(),
};
const aid: SpeechAid = { voices: {}, dropsFields: false, canTranscode: () => false };
const assess = (asked: Partial<SpeechRequest>, given: Partial<SpeechAid> = {}, able = capabilities) =>
  assessSpeech(able, { ...request, ...asked }, { ...aid, ...given });

describe('assessSpeech', () => {
  it('gives the provider its own voice', () => {
    expect(assess({})).toMatchObject({
      request: { voice: 'Kore' },
      plan: { upstreamFormat: 'mp3', conversion: 'none' },
      dropped: [],
    });
    expect(assess({ voice: 'brand' }, { voices: { brand: 'Kore' } })).toMatchObject({ request: { voice: 'Kore' } });
  });

  it('counts characters, not bytes or halves of them', () => {
    expect(assess({ input: '😀😀😀😀😀' })).not.toHaveProperty('unfit');
    expect(assess({ input: '😀😀😀😀😀!' })).toHaveProperty('unfit', {
      param: 'input',
      explanation: 'it takes at most 5 characters and this text has 6',
    });
    expect(
      assess({ input: 'x'.repeat(90_000) }, {}, { ...capabilities, max_characters: undefined }),
    ).not.toHaveProperty('unfit');
  });

  it.each<[string, Partial<SpeechRequest>, string]>([
    ['instructions', { instructions: 'Whisper' }, 'it does not know this field'],
    ['speed', { speed: 4 }, 'it takes speeds from 0.7 to 1.2'],
    ['stability', { providerOptions: new Map([['stability', 1]]) }, 'it does not know this field'],
    ['voice', { voice: 'daniel' }, "it has no voice 'daniel'; its voices are alloy, Kore"],
    [
      'response_format',
      { responseFormat: 'opus' },
      'it gives mp3, wav, pcm, and ffmpeg, which could make others, is not there',
    ],
  ])('refuses %s by name', (param, asked, explanation) => {
    expect(assess(asked)).toHaveProperty('unfit', { param, explanation });
  });

  it('drops what the model does not know where it may, and tells', () => {
    const providerOptions = new Map<string, unknown>([
      ['seed', 1],
      ['stability', 1],
    ]);
    const fit = assess({ instructions: 'Whisper', speed: 4, providerOptions }, { dropsFields: true });
    expect(fit).toMatchObject({
      request: { instructions: undefined, speed: undefined, providerOptions: new Map([['seed', 1]]) },
      dropped: ['instructions', 'speed', 'stability'],
    });
    // The voice and the format are no fields that can be left out.
    expect(assess({ voice: 'daniel' }, { dropsFields: true })).toHaveProperty('unfit');
  });

  it('takes a speed of 1 for none', () => {
    const able = { ...capabilities, fields: [], speed: undefined };
    expect(assess({ speed: 1 }, {}, able)).toMatchObject({ request: { speed: undefined }, dropped: [] });
    expect(assess({ speed: 1.1 }, {}, able)).toHaveProperty('unfit.param', 'speed');
  });

  it('has formats made where somebody can make them', () => {
    expect(assess({ responseFormat: 'opus' }, { canTranscode: () => true })).toMatchObject({
      plan: { upstreamFormat: 'pcm', conversion: 'transcode' },
    });
  });

  it('lists no hundred voices', () => {
    const names = Array.from({ length: 100 }, (_, index) => `voice-${index}`);
    const able = { ...capabilities, voices: { names, mapped: {}, others: false } };
    expect(assess({ voice: 'x' }, {}, able)).toHaveProperty('unfit.explanation', expect.stringMatching(/and 60 more$/));
  });
});
