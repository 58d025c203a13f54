import { tokenUsage } from '../../domain/usage.js';
import { usageSchema } from './openai-usage.js';

const duration = (seconds: number) => ({ type: 'duration', seconds });

describe("OpenAI's usage", () => {
  it.each<[string, unknown, object | undefined]>([
    ['seconds', { type: 'duration', seconds: 240 }, duration(240)],
    [
      'seconds beside nulls',
      { type: 'duration', seconds: 240, input_tokens: null, output_tokens: null },
      duration(240),
    ],
    ['seconds as text', { type: 'duration', seconds: ' 7.5 ' }, duration(7.5)],
    ['seconds without a type, with tokens beside', { seconds: 9, input_tokens: 14, output_tokens: 45 }, duration(9)],
    ['no seconds at all', { type: 'duration', seconds: 0 }, duration(0)],
    ["Mistral's seconds", { prompt_audio_seconds: 7, prompt_tokens: 4, completion_tokens: 20 }, duration(7)],
    [
      'tokens beside no seconds',
      { seconds: 0, input_tokens: 14, output_tokens: 45 },
      tokenUsage({ audio: 14, text: 0, output: 45 }),
    ],
    ['neither seconds nor tokens', { seconds: 0, input_tokens: 0, output_tokens: 0 }, duration(0)],
    [
      'tokens by their type',
      { type: 'tokens', seconds: 9, input_tokens: 14, output_tokens: 45 },
      tokenUsage({ audio: 14, text: 0, output: 45 }),
    ],
    [
      'tokens',
      {
        type: 'tokens',
        input_tokens: 14,
        input_token_details: { text_tokens: 2, audio_tokens: 12 },
        output_tokens: 45,
      },
      tokenUsage({ audio: 12, text: 2, output: 45 }),
    ],
    [
      'tokens as text',
      { input_tokens: '14', input_token_details: { text_tokens: '2' }, output_tokens: '45' },
      tokenUsage({ audio: 12, text: 2, output: 45 }),
    ],
    [
      'tokens with a null among the details',
      { input_tokens: 14, input_token_details: { text_tokens: null, audio_tokens: 12 }, output_tokens: 45 },
      tokenUsage({ audio: 12, text: 2, output: 45 }),
    ],
    [
      'tokens without details',
      { input_tokens: 14, input_token_details: null, output_tokens: 45 },
      tokenUsage({ audio: 14, text: 0, output: 45 }),
    ],
    [
      'no output, but a total',
      { input_tokens: 14, output_tokens: null, total_tokens: 59 },
      tokenUsage({ audio: 14, text: 0, output: 45 }),
    ],
    [
      'no input, but a total',
      { input_tokens: null, output_tokens: 45, total_tokens: 59 },
      tokenUsage({ audio: 14, text: 0, output: 45 }),
    ],
    [
      'no input, but its details',
      { input_token_details: { audio_tokens: 12 }, output_tokens: 45 },
      tokenUsage({ audio: 12, text: 0, output: 45 }),
    ],
    [
      'the names of chat completions',
      { prompt_tokens: 14, completion_tokens: 45, prompt_tokens_details: { audio_tokens: 12 } },
      tokenUsage({ audio: 12, text: 2, output: 45 }),
    ],
    ['negative seconds', { seconds: -1 }, undefined],
    ['seconds that are no number', { seconds: 'NaN' }, undefined],
    ['seconds in hexadecimal', { seconds: '0x10' }, undefined],
    ['seconds in a list', { seconds: [9] }, undefined],
    ['output alone', { output_tokens: 45 }, undefined],
    ['negative tokens', { input_tokens: -14, output_tokens: 45 }, undefined],
    ['nothing', {}, undefined],
    ['null', null, undefined],
    ['a number', 9, undefined],
  ])('is read from %s', (_what, wire, usage) => {
    expect(usageSchema.parse(wire)?.usage).toEqual(usage);
  });

  const details = { text_tokens: 2, audio_tokens: 12 };
  const tokens = { input_tokens: 14, input_token_details: details, output_tokens: 45 };
  it.each<[string, object, object]>([
    ['in all', { cached_tokens: 10 }, { cachedText: 2, cachedAudio: 8 }],
    [
      'by kinds',
      { cached_tokens: 10, cached_tokens_details: { text_tokens: 0, audio_tokens: 10 } },
      { cachedAudio: 10 },
    ],
  ])('is read with what came from the cache, %s', (_what, cached, expected) => {
    expect(usageSchema.parse({ ...tokens, input_token_details: { ...details, ...cached } })).toEqual({
      usage: tokenUsage({ audio: 12, text: 2, output: 45, ...expected }),
    });
  });

  it.each<[string, object]>([
    ['12 audio and 2 text tokens in an input of 20', { ...tokens, input_tokens: 20 }],
    ['90 cached tokens in an input of 14', { ...tokens, input_token_details: { ...details, cached_tokens: 90 } }],
    ['a total of 99 for 14 and 45', { ...tokens, total_tokens: 99 }],
    ['14 and 15 input tokens', { ...tokens, prompt_tokens: 15 }],
    ['45 and 46 output tokens', { ...tokens, completion_tokens: 46 }],
    ['9 and 7 seconds', { seconds: 9, prompt_audio_seconds: 7 }],
    ['0 seconds beside 59 tokens', { ...tokens, seconds: 0 }],
    ['0 seconds beside 59 tokens', { ...tokens, type: 'duration', seconds: 0 }],
  ])('is doubted: %s', (usageDoubt, wire) => {
    expect(usageSchema.parse(wire)).toMatchObject({ usage: expect.anything(), usageDoubt });
  });

  it.each<[string, object]>([
    ['seconds, and tokens that do not agree', { ...tokens, seconds: 9, total_tokens: 99 }],
    ['tokens by their type, and no seconds', { ...tokens, type: 'tokens', seconds: 0 }],
    ['the same twice', { ...tokens, prompt_tokens: 14, completion_tokens: 45, total_tokens: 59 }],
  ])('is not doubted: %s', (_what, wire) => {
    expect(usageSchema.parse(wire)).not.toHaveProperty('usageDoubt');
  });
});
