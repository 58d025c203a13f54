import type { GatewayFileDeployment, GatewayFileLocation } from '../../domain/gateway-file.js';
import type { Price } from '../../domain/price.js';
import { closestName } from './closest-name.js';
import { isNothing, type LocatedEntry, type LocatedMap, type LocatedTree, plainValue } from './located-tree.js';
import { readPrice, type LiteLlmPrices } from './price.reader.js';
import { readProvider } from './provider.reader.js';
import {
  isWritten,
  readMap,
  readSection,
  type ReadingContext,
  reportMissing,
  reportUnknownKey,
} from './section.reader.js';
import { infoSettings, parameterSettings } from './settings/deployment.settings.js';
import { modelSettings } from './settings/file.settings.js';
import { knownNames } from './settings/setting.js';

const MEBIBYTE = 1024 * 1024;
const ENTRY = 'a map with model_name and litellm_params';

/** One entry of `model_list`, read. */
export interface ReadDeployment {
  /** The public model name. */
  readonly model: string;
  readonly deployment: GatewayFileDeployment;
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
  const reason = reasonToLeaveOut(infoMap, paramsMap);
  if (reason) {
    problems.warn(reason.at, `the entry is left out: ${reason.message}`);
    return undefined;
  }
  const errorsBefore = problems.errors.length;
  const named = readSection(map, modelSettings, context);
  if (!isWritten(map, 'model_name')) reportMissing(map, 'model_name', problems);
  const info = infoMap ? readSection(infoMap, infoSettings, context, takeNote(infoMap, context)) : {};
  if (!isWritten(map, 'litellm_params')) reportMissing(map, 'litellm_params', problems);
  if (!paramsMap) return undefined;
  const params = withCredential(paramsMap, credentials, context);
  const options: Record<string, unknown> = {};
  const parameters = readSection(params, parameterSettings, context, takeOption(params, options, context));
  if (!isWritten(params, 'model')) reportMissing(params, 'model', problems);
  const provider =
    parameters.model === undefined ? undefined : readProvider(params, parameters, parameters.model, context);
  // Amounts that are wrong are not there: what is left of them would be a puzzle.
  const price =
    problems.errors.length > errorsBefore ? undefined : priceOf(params, { ...info, ...parameters }, context);
  if (!provider || named.model_name === undefined) return undefined;
  const { max_file_size_mb: maxFileSizeMb } = parameters;
  return {
    model: named.model_name,
    deployment: {
      id: info.id,
      ...provider,
      organization: parameters.organization,
      weight: parameters.weight,
      order: parameters.order,
      rpm: parameters.rpm,
      maxParallelRequests: parameters.max_parallel_requests,
      timeoutMs: parameters.timeout,
      streamTimeoutMs: parameters.stream_timeout,
      maxRetries: parameters.max_retries,
      cooldownMs: parameters.cooldown_time,
      maxFileBytes: maxFileSizeMb === undefined ? undefined : Math.floor(maxFileSizeMb * MEBIBYTE),
      dropParams: parameters.drop_params,
      price,
      baseModel: info.base_model ?? parameters.base_model,
      mode: info.mode === 'audio_transcription' ? info.mode : undefined,
      options,
      declaredAt: map.at,
    },
  };
}

/** What keeps the entry from being read: another purpose, `blocked` or a wildcard. */
function reasonToLeaveOut(
  info: LocatedMap | undefined,
  params: LocatedMap | undefined,
): { readonly at: GatewayFileLocation; readonly message: string } | undefined {
  const mode = info?.entries.get('mode')?.value;
  const { data: declared } = infoSettings.schema.shape.mode.safeParse(mode && plainValue(mode));
  if (mode && declared !== undefined && declared !== 'audio_transcription') {
    return { at: mode.at, message: `Auricle transcribes speech, it does not serve ${declared}` };
  }
  const blocked = info?.entries.get('blocked')?.value;
  if (blocked && infoSettings.schema.shape.blocked.safeParse(plainValue(blocked)).data) {
    return { at: blocked.at, message: 'it is blocked' };
  }
  const model = params?.entries.get('model')?.value;
  if (model?.kind === 'scalar' && typeof model.value === 'string' && model.value.includes('*')) {
    return { at: model.at, message: 'wildcards are not served, every model needs an entry of its own' };
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
    const isOption =
      /^[a-z][a-z0-9_]{0,63}$/.test(name) && closestName(name, knownNames(parameterSettings)) === undefined;
    if (!isOption) reportUnknownKey(name, entry, params.at.path, parameterSettings, problems);
    else if (!isNothing(entry.value)) options[name] = plainValue(variables.resolve(entry.value));
  };
}

/** Owners may note anything in `model_info`; a misspelt setting is an error there too. */
function takeNote(info: LocatedMap, { problems }: ReadingContext) {
  return (name: string, entry: LocatedEntry) => {
    if (closestName(name, knownNames(infoSettings)) !== undefined) {
      reportUnknownKey(name, entry, info.at.path, infoSettings, problems);
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
