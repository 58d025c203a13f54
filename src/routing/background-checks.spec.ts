import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import {
  catalogueOf,
  scriptedDeployment,
  ScriptedAdapter,
  unnotedUses,
  type Script,
} from '../../test/support/scripted-provider.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { BackgroundChecks } from './background-checks.js';
import { DeploymentCheck } from './deployment-check.js';
import { DeploymentHealth } from './deployment-health.js';

// A failed check is a warning for the operator, not for the reader of test reports.
beforeAll(() => Logger.overrideLogger(false));
beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] }));
afterEach(() => jest.useRealTimers());

const fine: readonly Script[] = [{ end: 'answer' }, { end: 'answer' }];

function stage(intervalSeconds: number) {
  const adapter = new ScriptedAdapter({
    a: [{ end: 'unavailable' }, { end: 'answer' }],
    b: fine,
    off: fine,
    ours: fine,
  });
  const health = new DeploymentHealth();
  const catalogue = catalogueOf([
    scriptedDeployment('a'),
    scriptedDeployment('off', { enabled: false }),
    scriptedDeployment('ours', { managedBy: 'sandbox' }),
    scriptedDeployment('b'),
  ]);
  const check = new DeploymentCheck(catalogue, new ProviderRegistry([adapter]), health, unnotedUses());
  const checks = new BackgroundChecks(catalogue, check, health, {
    health_check_interval_seconds: intervalSeconds,
  });
  return { adapter, health, checks, checked: () => adapter.starts.map(({ deploymentId }) => deploymentId) };
}

/** Lets the sample be read and answers come, until something has become true. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise(setImmediate);
    await jest.advanceTimersByTimeAsync(0);
  }
}

describe('BackgroundChecks', () => {
  it('are off unless asked for', () => {
    const { checks } = stage(0);
    checks.onApplicationBootstrap();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('call what is enabled and not ours, one after the other, whatever comes of it, again and again', async () => {
    const { checks, checked, health } = stage(60);
    checks.onApplicationBootstrap();
    const ended = (id: string) => health.state(id).recentOutcomes;
    await jest.advanceTimersByTimeAsync(59_999);
    expect(checked()).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    await until(() => ended('b') === 1);
    expect(checked()).toEqual(['a', 'b']);
    expect(health.state('a').consecutiveFailures).toBe(1);
    await until(() => jest.getTimerCount() === 1);
    await jest.advanceTimersByTimeAsync(59_999);
    expect(checked()).toHaveLength(2);
    await jest.advanceTimersByTimeAsync(1);
    await until(() => checked().length === 4 && health.state('a').consecutiveFailures === 0);
    expect(checked()).toEqual(['a', 'b', 'a', 'b']);
    await until(() => jest.getTimerCount() === 1);
    checks.onModuleDestroy();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('leave alone what is cooling down', async () => {
    const { checks, checked, health } = stage(60);
    health.failed(
      'a',
      health.epoch('a'),
      { reason: 'rate_limited', retryAfterMs: 600_000 },
      { allowed_failures: 1, cooldown_seconds: 0.001 },
    );
    let isOver = false;
    void checks.round().then(() => (isOver = true));
    await until(() => isOver);
    expect(checked()).toEqual(['b']);
  });

  it('end with the process', async () => {
    const { checks, checked } = stage(60);
    checks.onApplicationBootstrap();
    checks.onModuleDestroy();
    await checks.round();
    expect(checked()).toEqual([]);
    expect(jest.getTimerCount()).toBe(0);
  });
});
