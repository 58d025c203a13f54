import type { z } from 'zod';
import { apiBaseSchema, apiKeySchema } from '../../domain/provider-access.js';
import type { ProviderAdapter } from '../../providers/provider-adapter.js';
import {
  readEnvironment,
  settingsOfEnvironment,
  type FoundSettings,
  type FoundValue,
} from '../../providers/provider-environment.js';
import type { PrefixedProvider, ProviderRegistry } from '../../providers/provider-registry.js';
import type { LocatedMap } from '../yaml/located-tree.js';
import { closestName } from './closest-name.js';
import { isWritten, type ReadingContext, reportMissing } from './section.reader.js';
import { unservedPrefixes } from './unserved-prefixes.js';

/** The parameters that say who is called. */
export interface ProviderParameters {
  readonly custom_llm_provider?: string;
  readonly api_key: string | null;
  readonly api_base: string | null;
}

/** Who is called, and how. */
export interface ReadProvider {
  readonly adapter: ProviderAdapter;
  /** The provider's name for the model, without the prefix that named the provider. For azure: the deployment's name. */
  readonly upstreamModel: string;
  /** In the clear; never logged, never serialised. */
  readonly apiKey?: string;
  readonly apiBase?: string;
  /** Settings that the prefix implies; those that are written or found win. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Settings that variables say; those that are written win. */
  readonly found: FoundSettings;
}

/**
 * Reads the provider from the prefix of `model`, from `custom_llm_provider` or from a name that needs no prefix. What the entry does
 * not say of key, base URL and settings is in the provider's own variables.
 * @returns `undefined` when something is wrong, which has been reported
 */
export function readProvider(
  map: LocatedMap,
  parameters: ProviderParameters,
  model: string,
  context: ReadingContext,
): ReadProvider | undefined {
  const target = readTarget(map, parameters.custom_llm_provider, model, context);
  if (!target) return undefined;
  const { named, upstreamModel } = target;
  const { adapter, environment } = named;
  const { variables, problems, providers } = context;
  const found = readEnvironment(environment, (name) => variables.get(name));
  const ofVariable = <Value>(
    name: 'api_key' | 'api_base',
    value: FoundValue | undefined,
    schema: z.ZodType<Value>,
    isNeeded: boolean,
  ) => {
    if (isWritten(map, name)) return undefined;
    if (value) {
      const parsed = schema.safeParse(value.value);
      if (!parsed.success)
        problems.error(map.at, `has no ${name}, and ${value.variable} ${parsed.error.issues[0]?.message}`);
      return parsed.data;
    }
    const names = environment[name];
    const hint = names.length > 0 ? `; set it, or the environment variable ${names.join(' or ')}` : '; set it';
    if (isNeeded) reportMissing(map, name, problems, hint);
    return undefined;
  };
  const { needsApiKey, defaultApiBase } = adapter;
  const apiKey = parameters.api_key ?? ofVariable('api_key', found.api_key, apiKeySchema, needsApiKey);
  const apiBase =
    parameters.api_base ?? ofVariable('api_base', found.api_base, apiBaseSchema, defaultApiBase === undefined);
  const elsewhere = providerElsewhere(adapter, upstreamModel, apiBase);
  const other = elsewhere === undefined ? undefined : providers.get(elsewhere);
  // What is implied or found for a provider says nothing of a server that only speaks its protocol.
  if (other) return { adapter: other, upstreamModel, apiKey, apiBase, settings: {}, found: {} };
  return {
    adapter,
    upstreamModel,
    apiKey,
    apiBase,
    settings: named.settings,
    found: settingsOfEnvironment(found, apiKey),
  };
}

/** The provider for a server that is not the one whose prefix it has, nor stands in for it. */
function providerElsewhere(
  { elsewhere, bareNames }: ProviderAdapter,
  upstreamModel: string,
  apiBase: string | undefined,
): string | undefined {
  if (!elsewhere || apiBase === undefined || bareNames?.test(upstreamModel)) return undefined;
  return elsewhere.ownHosts.test(new URL(apiBase).hostname) ? undefined : elsewhere.provider;
}

interface Target {
  readonly named: PrefixedProvider;
  readonly upstreamModel: string;
}

function readTarget(
  map: LocatedMap,
  declared: string | undefined,
  model: string,
  { problems, providers }: ReadingContext,
): Target | undefined {
  const written = map.entries.get(declared === undefined ? 'model' : 'custom_llm_provider')?.value ?? map;
  const slash = model.indexOf('/');
  const name = declared ?? (slash === -1 ? prefixOfBareName(model, providers) : model.slice(0, slash));
  if (name === undefined) {
    problems.error(written.at, `has no provider prefix; ${served(providers)}`);
    return undefined;
  }
  const hasPrefix = model.startsWith(`${name}/`);
  const upstreamModel = hasPrefix ? model.slice(name.length + 1) : model;
  const named = providers.byPrefix(name);
  if (!named) {
    problems.error(written.at, notServed(name, providers));
    return undefined;
  }
  if (upstreamModel === '') {
    problems.error(written.at, `has the provider prefix ${name}/ and no model after it`);
    return undefined;
  }
  return { named, upstreamModel };
}

/** LiteLLM takes some models without a prefix. */
function prefixOfBareName(model: string, providers: ProviderRegistry): string | undefined {
  return providers.all().find(({ bareNames }) => bareNames?.test(model))?.prefixes[0]?.name;
}

function served(providers: ProviderRegistry): string {
  return `served are ${providers
    .prefixes()
    .map((prefix) => `${prefix}/`)
    .join(', ')}`;
}

/** Only names that LiteLLM knows are repeated: anything may stand before a slash. */
function notServed(name: string, providers: ProviderRegistry): string {
  if (unservedPrefixes.has(name)) {
    return `names the provider ${name}, which Auricle does not serve; ${served(providers)}. An entry that is not for speech is left out when its model_info.mode says so`;
  }
  const closest = closestName(name, [...providers.prefixes(), ...unservedPrefixes]);
  return `names a provider that is not known${closest === undefined ? '' : `; did you mean ${closest}?`}; ${served(providers)}`;
}
