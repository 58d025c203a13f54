import fc from 'fast-check';
import { failureReasons, type FailureReason } from '../domain/errors.js';
import { nextStep, type NextStep } from './backoff.js';
import { failureRules } from './failure-rules.js';

const limits = { max_retries: 2, backoff_base_ms: 500, backoff_max_ms: 8000 };
const half = () => 0.5;
/** One of several deployments, not tried again yet, a minute left. */
const early = { retried: 0, remainingMs: 60_000, isLast: false };

describe('nextStep', () => {
  const table: Record<FailureReason, NextStep['do']> = {
    rate_limited: 'next',
    quota_exhausted: 'next',
    timeout: 'next',
    unavailable: 'retry',
    credential_rejected: 'next',
    model_not_found: 'next',
    misconfigured: 'next',
    bad_response: 'next',
    too_large: 'next',
    unsupported: 'next',
    audio_rejected: 'next',
    request_rejected: 'next',
    aborted: 'fail',
    unknown: 'next',
  };
  it.each(failureReasons)('after %s', (reason) => {
    expect(nextStep({ reason }, early, limits, half).do).toBe(table[reason]);
  });

  it('waits for a rate limit only where nothing else is left', () => {
    const limited = { reason: 'rate_limited', retryAfterMs: 2000 } as const;
    expect(nextStep(limited, early, limits, half)).toEqual({ do: 'next' });
    expect(nextStep(limited, { ...early, isLast: true }, limits, half)).toEqual({ do: 'retry', afterMs: 2000 });
    expect(nextStep(limited, { ...early, isLast: true, retried: 2 }, limits, half)).toEqual({ do: 'next' });
  });

  it('does not ask again where the answer would be the same', () => {
    const last = { ...early, isLast: true };
    expect(nextStep({ reason: 'bad_response' }, last, limits, half).do).toBe('retry');
    expect(nextStep({ reason: 'bad_response', isFinal: true }, last, limits, half).do).toBe('next');
  });

  it('doubles the ceiling of the pause, up to the maximum', () => {
    const pauses = [0, 1, 2, 3, 4, 5, 6].map((retried) =>
      nextStep(
        { reason: 'unavailable' },
        { ...early, retried, remainingMs: 600_000 },
        { ...limits, max_retries: 9 },
        () => 0.999_999,
      ),
    );
    expect(pauses.map((step) => ('afterMs' in step ? step.afterMs : undefined))).toEqual([
      500, 1000, 2000, 4000, 8000, 8000, 8000,
    ]);
  });

  it('jitters over the whole range', () => {
    expect(nextStep({ reason: 'unavailable' }, { ...early, retried: 1 }, limits, () => 0)).toEqual({
      do: 'retry',
      afterMs: 0,
    });
    expect(nextStep({ reason: 'unavailable' }, { ...early, retried: 1 }, limits, half)).toEqual({
      do: 'retry',
      afterMs: 500,
    });
  });

  it('waits at least as long as the provider asks, and leaves one that asks for too much', () => {
    const asking = (retryAfterMs: number) => nextStep({ reason: 'unavailable', retryAfterMs }, early, limits, () => 0);
    expect(asking(3000)).toEqual({ do: 'retry', afterMs: 3000 });
    expect(asking(9000)).toEqual({ do: 'next' });
  });

  it('is more patient with the last one', () => {
    const patient = { ...limits, max_retry_after_seconds: 20 };
    const asking = (retryAfterMs: number, isLast: boolean) =>
      nextStep({ reason: 'rate_limited', retryAfterMs }, { ...early, isLast }, patient, half).do;
    expect([asking(20_000, true), asking(20_001, true), asking(12_000, false)]).toEqual(['retry', 'next', 'next']);
  });

  it('never waits beyond the deadline', () => {
    expect(nextStep({ reason: 'unavailable' }, { ...early, remainingMs: 200 }, limits, half)).toEqual({ do: 'next' });
    expect(nextStep({ reason: 'unavailable' }, { ...early, remainingMs: 0 }, limits, half)).toEqual({ do: 'fail' });
  });

  it('keeps its promises for every input', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...failureReasons),
        fc.nat(12),
        fc.nat(700_000),
        fc.option(fc.nat(100_000), { nil: undefined }),
        fc.double({ min: 0, max: 0.999_999, noNaN: true }),
        fc.boolean(),
        (reason, retried, remainingMs, retryAfterMs, draw, isLast) => {
          const situation = { retried, remainingMs, isLast };
          const step = nextStep({ reason, retryAfterMs }, situation, limits, () => draw);
          if (step.do === 'retry') {
            expect(isLast ? ['yes', 'last'] : ['yes']).toContain(failureRules[reason].retrySame);
            expect(retried).toBeLessThan(limits.max_retries);
            expect(step.afterMs).toBeLessThan(remainingMs);
            expect(step.afterMs).toBeGreaterThanOrEqual(retryAfterMs ?? 0);
          }
          if (step.do === 'next') expect(failureRules[reason].tryNext).not.toBe('none');
        },
      ),
    );
  });
});
