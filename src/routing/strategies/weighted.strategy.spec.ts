import { orderByWeight } from './weighted.strategy.js';

/** Park and Miller's generator: the same draws in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

const candidates = [
  { name: 'a', weight: 5 },
  { name: 'b', weight: 3 },
  { name: 'c', weight: 2 },
];

describe('orderByWeight', () => {
  it('chooses the first in proportion to the weights', () => {
    const random = seeded(42);
    const draws = 10_000;
    const firsts = Array.from({ length: draws }, () => orderByWeight(candidates, random)[0]?.name);
    for (const { name, weight } of candidates) {
      const expected = (draws * weight) / 10;
      const deviation = Math.sqrt(draws * (weight / 10) * (1 - weight / 10));
      const seen = firsts.filter((first) => first === name).length;
      expect(Math.abs(seen - expected)).toBeLessThan(4 * deviation);
    }
  });

  it('keeps every candidate exactly once', () => {
    const random = seeded(7);
    for (let draw = 0; draw < 100; draw += 1) {
      expect(
        orderByWeight(candidates, random)
          .map(({ name }) => name)
          .toSorted(),
      ).toEqual(['a', 'b', 'c']);
    }
  });

  it('puts candidates of weight 0 last', () => {
    const random = seeded(3);
    const withReserve = [{ name: 'reserve', weight: 0 }, ...candidates];
    for (let draw = 0; draw < 200; draw += 1) {
      expect(orderByWeight(withReserve, random).at(-1)?.name).toBe('reserve');
    }
  });

  it('orders candidates that all have weight 0, and none at all', () => {
    expect(orderByWeight([{ weight: 0 }, { weight: 0 }], () => 0.5)).toHaveLength(2);
    expect(orderByWeight([], () => 0.5)).toEqual([]);
  });
});
