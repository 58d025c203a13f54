import { readConfig } from '../config/env.js';
import type { GatewayFileRouting } from '../domain/gateway-file.js';
import type { GatewayRouting } from '../domain/routing.js';
import { withFileRouting } from './file-routing.js';

/** A file that says nothing about routing. */
const silent: GatewayFileRouting = {
  fallbacks: new Map(),
  defaultFallbacks: [],
  retryPolicy: {},
  modelGroupAliases: new Map(),
};

function routingOf(file: Partial<GatewayFileRouting>, environment: Record<string, string> = {}): GatewayRouting {
  const { routing, routingFromVariables } = readConfig(environment);
  return withFileRouting(routing, { ...silent, ...file }, routingFromVariables);
}

describe('withFileRouting', () => {
  it('changes nothing where the file says nothing', () => {
    expect(routingOf({})).toEqual(readConfig({}).routing);
  });

  it.each<[keyof GatewayRouting, Partial<GatewayFileRouting>, unknown, Record<string, string>, unknown]>([
    ['strategy', { strategy: 'least-busy' }, 'least-busy', { ROUTING_STRATEGY: 'priority' }, 'priority'],
    ['defaultFallbacks', { defaultFallbacks: ['b'] }, ['b'], { DEFAULT_FALLBACKS: 'c' }, ['c']],
    ['maxRetries', { numRetries: 7 }, 7, { MAX_RETRIES: '1' }, 1],
    ['maxRetries', { numRetries: 7, retryPolicy: { default: 0 } }, 0, { MAX_RETRIES: '1' }, 1],
    // Three are forgiven, the fourth is not.
    ['allowedFailures', { allowedFails: 3 }, 4, { ALLOWED_FAILURES: '2' }, 2],
    ['allowedFailures', { allowedFails: 0 }, 1, { ALLOWED_FAILURES: '2' }, 2],
    ['cooldownMs', { cooldownMs: 1500 }, 1500, { COOLDOWN_SECONDS: '9' }, 9000],
    ['cooldownMs', { cooldownMs: 1500, cooldownsDisabled: true }, 0, { COOLDOWN_SECONDS: '9' }, 9000],
    ['cooldownMs', { cooldownMs: 1500, cooldownsDisabled: false }, 1500, { COOLDOWN_SECONDS: '9' }, 9000],
    ['timeoutMs', { timeoutMs: 5000 }, 5000, { REQUEST_TIMEOUT_SECONDS: '8' }, 8000],
    ['dropParams', { dropParams: true }, true, { DROP_PARAMS: 'false' }, false],
    ['dropParams', { dropParams: false }, false, { DROP_PARAMS: 'true' }, true],
  ])('%s is what the file says, unless a variable does: %j', (setting, file, ofFile, environment, ofVariable) => {
    expect(routingOf(file)[setting]).toEqual(ofFile);
    expect(routingOf(file, environment)[setting]).toEqual(ofVariable);
    expect(routingOf({}, environment)[setting]).toEqual(ofVariable);
  });

  it('takes what only the file can say', () => {
    const file = { maxFallbacks: 0, streamTimeoutMs: 9000, retryPolicy: { timeout: 3, unavailable: 0 } };
    expect(routingOf(file)).toMatchObject({
      maxFallbacks: 0,
      streamTimeoutMs: 9000,
      retriesByReason: { timeout: 3, unavailable: 0 },
      maxRetries: 2,
    });
    expect(routingOf({ retryPolicy: { default: 4 } }).retriesByReason).toBeUndefined();
  });

  it('lets a long pause before a retry be made at all', () => {
    expect(routingOf({ retryAfterMs: 20_000 })).toMatchObject({ backoffMinMs: 20_000, backoffMaxMs: 20_000 });
    expect(routingOf({ retryAfterMs: 1 })).toMatchObject({ backoffMinMs: 1, backoffMaxMs: 8000 });
  });

  it('lets clients ask for what the gateway gives anyway', () => {
    expect(routingOf({}).maxTimeoutMs).toBe(3_600_000);
    expect(routingOf({ timeoutMs: 7_200_000 }).maxTimeoutMs).toBe(7_200_000);
    expect(routingOf({ streamTimeoutMs: 8_000_000 }).maxTimeoutMs).toBe(8_000_000);
  });
});
