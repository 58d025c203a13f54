import { catalogueOf, request, scriptedDeployment, ScriptedAdapter } from '../../test/support/scripted-provider.js';
import type { Caller } from '../domain/caller.js';
import type { Deployment } from '../domain/deployment.js';
import type { FailureReason } from '../domain/errors.js';
import type { ModelRouting } from '../domain/routing-settings.js';
import { PriceBook } from '../pricing/price-book.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { TranscriptionCosts } from '../transcriptions/candidates/transcription-costs.js';
import { TranscriptionPlanner } from '../transcriptions/candidates/transcription-planner.js';
import { Assessment } from './assessment.js';
import { DeploymentHealth } from './deployment-health.js';
import { DeploymentLoad } from './deployment-load.js';
import { ModelAccess } from './model-access.js';
import { Router } from './router.js';
import { CallersDeployments } from './targets/callers-deployment.js';
import { TargetRouter } from './targets/target-router.js';

const master: Caller = { kind: 'master_key', name: 'master key' };

/** A router over some deployments, whose clock stands still. */
function stage(deployments: readonly Deployment[], ofModel: ModelRouting = {}) {
  const health = new DeploymentHealth(() => 1_000_000);
  const load = new DeploymentLoad(() => 1_000_000);
  const registry = new ProviderRegistry([new ScriptedAdapter({})]);
  const catalogue = catalogueOf(deployments, ofModel);
  const costs = new TranscriptionCosts(new PriceBook(registry));
  const assessment = new Assessment(catalogue, registry, health, load);
  const access = new ModelAccess(catalogue);
  const router = new Router(access, assessment, catalogue, () => 0);
  const targets = new TargetRouter(router, access, assessment, new CallersDeployments(registry, {}));
  const planner = new TranscriptionPlanner(
    router,
    targets,
    catalogue,
    registry,
    costs,
    { isThere: false, maxBytes: 0 },
    { fetch_urls: false, translation_zero_retention: false },
  );
  const cool = (id: string, reason: FailureReason, retryAfterMs: number): void =>
    health.failed(id, health.epoch(id), { reason, retryAfterMs }, { allowed_failures: 1, cooldown_seconds: 0.001 });
  const plan = () => {
    const { candidates, leftOut } = planner.plan({
      caller: master,
      request,
      durationSeconds: 1,
      wishes: {},
      zeroRetention: false,
    });
    return { candidates: candidates.map(({ deployment }) => deployment.id), leftOut };
  };
  return { health, load, cool, plan };
}

const deployment = (id: string, order: number, fields: Partial<Deployment> = {}) =>
  scriptedDeployment(id, { ...fields, routing: { order, ...fields.routing } });

describe('a plan', () => {
  it('has the requested model first and its fallbacks after it, whatever their levels', () => {
    const { plan } = stage([deployment('a', 9), deployment('b', 1, { model: 'spare' }), deployment('c', 8)], {
      fallbacks: ['spare'],
    });
    expect(plan()).toEqual({ candidates: ['c', 'a', 'b'], leftOut: [] });
  });

  it('leaves out what cools down or is full while there are others, and says why', () => {
    const routing = { max_concurrent_requests: 1 };
    const { plan, cool, load } = stage([deployment('a', 1), deployment('b', 2, { routing }), deployment('c', 3)]);
    cool('a', 'timeout', 5000);
    load.start('b', routing, 1);
    expect(plan()).toEqual({
      candidates: ['c'],
      leftOut: [
        { model: 'main', deployment_id: 'a', explanation: 'cooling down after timeout' },
        { model: 'main', deployment_id: 'b', explanation: 'its own limit is reached' },
      ],
    });
  });

  it('tries what cools down when nothing else is left, in the usual order, where that is the better bet', () => {
    const { plan, cool } = stage([deployment('a', 3), deployment('b', 2), deployment('c', 1)]);
    cool('a', 'timeout', 5000);
    cool('b', 'unavailable', 5000);
    cool('c', 'credential_rejected', 5000);
    expect(plan()).toEqual({
      candidates: ['b', 'a'],
      leftOut: [{ model: 'main', deployment_id: 'c', explanation: 'cooling down after credential_rejected' }],
    });
  });

  it.each<[string, FailureReason, number, boolean, object]>([
    [
      'cools down',
      'rate_limited',
      4200,
      false,
      { status: 503, code: 'all_deployments_cooling', headers: { 'retry-after': '5' } },
    ],
    [
      'is full or cools down',
      'rate_limited',
      4200,
      true,
      { status: 429, code: 'deployment_limit_reached', headers: { 'retry-after': '1' } },
    ],
  ])('is refused while everything %s, until the first is back', (_what, reason, retryAfterMs, isFull, expected) => {
    const routing = { max_concurrent_requests: 1 };
    const { plan, cool, load } = stage([deployment('a', 1), deployment('b', 2, { routing })]);
    cool('a', reason, retryAfterMs);
    if (isFull) load.start('b', routing, 1);
    else cool('b', reason, 60_000);
    expect(plan).toThrow(expect.objectContaining(expected));
  });
});
