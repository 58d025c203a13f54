import { seededRandom } from '../../../test/support/seeded-random.js';
import { orderByWeight } from './weighted.strategy.js';

const candidates = [
  { name: 'a', weight: 5 },
  { name: 'b', weight: 3 },
  { name: 'c', weight: 2 },
];

describe('orderByWeight', () => {
  it('keeps every candidate exactly once', () => {
    const random = seededRandom(7);
    for (let draw = 0; draw < 100; draw += 1) {
      expect(
        orderByWeight(candidates, random)
          .map(({ name }) => name)
          .toSorted(),
      ).toEqual(['a', 'b', 'c']);
    }
  });

  it('puts candidates of weight 0 last', () => {
    const random = seededRandom(3);
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
