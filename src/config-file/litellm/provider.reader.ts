import type { z } from 'zod';
import type { ProviderAdapter } from '../../providers/provider-adapter.js';
import { readEnvironment, type FoundValue } from '../../providers/provider-environment.js';
import type { PrefixedProvider } from '../../providers/provider-registry.js';
import type { LocatedMap } from '../yaml/located-tree.js';
import { closestName } from './closest-name.js';
import { isWritten, type ReadingContext, reportMissing } from './section.reader.js';
import { unservedPrefixes } from './unserved-prefixes.js';
import { apiBase as apiBaseSchema, secret } from './values.schema.js';

/** The parameters that say who is called. */
export interface ProviderParameters {
  readonly custom_llm_provider?: string;
  readonly api_key?: string;
  readonly api_base?: string;
}

/** Who is called, and how. */
export interface ReadProvider {
  readonly adapter: ProviderAdapter;
  /** The provider's name for the model, without the prefix that named the provider. For azure: the deployment's name. */
  readonly upstreamModel: string;
  /** In the clear; never logged, never serialised. */
  readonly apiKey?: string;
  readonly apiBase?: string;
  /** Settings that the prefix or the environment says; those that are written win. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/**
 * Reads the provider from the prefix of `model`, from `custom_llm_provider` or from a bare OpenAI name. What the entry does
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
  const apiKey = parameters.api_key ?? ofVariable('api_key', found.api_key, secret, needsApiKey);
  const apiBase =
    parameters.api_base ?? ofVariable('api_base', found.api_base, apiBaseSchema, defaultApiBase === undefined);
  return {
    adapter: (isOtherServer(named, upstreamModel, apiBase) && providers.get('openai-compatible')) || adapter,
    upstreamModel,
    apiKey,
    apiBase,
    settings: {
      ...named.settings,
      ...Object.fromEntries(Object.entries(found.settings).map(([name, { value }]) => [name, value])),
    },
  };
}

/** With another address, `openai/` is how LiteLLM names any server that speaks OpenAI's protocol. */
function isOtherServer({ adapter }: PrefixedProvider, upstreamModel: string, apiBase: string | undefined): boolean {
  const isElsewhere = adapter.provider === 'openai' && apiBase !== undefined && !isOpenAiAddress(apiBase);
  return isElsewhere && !isOpenAiModel(upstreamModel);
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
  const name = declared ?? (slash === -1 ? 'openai' : model.slice(0, slash));
  const hasPrefix = model.startsWith(`${name}/`);
  const upstreamModel = hasPrefix ? model.slice(name.length + 1) : model;
  if (declared === undefined && slash === -1 && !isOpenAiModel(model)) {
    problems.error(written.at, 'has no provider prefix and is no OpenAI model; write it as openai/NAME, groq/NAME ...');
    return undefined;
  }
  const named = providers.byPrefix(name);
  if (!named) {
    problems.error(written.at, notServed(name, providers.prefixes()));
    return undefined;
  }
  if (upstreamModel === '') {
    problems.error(written.at, `has the provider prefix ${name}/ and no model after it`);
    return undefined;
  }
  return { named, upstreamModel };
}

/** Only names that LiteLLM knows are repeated: anything may stand before a slash. */
function notServed(name: string, prefixes: readonly string[]): string {
  const served = `served are ${prefixes.map((prefix) => `${prefix}/`).join(', ')}`;
  if (unservedPrefixes.has(name)) {
    return `names the provider ${name}, which Auricle does not serve; ${served}. An entry that is not for speech is left out when its model_info.mode says so`;
  }
  const closest = closestName(name, [...prefixes, ...unservedPrefixes]);
  return `names a provider that is not known${closest === undefined ? '' : `; did you mean ${closest}?`}; ${served}`;
}

/** OpenAI's own names, which LiteLLM takes without a prefix. */
function isOpenAiModel(name: string): boolean {
  return /^(whisper-1$|gpt-)/.test(name);
}

/** Whether the address is OpenAI's, in any of its regions. */
function isOpenAiAddress(apiBase: string): boolean {
  const { hostname } = new URL(apiBase);
  return hostname === 'api.openai.com' || hostname.endsWith('.api.openai.com');
}
