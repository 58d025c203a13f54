import { planOf } from './portkey-plan.js';

/** What a config and headers beside it want of the cache. */
async function cacheOf(config: object, headers: Record<string, string> = {}): Promise<unknown> {
  const plan = await planOf(
    {
      headers: { 'x-portkey-config': JSON.stringify(config), ...headers },
      path: '/v1/audio/transcriptions',
      fields: new Map([['model', ['whisper-1']]]),
      caller: { kind: 'master_key', name: 'master key' },
    },
    { savedConfigs: { find: () => Promise.resolve(undefined) }, custom_hosts: [], random: () => 0 },
  );
  return plan?.cache;
}

describe("a config's cache", () => {
  const cache = { mode: 'simple', max_age: 60 };

  it('is kept for as long as it says', async () => {
    expect(await cacheOf({ cache })).toEqual({ use: true, ttlSeconds: 60 });
    expect(await cacheOf({ cache: { mode: 'semantic' } })).toEqual({ use: true });
    expect(await cacheOf({ virtual_key: 'a' }, { 'x-portkey-cache-force-refresh': 'true' })).toBeUndefined();
  });

  it('may be passed by, and be one of several', async () => {
    const headers = { 'x-portkey-cache-force-refresh': 'true', 'x-portkey-cache-namespace': 'ada' };
    expect(await cacheOf({ cache }, headers)).toEqual({ use: true, ttlSeconds: 60, read: false, namespace: 'ada' });
    expect(await cacheOf({ cache }, { 'x-portkey-cache-force-refresh': 'false' })).toEqual({
      use: true,
      ttlSeconds: 60,
    });
  });

  it('is that of the first target, its own before the inherited one', async () => {
    const targets = [{ cache: { mode: 'simple', max_age: 90 } }, {}];
    expect(await cacheOf({ strategy: { mode: 'fallback' }, cache, targets })).toEqual({ use: true, ttlSeconds: 90 });
    expect(await cacheOf({ strategy: { mode: 'single' }, cache, targets: [{}] })).toEqual({
      use: true,
      ttlSeconds: 60,
    });
  });
});
