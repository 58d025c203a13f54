import { seededRandom } from '../../../test/support/seeded-random.js';
import { routingStrategies, type RoutingStrategyName } from '../../domain/routing-settings.js';
import type { StrategyCandidate } from './strategy-candidate.js';
import { orderCandidates } from './strategies.js';

interface Named extends StrategyCandidate {
  readonly name: string;
}

function candidate(name: string, over: Partial<StrategyCandidate> = {}): Named {
  return {
    name,
    weight: 1,
    order: Number.POSITIVE_INFINITY,
    native: true,
    inFlight: 0,
    latencyMsPerAudioSecond: 100,
    estimatedCostNanoUsd: 1000n,
    headroom: 1,
    ...over,
  };
}

const DRAWS = 10_000;

/** How often each candidate came first in 10,000 seeded draws. */
function firsts(strategy: RoutingStrategyName, candidates: readonly Named[]): Record<string, number> {
  const random = seededRandom(20_261_120);
  const counts: Record<string, number> = Object.fromEntries(candidates.map(({ name }) => [name, 0]));
  for (let draw = 0; draw < DRAWS; draw += 1) {
    const [first] = orderCandidates(strategy)(candidates, random);
    if (first) counts[first.name] = (counts[first.name] ?? 0) + 1;
  }
  return counts;
}

/** Within four standard deviations of a binomial distribution: by chance one run in 16,000 would be outside. */
function expectShare(count: number | undefined, share: number): void {
  const deviation = Math.sqrt(DRAWS * share * (1 - share));
  expect(Math.abs((count ?? 0) - DRAWS * share)).toBeLessThanOrEqual(4 * deviation);
}

describe('every strategy', () => {
  it.each(routingStrategies)('%s shares the traffic of equals by weight', (strategy) => {
    const counts = firsts(strategy, [
      candidate('a', { weight: 5 }),
      candidate('b', { weight: 3 }),
      candidate('c', { weight: 2 }),
    ]);
    expectShare(counts['a'], 0.5);
    expectShare(counts['b'], 0.3);
    expectShare(counts['c'], 0.2);
  });

  it.each(routingStrategies)('%s goes by levels of order first', (strategy) => {
    const counts = firsts(strategy, [
      candidate('second', {
        order: 2,
        weight: 1000,
        inFlight: 0,
        estimatedCostNanoUsd: 0n,
        latencyMsPerAudioSecond: 1,
      }),
      candidate('first', { order: 1, weight: 1, inFlight: 9, headroom: 0.1 }),
      candidate('without', { weight: 1000 }),
    ]);
    expect(counts).toEqual({ first: DRAWS, second: 0, without: 0 });
  });

  it.each(routingStrategies)('%s loses and invents nobody, and leaves its argument alone', (strategy) => {
    const random = seededRandom(1);
    const candidates = [candidate('a', { weight: 0 }), candidate('b', { order: 3 }), candidate('c'), candidate('d')];
    const before = [...candidates];
    for (let draw = 0; draw < 200; draw += 1) {
      const ordered = orderCandidates(strategy)(candidates, random);
      expect(new Set(ordered)).toEqual(new Set(before));
      expect(ordered).toHaveLength(before.length);
    }
    expect(candidates).toEqual(before);
  });
});

describe('ranked strategies', () => {
  const better: [RoutingStrategyName, Partial<StrategyCandidate>, Partial<StrategyCandidate>][] = [
    ['least-busy', { inFlight: 1 }, { inFlight: 2 }],
    ['lowest-latency', { latencyMsPerAudioSecond: 50 }, { latencyMsPerAudioSecond: 500 }],
    ['lowest-latency', { latencyMsPerAudioSecond: undefined }, { latencyMsPerAudioSecond: 1 }],
    ['lowest-cost', { estimatedCostNanoUsd: 10n }, { estimatedCostNanoUsd: 11n }],
    ['lowest-cost', { estimatedCostNanoUsd: 10n }, { estimatedCostNanoUsd: undefined }],
    ['usage-based', { headroom: 0.9 }, { headroom: 0.4 }],
  ];
  it.each(better)('%s prefers %j to %j whatever the weights', (strategy, good, bad) => {
    const counts = firsts(strategy, [candidate('bad', { weight: 1000, ...bad }), candidate('good', good)]);
    expect(counts).toEqual({ good: DRAWS, bad: 0 });
  });

  it('prefer native to synthesised answers when indifferent', () => {
    const counts = firsts('least-busy', [candidate('synthesised', { native: false, weight: 9 }), candidate('native')]);
    expect(counts).toEqual({ native: DRAWS, synthesised: 0 });
  });

  it('keep a reserve last although it ranks best', () => {
    const random = seededRandom(5);
    const ordered = orderCandidates('lowest-cost')(
      [candidate('reserve', { weight: 0, estimatedCostNanoUsd: 0n }), candidate('dear', { estimatedCostNanoUsd: 99n })],
      random,
    );
    expect(ordered.map(({ name }) => name)).toEqual(['dear', 'reserve']);
  });

  it('count latencies that differ by a hair as equal', () => {
    const counts = firsts('lowest-latency', [
      candidate('a', { latencyMsPerAudioSecond: 100 }),
      candidate('b', { latencyMsPerAudioSecond: 101 }),
    ]);
    expectShare(counts['a'], 0.5);
  });
});
