import { judgeAttempt, RETRY_DELAYS_MS } from './delivery-backoff.js';

it.each([200, 202, 204, 299])('takes a %i for a delivery', (status) => {
  expect(judgeAttempt(1, status)).toBe('delivered');
  expect(judgeAttempt(99, status)).toBe('delivered');
});

it.each([null, 100, 301, 400, 404, 429, 500, 503])('tries again after %p, later and later', (status) => {
  const delays = RETRY_DELAYS_MS.map((_, index) => judgeAttempt(index + 1, status));
  expect(delays).toEqual(RETRY_DELAYS_MS.map((retryAfterMs) => ({ retryAfterMs })));
});

it('gives up after about a day', () => {
  const hours = RETRY_DELAYS_MS.reduce((sum, ms) => sum + ms, 0) / 3_600_000;
  expect(hours).toBeGreaterThan(23);
  expect(hours).toBeLessThan(25);
  expect(judgeAttempt(RETRY_DELAYS_MS.length + 1, 500)).toBe('failed');
});

it('gives up at once where the receiver wants nothing more', () => {
  expect(judgeAttempt(1, 410)).toBe('failed');
});
