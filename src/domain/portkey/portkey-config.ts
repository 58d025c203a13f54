import { z } from 'zod';
import { jsonDecimal, jsonInteger } from '../setting-values.js';
import { readQuery } from './condition.js';

/*
 * Portkey's config object: https://portkey.ai/docs/api-reference/inference-api/config-object, and what its open gateway
 * makes of it (Portkey-AI/gateway, src/handlers/handlerUtils.ts). A field that would have no meaning here is refused by
 * name: who sends it relies on an effect.
 */

/** In all, at every depth: a config is read and weighed while its request waits. */
const MAX_VALUES = 5000;
const MAX_LEVELS = 32;
const MAX_TARGETS = 100;
const MAX_CONDITIONS = 100;
const MAX_PATTERNS = 20;
/** A name of a credential, a provider or a target, in characters. */
const MAX_NAME_LENGTH = 200;
const MAX_RETRIES = 10;
const DAY_MS = 86_400_000;
/** Portkey's own limit: 90 days. */
const MAX_AGE_SECONDS = 7_776_000;

/** Portkey's strategies. */
export const portkeyModes = ['single', 'loadbalance', 'fallback', 'conditional'] as const;
export type PortkeyMode = (typeof portkeyModes)[number];

const name = z.string().min(1).max(MAX_NAME_LENGTH);
const statusCodes = z.array(jsonInteger(100, 599)).max(100);

const conditionSchema = z.strictObject({
  query: z.record(z.string(), z.json()).superRefine((query, context) => {
    readQuery(query, (path, message) => context.addIssue({ code: 'custom', path: [...path], message }));
  }),
  then: name,
});

const strategySchema = z.strictObject({
  mode: z.enum(portkeyModes, {
    error: ({ input }) =>
      `must be one of ${portkeyModes.join(', ')}${typeof input === 'string' ? `, and is '${input.slice(0, 50)}'` : ''}`,
  }),
  /** Of `fallback`: the statuses of a target after which the next one is asked; absent = every one but success. */
  on_status_codes: statusCodes.optional(),
  /** Of `conditional`: the first whose query holds says which target is meant, by its name. */
  conditions: z.array(conditionSchema).max(MAX_CONDITIONS).optional(),
  /** Of `conditional`: the target that is meant when none holds. */
  default: name.optional(),
});
export type PortkeyStrategy = Readonly<z.infer<typeof strategySchema>>;

const retrySchema = z.strictObject({
  /** Further attempts on one target. */
  attempts: jsonInteger(0, MAX_RETRIES),
  /** The statuses after which there are any; absent = Portkey's own list. */
  on_status_codes: statusCodes.optional(),
  /** That a provider's `retry-after` is obeyed, as it always is here. */
  use_retry_after_header: z.boolean().optional(),
});
export type PortkeyRetry = Readonly<z.infer<typeof retrySchema>>;

const cacheSchema = z.strictObject({
  mode: z.enum(['simple', 'semantic']),
  max_age: jsonInteger(1, MAX_AGE_SECONDS).optional(),
});
export type PortkeyCache = Readonly<z.infer<typeof cacheSchema>>;

/** What a field of a form is overridden with: a value, several, an object as JSON, or null for none. */
const paramSchema = z.json();
/** The recording is the request itself; and who has not asked for events does not read them. */
const NOT_OVERRIDDEN = ['file', 'stream'];

const overrideSchema = z.record(z.string().min(1).max(100), paramSchema).superRefine((params, context) => {
  for (const param of NOT_OVERRIDDEN.filter((it) => Object.hasOwn(params, it))) {
    context.addIssue({ code: 'custom', path: [param], message: 'cannot be overridden' });
  }
});
export type PortkeyOverrides = z.infer<typeof overrideSchema>;

/**
 * A config, or one of its targets, which are configs themselves. `override_params`, `retry`, `cache`, `request_timeout` and
 * `custom_host` are inherited by the targets below; what a target says itself comes first, parameter by parameter.
 */
export interface PortkeyConfig {
  readonly strategy?: PortkeyStrategy;
  readonly targets?: readonly PortkeyConfig[];
  /** By which a condition means it. */
  readonly name?: string;
  /** Its share in `loadbalance`; absent = 1, 0 = none. */
  readonly weight?: number;
  /** A provider's name, or `@` and a credential's. */
  readonly provider?: string;
  /** A credential's name. */
  readonly virtual_key?: string;
  /** The caller's own key for the provider. */
  readonly api_key?: string;
  /** Where the provider is, if not where it is for everybody. */
  readonly custom_host?: string;
  readonly override_params?: PortkeyOverrides;
  readonly retry?: PortkeyRetry;
  /** Of one attempt, in milliseconds. */
  readonly request_timeout?: number;
  readonly cache?: PortkeyCache;
}

const nodeSchema: z.ZodType<PortkeyConfig> = z.lazy(() =>
  z
    .strictObject({
      strategy: strategySchema.optional(),
      targets: z.array(nodeSchema).min(1).max(MAX_TARGETS).optional(),
      name: name.optional(),
      weight: jsonDecimal(0, 1_000_000).optional(),
      provider: name.optional(),
      virtual_key: name.optional(),
      api_key: z.string().min(1).optional(),
      custom_host: z.string().min(1).max(2000).optional(),
      override_params: overrideSchema.optional(),
      retry: retrySchema.optional(),
      request_timeout: jsonInteger(1, DAY_MS).optional(),
      cache: cacheSchema.optional(),
    })
    .superRefine((config, context) => {
      for (const [path, message] of faultsOf(config)) context.addIssue({ code: 'custom', path: [...path], message });
    }),
);

type Fault = readonly [path: readonly PropertyKey[], fault: string];

/** What does not go together. */
function faultsOf(config: PortkeyConfig): readonly Fault[] {
  const { strategy, targets } = config;
  if (!targets) {
    const isAlone = strategy === undefined || strategy.mode === 'single';
    return isAlone ? [] : [[['targets'], `are needed for the strategy '${strategy.mode}'`]];
  }
  if (!strategy) return [[['strategy'], 'is needed where there are targets']];
  return [
    ...(['provider', 'virtual_key', 'api_key'] as const)
      .filter((field) => config[field] !== undefined)
      .map((field): Fault => [[field], 'belongs into the targets, where there are any']),
    ...faultsOfStrategy(strategy, targets),
  ];
}

function faultsOfStrategy(strategy: PortkeyStrategy, targets: readonly PortkeyConfig[]): readonly Fault[] {
  const { mode, conditions, on_status_codes } = strategy;
  if (mode === 'single' && targets.length > 1) return [[['targets'], "may be one only with the strategy 'single'"]];
  if (mode === 'loadbalance' && targets.every(({ weight }) => weight === 0)) {
    return [[['targets'], 'must have one at least with a weight above 0']];
  }
  const misplaced: readonly Fault[] = [
    ...(mode !== 'fallback' && on_status_codes ? [[['strategy', 'on_status_codes'], ONLY_OF_FALLBACK] as const] : []),
    ...(mode !== 'conditional' && conditions ? [[['strategy', 'conditions'], ONLY_OF_CONDITIONAL] as const] : []),
    ...(mode !== 'conditional' && strategy.default !== undefined
      ? [[['strategy', 'default'], ONLY_OF_CONDITIONAL] as const]
      : []),
  ];
  return mode === 'conditional' ? [...misplaced, ...faultsOfNames(strategy, targets)] : misplaced;
}

const ONLY_OF_FALLBACK = "belongs to the strategy 'fallback' only";
const ONLY_OF_CONDITIONAL = "belongs to the strategy 'conditional' only";

function faultsOfNames(
  { conditions, default: otherwise }: PortkeyStrategy,
  targets: readonly PortkeyConfig[],
): readonly Fault[] {
  const names = targets.flatMap(({ name: it }) => it ?? []);
  const twice = names.find((it, index) => names.indexOf(it) !== index);
  if (twice !== undefined) return [[['targets'], `must have different names, and '${twice}' is there twice`]];
  if (!conditions) return [[['strategy', 'conditions'], "are needed for the strategy 'conditional'"]];
  if (otherwise === undefined) return [[['strategy', 'default'], "is needed for the strategy 'conditional'"]];
  const meant: readonly (readonly [readonly PropertyKey[], string])[] = [
    ...conditions.map((condition, index) => [['strategy', 'conditions', index, 'then'], condition.then] as const),
    [['strategy', 'default'], otherwise],
  ];
  return meant
    .filter(([, it]) => !names.includes(it))
    .map(([path, it]): Fault => [path, `must name one of the targets, and none is named '${it}'`]);
}

/** Any JSON that is not too much of it. Nothing recursive looks at what has not been through here. */
const boundedSchema = z.unknown().superRefine((config, context) => {
  const message = excessOf(config);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});

function excessOf(config: unknown): string | undefined {
  let values = 0;
  let targets = 0;
  let patterns = 0;
  const left: (readonly [value: unknown, level: number])[] = [[config, 1]];
  for (let next = left.pop(); next; next = left.pop()) {
    const [value, level] = next;
    values += 1;
    if (values > MAX_VALUES) return `has more than ${MAX_VALUES} values`;
    if (typeof value !== 'object' || value === null) continue;
    if (level > MAX_LEVELS) return `is nested more than ${MAX_LEVELS} levels deep`;
    for (const [key, inner] of Object.entries(value)) {
      if (key === '__proto__') return "has a key '__proto__', which nothing may have";
      if (key === 'targets' && Array.isArray(inner)) targets += inner.length;
      if (key === '$regex') patterns += 1;
      left.push([inner, level + 1]);
    }
    if (targets > MAX_TARGETS) return `has more than ${MAX_TARGETS} targets`;
    if (patterns > MAX_PATTERNS) return `has more than ${MAX_PATTERNS} patterns`;
  }
  return undefined;
}

/** A Portkey config as it is sent with a request. */
export const portkeyConfigSchema = boundedSchema.pipe(nodeSchema);

/** A Portkey config that is kept: without keys of providers, which belong into credentials. */
export const savedPortkeyConfigSchema = portkeyConfigSchema.superRefine((config, context) => {
  for (const path of placesOfKeys(config)) {
    const message = 'is not kept in a config: store it as a credential, and name that in virtual_key';
    context.addIssue({ code: 'custom', path: [...path], message });
  }
});

function placesOfKeys({ api_key, targets = [] }: PortkeyConfig): readonly (readonly PropertyKey[])[] {
  return [
    ...(api_key === undefined ? [] : [['api_key']]),
    ...targets.flatMap((target, index) => placesOfKeys(target).map((path) => ['targets', index, ...path])),
  ];
}
