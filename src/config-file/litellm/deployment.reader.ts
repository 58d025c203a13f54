import { z } from 'zod';
import type { Price } from '../../domain/price.js';
import { type CreateDeployment, createDeploymentSchema } from '../../models/deployments/deployment.schema.js';
import { modes } from '../../domain/task.js';
import { modelNameSchema } from '../../models/model.schema.js';
import { modeByName } from '../../providers/model-mode.js';
import { purposeByName } from '../../providers/model-names.js';
import type { ProviderAdapter } from '../../providers/provider-adapter.js';
import { valuesOf } from '../../providers/provider-environment.js';
import { formatProblem, type Location, Problems } from '../config-file.error.js';
import {
  extendPath,
  isBroken,
  isNothing,
  type LocatedEntry,
  type LocatedMap,
  type LocatedTree,
  mustBe,
  plainValue,
} from '../yaml/located-tree.js';
import { closestName, didYouMean } from './closest-name.js';
import { infoKeys, type Mode, parameterKeys } from './deployment.keys.js';
import { modelKeys } from './file.keys.js';
import { knownNames, settingsOf } from './key-table.js';
import type { LeftOut, LeftOutEntry } from './left-out.js';
import { readPrice, type LiteLlmPrices } from './price.reader.js';
import { type ProviderParameters, readProvider, type ReadProvider } from './provider.reader.js';
import { isWritten, placeOf, readSection, type ReadingContext, reportUnknownKey } from './section.reader.js';

/** Stands for the provider and the model of a deployment that is switched off because they cannot be read. */
const NOT_KNOWN = 'unknown';

/** One entry of `model_list`: a deployment as the admin API would be sent it, and what the entry says besides. */
export interface ReadDeployment {
  /** The public model name. */
  readonly model: string;
  /** With the reason why it is switched off, if it is. */
  readonly deployment: CreateDeployment & { readonly error?: string };
  /** The explicit id (`model_info.id`), unique in the file; absent = one is made. */
  readonly id?: string;
  /** Whether request fields that the deployment cannot honour may be left out, for the whole model. */
  readonly dropParams?: boolean;
  /** Where the entry is written, for problems that are found later. */
  readonly declaredAt: Location;
}

/**
 * Reads an entry of `model_list`. What is wrong with it is reported; of an entry that is left out, only that it is, and why.
 * @param credentials the parameters in `credential_list` by name
 */
export function readDeployment(
  entry: LocatedTree,
  credentials: ReadonlyMap<string, LocatedMap>,
  context: Omit<ReadingContext, 'gravest'>,
): ReadDeployment | LeftOutEntry {
  const problems = new Problems();
  const read = readEntry(entry, credentials, { ...context, problems, gravest: 'switched_off' });
  if (!('reason' in read)) {
    context.problems.take(problems.all);
    const errors = problems.of('switched_off').map(formatProblem);
    return errors.length === 0 ? read : { ...read, deployment: { ...read.deployment, error: errors.join('; ') } };
  }
  const model = nameOf(entry);
  const what = model === undefined ? 'the entry' : `the model '${model}'`;
  context.problems.add('left_out', read.at, `${what} is left out: ${read.explanation}`);
  return { ...read, ...(model !== undefined && { model }) };
}

/** The public name, where it can be one. */
function nameOf(entry: LocatedTree): string | undefined {
  const written = entry.kind === 'map' ? entry.entries.get('model_name')?.value : undefined;
  const parsed = modelNameSchema.safeParse(written?.kind === 'scalar' ? written.value : undefined);
  return parsed.data;
}

function readEntry(
  entry: LocatedTree,
  credentials: ReadonlyMap<string, LocatedMap>,
  context: ReadingContext,
): ReadDeployment | LeftOut {
  const { problems } = context;
  if (entry.kind !== 'map') return notMap(entry, 'a map with model_name and litellm_params');
  const written = { info: entry.entries.get('model_info')?.value, params: entry.entries.get('litellm_params')?.value };
  const infoMap = written.info?.kind === 'map' ? written.info : undefined;
  const paramsMap = written.params?.kind === 'map' ? written.params : undefined;
  const mode = modeOf(infoMap, context) ?? modeOf(paramsMap, context);
  // Before anything else: what is not for speech may use keys that are not there and providers that are not served.
  const leftOut = leftOutBecause(mode, infoMap, paramsMap);
  if (leftOut) return leftOut;
  if (written.info && !infoMap && !isNothing(written.info)) return notMap(written.info, 'a map of settings');
  if (written.params && !paramsMap && !isNothing(written.params)) return notMap(written.params, 'a map of settings');
  if (!paramsMap) return missing(entry, 'litellm_params');
  const params = withCredential(paramsMap, credentials, context);
  const options = new Map<string, LocatedEntry>();
  const parameters = readSection(params, parameterKeys, context, takeOption(params, options, context));
  if (!isWritten(params, 'model')) return missing(params, 'model');
  const said = saidSchema.parse(settingsOf(parameterKeys, parameters));
  const { model, custom_llm_provider } = parameters;
  const provider = providerOf(params, { ...said, model, custom_llm_provider }, context);
  if (provider && 'reason' in provider) return provider;
  const info = infoMap ? readSection(infoMap, infoKeys, context, takeNote(infoMap, context)) : {};
  const { settings: ofInfo, routing: routingOfInfo } = saidSchema.parse(settingsOf(infoKeys, info));
  const words = { ...said.settings, ...ofInfo };
  const { at } = params.entries.get('model')?.value ?? params;
  const purpose = provider && (mode ? unservedMode(provider, mode) : otherPurpose(provider, words, at));
  if (purpose) return purpose;
  const named = readSection(entry, modelKeys, context);
  if (named.model_name === undefined) return unreadable(entry, 'model_name', problems);
  // What is wrong is not there: what is left would be a puzzle.
  const isWhole = problems.all.every(({ kind }) => kind === 'no_effect');
  const price = isWhole ? priceOf(params, { ...info, ...parameters }, context) : undefined;
  const places = new Map([...params.entries, ...baseModelOf(infoMap)]);
  return {
    model: named.model_name,
    id: info.id,
    dropParams: parameters.drop_params,
    declaredAt: entry.at,
    deployment: {
      provider: provider?.adapter.provider ?? NOT_KNOWN,
      upstream_model: provider?.upstreamModel ?? NOT_KNOWN,
      mode: servedMode(mode?.mode) ?? (provider ? guessedMode(provider, words) : 'audio_transcription'),
      credential: null,
      api_key: provider?.apiKey ?? null,
      api_base: provider?.apiBase ?? null,
      settings: provider ? settingsFor(provider, words, options, { places, declaredAt: entry.at }, context) : {},
      weight: said.weight,
      price: price ?? null,
      routing: { ...said.routing, ...routingOfInfo },
      enabled: true,
    },
  };
}

/** Who is called; `undefined` where that is written and cannot be read, which has been reported. */
function providerOf(
  params: LocatedMap,
  { model, ...parameters }: ProviderParameters & { readonly model?: string },
  context: ReadingContext,
): ReadProvider | LeftOut | undefined {
  const isDeclared = isWritten(params, 'custom_llm_provider');
  if (model === undefined || (isDeclared && parameters.custom_llm_provider === undefined)) return undefined;
  return readProvider(params, parameters, model, context);
}

function notMap(tree: LocatedTree, what: string): LeftOut {
  return { reason: 'incomplete', at: tree.at, explanation: `it ${mustBe(what, tree)}` };
}

function missing(map: LocatedMap, name: string): LeftOut {
  return { reason: 'incomplete', at: placeOf(map, name), explanation: `${name} is missing` };
}

/** Something without which there is no deployment: not written, or reported as wrong. */
function unreadable(map: LocatedMap, name: string, problems: Problems): LeftOut {
  if (!isWritten(map, name)) return missing(map, name);
  const path = extendPath(map.at.path, name);
  const problem = problems.all.find((it) => it.path === path);
  return {
    reason: 'incomplete',
    at: problem ?? map.at,
    explanation: `${name}: ${problem?.message ?? 'cannot be read'}`,
  };
}

/** What the entry says that it is for; what it says in another way is read, and reported, with the other keys. */
function modeOf(map: LocatedMap | undefined, { variables }: ReadingContext): { mode: Mode; at: Location } | undefined {
  const written = map?.entries.get('mode')?.value;
  if (!written) return undefined;
  const { data } = infoKeys.schema.shape.mode.safeParse(plainValue(variables.resolve(written, () => undefined)));
  return data && { mode: data, at: written.at };
}

/** A mode that is served here. */
function servedMode(mode: Mode | undefined): Exclude<CreateDeployment['mode'], null> | undefined {
  return modes.find((it) => it === mode);
}

/** What a model is for that nobody says the purpose of. */
function guessedMode(
  { adapter, upstreamModel, isChatService }: ReadProvider,
  words: Readonly<Record<string, unknown>>,
) {
  if (isChatService && purposeByName(upstreamModel) === undefined) return 'chat';
  return modeByName(adapter, upstreamModel, words);
}

/** Of a model with a mode that is served: whether its provider has none for it. */
function unservedMode(
  { adapter }: ReadProvider,
  { mode, at }: { readonly mode: Mode; readonly at: Location },
): LeftOut | undefined {
  const explanation = whyUnserved(adapter, mode);
  return explanation === undefined ? undefined : { reason: 'other_purpose', purpose: mode, at, explanation };
}

function whyUnserved({ title, speech, chat }: ProviderAdapter, mode: Mode): string | undefined {
  if (mode === 'audio_speech' && !speech) return `${title} does not speak, as far as Auricle knows`;
  if (mode === 'chat' && !chat) {
    return `Auricle serves chats of providers that speak OpenAI's protocol, which ${title} does not`;
  }
  return undefined;
}

/** Of a model that nobody says the purpose of: whether its name tells of another than those that are served. */
function otherPurpose(
  { adapter, upstreamModel }: ReadProvider,
  words: Readonly<Record<string, unknown>>,
  at: Location,
): LeftOut | undefined {
  const { base_model } = words;
  const name = hasSetting(adapter, 'base_model') && typeof base_model === 'string' ? base_model : upstreamModel;
  if (adapter.knownModels.includes(name) || adapter.isSpeechModel?.(name) !== false) return undefined;
  const purpose = purposeByName(name);
  if (adapter.speech && (purpose === 'audio_speech' || adapter.speech.knownModels.includes(name))) return undefined;
  if (purpose === 'chat' && adapter.chat) return undefined;
  const told =
    purpose === undefined || purpose === 'audio_transcription'
      ? `by its name it is no transcription model of ${adapter.title}`
      : `by its name it is for ${purpose}`;
  const explanation = `${told}; where it transcribes, say so with mode: audio_transcription in model_info`;
  return { reason: 'other_purpose', at, explanation, ...(purpose && { purpose }) };
}

const { api_key, api_base, settings, weight, routing } = createDeploymentSchema.shape;
/** The parts of a deployment that keys of the file become; each has been judged at its key. */
const saidSchema = z.object({ api_key, api_base, settings, weight, routing });

/** Where the settings of a deployment are written. */
interface SettingPlaces {
  readonly places: ReadonlyMap<string, LocatedEntry>;
  /** For what is not written. */
  readonly declaredAt: Location;
}

/**
 * The provider's settings: what its prefix and the environment say, the file's own words for settings, and every other
 * parameter by its own name. A word for a setting of another provider says nothing of this one. What the provider does not
 * know is ignored, what it refuses is reported, at the key or with the variable that says it, and never with its value.
 */
function settingsFor(
  { adapter, settings, found }: ReadProvider,
  words: Readonly<Record<string, unknown>>,
  options: ReadonlyMap<string, LocatedEntry>,
  { places, declaredAt }: SettingPlaces,
  { problems, gravest }: ReadingContext,
): Record<string, unknown> {
  const own = Object.entries(words).filter(([name]) => hasSetting(adapter, name));
  const written = [...options].map(([name, { value }]): [string, unknown] => [name, plainValue(value)]);
  const given = new Map([...Object.entries({ ...settings, ...valuesOf(found) }), ...written, ...own]);
  const { provider } = adapter;
  for (const issue of adapter.settings.safeParse(Object.fromEntries(given)).error?.issues ?? []) {
    const isUnknown = issue.code === 'unrecognized_keys';
    for (const name of isUnknown ? issue.keys : [String(issue.path[0] ?? 'its settings')]) {
      const entry = places.get(name);
      const variable = entry ? undefined : found[name]?.variable;
      const at = entry?.keyAt ?? declaredAt;
      if (isUnknown) {
        const suggestion = didYouMean(name, settingNames(adapter));
        problems.add(
          'ignored',
          at,
          `${provider} has no setting ${name}${suggestion || '; a field of requests is sent by clients, with each request'}`,
        );
        given.delete(name);
      } else {
        const source = variable === undefined ? '' : `, which ${variable} says`;
        problems.add(gravest, at, `${provider} refuses ${name}${source}: ${issue.message}`);
      }
    }
  }
  return Object.fromEntries(given);
}

function settingNames({ settings }: ProviderAdapter): readonly string[] {
  return settings instanceof z.ZodObject ? Object.keys(settings.shape) : [];
}

function hasSetting(adapter: ProviderAdapter, name: string): boolean {
  return settingNames(adapter).includes(name);
}

/** `base_model` is a setting that `model_info` may say, too; there it wins. */
function baseModelOf(info: LocatedMap | undefined): readonly (readonly [string, LocatedEntry])[] {
  return [...(info?.entries ?? [])].filter(([name, { value }]) => name === 'base_model' && !isNothing(value));
}

/** What keeps the entry from being read: another purpose, `blocked` or a wildcard. */
function leftOutBecause(
  said: { readonly mode: Mode; readonly at: Location } | undefined,
  info: LocatedMap | undefined,
  params: LocatedMap | undefined,
): LeftOut | undefined {
  if (said && servedMode(said.mode) === undefined) {
    const { mode, at } = said;
    const explanation = `Auricle does not serve ${mode}`;
    return { reason: 'other_purpose', purpose: mode, at, explanation };
  }
  const blocked = info?.entries.get('blocked')?.value;
  if (blocked && infoKeys.schema.shape.blocked.safeParse(plainValue(blocked)).data) {
    return { reason: 'blocked', at: blocked.at, explanation: 'it is blocked' };
  }
  const model = params?.entries.get('model')?.value;
  if (model?.kind === 'scalar' && typeof model.value === 'string' && model.value.includes('*')) {
    const explanation = 'wildcards are not served, every model needs an entry of its own';
    return { reason: 'wildcard', at: model.at, explanation };
  }
  return undefined;
}

/** The parameters with those of the credential that they name, where they do not say their own. */
function withCredential(
  params: LocatedMap,
  credentials: ReadonlyMap<string, LocatedMap>,
  { problems, gravest }: ReadingContext,
): LocatedMap {
  const written = params.entries.get('litellm_credential_name')?.value;
  if (written?.kind !== 'scalar' || typeof written.value !== 'string') return params;
  const credential = credentials.get(written.value.trim());
  if (!credential) {
    problems.add(gravest, written.at, 'is not in credential_list');
    return params;
  }
  return { ...params, entries: new Map([...credential.entries, ...params.entries]) };
}

/** A parameter that is no setting is an option for the provider, unless it looks like a misspelt setting. */
function takeOption(params: LocatedMap, options: Map<string, LocatedEntry>, context: ReadingContext) {
  const { variables, problems, gravest } = context;
  return (name: string, entry: LocatedEntry) => {
    const isOption = /^[a-z][a-z0-9_]{0,63}$/.test(name) && closestName(name, knownNames(parameterKeys)) === undefined;
    if (!isOption) {
      reportUnknownKey(name, entry, params.at.path, parameterKeys, context);
      return;
    }
    const value = variables.resolve(entry.value, (at, message) => problems.add(gravest, at, message));
    if (!isNothing(value) && !isBroken(value)) options.set(name, { ...entry, value });
  };
}

/** Owners may note anything in `model_info`; a misspelt setting is told there too. */
function takeNote(info: LocatedMap, context: ReadingContext) {
  return (name: string, entry: LocatedEntry) => {
    if (closestName(name, knownNames(infoKeys)) !== undefined) {
      reportUnknownKey(name, entry, info.at.path, infoKeys, context);
    }
  };
}

function priceOf(params: LocatedMap, prices: LiteLlmPrices, { problems }: ReadingContext): Price | undefined {
  try {
    return readPrice(prices);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    problems.add('ignored', params.at, `${error.message}; the provider's price counts`);
    return undefined;
  }
}
