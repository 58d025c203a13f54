import { jest } from '@jest/globals';
import {
  catalogueOf,
  scriptedDeployment,
  ScriptedAdapter,
  unnotedUses,
  type Script,
} from '../../test/support/scripted-provider.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { DeploymentCheck } from './deployment-check.js';
import { DeploymentHealth } from './deployment-health.js';

const [deployment, elsewhere] = [scriptedDeployment('a'), scriptedDeployment('a', { provider: 'nowhere' })];
const limits = { allowed_failures: 3, cooldown_seconds: 60 };

function stage(...scripts: readonly Script[]) {
  const health = new DeploymentHealth();
  const registry = new ProviderRegistry([new ScriptedAdapter({ a: scripts })]);
  return { health, check: new DeploymentCheck(catalogueOf(), registry, health, unnotedUses()) };
}

describe('DeploymentCheck', () => {
  it('hears one second of speech, and closes the circuit of what works again', async () => {
    const { health, check } = stage({ end: 'answer' });
    health.failed('a', health.epoch('a'), { reason: 'credential_rejected' }, limits);
    expect(await check.run(deployment)).toEqual({
      ok: true,
      latencyMs: expect.any(Number),
      text: 'heard',
      failure: null,
    });
    expect(health.state('a').circuit).toBe('closed');
  });

  it('opens the circuit of what cannot work', async () => {
    const { health, check } = stage({ end: 'credential_rejected' });
    expect(await check.run(deployment)).toMatchObject({
      ok: false,
      text: null,
      failure: { reason: 'credential_rejected', message: 'as scripted', upstreamStatus: null },
    });
    expect(health.state('a')).toMatchObject({ circuit: 'open', reason: 'credential_rejected' });
  });

  it.each([
    ['an adapter makes a mistake', deployment, 'The adapter failed'],
    ['it is switched off', { ...deployment, error: 'no key' }, 'it is switched off: no key'],
    ['there is no adapter', elsewhere, 'there is no provider named nowhere'],
  ])('reports it when %s', async (_what, checked, message) => {
    const { check } = stage({ end: 'mistake' });
    expect(await check.run(checked)).toMatchObject({ ok: false, failure: { reason: 'unknown', message } });
  });

  it('gives up after a minute', async () => {
    jest.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
      expect(ms).toBe(60_000);
      return AbortSignal.abort(new DOMException('passed', 'TimeoutError'));
    });
    const { check } = stage({ end: 'hang' });
    expect(await check.run(deployment)).toMatchObject({ ok: false, failure: { reason: 'timeout' } });
    jest.restoreAllMocks();
  });
});
