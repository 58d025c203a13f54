import { listPriceOf } from '../../test/support/all-providers.js';
import * as fc from 'fast-check';
import type { Price } from '../domain/price.js';
import { tokenUsage, type Usage } from '../domain/usage.js';
import { computeCost, type CostFacts } from './cost.js';

const seconds = (count: number): Usage => ({ type: 'duration', seconds: count });
const tokens = (audio: number, text: number, output: number): Usage => tokenUsage({ audio, text, output });

const whisper: Price = { type: 'duration', usd: '0.006', per: 'minute' };
const groq: Price = { type: 'duration', usd: '0.04', per: 'hour', minimum_seconds: 10 };
const gpt4o: Price = {
  type: 'tokens',
  audio_input_usd: '2.50',
  text_input_usd: '1.25',
  output_usd: '10',
  estimate_usd_per_minute: '0.006',
};

function costOf(price: Price | undefined, facts: Partial<CostFacts>) {
  return computeCost({
    price,
    usage: undefined,
    measuredSeconds: undefined,
    provider: 'p',
    upstreamModel: 'm',
    ...facts,
  });
}

describe('computeCost with the list prices', () => {
  it.each<[string, string, Usage, bigint]>([
    // 0.006 / 60 x 8.47 = 0.0001 x 8.47 = 0.000847
    ['openai', 'whisper-1', seconds(8.47), 847_000n],
    // 0.0045 / 60 x 9 = 0.000075 x 9 = 0.000675
    ['openai', 'gpt-transcribe', seconds(9), 675_000n],
    // (12 x 2.5 + 2 x 2.5 + 45 x 10) / 1,000,000 = (30 + 5 + 450) / 1,000,000
    ['openai', 'gpt-4o-transcribe', tokens(12, 2, 45), 485_000n],
    ['openai', 'gpt-4o-transcribe-diarize', tokens(12, 2, 45), 485_000n],
    // (12 x 1.25 + 2 x 1.25 + 45 x 5) / 1,000,000 = (15 + 2.5 + 225) / 1,000,000
    ['openai', 'gpt-4o-mini-transcribe', tokens(12, 2, 45), 242_500n],
    // 0.017 / 60 x 30 = 0.0085
    ['openai', 'gpt-live-transcribe', seconds(30), 8_500_000n],
    // As openai whisper-1
    ['azure', 'whisper', seconds(8.47), 847_000n],
    // As openai gpt-4o-mini-transcribe
    ['azure', 'gpt-4o-mini-transcribe', tokens(12, 2, 45), 242_500n],
    // 0.111 / 3600 x 30 = 3.33 / 3600 = 0.000925
    ['groq', 'whisper-large-v3', seconds(30), 925_000n],
    // 3 s are billed as 10 s: 0.04 / 3600 x 10 = 0.000111111...
    ['groq', 'whisper-large-v3-turbo', seconds(3), 111_111n],
    // 0.0043 / 60 x 25.9 = 0.11137 / 60 = 0.00185616666...
    ['deepgram', 'nova-3', seconds(25.9), 1_856_167n],
    // 0.0145 / 60 x 6 = 0.00145
    ['deepgram', 'enhanced-meeting', seconds(6), 1_450_000n],
    // 0.0009 / 60 x 45 = 0.000675
    ['fireworks', 'whisper-v3-turbo', seconds(45), 675_000n],
    // 0.22 / 3600 x 12.3 = 2.706 / 3600 = 0.00075166666...
    ['elevenlabs', 'scribe_v2', seconds(12.3), 751_667n],
    // 0.15 / 3600 x 281 = 42.15 / 3600 = 0.01170833333...
    ['assemblyai', 'universal-2', seconds(281), 11_708_333n],
    // 0.21 / 3600 x 3600
    ['assemblyai', 'universal-3-5-pro', seconds(3600), 210_000_000n],
    // 0.003 / 60 x 203 = 0.00005 x 203
    ['mistral', 'voxtral-mini-latest', seconds(203), 10_150_000n],
    // (1000 x 2 + 50 x 2 + 200 x 12) / 1,000,000 = 4500 / 1,000,000
    ['gemini', 'gemini-3.5-transcribe', tokens(1000, 50, 200), 4_500_000n],
    // (1000 x 1 + 50 x 0.3 + 200 x 2.5) / 1,000,000 = (1000 + 15 + 500) / 1,000,000
    ['gemini', 'gemini-2.5-flash', tokens(1000, 50, 200), 1_515_000n],
    // 0.0015 / 60 x 60
    ['together', 'openai/whisper-large-v3', seconds(60), 1_500_000n],
    // 0.0002 / 60 x 1 = 0.00000333333...
    ['deepinfra', 'openai/whisper-large-v3-turbo', seconds(1), 3_333n],
    // 0.0005 / 60 x 7.5 = 0.0000625
    ['cloudflare', '@cf/openai/whisper', seconds(7.5), 62_500n],
    ['sandbox', 'sandbox', seconds(4.7), 0n],
  ])('%s/%s, %j costs %p nano-dollars', (provider, upstreamModel, usage, costNanoUsd) => {
    const price = listPriceOf(provider, upstreamModel);
    expect(costOf(price, { usage })).toMatchObject({ costNanoUsd, source: 'provider' });
  });
});

describe('computeCost of a duration', () => {
  it.each<[string, Price, Partial<CostFacts>, object]>([
    [
      'bills what the provider says, not what we measured',
      whisper,
      { usage: seconds(9), measuredSeconds: 8.47 },
      // 0.0001 x 9
      { costNanoUsd: 900_000n, source: 'provider', measuredCostNanoUsd: 847_000n },
    ],
    [
      'bills what we measured where the provider says nothing',
      whisper,
      { measuredSeconds: 8.47 },
      { costNanoUsd: 847_000n, source: 'measured' },
    ],
    [
      'bills what we measured where the provider counts tokens',
      whisper,
      { usage: tokens(1, 2, 3), measuredSeconds: 8.47 },
      { costNanoUsd: 847_000n, source: 'measured' },
    ],
    ['applies the minimum', groq, { measuredSeconds: 0 }, { costNanoUsd: 111_111n, source: 'measured' }],
    // 0.04 / 3600 x 10.5 = 0.42 / 3600 = 0.00011666666...
    ['leaves longer audio alone', groq, { usage: seconds(10.5) }, { costNanoUsd: 116_667n, source: 'provider' }],
    [
      'does not bill impossible seconds',
      whisper,
      { usage: seconds(NaN), measuredSeconds: 60 },
      { costNanoUsd: 6_000_000n, source: 'measured' },
    ],
    ['knows that nothing costs nothing', { ...whisper, usd: '0.00' }, {}, { costNanoUsd: 0n, source: null }],
  ])('%s', (_, price, facts, cost) => {
    expect(costOf(price, facts)).toEqual(cost);
  });

  it.each<[Partial<CostFacts>]>([
    [{}],
    [{ usage: seconds(-1) }],
    [{ measuredSeconds: Infinity }],
    [{ usage: tokens(1, 1, 1) }],
  ])('is unknown for %j', (facts) => {
    expect(costOf(whisper, facts)).toEqual({
      costNanoUsd: null,
      source: null,
      warning: 'the cost of p/m is unknown: the duration of the audio is not known',
    });
  });

  it('rounds once, at the end', () => {
    // 1/3 of a nano-dollar a second: three thousand seconds are 1000 nano-dollars, not 3000 x 0.
    const price: Price = { type: 'duration', usd: '0.000000000333333334', per: 'second' };
    expect(costOf(price, { usage: seconds(3000) }).costNanoUsd).toBe(1_000n);
    // 0.000001 a minute for 0.03 s is half a nano-dollar.
    expect(costOf({ ...price, usd: '0.000001', per: 'minute' }, { usage: seconds(0.03) }).costNanoUsd).toBe(1n);
    expect(costOf({ ...price, usd: '0.000001', per: 'minute' }, { usage: seconds(0.029999) }).costNanoUsd).toBe(0n);
  });

  it('is exact where binary fractions are not', () => {
    // 0.1 + 0.2 dollars an hour, a billion hours and a microsecond: beyond 2^53 nano-dollars.
    const price: Price = { type: 'duration', usd: '0.3', per: 'hour' };
    expect(costOf(price, { usage: seconds(3_600_000_000) }).costNanoUsd).toBe(300_000_000_000_000n);
    expect(costOf({ ...price, usd: '9999999.999999999' }, { usage: seconds(3600) }).costNanoUsd).toBe(
      9_999_999_999_999_999n,
    );
  });

  it('never falls as the audio gets longer, and is never negative', () => {
    const price = fc.record({
      type: fc.constant('duration' as const),
      usd: fc.bigInt({ min: 0n, max: 10n ** 12n }).map((atto) => `0.${atto.toString().padStart(12, '0')}`),
      per: fc.constantFrom('second', 'minute', 'hour'),
      minimum_seconds: fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined }),
    });
    const duration = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(price, duration, duration, (price, a, b) => {
        const [shorter, longer] = [Math.min(a, b), Math.max(a, b)].map(
          (measuredSeconds) => costOf(price, { measuredSeconds }).costNanoUsd ?? -1n,
        );
        expect(shorter).toBeGreaterThanOrEqual(0n);
        expect(longer).toBeGreaterThanOrEqual(shorter ?? 0n);
      }),
    );
  });
});

describe('the cost by the measured duration', () => {
  it.each<[string, Price, Partial<CostFacts>, bigint | undefined]>([
    ['is not kept within 5 %', whisper, { usage: seconds(100), measuredSeconds: 95 }, undefined],
    ['is kept below', whisper, { usage: seconds(100), measuredSeconds: 94.9 }, 9_490_000n],
    ['is not kept within 5 % above', whisper, { usage: seconds(100), measuredSeconds: 105 }, undefined],
    ['is kept above', whisper, { usage: seconds(100), measuredSeconds: 105.1 }, 10_510_000n],
    ['counts the minimum', groq, { usage: seconds(10), measuredSeconds: 2 }, undefined],
    ['is kept beside nothing', whisper, { usage: seconds(0), measuredSeconds: 1 }, 100_000n],
    ['is nothing beside nothing', whisper, { usage: seconds(0), measuredSeconds: 0 }, undefined],
    ['needs a duration', whisper, { usage: seconds(9) }, undefined],
    ['needs a figure of the provider', whisper, { measuredSeconds: 9 }, undefined],
    [
      'needs an estimate for tokens',
      { ...gpt4o, estimate_usd_per_minute: undefined },
      { usage: tokens(1, 0, 0), measuredSeconds: 9 },
      undefined,
    ],
  ])('%s', (_, price, facts, expected) => {
    expect(costOf(price, facts).measuredCostNanoUsd).toBe(expected);
  });
});

describe('computeCost of tokens', () => {
  it('adds up audio, text and output', () => {
    // (1,000,000 x 2.50 + 400,000 x 1.25 + 30,000 x 10) / 1,000,000 = 2.5 + 0.5 + 0.3
    expect(costOf(gpt4o, { usage: tokens(1_000_000, 400_000, 30_000), measuredSeconds: 5 })).toEqual({
      costNanoUsd: 3_300_000_000n,
      source: 'provider',
      // 0.006 / 60 x 5, the provider's own estimate
      measuredCostNanoUsd: 500_000n,
    });
  });

  it.each<[Usage | undefined, number | undefined, bigint, 'measured' | 'provider']>([
    // 0.006 / 60 x 8.47
    [undefined, 8.47, 847_000n, 'measured'],
    [seconds(8.5), 8.47, 850_000n, 'provider'],
    [seconds(9), undefined, 900_000n, 'provider'],
    [tokens(-1, 0, 0), 8.47, 847_000n, 'measured'],
    [tokens(0.5, 0, 0), 8.47, 847_000n, 'measured'],
  ])('estimates by duration from usage %j and %p measured seconds', (usage, measuredSeconds, costNanoUsd, source) => {
    expect(costOf(gpt4o, { usage, measuredSeconds })).toEqual({
      costNanoUsd,
      source,
      warning:
        'the cost of p/m is an estimate from the duration: it is billed by tokens and the provider reported none',
    });
  });

  it('is unknown without tokens and a duration', () => {
    expect(costOf(gpt4o, {})).toEqual({
      costNanoUsd: null,
      source: null,
      warning:
        'the cost of p/m is unknown: it is billed by tokens and the provider reported none, and the duration of the audio ' +
        'is not known',
    });
  });

  it('is unknown without tokens and an estimate', () => {
    expect(costOf({ ...gpt4o, estimate_usd_per_minute: undefined }, { measuredSeconds: 60 })).toEqual({
      costNanoUsd: null,
      source: null,
      warning:
        'the cost of p/m is unknown: it is billed by tokens and the provider reported none, and its price has no estimate ' +
        'per minute',
    });
  });

  it('never falls as tokens are added, and is never negative', () => {
    const count = fc.integer({ min: 0, max: 10_000_000 });
    fc.assert(
      fc.property(count, count, count, count, (audio, text, output, more) => {
        const cost = costOf(gpt4o, { usage: tokens(audio, text, output) }).costNanoUsd ?? -1n;
        expect(cost).toBeGreaterThanOrEqual(0n);
        expect(costOf(gpt4o, { usage: tokens(audio + more, text, output) }).costNanoUsd).toBeGreaterThanOrEqual(cost);
      }),
    );
  });
});

describe('computeCost without a price', () => {
  it('is unknown, not free, and says what to do', () => {
    expect(costOf(undefined, { usage: seconds(60), provider: 'openai', upstreamModel: 'gpt-9' })).toEqual({
      costNanoUsd: null,
      source: null,
      warning: 'the price of openai/gpt-9 is unknown, so its cost is not counted; set `price` on the deployment',
    });
  });
});

describe('computeCost of characters', () => {
  const price: Price = { type: 'characters', usd: '20' };

  it('counts the transcript by code points, whatever else is reported', () => {
    // 20 USD per million: 5 characters x 0.00002
    expect(costOf(price, { text: 'Hallo', usage: seconds(9), measuredSeconds: 8.47 })).toEqual({
      costNanoUsd: 100_000n,
      source: 'measured',
    });
    expect(costOf(price, { text: '👋' })).toMatchObject({ costNanoUsd: 20_000n });
    expect(costOf(price, { text: '' })).toMatchObject({ costNanoUsd: 0n });
  });

  it('is unknown before there is a transcript', () => {
    expect(costOf(price, {})).toMatchObject({
      costNanoUsd: null,
      warning: expect.stringContaining('by the character'),
    });
  });
});
