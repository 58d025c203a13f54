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
    ['routing_strategy', { strategy: 'least-busy' }, 'least-busy', { ROUTING_STRATEGY: 'lowest-cost' }, 'lowest-cost'],
    ['default_fallbacks', { defaultFallbacks: ['b'] }, ['b'], { DEFAULT_FALLBACKS: 'c' }, ['c']],
    ['max_retries', { numRetries: 7 }, 7, { MAX_RETRIES: '1' }, 1],
    ['max_retries', { numRetries: 7, retryPolicy: { default: 0 } }, 0, { MAX_RETRIES: '1' }, 1],
    // Three are forgiven, the fourth is not.
    ['allowed_failures', { allowedFails: 3 }, 4, { ALLOWED_FAILURES: '2' }, 2],
    ['allowed_failures', { allowedFails: 0 }, 1, { ALLOWED_FAILURES: '2' }, 2],
    ['cooldown_seconds', { cooldownMs: 1500 }, 1.5, { COOLDOWN_SECONDS: '9' }, 9],
    ['cooldown_seconds', { cooldownMs: 1500, cooldownsDisabled: true }, 0, { COOLDOWN_SECONDS: '9' }, 9],
    ['cooldown_seconds', { cooldownMs: 1500, cooldownsDisabled: false }, 1.5, { COOLDOWN_SECONDS: '9' }, 9],
    ['request_timeout_seconds', { timeoutMs: 5000 }, 5, { REQUEST_TIMEOUT_SECONDS: '8' }, 8],
    ['drop_params', { dropParams: true }, true, { DROP_PARAMS: 'false' }, false],
    ['drop_params', { dropParams: false }, false, { DROP_PARAMS: 'true' }, true],
  ])('%s is what the file says, unless a variable does: %j', (setting, file, ofFile, environment, ofVariable) => {
    expect(routingOf(file)[setting]).toEqual(ofFile);
    expect(routingOf(file, environment)[setting]).toEqual(ofVariable);
    expect(routingOf({}, environment)[setting]).toEqual(ofVariable);
  });

  it('takes what only the file can say', () => {
    const file = { maxFallbacks: 0, streamTimeoutMs: 9000, retryPolicy: { timeout: 3, unavailable: 0 } };
    expect(routingOf(file)).toMatchObject({
      max_fallbacks: 0,
      stream_request_timeout_seconds: 9,
      retries_by_reason: { timeout: 3, unavailable: 0 },
      max_retries: 2,
    });
    expect(routingOf({ retryPolicy: { default: 4 } }).retries_by_reason).toBeUndefined();
  });

  it('lets a long pause before a retry be made at all', () => {
    expect(routingOf({ retryAfterMs: 20_000 })).toMatchObject({ backoff_min_ms: 20_000, backoff_max_ms: 20_000 });
    expect(routingOf({ retryAfterMs: 1 })).toMatchObject({ backoff_min_ms: 1, backoff_max_ms: 8000 });
  });

  it('lets clients ask for what the gateway gives anyway', () => {
    expect(routingOf({}).max_request_timeout_seconds).toBe(3600);
    expect(routingOf({ timeoutMs: 7_200_000 }).max_request_timeout_seconds).toBe(7200);
    expect(routingOf({ streamTimeoutMs: 8_000_000 }).max_request_timeout_seconds).toBe(8000);
  });
});
