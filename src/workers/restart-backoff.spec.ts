import { RestartBackoff } from './restart-backoff.js';

it('waits a second, then twice as long each time, half a minute at most', () => {
  const backoff = new RestartBackoff();
  expect(Array.from({ length: 8 }, () => backoff.nextMs(0))).toEqual([
    1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000,
  ]);
});

it('begins anew once the process has served for a minute, and not before', () => {
  const backoff = new RestartBackoff();
  expect([0, 59_999, 60_000, 0].map((servedMs) => backoff.nextMs(servedMs))).toEqual([1000, 2000, 1000, 2000]);
});

it('never counts too far', () => {
  const backoff = new RestartBackoff();
  for (let round = 0; round < 2000; round += 1) backoff.nextMs(0);
  expect(backoff.nextMs(0)).toBe(30_000);
});
