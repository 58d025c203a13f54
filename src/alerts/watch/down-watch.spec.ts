import type { FailureReason } from '../../domain/errors.js';
import { DownWatch } from './down-watch.js';

let watch: DownWatch;
beforeEach(() => (watch = new DownWatch()));

/** A look at one deployment. */
function isDown(atMs: number, circuit: 'closed' | 'open' | 'half_open', reason?: FailureReason): boolean {
  return watch.look([{ id: 'a', health: { circuit, reason } }], atMs).has('a');
}

it('is down from the moment at which its circuit is open until it is closed', () => {
  expect(isDown(0, 'closed')).toBe(false);
  expect(isDown(10_000, 'open', 'unavailable')).toBe(true);
  expect(isDown(20_000, 'half_open', 'unavailable')).toBe(true);
  expect(isDown(30_000, 'closed')).toBe(false);
});

it('is not down because its circuit waits for a request', () => {
  expect(isDown(0, 'half_open', 'unavailable')).toBe(false);
  expect(isDown(600_000, 'half_open', 'unavailable')).toBe(false);
});

it('is not down because of a rate limit, unless that lasts', () => {
  expect(isDown(0, 'open', 'rate_limited')).toBe(false);
  expect(isDown(10_000, 'half_open', 'rate_limited')).toBe(false);
  expect(isDown(50_000, 'open', 'rate_limited')).toBe(false);
  expect(isDown(109_999, 'open', 'rate_limited')).toBe(false);
  expect(isDown(110_000, 'open', 'rate_limited')).toBe(true);
  expect(isDown(120_000, 'half_open', 'rate_limited')).toBe(true);
});

it('forgets what is not there any more', () => {
  expect(isDown(0, 'open', 'unavailable')).toBe(true);
  expect(watch.look([], 10_000).size).toBe(0);
  expect(isDown(20_000, 'half_open', 'unavailable')).toBe(false);
});
