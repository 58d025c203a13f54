import { tokenUsage } from '../domain/usage.js';
import { tellTokens, type TokenCounts } from './token-counts.js';

describe('tellTokens', () => {
  it.each<[string, TokenCounts, Parameters<typeof tokenUsage>[0]]>([
    ['both sides', { input: 300, output: 18 }, { audio: 300, text: 0, output: 18 }],
    ['both kinds', { input: 300, audio: 288, text: 12, output: 18 }, { audio: 288, text: 12, output: 18 }],
    ['one kind', { input: 300, audio: 288, output: 18 }, { audio: 288, text: 12, output: 18 }],
    ['the other kind', { input: 300, text: 12, output: 18 }, { audio: 288, text: 12, output: 18 }],
    ['kinds alone', { audio: 288, text: 12, output: 18 }, { audio: 288, text: 12, output: 18 }],
    ['what the total leaves of the input', { output: 18, total: 318 }, { audio: 300, text: 0, output: 18 }],
    ['what it leaves of the output', { input: 300, total: 318 }, { audio: 300, text: 0, output: 18 }],
    ['a total that agrees', { input: 300, output: 18, total: 318 }, { audio: 300, text: 0, output: 18 }],
    [
      'a cache, which begins with the instructions',
      { input: 300, audio: 288, text: 12, cached: 200, output: 18 },
      { audio: 288, text: 12, output: 18, cachedText: 12, cachedAudio: 188 },
    ],
    [
      'a cache of both kinds',
      { input: 300, audio: 288, text: 12, cached: 200, cachedAudio: 190, cachedText: 10, output: 18 },
      { audio: 288, text: 12, output: 18, cachedText: 10, cachedAudio: 190 },
    ],
    [
      'a cache of one kind',
      { input: 300, audio: 288, text: 12, cachedText: 10, output: 18 },
      { audio: 288, text: 12, output: 18, cachedText: 10 },
    ],
  ])('reads %s', (_what, counts, expected) => {
    expect(tellTokens(counts)).toEqual({ usage: tokenUsage(expected) });
  });

  it.each<[string, TokenCounts]>([
    ['a total', { total: 318 }],
    ['an output', { output: 18 }],
    ['a total that is less than its part', { output: 18, total: 10 }],
    ['nothing', {}],
  ])('makes nothing of %s alone', (_what, counts) => {
    expect(tellTokens(counts)).toEqual({});
  });

  const told = { input: 300, audio: 288, text: 12, output: 18 };
  const read = { audio: 288, text: 12, output: 18 };
  it.each<[string, TokenCounts, Parameters<typeof tokenUsage>[0]]>([
    ['288 audio and 12 text tokens in an input of 310', { ...told, input: 310 }, { ...read, audio: 298 }],
    [
      '900 audio tokens in an input of 300',
      { input: 300, audio: 900, output: 18 },
      { audio: 300, text: 0, output: 18 },
    ],
    ['900 text tokens in an input of 300', { input: 300, text: 900, output: 18 }, { audio: 0, text: 300, output: 18 }],
    ['900 cached tokens in an input of 300', { ...told, cached: 900 }, { ...read, cachedAudio: 288, cachedText: 12 }],
    [
      '190 audio and 5 text tokens in a cache of 200',
      { ...told, cached: 200, cachedAudio: 190, cachedText: 5 },
      { ...read, cachedAudio: 190, cachedText: 10 },
    ],
    ['290 cached of 288 audio tokens', { ...told, cachedAudio: 290 }, { ...read, cachedAudio: 288, cachedText: 2 }],
    ['20 cached of 12 text tokens', { ...told, cachedText: 20 }, { ...read, cachedText: 12 }],
    ['a total of 400 for 300 and 18', { ...told, total: 400 }, read],
    ['a total of 0 for 300 and 18', { ...told, total: 0 }, read],
    ['a total of 200 for 300 and 0', { input: 300, total: 200 }, { audio: 300, text: 0, output: 0 }],
  ])('doubts %s', (usageDoubt, counts, expected) => {
    expect(tellTokens(counts)).toEqual({ usage: tokenUsage(expected), usageDoubt });
  });

  it('tells every doubt', () => {
    expect(tellTokens({ ...told, cached: 900, total: 400 }).usageDoubt).toBe(
      '900 cached tokens in an input of 300, a total of 400 for 300 and 18',
    );
  });
});
