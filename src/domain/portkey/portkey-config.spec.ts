import { portkeyConfigSchema, savedPortkeyConfigSchema } from './portkey-config.js';

/** The first fault of a config, and where it is. */
function fault(config: unknown, schema = portkeyConfigSchema): string | undefined {
  const [issue] = schema.safeParse(config).error?.issues ?? [];
  if (!issue) return undefined;
  const keys = issue.code === 'unrecognized_keys' ? issue.keys : [];
  return [...issue.path, ...keys].join('.') + ': ' + issue.message;
}

const leaf = { virtual_key: 'a' };

function nested(levels: number): unknown {
  let config: unknown = leaf;
  for (let level = 0; level < levels; level += 1) config = { strategy: { mode: 'fallback' }, targets: [config] };
  return config;
}

describe('a Portkey config', () => {
  it.each<[string, unknown]>([
    ['nothing', {}],
    [
      'a virtual key',
      {
        virtual_key: 'main',
        retry: { attempts: 5, on_status_codes: [] },
        cache: { mode: 'semantic', max_age: 10_000 },
      },
    ],
    ['a provider beside its virtual key', { provider: 'openai', virtual_key: 'main-258f4d' }],
    ['a provider by its slug', { provider: '@production', strategy: { mode: 'single' } }],
    ['single', { strategy: { mode: 'single' }, targets: [leaf] }],
    [
      'weights',
      { strategy: { mode: 'loadbalance' }, targets: [{ ...leaf, weight: 0.7 }, { provider: '@b', weight: 0 }, leaf] },
    ],
    [
      'fallbacks in a share',
      {
        strategy: { mode: 'loadbalance' },
        targets: [leaf, { strategy: { mode: 'fallback', on_status_codes: [429, 241] }, targets: [leaf, leaf] }],
      },
    ],
    [
      'models',
      {
        strategy: { mode: 'fallback' },
        targets: [{ override_params: { model: '@a/whisper-1', temperature: 0, timestamp_granularities: ['word'] } }],
      },
    ],
    [
      'conditions',
      {
        strategy: {
          mode: 'conditional',
          conditions: [{ query: { 'metadata.plan': { $eq: 'paid' } }, then: 'a' }],
          default: 'ü',
        },
        targets: [{ name: 'a' }, { name: 'ü' }],
      },
    ],
    ['eight levels', nested(8)],
  ])('may be %s', (_, config) => {
    expect(portkeyConfigSchema.parse(config)).toEqual(config);
  });

  it.each<[unknown, string]>([
    [
      { strategy: { mode: 'scientist' }, targets: [leaf] },
      "strategy.mode: must be one of single, loadbalance, fallback, conditional, and is 'scientist'",
    ],
    [
      { strategy: { mode: 'toString' }, targets: [leaf] },
      "strategy.mode: must be one of single, loadbalance, fallback, conditional, and is 'toString'",
    ],
    [{ forward_headers: ['a'] }, 'forward_headers: Unrecognized key: "forward_headers"'],
    [
      { strategy: { mode: 'fallback' }, targets: [leaf, { input_guardrails: [] }] },
      'targets.1.input_guardrails: Unrecognized key: "input_guardrails"',
    ],
    [
      { strategy: { mode: 'loadbalance', sticky_session: {} }, targets: [leaf] },
      'strategy.sticky_session: Unrecognized key: "sticky_session"',
    ],
    [{ retry: { attempts: 11 } }, 'retry.attempts: must be a whole number from 0 to 10'],
    [{ retry: { attempts: 1e300 } }, 'retry.attempts: must be a whole number from 0 to 10'],
    [{ request_timeout: -1 }, 'request_timeout: must be a whole number from 1 to 86400000'],
    [{ weight: Number.NaN }, 'weight: must be a number from 0 to 1000000'],
    [{ weight: Infinity }, 'weight: must be a number from 0 to 1000000'],
    [{ weight: '1' }, 'weight: must be a number from 0 to 1000000'],
    [{ strategy: { mode: 'fallback' } }, "targets: are needed for the strategy 'fallback'"],
    [{ targets: [leaf] }, 'strategy: is needed where there are targets'],
    [{ strategy: { mode: 'single' }, targets: [leaf, leaf] }, "targets: may be one only with the strategy 'single'"],
    [
      { strategy: { mode: 'loadbalance' }, targets: [{ weight: 0 }] },
      'targets: must have one at least with a weight above 0',
    ],
    [
      { strategy: { mode: 'loadbalance', on_status_codes: [429] }, targets: [leaf] },
      "strategy.on_status_codes: belongs to the strategy 'fallback' only",
    ],
    [
      { strategy: { mode: 'fallback' }, targets: [leaf], virtual_key: 'a' },
      'virtual_key: belongs into the targets, where there are any',
    ],
    [
      { strategy: { mode: 'conditional', conditions: [], default: 'c' }, targets: [{ name: 'a' }] },
      "strategy.default: must name one of the targets, and none is named 'c'",
    ],
    [
      { strategy: { mode: 'conditional', conditions: [] }, targets: [{ name: 'a' }] },
      "strategy.default: is needed for the strategy 'conditional'",
    ],
    [
      {
        strategy: { mode: 'conditional', conditions: [{ query: {}, then: 'b' }], default: 'a' },
        targets: [{ name: 'a' }],
      },
      "strategy.conditions.0.then: must name one of the targets, and none is named 'b'",
    ],
    [
      { strategy: { mode: 'conditional', conditions: [], default: 'a' }, targets: [{ name: 'a' }, { name: 'a' }] },
      "targets: must have different names, and 'a' is there twice",
    ],
    [
      {
        strategy: {
          mode: 'conditional',
          conditions: [{ query: { 'metadata.a': { $like: 1 } }, then: 'a' }],
          default: 'a',
        },
        targets: [{ name: 'a' }],
      },
      'strategy.conditions.0.query.metadata.a.$like: is no operator; there are $eq, $ne, $gt, $gte, $lt, $lte, $in, $nin, $regex',
    ],
    [{ override_params: { stream: true } }, 'override_params.stream: cannot be overridden'],
    [JSON.parse('{"override_params":{"__proto__":{"x":1}}}'), ": has a key '__proto__', which nothing may have"],
    [JSON.parse('{"__proto__":{"virtual_key":"a"}}'), ": has a key '__proto__', which nothing may have"],
    [{ override_params: { a: Array.from({ length: 6000 }, () => 1) } }, ': has more than 5000 values'],
    [
      { strategy: { mode: 'fallback' }, targets: Array.from({ length: 101 }, () => leaf) },
      ': has more than 100 targets',
    ],
    [null, ': Invalid input: expected object, received null'],
    ['main', ': Invalid input: expected object, received string'],
  ])('%j is refused', (config, expected) => {
    expect(fault(config)).toBe(expected);
  });

  it('may be nested as deep as anybody likes, and is refused without a word of it', () => {
    expect(fault(nested(10_000))).toBe(': is nested more than 32 levels deep');
    let query: unknown = {};
    for (let level = 0; level < 10_000; level += 1) query = { $and: [query] };
    expect(fault({ strategy: { mode: 'conditional', conditions: [{ query, then: 'a' }] } })).toBe(
      ': is nested more than 32 levels deep',
    );
  });

  it('is kept without keys of providers', () => {
    const config = { strategy: { mode: 'fallback' }, targets: [leaf, { provider: 'openai', api_key: 'sk-x' }] };
    expect(fault(config)).toBeUndefined();
    expect(fault(config, savedPortkeyConfigSchema)).toMatch(/^targets\.1\.api_key: is not kept in a config/);
  });
});
