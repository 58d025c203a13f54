import { z } from 'zod';
import type { Price } from '../../domain/price.js';
import { type CreateDeployment, createDeploymentSchema } from '../../models/deployments/deployment.schema.js';
import type { ProviderAdapter } from '../../providers/provider-adapter.js';
import { valuesOf } from '../../providers/provider-environment.js';
import type { Location } from '../config-file.error.js';
import {
  isNothing,
  type LocatedEntry,
  type LocatedMap,
  type LocatedTree,
  plainValue,
  readMap,
} from '../yaml/located-tree.js';
import { closestName } from './closest-name.js';
import { infoKeys, parameterKeys } from './deployment.keys.js';
import { modelKeys } from './file.keys.js';
import { knownNames, settingsOf } from './key-table.js';
import { readPrice, type LiteLlmPrices } from './price.reader.js';
import { readProvider, type ReadProvider } from './provider.reader.js';
import { isWritten, readSection, type ReadingContext, reportMissing, reportUnknownKey } from './section.reader.js';

const ENTRY = 'a map with model_name and litellm_params';

/** One entry of `model_list`: a deployment as the admin API would be sent it, and what the entry says besides. */
export interface ReadDeployment {
  /** The public model name. */
  readonly model: string;
  readonly deployment: CreateDeployment;
  /** The explicit id (`model_info.id`), unique in the file; absent = one is made. */
  readonly id?: string;
  /** Whether request fields that the deployment cannot honour may be left out, for the whole model. */
  readonly dropParams?: boolean;
  /** Where the entry is written, for problems that are found later. */
  readonly declaredAt: Location;
}

/**
 * Reads an entry of `model_list`.
 * @param credentials the parameters in `credential_list` by name
 * @returns `undefined` when something is wrong, which has been reported, or when the entry is left out with a warning
 */
export function readDeployment(
  entry: LocatedTree,
  credentials: ReadonlyMap<string, LocatedMap>,
  context: ReadingContext,
): ReadDeployment | undefined {
  const { problems } = context;
  if (isNothing(entry)) problems.error(entry.at, `must be ${ENTRY}, not nothing`);
  const map = readMap(entry, problems, ENTRY);
  if (!map) return undefined;
  const infoMap = readMap(map.entries.get('model_info')?.value, problems);
  const paramsMap = readMap(map.entries.get('litellm_params')?.value, problems);
  // Before anything else: what is not for speech may use keys that are not there and providers that are not served.
  const leftOut = leftOutBecause(infoMap, paramsMap);
  if (leftOut) {
    problems.warn(leftOut.at, `the entry is left out: ${leftOut.explanation}`);
    return undefined;
  }
  const errorsBefore = problems.errors.length;
  const named = readSection(map, modelKeys, context);
  if (!isWritten(map, 'model_name')) reportMissing(map, 'model_name', problems);
  const info = infoMap ? readSection(infoMap, infoKeys, context, takeNote(infoMap, context)) : {};
  if (!isWritten(map, 'litellm_params')) reportMissing(map, 'litellm_params', problems);
  if (!paramsMap) return undefined;
  const params = withCredential(paramsMap, credentials, context);
  const options: Record<string, unknown> = {};
  const parameters = readSection(params, parameterKeys, context, takeOption(params, options, context));
  if (!isWritten(params, 'model')) reportMissing(params, 'model', problems);
  const said = saidSchema.parse(settingsOf(parameterKeys, parameters));
  const { model, custom_llm_provider } = parameters;
  const provider =
    model === undefined ? undefined : readProvider(params, { ...said, custom_llm_provider }, model, context);
  // What is wrong is not there: what is left would be a puzzle.
  const isWhole = problems.errors.length === errorsBefore;
  const price = isWhole ? priceOf(params, { ...info, ...parameters }, context) : undefined;
  if (!provider || named.model_name === undefined) return undefined;
  const { settings: ofInfo } = saidSchema.parse(settingsOf(infoKeys, info));
  const settings = settingsFor(provider, { ...said.settings, ...ofInfo }, options);
  if (isWhole) {
    const written = { ...params, entries: new Map([...params.entries, ...baseModelOf(infoMap)]) };
    checkSettings(provider, settings, written, map.at, context);
  }
  return {
    model: named.model_name,
    id: info.id,
    dropParams: parameters.drop_params,
    declaredAt: map.at,
    deployment: {
      provider: provider.adapter.provider,
      upstream_model: provider.upstreamModel,
      credential: null,
      api_key: provider.apiKey ?? null,
      api_base: provider.apiBase ?? null,
      settings,
      weight: said.weight,
      price: price ?? null,
      routing: said.routing,
      enabled: true,
    },
  };
}

const { api_key, api_base, settings, weight, routing } = createDeploymentSchema.shape;
/** The parts of a deployment that keys of the file become; each has been judged at its key. */
const saidSchema = z.object({ api_key, api_base, settings, weight, routing });

/**
 * The provider's settings: what its prefix and the environment say, the file's own words for settings, and every other
 * parameter by its own name. A word for a setting of another provider says nothing of this one.
 */
function settingsFor(
  { adapter, settings, found }: ReadProvider,
  words: Readonly<Record<string, unknown>>,
  options: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const own = Object.entries(words).filter(([name]) => hasSetting(adapter, name));
  return { ...settings, ...valuesOf(found), ...options, ...Object.fromEntries(own) };
}

function hasSetting({ settings }: ProviderAdapter, name: string): boolean {
  return settings instanceof z.ZodObject && Object.hasOwn(settings.shape, name);
}

/** `base_model` is a setting that `model_info` may say, too; there it wins. */
function baseModelOf(info: LocatedMap | undefined): readonly (readonly [string, LocatedEntry])[] {
  return [...(info?.entries ?? [])].filter(([name, { value }]) => name === 'base_model' && !isNothing(value));
}

/** Reports what the provider refuses, at the key or with the variable that says it, and never its value. */
function checkSettings(
  { adapter, found }: ReadProvider,
  given: Readonly<Record<string, unknown>>,
  written: LocatedMap,
  declaredAt: Location,
  { problems }: ReadingContext,
): void {
  const { provider } = adapter;
  for (const issue of adapter.settings.safeParse(given).error?.issues ?? []) {
    for (const name of issue.code === 'unrecognized_keys' ? issue.keys : [String(issue.path[0] ?? 'its settings')]) {
      const entry = written.entries.get(name);
      const variable = entry ? undefined : found[name]?.variable;
      problems.error(
        entry?.keyAt ?? declaredAt,
        issue.code === 'unrecognized_keys'
          ? `${provider} has no setting ${name}; a field of requests is sent by clients, with each request`
          : `${provider} refuses ${name}${variable === undefined ? '' : `, which ${variable} says`}: ${issue.message}`,
      );
    }
  }
}

/** What keeps the entry from being read: another purpose, `blocked` or a wildcard. */
function leftOutBecause(
  info: LocatedMap | undefined,
  params: LocatedMap | undefined,
): { readonly at: Location; readonly explanation: string } | undefined {
  const mode = info?.entries.get('mode')?.value;
  const { data: declared } = infoKeys.schema.shape.mode.safeParse(mode && plainValue(mode));
  if (mode && declared !== undefined && declared !== 'audio_transcription') {
    return { at: mode.at, explanation: `Auricle transcribes speech, it does not serve ${declared}` };
  }
  const blocked = info?.entries.get('blocked')?.value;
  if (blocked && infoKeys.schema.shape.blocked.safeParse(plainValue(blocked)).data) {
    return { at: blocked.at, explanation: 'it is blocked' };
  }
  const model = params?.entries.get('model')?.value;
  if (model?.kind === 'scalar' && typeof model.value === 'string' && model.value.includes('*')) {
    return { at: model.at, explanation: 'wildcards are not served, every model needs an entry of its own' };
  }
  return undefined;
}

/** The parameters with those of the credential that they name, where they do not say their own. */
function withCredential(
  params: LocatedMap,
  credentials: ReadonlyMap<string, LocatedMap>,
  { problems }: ReadingContext,
): LocatedMap {
  const written = params.entries.get('litellm_credential_name')?.value;
  if (written?.kind !== 'scalar' || typeof written.value !== 'string') return params;
  const credential = credentials.get(written.value.trim());
  if (!credential) {
    problems.error(written.at, 'is not in credential_list');
    return params;
  }
  return { ...params, entries: new Map([...credential.entries, ...params.entries]) };
}

/** A parameter that is no setting is an option for the provider, unless it looks like a misspelt setting. */
function takeOption(params: LocatedMap, options: Record<string, unknown>, { variables, problems }: ReadingContext) {
  return (name: string, entry: LocatedEntry) => {
    const isOption = /^[a-z][a-z0-9_]{0,63}$/.test(name) && closestName(name, knownNames(parameterKeys)) === undefined;
    if (!isOption) reportUnknownKey(name, entry, params.at.path, parameterKeys, problems);
    else if (!isNothing(entry.value)) options[name] = plainValue(variables.resolve(entry.value));
  };
}

/** Owners may note anything in `model_info`; a misspelt setting is an error there too. */
function takeNote(info: LocatedMap, { problems }: ReadingContext) {
  return (name: string, entry: LocatedEntry) => {
    if (closestName(name, knownNames(infoKeys)) !== undefined) {
      reportUnknownKey(name, entry, info.at.path, infoKeys, problems);
    }
  };
}

function priceOf(params: LocatedMap, prices: LiteLlmPrices, { problems }: ReadingContext): Price | undefined {
  try {
    return readPrice(prices);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    problems.error(params.at, error.message);
    return undefined;
  }
}
