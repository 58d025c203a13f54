import type { IncomingHttpHeaders } from 'node:http';
import type { CacheWish } from '../../domain/cache-wish.js';
import { checkMayBringProviderKey, mayBringProviderKey } from '../../domain/caller.js';
import { badRequest, type GatewayError } from '../../domain/errors.js';
import type { CallersAccess, TargetSettings } from '../../domain/target-tree.js';
import { mapTargets, targetsOf } from '../../domain/target-tree.js';
import type { PortkeyRetry } from '../../domain/portkey/portkey-config.js';
import type { ClientPlan, ClientTarget, PlannedRequest } from '../../http/door.js';
import { readRequestMetadata } from '../../serving/request-metadata.js';
import { treeOf, type ConfigTarget } from './config-tree.js';
import { customHost } from './custom-host.js';
import { withOverrides } from './overrides.js';
import { headerText } from './portkey-headers.js';
import { providerName } from './provider-names.js';
import { readConfig } from './read-config.js';
import type { SavedConfigs } from './saved-configs.js';

/** What the plans of Portkey's clients are made with. */
export interface PortkeyParts {
  readonly savedConfigs: SavedConfigs;
  /** Base URLs that callers with keys of their own may name. */
  readonly custom_hosts: readonly string[];
  /** Yields numbers in [0, 1). */
  readonly random: () => number;
}

/** The statuses after which Portkey tries again where a config names none. */
const RETRIED_STATUSES = [429, 500, 502, 503, 504];

/** What the `portkey-ai` SDKs send as bearer where nobody has given them one. */
const NO_KEY = 'DUMMY-KEY';

/**
 * Whom a client of Portkey wants to be asked: by a config, by the provider whose key it brings, or at a host of its own.
 * @returns undefined when its headers say nothing of that
 * @throws GatewayError 400, 403 or 404 for what cannot be honoured
 */
export async function planOf(request: PlannedRequest, parts: PortkeyParts): Promise<ClientPlan | undefined> {
  const { headers, fields, path: pathname, caller } = request;
  const told = headerText(headers, 'x-portkey-config');
  const isBrought = keyInHeader(request) !== undefined;
  if (told === undefined && headerText(headers, 'x-portkey-custom-host') === undefined) {
    if (!isBrought) return undefined;
    if (!mayBringProviderKey(caller)) return { warnings: [KEY_NOT_USED] };
  }
  const config = told === undefined ? {} : await readConfig(told, parts.savedConfigs);
  const facts = { metadata: readRequestMetadata(fields) ?? {}, params: fields, pathname };
  const tree = treeOf(config, facts, parts.random);
  const cache = cacheOf(targetsOf(tree), headers);
  return {
    tree: mapTargets(tree, (target) => targetOf(target, request, parts)),
    ...(cache && { cache }),
    warnings: isBrought && !mayBringProviderKey(caller) ? [KEY_NOT_USED] : [],
  };
}

const KEY_NOT_USED =
  "the provider key in 'Authorization' was not used: this API key may not bring one, which allow_provider_keys would change";

/**
 * What the first target that says something of it wants of the cache: an answer is looked for before anybody is asked. Of
 * recordings only the same one is the same question, so that `semantic` is `simple`, as on Portkey's audio routes.
 */
function cacheOf(targets: readonly ConfigTarget[], headers: IncomingHttpHeaders): CacheWish | undefined {
  const wish = targets.find(({ config }) => config.cache)?.config.cache;
  if (!wish) return undefined;
  const namespace = headerText(headers, 'x-portkey-cache-namespace');
  return {
    use: true,
    ...(wish.max_age !== undefined && { ttlSeconds: wish.max_age }),
    ...(headerText(headers, 'x-portkey-cache-force-refresh') === 'true' && { read: false }),
    ...(namespace !== undefined && { namespace }),
  };
}

function targetOf({ path, config }: ConfigTarget, request: PlannedRequest, parts: PortkeyParts): ClientTarget {
  const { retry, request_timeout, override_params = {} } = config;
  const fields = withOverrides(request.fields, override_params);
  const settings: Omit<ClientTarget, 'fields'> = {
    path,
    overrides: override_params,
    ...(retry && { retry: retryOf(retry) }),
    ...(request_timeout !== undefined && { timeoutMs: request_timeout }),
  };
  const [model, ...others] = fields.get('model') ?? [];
  const namesCredential = model?.startsWith('@') === true;
  const access = accessOf(config, request, parts, namesCredential);
  if (access) return { ...settings, access, fields };
  const owner = ownerOf(config, request.headers);
  if (model === undefined || others.length > 0 || namesCredential || owner === undefined)
    return { ...settings, fields };
  return { ...settings, fields: new Map([...fields, ['model', [`${owner}/${model}`]]]) };
}

/** Retries are none where a config names no number of them, and as for any request where it says nothing of them. */
function retryOf({ attempts, on_status_codes = RETRIED_STATUSES }: PortkeyRetry): TargetSettings['retry'] {
  return { attempts, onStatuses: on_status_codes };
}

type Config = ConfigTarget['config'];

/** By whom a target is served: `@` and a stored credential's name, or a provider's name. The config comes before the headers. */
function ownerOf({ virtual_key, provider }: Config, headers: IncomingHttpHeaders): string | undefined {
  if (virtual_key !== undefined) return credential(virtual_key);
  if (provider !== undefined) return providerName(provider);
  return ownerInHeaders(headers);
}

/** As {@link ownerOf}, where there is no config. */
export function ownerInHeaders(headers: IncomingHttpHeaders): string | undefined {
  const virtualKey = headerText(headers, 'x-portkey-virtual-key');
  const provider = headerText(headers, 'x-portkey-provider');
  if (virtualKey !== undefined) return credential(virtualKey);
  return provider === undefined ? undefined : providerName(provider);
}

function credential(name: string): string {
  return name.startsWith('@') ? name : `@${name}`;
}

/** The key that the caller has brought for the provider that its headers name. */
function keyInHeader({ headers, providerKey }: PlannedRequest): string | undefined {
  const owner = ownerInHeaders(headers);
  return owner === undefined || owner.startsWith('@') || providerKey === NO_KEY ? undefined : providerKey;
}

/**
 * The caller's own access to a provider, where it wants to be served by that.
 * @throws GatewayError 400 where it is not clear whose key is meant, 403 where the caller may not
 */
function accessOf(
  { api_key, custom_host, ...config }: Config,
  request: PlannedRequest,
  { custom_hosts }: PortkeyParts,
  namesCredential: boolean,
): CallersAccess | undefined {
  const { headers, caller } = request;
  const isOfHeaders = config.provider === undefined && config.virtual_key === undefined;
  const owner = ownerOf(config, headers);
  const host = headerText(headers, 'x-portkey-custom-host') ?? custom_host;
  const isStored = namesCredential || owner?.startsWith('@') === true;
  if (host === undefined && api_key === undefined) {
    const key = isOfHeaders && !isStored && mayBringProviderKey(caller) ? keyInHeader(request) : undefined;
    return owner === undefined || key === undefined ? undefined : { provider: owner, apiKey: key };
  }
  const param = host === undefined ? 'x-portkey-config.api_key' : 'x-portkey-custom-host';
  if (isStored) {
    throw conflict(
      param,
      'cannot be combined with a stored credential, whose key is sent to nobody but its own provider',
    );
  }
  if (owner === undefined) throw conflict(param, 'needs a provider beside it');
  checkMayBringProviderKey(caller, param);
  const apiKey = api_key ?? (isOfHeaders ? keyInHeader(request) : undefined);
  return { provider: owner, apiKey, apiBase: host === undefined ? undefined : customHost(host, custom_hosts) };
}

function conflict(param: string, rule: string): GatewayError {
  return badRequest(`Invalid '${param}': it ${rule}`, param, 'invalid_value');
}
