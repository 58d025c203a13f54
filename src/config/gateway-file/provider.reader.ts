import type { z } from 'zod';
import type { GatewayFileProvider } from '../../domain/gateway-file.js';
import { closestName } from './closest-name.js';
import type { LocatedMap } from './located-tree.js';
import {
  isOpenAiAddress,
  isOpenAiModel,
  type ProviderPrefix,
  providerPrefixes,
  servedPrefixes,
  unservedPrefixes,
} from './provider-prefix.js';
import { isWritten, type ReadingContext, reportMissing } from './section.reader.js';
import { apiBase as apiBaseSchema, secret } from './settings/values.schema.js';

/** The parameters that say who is called. */
export interface ProviderParameters {
  readonly custom_llm_provider?: string;
  readonly api_key?: string;
  readonly api_base?: string;
  readonly api_version?: string;
}

/** Who is called, and how. */
export interface ReadProvider {
  readonly provider: GatewayFileProvider;
  readonly upstreamModel: string;
  readonly apiKey?: string;
  readonly apiBase?: string;
  readonly apiVersion?: string;
}

/**
 * Reads the provider from the prefix of `model`, from `custom_llm_provider` or from a bare OpenAI name, and its key and
 * base URL, where the entry has none, from the variables that LiteLLM reads for that provider.
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
  const { prefix, upstreamModel } = target;
  const { provider } = prefix;
  const { variables, problems } = context;
  const fromVariable = <Value>(name: string, names: readonly string[], schema: z.ZodType<Value>, isNeeded: boolean) => {
    if (isWritten(map, name)) return undefined;
    const variable = names.find((it) => variables.get(it) !== undefined);
    if (variable === undefined) {
      if (isNeeded) reportMissing(map, name, problems, `; set it, or the environment variable ${names.join(' or ')}`);
      return undefined;
    }
    const parsed = schema.safeParse(variables.get(variable));
    if (!parsed.success) problems.error(map.at, `has no ${name}, and ${variable} ${parsed.error.issues[0]?.message}`);
    return parsed.data;
  };
  const { keyVariables, baseVariables, needsApiKey, needsApiBase } = prefix;
  const apiKey = parameters.api_key ?? fromVariable('api_key', keyVariables, secret, needsApiKey);
  const apiBase = parameters.api_base ?? fromVariable('api_base', baseVariables, apiBaseSchema, needsApiBase);
  // With another address, `openai/` is how LiteLLM names any server that speaks OpenAI's protocol.
  const isElsewhere = provider === 'openai' && apiBase !== undefined && !isOpenAiAddress(apiBase);
  return {
    provider: isElsewhere && !isOpenAiModel(upstreamModel) ? 'openai-compatible' : provider,
    upstreamModel,
    apiKey,
    apiBase,
    apiVersion: parameters.api_version ?? (provider === 'azure' ? variables.get('AZURE_API_VERSION') : undefined),
  };
}

interface Target {
  readonly prefix: ProviderPrefix;
  readonly upstreamModel: string;
}

function readTarget(
  map: LocatedMap,
  declared: string | undefined,
  model: string,
  { problems }: ReadingContext,
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
  const prefix = Object.hasOwn(providerPrefixes, name) ? providerPrefixes[name] : undefined;
  if (!prefix) {
    problems.error(written.at, notServed(name));
    return undefined;
  }
  if (upstreamModel === '') {
    problems.error(written.at, `has the provider prefix ${name}/ and no model after it`);
    return undefined;
  }
  return { prefix, upstreamModel };
}

/** Only names that LiteLLM knows are repeated: anything may stand before a slash. */
function notServed(name: string): string {
  const served = `served are ${servedPrefixes}`;
  if (unservedPrefixes.has(name)) {
    return `names the provider ${name}, which Auricle does not serve; ${served}. An entry that is not for speech is left out when its model_info.mode says so`;
  }
  const closest = closestName(name, [...Object.keys(providerPrefixes), ...unservedPrefixes]);
  return `names a provider that is not known${closest === undefined ? '' : `; did you mean ${closest}?`}; ${served}`;
}
