import { listPriceOf } from '../../test/support/all-providers.js';
import * as fc from 'fast-check';
import type { Price } from '../domain/price.js';
import type { Surcharge } from '../domain/surcharge.js';
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

function pricedCall(price: Price | undefined, facts: Partial<CostFacts>) {
  return computeCost({
    price,
    usage: undefined,
    measuredSeconds: undefined,
    provider: 'p',
    upstreamModel: 'm',
    ...facts,
  });
}

/** The sum, without what it is made of. */
function costOf(price: Price | undefined, facts: Partial<CostFacts>) {
  const { items: _, ...cost } = pricedCall(price, facts);
  return cost;
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
      { costNanoUsd: 6_000_000n, source: 'measured', warning: expect.stringContaining('is not believed') },
    ],
    ['knows that nothing costs nothing', { ...whisper, usd: '0.00' }, {}, { costNanoUsd: 0n, source: null }],
  ])('%s', (_, price, facts, cost) => {
    expect(costOf(price, facts)).toEqual(cost);
  });

  it.each<[Partial<CostFacts>]>([[{}], [{ measuredSeconds: Infinity }], [{ usage: tokens(1, 1, 1) }]])(
    'is unknown for %j',
    (facts) => {
      expect(costOf(whisper, facts)).toEqual({
        costNanoUsd: null,
        source: null,
        warning: 'the cost of p/m is unknown: the duration of the audio is not known',
      });
    },
  );

  it('rounds once, at the end', () => {
    // 1/3 of a nano-dollar a second: three thousand seconds are 1000 nano-dollars, not 3000 x 0.
    const price: Price = { type: 'duration', usd: '0.000000000333333334', per: 'second' };
    expect(costOf(price, { usage: seconds(3000) }).costNanoUsd).toBe(1_000n);
    // 0.000001 a minute for 0.03 s is half a nano-dollar.
    expect(costOf({ ...price, usd: '0.000001', per: 'minute' }, { usage: seconds(0.03) }).costNanoUsd).toBe(1n);
    expect(costOf({ ...price, usd: '0.000001', per: 'minute' }, { usage: seconds(0.029999) }).costNanoUsd).toBe(0n);
  });

  it('is exact where binary fractions are not', () => {
    // 0.1 + 0.2 dollars a minute, two days.
    const price: Price = { type: 'duration', usd: '0.3', per: 'minute' };
    expect(costOf(price, { usage: seconds(172_800) }).costNanoUsd).toBe(864_000_000_000n);
    expect(costOf({ ...price, usd: '999999.999999999' }, { usage: seconds(60) }).costNanoUsd).toBe(
      999_999_999_999_999n,
    );
  });

  it('ends where no call costs as much', () => {
    const price: Price = { type: 'duration', usd: '1000000.000000001', per: 'minute' };
    expect(costOf(price, { usage: seconds(60) })).toEqual({
      costNanoUsd: null,
      source: null,
      warning: 'the cost of p/m is not counted: no call costs $1000000.000000001',
    });
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
      estimated: true,
      warning: expect.stringContaining(
        'the cost of p/m is an estimate from the duration: it is billed by tokens and the provider reported none',
      ),
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

  it('bills what is spoken, and what was cached, at prices of their own', () => {
    const price = {
      ...gpt4o,
      audio_input_usd: '32',
      text_input_usd: '2.50',
      output_usd: '10',
      audio_output_usd: '64',
      cached_text_input_usd: '1.25',
    } as const;
    const usage = tokenUsage({ audio: 1_000, text: 500, output: 300, outputAudio: 200, cachedText: 100 });
    // 1,000 x 32 + 400 x 2.50 + 100 x 1.25 + 100 x 10 + 200 x 64 = 46,925 millionths
    expect(costOf(price, { usage })).toEqual({ costNanoUsd: 46_925_000n, source: 'provider' });
  });

  it.each([
    ['audio output', tokenUsage({ audio: 0, text: 10, output: 20, outputAudio: 15 })],
    ['audio input', tokenUsage({ audio: 5, text: 10, output: 20 })],
  ])('is unknown where the price says nothing of %s', (kind, usage) => {
    const price = { type: 'tokens', text_input_usd: '2.50', output_usd: '10' } as const;
    expect(costOf(price, { usage })).toEqual({
      costNanoUsd: null,
      source: null,
      warning: `the cost of p/m is unknown: its price says nothing of ${kind}`,
    });
    expect(costOf(price, { usage: tokenUsage({ audio: 0, text: 10, output: 20 }) }).costNanoUsd).toBe(225_000n);
  });

  it('does not take a part for more than the whole', () => {
    const usage = tokenUsage({ audio: 0, text: 10, output: 20, outputAudio: 30 });
    expect(costOf(gpt4o, { usage, measuredSeconds: 60 }).source).toBe('measured');
  });

  it('never falls as tokens are added, and is never negative', () => {
    // All of them together are no more than a call can have.
    const count = fc.integer({ min: 0, max: 2_500_000 });
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

describe('surcharges', () => {
  const minute = (usd: string): Surcharge['add'] => ({ type: 'duration', usd, per: 'minute' });
  const percent = (percent: number): Surcharge['add'] => ({ type: 'percent', percent });
  const surcharge = (name: string, facts: Partial<Surcharge>): Surcharge => ({ name, options: [name], ...facts });
  const scribe: Price = { type: 'duration', usd: '0.36', per: 'hour' };

  it('are a part of the cost, each by itself', () => {
    const surcharges = [
      surcharge('diarization', { add: minute('0.002'), estimated: true }),
      surcharge('keyterms', { add: percent(20) }),
    ];
    // 60 s: 0.006 + 0.002 + 20 % of 0.006
    expect(pricedCall(whisper, { usage: seconds(60), surcharges })).toEqual({
      costNanoUsd: 9_200_000n,
      source: 'provider',
      estimated: true,
      items: [
        { name: 'audio', costNanoUsd: 6_000_000n },
        { name: 'diarization', costNanoUsd: 2_000_000n, estimated: true },
        { name: 'keyterms', costNanoUsd: 1_200_000n },
      ],
    });
  });

  it('are in the measured figure, too', () => {
    const surcharges = [surcharge('keyterms', { add: percent(20) })];
    // 0.006 x 1.2 for what was measured
    expect(costOf(whisper, { usage: seconds(120), measuredSeconds: 60, surcharges })).toEqual({
      costNanoUsd: 14_400_000n,
      source: 'provider',
      measuredCostNanoUsd: 7_200_000n,
    });
  });

  it.each<[string, number, Partial<Surcharge>, bigint[]]>([
    // 0.36 / 3600 = 0.0001 a second
    ['a minimum of the request', 5, { add: percent(20), request_minimum_seconds: 20 }, [2_000_000n, 400_000n]],
    ['a minimum that is reached', 30, { add: percent(20), request_minimum_seconds: 20 }, [3_000_000n, 600_000n]],
    ['a minimum of its own', 5, { add: percent(30), minimum_seconds: 10 }, [500_000n, 300_000n]],
    ['a minimum of its own in dollars', 5, { add: minute('0.06'), minimum_seconds: 10 }, [500_000n, 10_000_000n]],
    ['a fraction of a percent', 10, { add: percent(0.5) }, [1_000_000n, 5_000n]],
  ])('have %s', (_, count, facts, costs) => {
    const { items } = pricedCall(scribe, { usage: seconds(count), surcharges: [surcharge('extra', facts)] });
    expect(items.map(({ costNanoUsd }) => costNanoUsd)).toEqual(costs);
  });

  it('leave an estimate of the rest where nobody knows their price', () => {
    expect(pricedCall(whisper, { usage: seconds(60), surcharges: [surcharge('summary', {})] })).toEqual({
      costNanoUsd: 6_000_000n,
      source: 'provider',
      estimated: true,
      warning: 'the cost of p/m may be more than what is counted: what summary costs is unknown',
      items: [
        { name: 'audio', costNanoUsd: 6_000_000n },
        { name: 'summary', costNanoUsd: null, estimated: true },
      ],
    });
  });

  it('go by the measured duration on a price by tokens, and by its share where they are a percentage', () => {
    const surcharges = [surcharge('minutes', { add: minute('0.002') }), surcharge('share', { add: percent(10) })];
    // 485 millionths, 30 s of 0.002, a tenth
    expect(pricedCall(gpt4o, { usage: tokens(12, 4, 45), measuredSeconds: 30, surcharges }).items).toEqual([
      { name: 'tokens', costNanoUsd: 485_000n },
      { name: 'minutes', costNanoUsd: 1_000_000n },
      { name: 'share', costNanoUsd: 48_500n },
    ]);
  });

  it('are not known where the price is not', () => {
    const surcharges = [surcharge('diarization', { add: minute('0.002') })];
    expect(pricedCall(undefined, { usage: seconds(60), surcharges })).toMatchObject({ costNanoUsd: null, items: [] });
    expect(pricedCall(whisper, { surcharges })).toMatchObject({ costNanoUsd: null, items: [] });
  });
});

describe('what the provider says that it costs', () => {
  it('is the cost, whatever the price', () => {
    expect(pricedCall(undefined, { reportedCostUsd: 0.00012 })).toEqual({
      costNanoUsd: 120_000n,
      source: 'provider',
      origin: { by: 'provider', source: null, as_of: null },
      items: [{ name: 'reported', costNanoUsd: 120_000n }],
    });
    expect(costOf(whisper, { reportedCostUsd: 0.5, usage: seconds(60), measuredSeconds: 60 })).toEqual({
      costNanoUsd: 500_000_000n,
      source: 'provider',
      origin: { by: 'provider', source: null, as_of: null },
      measuredCostNanoUsd: 6_000_000n,
    });
    expect(costOf(undefined, { reportedCostUsd: 0 })).toMatchObject({ costNanoUsd: 0n, source: 'provider' });
    expect(costOf(undefined, { reportedCostUsd: 1e-7 })).toMatchObject({ costNanoUsd: 100n });
  });

  it.each([-1, NaN, Infinity, 1e12, 10_001])('is not believed when it is %p', (reportedCostUsd) => {
    expect(costOf(whisper, { reportedCostUsd, usage: seconds(60) })).toEqual({
      costNanoUsd: 6_000_000n,
      source: 'provider',
      warning: `what p/m says that the call costs is not believed: $${reportedCostUsd}`,
    });
  });
});

describe('a usage that contradicts itself', () => {
  const gpt4o = listPriceOf('openai', 'gpt-4o-transcribe');
  const usageDoubt = 'a total of 99 for 14 and 45';
  const warning = `what p/m reports of its usage contradicts itself: ${usageDoubt}`;

  it('makes an estimate, of the price of the model alone', () => {
    const surcharges: Surcharge[] = [
      { name: 'diarization', options: ['diarize'], add: { type: 'duration', usd: '0.002', per: 'minute' } },
    ];
    expect(pricedCall(gpt4o, { usage: tokens(12, 2, 45), usageDoubt, surcharges, measuredSeconds: 60 })).toMatchObject({
      costNanoUsd: 485_000n + 2_000_000n,
      source: 'provider',
      estimated: true,
      warning,
      items: [{ name: 'tokens', costNanoUsd: 485_000n, estimated: true }, { costNanoUsd: 2_000_000n }],
    });
    expect(costOf(whisper, { usage: seconds(60), usageDoubt: '60 and 7 seconds' })).toMatchObject({
      costNanoUsd: 6_000_000n,
      estimated: true,
    });
  });

  it('is warned of only, where nothing is computed from it', () => {
    expect(costOf(whisper, { usage: tokens(12, 2, 45), usageDoubt, measuredSeconds: 60 })).toEqual({
      costNanoUsd: 6_000_000n,
      source: 'measured',
      warning,
    });
    expect(costOf(undefined, { usage: tokens(12, 2, 45), usageDoubt, reportedCostUsd: 0.5 })).toMatchObject({
      costNanoUsd: 500_000_000n,
      source: 'provider',
      warning,
    });
  });
});

describe('billing in steps', () => {
  const openai = listPriceOf('openai', 'whisper-1');

  it.each([
    // whole seconds, rounded up: 61.4 s are 62 x 0.0001
    [61.4, 6_200_000n],
    [62, 6_200_000n],
    [8.47, 900_000n],
    [0, 0n],
    // measured a hundredth of a microsecond too long
    [62.00000001, 6_200_000n],
  ])('counts %p measured seconds of whisper-1 as OpenAI does', (measuredSeconds, costNanoUsd) => {
    expect(costOf(openai, { measuredSeconds })).toMatchObject({ costNanoUsd, source: 'measured' });
  });

  it('leaves what the provider has counted itself, and compares like with like', () => {
    expect(costOf(openai, { usage: seconds(8.47) })).toMatchObject({ costNanoUsd: 847_000n });
    expect(costOf(openai, { usage: seconds(9), measuredSeconds: 8.47 })).toEqual({
      costNanoUsd: 900_000n,
      source: 'provider',
    });
  });

  it('is exact where binary fractions are not', () => {
    const tenths: Price = { type: 'duration', usd: '1', per: 'second', increment_seconds: 0.1 };
    expect(costOf(tenths, { measuredSeconds: 1.1 })).toMatchObject({ costNanoUsd: 1_100_000_000n });
  });
});

describe('tokens of a cache and of long input', () => {
  const cached = (over: object = {}): Usage => {
    const usage = tokenUsage({ audio: 1000, text: 100, output: 10, cachedAudio: 600, cachedText: 50 });
    return { ...usage, ...over };
  };

  it('are billed at their own rates', () => {
    // (400 x 1 + 600 x 0.1 + 50 x 0.3 + 50 x 0.03 + 10 x 2.5) / 1,000,000 = 501.5 millionths
    expect(costOf(listPriceOf('gemini', 'gemini-2.5-flash'), { usage: cached() })).toEqual({
      costNanoUsd: 501_500n,
      source: 'provider',
    });
  });

  it('are billed in full where the rate is unknown, which is an estimate', () => {
    // (1000 x 2.5 + 100 x 1.25 + 10 x 10) / 1,000,000
    expect(pricedCall(gpt4o, { usage: cached() })).toEqual({
      costNanoUsd: 2_725_000n,
      source: 'provider',
      estimated: true,
      items: [{ name: 'tokens', costNanoUsd: 2_725_000n, estimated: true }],
    });
  });

  it.each([
    // 200,000 x 1.25 / 1,000,000
    [200_000, 250_000_000n],
    // 200,001 x 2.5 / 1,000,000
    [200_001, 500_002_500n],
  ])('%p input tokens of gemini-2.5-pro', (audio, costNanoUsd) => {
    const price = listPriceOf('gemini', 'gemini-2.5-pro');
    expect(costOf(price, { usage: tokens(audio, 0, 0) })).toMatchObject({ costNanoUsd });
  });

  it('counts nothing that contradicts itself', () => {
    const usage = tokenUsage({ audio: 10, text: 0, output: 0, cachedAudio: 11 });
    expect(costOf(gpt4o, { usage })).toMatchObject({ costNanoUsd: null });
  });
});

it('says that a price is no longer in force', () => {
  expect(costOf(whisper, { usage: seconds(60), expiredOn: '2026-12-31' })).toEqual({
    costNanoUsd: 6_000_000n,
    source: 'provider',
    estimated: true,
    warning: 'the cost of p/m is an estimate: its price was announced until 2026-12-31',
  });
});
