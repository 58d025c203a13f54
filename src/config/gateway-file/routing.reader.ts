import type { GatewayFileGeneral, GatewayFileLocation, GatewayFileRouting } from '../../domain/gateway-file.js';
import type { LocatedMap, LocatedTree } from './located-tree.js';
import { isWritten, readMap, readSection, type ReadingContext } from './section.reader.js';
import { generalSettings } from './settings/general.settings.js';
import { litellmSettings } from './settings/litellm.settings.js';
import { masterKey as masterKeySchema } from './settings/values.schema.js';
import { retryPolicySettings, routerSettings } from './settings/router.settings.js';

const MASTER_KEY = 'LITELLM_MASTER_KEY';
/** Every model: the key that LiteLLM uses for fallbacks of models without their own. */
const ANY_MODEL = '*';

/** The sections that are about the whole gateway. */
export interface GatewaySections {
  /** Where the file begins. */
  readonly file: GatewayFileLocation;
  readonly router?: LocatedTree;
  readonly general?: LocatedTree;
  readonly litellm?: LocatedTree;
}

/** Reads `router_settings`, `general_settings` and `litellm_settings`. */
export function readGatewaySettings(
  sections: GatewaySections,
  context: ReadingContext,
): { routing: GatewayFileRouting; general: GatewayFileGeneral } {
  const { problems } = context;
  const routerMap = readMap(sections.router, problems);
  const generalMap = readMap(sections.general, problems);
  const litellmMap = readMap(sections.litellm, problems);
  const router = routerMap ? readSection(routerMap, routerSettings, context) : {};
  const general = generalMap ? readSection(generalMap, generalSettings, context) : {};
  const litellm = litellmMap ? readSection(litellmMap, litellmSettings, context) : {};
  const retryMap = readMap(routerMap?.entries.get('retry_policy')?.value, problems);
  const retries = retryMap ? readSection(retryMap, retryPolicySettings, context) : {};
  const isKeyWritten = generalMap && isWritten(generalMap, 'master_key');
  const masterKey = isKeyWritten ? general.master_key : masterKeyVariable(generalMap?.at ?? sections.file, context);

  const fallbacks = joinFallbacks(router.fallbacks ?? litellm.fallbacks ?? []);
  const anyModel = fallbacks.get(ANY_MODEL) ?? [];
  fallbacks.delete(ANY_MODEL);
  const { InternalServerErrorRetries: internal, ServiceUnavailableErrorRetries: unavailable } = retries;
  const serverRetries = internal === undefined ? unavailable : Math.max(internal, unavailable ?? 0);
  const policy = {
    credential_rejected: retries.AuthenticationErrorRetries,
    timeout: retries.TimeoutErrorRetries,
    rate_limited: retries.RateLimitErrorRetries,
    unavailable: serverRetries,
    bad_response: serverRetries,
    model_not_found: retries.NotFoundErrorRetries,
    default: retries.DefaultRetries,
  };
  const defaultFallbacks = router.default_fallbacks ?? litellm.default_fallbacks;
  return {
    routing: {
      strategy: router.routing_strategy,
      fallbacks,
      defaultFallbacks: defaultFallbacks ?? anyModel,
      maxFallbacks: router.max_fallbacks ?? litellm.max_fallbacks,
      numRetries: router.num_retries ?? litellm.num_retries,
      retryAfterMs: router.retry_after,
      retryPolicy: Object.fromEntries(Object.entries(policy).filter(([, tries]) => tries !== undefined)),
      allowedFails: router.allowed_fails ?? litellm.allowed_fails,
      cooldownMs: router.cooldown_time,
      cooldownsDisabled: router.disable_cooldowns,
      timeoutMs: router.timeout ?? litellm.request_timeout,
      streamTimeoutMs: router.stream_timeout,
      defaultMaxParallelRequests: router.default_max_parallel_requests,
      modelGroupAliases: new Map(Object.entries(router.model_group_alias ?? litellm.model_group_alias ?? {})),
      enablePreCallChecks: router.enable_pre_call_checks,
      dropParams: litellm.drop_params,
    },
    general: {
      masterKey,
      databaseUrl: general.database_url,
      maxRequestSizeMb: general.max_request_size_mb,
      allowedIps: general.allowed_ips,
      storeTranscripts: litellm.turn_off_message_logging ? false : general.store_prompts_in_spend_logs,
      backgroundHealthChecks: general.background_health_checks,
      healthCheckIntervalMs: general.health_check_interval,
    },
  };
}

/** LiteLLM takes its own variable where the file names no key. */
function masterKeyVariable(at: GatewayFileLocation, { variables, problems }: ReadingContext): string | undefined {
  const value = variables.get(MASTER_KEY);
  const parsed = masterKeySchema.optional().safeParse(value);
  if (!parsed.success)
    problems.error(at, `has no master_key, and ${MASTER_KEY} cannot be used: ${parsed.error.issues[0]?.message}`);
  return parsed.data;
}

/** The list of maps as one map; where a model stands twice the first counts, as in LiteLLM. */
function joinFallbacks(list: readonly Readonly<Record<string, readonly string[]>>[]): Map<string, readonly string[]> {
  const joined = new Map<string, readonly string[]>();
  for (const [model, backups] of list.flatMap((it) => Object.entries(it))) {
    if (!joined.has(model)) joined.set(model, backups);
  }
  return joined;
}

/** Where the file names a model, apart from where it declares it. */
export interface MentionedModel {
  readonly model: string;
  readonly at: GatewayFileLocation;
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
