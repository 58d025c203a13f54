import type { z } from 'zod';
import { apiBaseSchema, apiKeySchema } from '../../domain/provider-access.js';
import { apiBaseFault } from '../../providers/api-base.js';
import type { ProviderAdapter } from '../../providers/provider-adapter.js';
import {
  readEnvironment,
  settingsOfEnvironment,
  type FoundSettings,
  type FoundValue,
} from '../../providers/provider-environment.js';
import type { PrefixedProvider, ProviderRegistry } from '../../providers/provider-registry.js';
import { purposeByName } from '../../providers/model-names.js';
import type { Location } from '../config-file.error.js';
import type { LocatedMap } from '../yaml/located-tree.js';
import { closestName } from './closest-name.js';
import type { LeftOut } from './left-out.js';
import { isWritten, placeOf, type ReadingContext } from './section.reader.js';
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
  /** Whether its models hold chats unless their names tell of something else. */
  readonly isChatService: boolean;
}

/**
 * Reads the provider from the prefix of `model`, from `custom_llm_provider` or from a name that needs no prefix. What the
 * entry does not say of key, base URL and settings is in the provider's own variables; what cannot be had is reported.
 * @returns why the entry is left out, where there is no provider for it
 */
export function readProvider(
  map: LocatedMap,
  parameters: ProviderParameters,
  model: string,
  context: ReadingContext,
): ReadProvider | LeftOut {
  const { variables, problems, providers, gravest } = context;
  const target = readTarget(map, parameters.custom_llm_provider, model, providers);
  if ('reason' in target) return target;
  const { named, upstreamModel } = target;
  const { adapter, environment } = named;
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
        problems.add(gravest, map.at, `has no ${name}, and ${value.variable} ${parsed.error.issues[0]?.message}`);
      return parsed.data;
    }
    const names = environment[name];
    const hint = names.length > 0 ? `; set it, or the environment variable ${names.join(' or ')}` : '; set it';
    if (isNeeded) problems.add(gravest, placeOf(map, name), `is missing${hint}`);
    return undefined;
  };
  const { chatService } = named;
  const needsApiKey = adapter.needsApiKey || chatService !== undefined;
  const defaultApiBase = chatService?.apiBase ?? adapter.defaultApiBase;
  const apiKey = parameters.api_key ?? ofVariable('api_key', found.api_key, apiKeySchema, needsApiKey);
  const namedBase =
    parameters.api_base ?? ofVariable('api_base', found.api_base, apiBaseSchema, defaultApiBase === undefined);
  const apiBase = namedBase ?? (isWritten(map, 'api_base') ? undefined : chatService?.apiBase);
  // An address that cannot be read is not the provider's own, which nobody writes into a variable.
  const elsewhere = providerElsewhere(
    adapter,
    upstreamModel,
    apiBase ?? (isWritten(map, 'api_base') ? null : undefined),
  );
  const other = elsewhere === undefined ? undefined : providers.get(elsewhere);
  const fault = apiBase === undefined ? undefined : apiBaseFault(other ?? adapter, apiBase);
  if (fault !== undefined) {
    const written = map.entries.get('api_base')?.value;
    const at = parameters.api_base === null ? map.at : (written?.at ?? map.at);
    const source = parameters.api_base === null ? `has no api_base, and ${found.api_base?.variable} ` : '';
    problems.add(gravest, at, `${source}${fault}`);
  }
  // What is implied or found for a provider says nothing of a server that only speaks its protocol.
  if (other) return { adapter: other, upstreamModel, apiKey, apiBase, settings: {}, found: {}, isChatService: false };
  return {
    adapter,
    upstreamModel,
    apiKey,
    apiBase,
    settings: named.settings,
    isChatService: chatService !== undefined,
    found: settingsOfEnvironment(found, apiKey),
  };
}

/**
 * The provider for a server that is not the one whose prefix it has, nor stands in for it.
 * @param apiBase null = an address that is not known
 */
function providerElsewhere(
  { elsewhere, bareNames }: ProviderAdapter,
  upstreamModel: string,
  apiBase: string | null | undefined,
): string | undefined {
  if (!elsewhere || apiBase === undefined || bareNames?.test(upstreamModel)) return undefined;
  if (apiBase === null) return elsewhere.provider;
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
  providers: ProviderRegistry,
): Target | LeftOut {
  const { at } = map.entries.get(declared === undefined ? 'model' : 'custom_llm_provider')?.value ?? map;
  const slash = model.indexOf('/');
  const name = declared ?? (slash === -1 ? prefixOfBareName(model, providers) : model.slice(0, slash));
  if (name === undefined) return bareName(model, at, providers);
  const hasPrefix = model.startsWith(`${name}/`);
  const upstreamModel = hasPrefix ? model.slice(name.length + 1) : model;
  const named = providers.byPrefix(name);
  if (!named) return { at, ...notServed(name, upstreamModel, providers) };
  if (upstreamModel === '') {
    return { reason: 'incomplete', at, explanation: `has the provider prefix ${name}/ and no model after it` };
  }
  const otherApi = named.adapter.otherApis?.find(({ models }) => models.test(upstreamModel));
  if (otherApi)
    return {
      reason: 'unserved_api',
      at,
      explanation: `${otherApi.title} is another API, which Auricle does not serve`,
    };
  return { named, upstreamModel };
}

/** A name that no provider is known by: mostly a model of OpenAI's that is not for transcription. */
function bareName(model: string, at: Location, providers: ProviderRegistry): LeftOut {
  const purpose = purposeByName(model);
  if (purpose !== undefined && purpose !== 'audio_transcription') {
    return { reason: 'other_purpose', purpose, at, explanation: `by its name it is for ${purpose}` };
  }
  return {
    reason: 'unknown_provider',
    at,
    explanation: `it has no provider prefix and is no transcription model of OpenAI's; ${served(providers)}`,
  };
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
function notServed(name: string, upstreamModel: string, providers: ProviderRegistry): Omit<LeftOut, 'at'> {
  if (unservedPrefixes.has(name)) {
    const purpose = purposeByName(upstreamModel);
    const explanation = `${name} is a provider that Auricle does not serve`;
    return { reason: 'unserved_provider', explanation, ...(purpose && { purpose }) };
  }
  const closest = closestName(name, [...providers.prefixes(), ...unservedPrefixes]);
  const suggestion = closest === undefined ? '' : `; did you mean ${closest}?`;
  return { reason: 'unknown_provider', explanation: `its provider is not known${suggestion}; ${served(providers)}` };
}
