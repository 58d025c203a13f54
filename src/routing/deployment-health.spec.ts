import type { FailureReason } from '../domain/errors.js';
import { DeploymentHealth } from './deployment-health.js';

const limits = { allowed_failures: 3, cooldown_seconds: 30 };

function healthAt(): { health: DeploymentHealth; advance: (ms: number) => void } {
  let nowMs = 1_000_000;
  return { health: new DeploymentHealth(() => nowMs), advance: (ms) => (nowMs += ms) };
}

/** Requests that began together and fail. */
function fail(health: DeploymentHealth, times: number, reason: FailureReason = 'unavailable'): void {
  const epoch = health.epoch('d');
  for (let count = 0; count < times; count += 1) health.failed('d', epoch, { reason }, limits);
}

describe('DeploymentHealth', () => {
  it('knows nothing bad of a deployment that it has not seen', () => {
    const { health } = healthAt();
    expect(health.state('d')).toEqual({
      circuit: 'closed',
      coolingForMs: 0,
      consecutiveFailures: 0,
      recentOutcomes: 0,
      recentFailures: 0,
    });
    expect(health.tryProbe('d')).toBe(true);
  });

  it('opens after the allowed failures in a row, and not when a success comes between', () => {
    const { health } = healthAt();
    fail(health, 2);
    health.succeeded('d', health.epoch('d'));
    fail(health, 2);
    expect(health.state('d').circuit).toBe('closed');
    fail(health, 1);
    expect(health.state('d')).toMatchObject({ circuit: 'open', reason: 'unavailable', coolingUntilMs: 1_030_000 });
  });

  it('opens when most of the last minute has failed', () => {
    const { health } = healthAt();
    for (let count = 0; count < 6; count += 1) {
      health.failed('d', health.epoch('d'), { reason: 'unavailable' }, { ...limits, allowed_failures: 100 });
      if (count < 4) health.succeeded('d', health.epoch('d'));
    }
    expect(health.state('d')).toMatchObject({ circuit: 'open', recentOutcomes: 10, recentFailures: 6 });
  });

  it('forgets what is older than a minute', () => {
    const { health, advance } = healthAt();
    fail(health, 2);
    advance(60_001);
    expect(health.state('d')).toMatchObject({ recentOutcomes: 0, recentFailures: 0 });
  });

  it.each<FailureReason>(['rate_limited', 'quota_exhausted', 'credential_rejected', 'model_not_found'])(
    'opens at once on %s',
    (reason) => {
      const { health } = healthAt();
      fail(health, 1, reason);
      expect(health.state('d')).toMatchObject({ circuit: 'open', reason });
    },
  );

  it.each<FailureReason>(['audio_rejected', 'request_rejected', 'aborted', 'too_large', 'unsupported'])(
    'does not blame the deployment for %s',
    (reason) => {
      const { health } = healthAt();
      fail(health, 50, reason);
      expect(health.state('d')).toMatchObject({ circuit: 'closed', consecutiveFailures: 0, recentFailures: 0 });
    },
  );

  it('cools for as long as the provider asks', () => {
    const { health, advance } = healthAt();
    health.failed('d', health.epoch('d'), { reason: 'rate_limited', retryAfterMs: 7000 }, limits);
    advance(6999);
    expect(health.state('d').circuit).toBe('open');
    advance(1);
    expect(health.state('d').circuit).toBe('half_open');
  });

  it('lets one probe through when half open, and closes on its success', () => {
    const { health, advance } = healthAt();
    fail(health, 3);
    advance(30_000);
    expect(health.tryProbe('d')).toBe(true);
    expect(health.tryProbe('d')).toBe(false);
    health.succeeded('d', health.epoch('d'));
    expect(health.state('d')).toMatchObject({ circuit: 'closed', reason: undefined });
    expect(health.tryProbe('d')).toBe(true);
  });

  it('cools twice as long each time a probe fails, up to five minutes', () => {
    const { health, advance } = healthAt();
    fail(health, 3);
    const cooled: number[] = [];
    for (let count = 0; count < 5; count += 1) {
      const { coolingUntilMs = 0 } = health.state('d');
      let waited = 0;
      while (health.state('d').circuit === 'open') {
        advance(1000);
        waited += 1000;
      }
      expect(coolingUntilMs).toBeGreaterThan(0);
      cooled.push(waited);
      expect(health.tryProbe('d')).toBe(true);
      fail(health, 1);
    }
    expect(cooled).toEqual([30_000, 60_000, 120_000, 240_000, 300_000]);
  });

  it('counts the requests that were under way when it opened as one opening', () => {
    const { health, advance } = healthAt();
    fail(health, 200);
    expect(health.state('d')).toMatchObject({ circuit: 'open', coolingForMs: 30_000 });
    advance(30_000);
    fail(health, 1);
    expect(health.state('d')).toMatchObject({ circuit: 'open', coolingForMs: 60_000 });
  });

  it('does not shorten a pause that the provider has asked for', () => {
    const { health } = healthAt();
    health.failed('d', health.epoch('d'), { reason: 'rate_limited', retryAfterMs: 50_000 }, limits);
    fail(health, 3);
    expect(health.state('d')).toMatchObject({ coolingForMs: 50_000, reason: 'rate_limited' });
  });

  it('is not closed by a success that was under way when it opened', () => {
    const { health, advance } = healthAt();
    const before = health.epoch('d');
    health.failed('d', health.epoch('d'), { reason: 'rate_limited', retryAfterMs: 600_000 }, limits);
    health.succeeded('d', before);
    expect(health.state('d')).toMatchObject({ circuit: 'open', coolingForMs: 600_000, recentOutcomes: 2 });
    advance(600_000);
    health.tryProbe('d');
    health.succeeded('d', before);
    expect(health.state('d').circuit).toBe('half_open');
    expect(health.tryProbe('d')).toBe(false);
    health.succeeded('d', health.epoch('d'));
    expect(health.state('d').circuit).toBe('closed');
  });

  it('is closed by the success of what was sent, as the last hope, after it had opened', () => {
    const { health } = healthAt();
    fail(health, 3);
    health.succeeded('d', health.epoch('d'));
    expect(health.state('d').circuit).toBe('closed');
  });

  it.each<FailureReason>(['unavailable', 'credential_rejected', 'aborted'])(
    'does not take %s of a request that was under way when it opened for the verdict of the probe',
    (reason) => {
      const { health, advance } = healthAt();
      const before = health.epoch('d');
      fail(health, 3);
      advance(30_000);
      health.tryProbe('d');
      health.failed('d', before, { reason }, limits);
      health.releaseProbe('d', before);
      expect(health.state('d').circuit).toBe('half_open');
      expect(health.tryProbe('d')).toBe(false);
      health.succeeded('d', health.epoch('d'));
      health.failed('d', before, { reason }, limits);
      expect(health.state('d')).toMatchObject({ circuit: 'closed', consecutiveFailures: 0 });
    },
  );

  it('is left alone for as long as the provider asks, also when it asks late', () => {
    const { health, advance } = healthAt();
    const before = health.epoch('d');
    fail(health, 3);
    advance(30_000);
    health.failed('d', before, { reason: 'rate_limited', retryAfterMs: 600_000 }, limits);
    expect(health.state('d')).toMatchObject({ circuit: 'open', coolingForMs: 600_000, reason: 'rate_limited' });
    advance(600_000);
    fail(health, 1);
    // The second opening, not the third.
    expect(health.state('d').coolingForMs).toBe(60_000);
  });

  it('asks again after an hour, however long the provider wants to be left alone', () => {
    const { health } = healthAt();
    health.failed('d', health.epoch('d'), { reason: 'quota_exhausted', retryAfterMs: 86_400_000 }, limits);
    expect(health.state('d').coolingForMs).toBe(3_600_000);
  });

  it('takes a configured cooldown of more than five minutes at its word', () => {
    const { health } = healthAt();
    health.failed('d', health.epoch('d'), { reason: 'credential_rejected' }, { ...limits, cooldown_seconds: 900 });
    expect(health.state('d').coolingForMs).toBe(900_000);
  });

  it('gives the probe back when it said nothing about the deployment', () => {
    const { health, advance } = healthAt();
    fail(health, 3);
    advance(30_000);
    health.tryProbe('d');
    health.failed('d', health.epoch('d'), { reason: 'aborted' }, limits);
    expect(health.tryProbe('d')).toBe(true);
  });

  it('forgets everything when an administrator resets it', () => {
    const { health } = healthAt();
    fail(health, 9);
    const before = health.epoch('d');
    health.reset('d');
    expect(health.state('d').circuit).toBe('closed');
    health.failed('d', before, { reason: 'credential_rejected' }, limits);
    expect(health.state('d').circuit).toBe('closed');
  });

  it('never leaves a deployment alone where the cooldown is 0', () => {
    const { health } = healthAt();
    for (let count = 0; count < 9; count += 1) {
      health.failed('d', health.epoch('d'), { reason: 'credential_rejected' }, { ...limits, cooldown_seconds: 0 });
    }
    expect(health.state('d').circuit).toBe('closed');
  });
});
