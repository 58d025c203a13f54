import fc from 'fast-check';
import { failureReasons, type FailureReason } from '../domain/errors.js';
import { failureRules, nextStep, type NextStep } from './retry-policy.js';

const limits = { maxRetries: 2, backoffBaseMs: 500, backoffMaxMs: 8000 };
const half = () => 0.5;

describe('nextStep', () => {
  const table: Record<FailureReason, NextStep['do']> = {
    rate_limited: 'next',
    quota_exhausted: 'next',
    timeout: 'next',
    unavailable: 'retry',
    credential_rejected: 'next',
    model_not_found: 'next',
    bad_response: 'retry',
    too_large: 'next',
    unsupported: 'next',
    audio_rejected: 'fail',
    request_rejected: 'fail',
    aborted: 'fail',
    unknown: 'fail',
  };
  it.each(failureReasons)('after %s', (reason) => {
    expect(nextStep({ reason }, 0, 60_000, limits, half).do).toBe(table[reason]);
  });

  it('doubles the ceiling of the pause, up to the maximum', () => {
    const pauses = [0, 1, 2, 3, 4, 5, 6].map((retried) =>
      nextStep({ reason: 'unavailable' }, retried, 600_000, { ...limits, maxRetries: 9 }, () => 0.999_999),
    );
    expect(pauses.map((step) => ('afterMs' in step ? step.afterMs : undefined))).toEqual([
      500, 1000, 2000, 4000, 8000, 8000, 8000,
    ]);
  });

  it('jitters over the whole range', () => {
    expect(nextStep({ reason: 'unavailable' }, 1, 60_000, limits, () => 0)).toEqual({ do: 'retry', afterMs: 0 });
    expect(nextStep({ reason: 'unavailable' }, 1, 60_000, limits, half)).toEqual({ do: 'retry', afterMs: 500 });
  });

  it('waits at least as long as the provider asks, and leaves one that asks for too much', () => {
    const asking = (retryAfterMs: number) =>
      nextStep({ reason: 'unavailable', retryAfterMs }, 0, 60_000, limits, () => 0);
    expect(asking(3000)).toEqual({ do: 'retry', afterMs: 3000 });
    expect(asking(9000)).toEqual({ do: 'next' });
  });

  it('never waits beyond the deadline', () => {
    expect(nextStep({ reason: 'unavailable' }, 0, 200, limits, half)).toEqual({ do: 'next' });
    expect(nextStep({ reason: 'unavailable' }, 0, 0, limits, half)).toEqual({ do: 'fail' });
  });

  it('keeps its promises for every input', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...failureReasons),
        fc.nat(12),
        fc.nat(700_000),
        fc.option(fc.nat(100_000), { nil: undefined }),
        fc.double({ min: 0, max: 0.999_999, noNaN: true }),
        (reason, retried, remainingMs, retryAfterMs, draw) => {
          const step = nextStep({ reason, retryAfterMs }, retried, remainingMs, limits, () => draw);
          if (step.do === 'retry') {
            expect(failureRules[reason].retrySame).toBe(true);
            expect(retried).toBeLessThan(limits.maxRetries);
            expect(step.afterMs).toBeLessThan(remainingMs);
            expect(step.afterMs).toBeGreaterThanOrEqual(retryAfterMs ?? 0);
          }
          if (step.do === 'next') expect(failureRules[reason].tryNext).toBe(true);
        },
      ),
    );
  });
});
