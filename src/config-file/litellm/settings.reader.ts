import type { z } from 'zod';
import type { BudgetFields } from '../../budgets/budget.js';
import type { FileOrigins, SettingOrigin } from '../../config/settings.js';
import { type SaidSettings, settingsSchema } from '../../config/settings.schema.js';
import type { FailureReason } from '../../domain/errors.js';
import type { IssuingRules } from '../../domain/issuing-rules.js';
import type { Location } from '../config-file.error.js';
import { type LocatedMap, type LocatedTree, readMap } from '../yaml/located-tree.js';
import { type DeclaredAlert, readAlerts } from './alerting.reader.js';
import { cacheKeys, cacheRedisOf, cacheSettingsOf } from './cache.keys.js';
import { fileBudgets } from './file-budgets.js';
import { generalKeys } from './general.keys.js';
import { readIssuingRules } from './issuing.reader.js';
import { type KeyTable, settingsOf } from './key-table.js';
import { litellmKeys } from './litellm.keys.js';
import { redisUrlOf, type RedisKeys } from './redis-settings.js';
import { retryPolicyKeys, routerKeys } from './router.keys.js';
import { isWritten, readSection, type ReadingContext } from './section.reader.js';

const MASTER_KEY = 'LITELLM_MASTER_KEY';
/** Every model: the key that LiteLLM uses for fallbacks of models without their own. */
const ANY_MODEL = '*';
/** LiteLLM checks every five minutes where it is only told to check. */
const DEFAULT_HEALTH_CHECK_INTERVAL_SECONDS = 300;

/** The sections that are about the whole gateway. */
export interface GatewaySections {
  /** Where the file begins. */
  readonly file: Location;
  readonly router?: LocatedTree;
  readonly general?: LocatedTree;
  readonly litellm?: LocatedTree;
}

/** What the file says of its models beside their deployments. */
export interface ModelRules {
  /** Models to try after a model, in order. */
  readonly fallbacks: ReadonlyMap<string, readonly string[]>;
  /** Other names of models. */
  readonly aliases: ReadonlyMap<string, { readonly model: string; readonly hidden: boolean }>;
  /** For deployments that do not say their own. */
  readonly maxConcurrentRequests?: number;
  readonly neverCools: boolean;
}

/** Reads `router_settings`, `general_settings` and `litellm_settings`. */
export function readGatewaySettings(
  sections: GatewaySections,
  context: ReadingContext,
): {
  settings: SaidSettings;
  origins: FileOrigins;
  rules: ModelRules;
  budgets: readonly BudgetFields[];
  issuing: IssuingRules;
  alerts: readonly DeclaredAlert[];
} {
  const { problems } = context;
  const maps = {
    router: readMap(sections.router, problems, 'ignored'),
    // Who may call, and whether transcripts are kept, may be in these.
    general: readMap(sections.general, problems),
    litellm: readMap(sections.litellm, problems),
  };
  const router = sectionOf(maps.router, routerKeys, context);
  const general = sectionOf(maps.general, generalKeys, context);
  const litellm = sectionOf(maps.litellm, litellmKeys, context);
  const retries = sectionOf(
    readMap(maps.router?.entries.get('retry_policy')?.value, problems, 'ignored'),
    retryPolicyKeys,
    context,
  );
  const cache = sectionOf(
    readMap(maps.litellm?.entries.get('cache_params')?.value, problems, 'ignored'),
    cacheKeys,
    context,
  );
  const fallbacks = joinFallbacks(router.fallbacks ?? litellm.fallbacks ?? []);
  const forAnyModel = fallbacks.get(ANY_MODEL);
  fallbacks.delete(ANY_MODEL);
  const fallbacksIn = router.fallbacks ? maps.router : maps.litellm;
  const said: readonly Saying[] = [
    saying(fallbacksIn, 'fallbacks', forAnyModel && { default_fallbacks: forAnyModel }),
    ...sayingsOf(maps.litellm, litellmKeys, litellm),
    ...sayingsOf(maps.router, routerKeys, router),
    ...sayingsOf(maps.general, generalKeys, general),
    saying(maps.router, 'retry_policy', retriesOf(retries)),
    saying(maps.litellm, 'cache', cacheSettingsOf(litellm.cache, cache)),
    redisSaying(maps, router, cacheRedisOf(litellm.cache, cache, context.variables), context),
    saying(maps.router, 'disable_cooldowns', router.disable_cooldowns && { cooldown_seconds: 0 }),
    saying(maps.litellm, 'turn_off_message_logging', litellm.turn_off_message_logging && { store_transcripts: false }),
    saying(
      maps.general,
      'background_health_checks',
      general.background_health_checks !== undefined && {
        health_check_interval_seconds: general.background_health_checks
          ? (general.health_check_interval ?? DEFAULT_HEALTH_CHECK_INTERVAL_SECONDS)
          : 0,
      },
    ),
  ];
  const budgets = fileBudgets(litellm);
  const duration = maps.litellm?.entries.get('budget_duration');
  if (duration && litellm.budget_duration !== undefined && budgets.length === 0) {
    context.problems.add('no_effect', duration.keyAt, 'has no effect without max_budget');
  }
  const isKeyWritten = maps.general && isWritten(maps.general, 'master_key');
  const ofVariable = isKeyWritten ? [] : masterKeyVariable(maps.general?.at ?? sections.file, context);
  return {
    ...joined([...said, ...ofVariable]),
    budgets,
    alerts: readAlerts(maps.general, general, context),
    issuing: readIssuingRules(maps.litellm, litellm.timezone, context),
    rules: {
      fallbacks,
      aliases: new Map(Object.entries(router.model_group_alias ?? litellm.model_group_alias ?? {})),
      maxConcurrentRequests: router.default_max_parallel_requests ?? general.max_parallel_requests,
      neverCools: router.disable_cooldowns === true,
    },
  };
}

function sectionOf<Shape extends KeyTable['schema']['shape']>(
  map: LocatedMap | undefined,
  table: KeyTable<Shape>,
  context: ReadingContext,
) {
  return readSection(map ?? { kind: 'map', at: NOWHERE, entries: new Map() }, table, context);
}

/** Of a section that is not there; nothing in it can be wrong. */
const NOWHERE: Location = { file: '', line: 1, column: 1, path: '' };

/** Settings, and who says them. */
interface Saying {
  readonly settings: SaidSettings;
  readonly origin: SettingOrigin;
}

/** What a key of a section says; nothing where it does not stand there. */
function saying(section: LocatedMap | undefined, key: string, settings: SaidSettings | false | undefined): Saying {
  const keyAt = section?.entries.get(key)?.keyAt;
  return { settings: settings || {}, origin: keyAt ? originAt(keyAt) : { source: 'default' } };
}

/** What the keys of a section say that are settings by themselves. */
function sayingsOf(
  section: LocatedMap | undefined,
  table: KeyTable,
  read: Readonly<Record<string, unknown>>,
): readonly Saying[] {
  return Object.entries(read).map(([key, value]) => saying(section, key, { ...settingsOf(table, { [key]: value }) }));
}

function originAt({ file, line, path }: Location): SettingOrigin {
  return { source: 'file', file, line, key: path };
}

/** Of what is said twice the last holds. */
function joined(said: readonly Saying[]): { settings: SaidSettings; origins: FileOrigins } {
  return {
    settings: Object.assign({}, ...said.map(({ settings }) => settings)),
    origins: new Map(
      said.flatMap(({ settings, origin }) => Object.keys(settings).map((name) => [name, origin] as const)),
    ),
  };
}

type Retries = Partial<Record<keyof typeof retryPolicyKeys.schema.shape, number>>;

/** LiteLLM's kinds of failure as reasons. */
function retriesOf(retries: Retries): Pick<SaidSettings, 'max_retries' | 'retries_by_reason'> {
  const { InternalServerErrorRetries: internal, ServiceUnavailableErrorRetries: unavailable } = retries;
  const ofServer = internal === undefined ? unavailable : Math.max(internal, unavailable ?? 0);
  const policy: Partial<Record<FailureReason, number | undefined>> = {
    credential_rejected: retries.AuthenticationErrorRetries,
    timeout: retries.TimeoutErrorRetries,
    rate_limited: retries.RateLimitErrorRetries,
    unavailable: ofServer,
    bad_response: ofServer,
    model_not_found: retries.NotFoundErrorRetries,
    misconfigured: retries.NotFoundErrorRetries,
  };
  const byReason = Object.entries(policy).filter(([, count]) => count !== undefined);
  return {
    ...(retries.DefaultRetries !== undefined && { max_retries: retries.DefaultRetries }),
    ...(byReason.length > 0 && { retries_by_reason: Object.fromEntries(byReason) }),
  };
}

/** The Redis of the router, else that of the cache; one that cannot be used is passed over. */
function redisSaying(
  maps: { readonly router: LocatedMap | undefined; readonly litellm: LocatedMap | undefined },
  router: z.output<typeof routerKeys.schema>,
  ofCache: RedisKeys,
  { problems }: ReadingContext,
): Saying {
  const { redis_url: url, redis_host: host, redis_port: port, redis_password: password, redis_db: database } = router;
  const isOfRouter = url !== undefined || host !== undefined;
  const redis = redisUrlOf(isOfRouter ? { url, host, port, password, database } : ofCache);
  if (!redis) return saying(undefined, '', false);
  const [section, key] = isOfRouter
    ? ([maps.router, url === undefined ? 'redis_host' : 'redis_url'] as const)
    : ([maps.litellm, isWrittenIn(maps.litellm, 'cache_params') ? 'cache_params' : 'cache'] as const);
  if ('url' in redis) return saying(section, key, { redis_url: redis.url });
  const keyAt = section?.entries.get(key)?.keyAt;
  if (keyAt) problems.add('ignored', keyAt, `becomes redis_url, which ${redis.problem}`);
  return saying(undefined, '', false);
}

function isWrittenIn(map: LocatedMap | undefined, key: string): boolean {
  return map !== undefined && isWritten(map, key);
}

/** LiteLLM takes its own variable where the file names no key. */
function masterKeyVariable(at: Location, { variables, problems }: ReadingContext): readonly Saying[] {
  const value = variables.get(MASTER_KEY);
  const parsed = settingsSchema.in.shape.master_key.safeParse(value);
  if (!parsed.success)
    problems.stop(at, `has no master_key, and ${MASTER_KEY} cannot be used: ${parsed.error.issues[0]?.message}`);
  if (parsed.data === undefined) return [];
  const declaredAt = variables.placeOf(MASTER_KEY);
  const origin: SettingOrigin = declaredAt ? originAt(declaredAt) : { source: 'environment', variable: MASTER_KEY };
  return [{ settings: { master_key: parsed.data }, origin }];
}

/** The list of maps as one map; where a model stands twice the first counts, as in LiteLLM. */
function joinFallbacks(list: readonly Readonly<Record<string, string[]>>[]): Map<string, string[]> {
  const joined = new Map<string, string[]>();
  for (const [model, backups] of list.flatMap((it) => Object.entries(it))) {
    if (!joined.has(model)) joined.set(model, backups);
  }
  return joined;
}

/** Where the file names a model, apart from where it declares it. */
export interface MentionedModel {
  readonly model: string;
  readonly at: Location;
}

/** Every model that fallbacks and aliases name; the file has been checked, so other shapes are passed over. */
export function mentionedModels({ router, litellm }: GatewaySections): readonly MentionedModel[] {
  return [router, litellm].flatMap((section) => {
    if (section?.kind !== 'map') return [];
    const aliases = entriesOf(section, 'model_group_alias').flatMap(({ value }) =>
      namesIn(value.kind === 'map' ? value.entries.get('model')?.value : value),
    );
    return [...fallbackNames(section), ...namesIn(section.entries.get('default_fallbacks')?.value), ...aliases];
  });
}

function fallbackNames(section: LocatedMap): readonly MentionedModel[] {
  const list = section.entries.get('fallbacks')?.value;
  if (list?.kind !== 'list') return [];
  return list.items.flatMap((item) => {
    if (item.kind !== 'map') return [];
    return [...item.entries].flatMap(([model, { keyAt, value }]) => [
      ...(model === ANY_MODEL ? [] : [{ model, at: keyAt }]),
      ...namesIn(value),
    ]);
  });
}

function entriesOf(section: LocatedMap, name: string): readonly { value: LocatedTree }[] {
  const map = section.entries.get(name)?.value;
  return map?.kind === 'map' ? [...map.entries.values()] : [];
}

function namesIn(tree: LocatedTree | undefined): readonly MentionedModel[] {
  if (tree?.kind === 'list') return tree.items.flatMap(namesIn);
  return tree?.kind === 'scalar' && typeof tree.value === 'string' ? [{ model: tree.value, at: tree.at }] : [];
}
