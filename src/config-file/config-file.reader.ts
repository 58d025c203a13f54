import { v5 as uuidv5, validate } from 'uuid';
import type { SaidSettings } from '../config/settings.schema.js';
import type { DeclaredDeployment, DeclaredModel, DeclaredModels } from '../models/declared-model.js';
import type { ProviderRegistry } from '../providers/provider-registry.js';
import { byPlace, type Location, type Problem, Problems } from './config-file.error.js';
import { type ReadDeployment, readDeployment } from './litellm/deployment.reader.js';
import { credentialKeys, fileKeys } from './litellm/file.keys.js';
import { readSection, type ReadingContext, reportMissing, reportUnknownKey } from './litellm/section.reader.js';
import {
  type GatewaySections,
  mentionedModels,
  type ModelRules,
  readGatewaySettings,
} from './litellm/settings.reader.js';
import { loadFile } from './yaml/file.loader.js';
import {
  describeKind,
  isNothing,
  type LocatedEntry,
  type LocatedMap,
  type LocatedTree,
  readMap,
} from './yaml/located-tree.js';
import { FileVariables } from './yaml/variables.resolver.js';

/** Namespace of the stable ids of what a configuration file declares. */
const FILE_NAMESPACE = '0d1c7c53-8c0f-4f5a-9a53-0a6a4d0a7f9e';

/** What a configuration file says, in our words. */
export interface ConfigFile extends DeclaredModels {
  readonly path: string;
  /** The settings that it says; variables win over them. */
  readonly settings: SaidSettings;
  /** What is worth knowing about it: keys without effect, entries that are left out. */
  readonly warnings: readonly Problem[];
}

/**
 * Reads a configuration in LiteLLM's grammar (https://docs.litellm.ai/docs/proxy/configs), as far as it concerns speech,
 * with the files that it includes. Reads files and nothing else.
 * @param providers are asked for their prefixes, variables and settings
 * @param environment where `os.environ/NAME` and absent provider keys are looked up; an empty variable counts as unset
 * @throws ConfigFileError with everything that is wrong; no message holds a value
 */
export function readConfigFile(
  path: string,
  providers: ProviderRegistry,
  environment: Readonly<Record<string, string | undefined>>,
): ConfigFile {
  const problems = new Problems();
  const file = loadFile(path, problems);
  const result = file && readFile(file, { variables: new FileVariables(environment, problems), problems, providers });
  problems.throwIfAny();
  if (!result) throw new Error('a configuration file was refused without an explanation');
  return { path, ...result, warnings: byPlace(problems.warnings) };
}

function readFile(file: LocatedMap, context: ReadingContext): Omit<ConfigFile, 'path' | 'warnings'> {
  const { variables, problems } = context;
  const section = (name: string): LocatedTree | undefined => file.entries.get(name)?.value;
  const declared = section('environment_variables');
  if (declared) variables.declare(declared);
  readSection(file, fileKeys, context, (name, entry) => {
    // A place for anchors, as in Docker's compose files.
    if (!name.startsWith('x-')) reportUnknownKey(name, entry, file.at.path, fileKeys, problems);
  });
  const sections: GatewaySections = {
    file: file.at,
    router: section('router_settings'),
    general: section('general_settings'),
    litellm: section('litellm_settings'),
  };
  const credentials = readCredentials(section('credential_list'), context);
  const groups = readModels(section('model_list'), credentials, context);
  const { settings, rules } = readGatewaySettings(sections, context);
  const known = new Set([...groups.keys(), ...rules.aliases.keys()]);
  for (const { model, at } of mentionedModels(sections)) {
    if (!known.has(model))
      problems.warn(at, 'is not a model of this file; requests skip it unless the admin API has one');
  }
  const dropsParams = settings.drop_params === true;
  return {
    models: [...groups].map(([name, entries]) => toModel(name, entries, rules, dropsParams)),
    aliases: [...rules.aliases].map(([name, { model, hidden }]) => ({
      id: uuidv5(`alias/${name}`, FILE_NAMESPACE),
      name,
      model,
      hidden,
    })),
    fallbacks: rules.fallbacks,
    settings,
  };
}

function toModel(
  name: string,
  entries: readonly ReadDeployment[],
  rules: ModelRules,
  dropsParams: boolean,
): DeclaredModel {
  const drop_params = dropParamsOf(entries, dropsParams);
  return {
    id: uuidv5(`model/${name}`, FILE_NAMESPACE),
    name,
    routing: drop_params === undefined ? {} : { drop_params },
    deployments: entries.map((entry, index): DeclaredDeployment => {
      const { routing } = entry.deployment;
      return {
        ...entry.deployment,
        id: idOf(entry, entries.slice(0, index)),
        routing: {
          ...routing,
          max_concurrent_requests: routing.max_concurrent_requests ?? rules.maxConcurrentRequests,
          ...(rules.neverCools && { cooldown_seconds: 0 }),
        },
      };
    }),
  };
}

/** Fields are left out for a whole model, so one deployment that may leave them out decides. */
function dropParamsOf(entries: readonly ReadDeployment[], ofGateway: boolean): boolean | undefined {
  if (entries.every(({ dropParams }) => dropParams === undefined)) return undefined;
  return entries.some(({ dropParams }) => dropParams ?? ofGateway);
}

/**
 * Deployment ids are UUIDs here; any other id in the file becomes one, always the same. Without one it is made of what
 * is called, and of how often that stands before: the same model with several keys. So a deployment keeps its id, and with
 * it its health, when the file is read again, wherever it stands by then.
 */
function idOf({ id, model, deployment }: ReadDeployment, before: readonly ReadDeployment[]): string {
  if (id !== undefined) return validate(id) ? id.toLowerCase() : uuidv5(`id/${id}`, FILE_NAMESPACE);
  const target = targetOf(deployment);
  const twins = before.filter((it) => it.id === undefined && targetOf(it.deployment) === target).length;
  return uuidv5(`deployment/${JSON.stringify([model, target, twins])}`, FILE_NAMESPACE);
}

function targetOf({ provider, upstream_model, api_base }: ReadDeployment['deployment']): string {
  return JSON.stringify([provider, upstream_model, api_base ?? '']);
}

/** The elements of a list; reports what is no list. */
function itemsOf(list: LocatedTree | undefined, { problems }: ReadingContext): readonly LocatedTree[] {
  if (!list || isNothing(list)) return [];
  if (list.kind === 'list') return list.items;
  problems.error(list.at, `must be a list, not ${describeKind(list)}`);
  return [];
}

function readCredentials(list: LocatedTree | undefined, context: ReadingContext): ReadonlyMap<string, LocatedMap> {
  const credentials = new Map<string, LocatedMap>();
  for (const item of itemsOf(list, context)) {
    const map = readMap(item, context.problems, 'a map with credential_name and credential_values');
    const name = map && readSection(map, credentialKeys, context).credential_name;
    const values = readMap(map?.entries.get('credential_values')?.value, context.problems);
    if (!map) continue;
    if (!map.entries.has('credential_name')) reportMissing(map, 'credential_name', context.problems);
    if (name !== undefined && values) credentials.set(name, values);
  }
  return credentials;
}

/** Entries by public model name, in the order of the file. No model is without one. */
function readModels(
  list: LocatedTree | undefined,
  credentials: ReadonlyMap<string, LocatedMap>,
  context: ReadingContext,
): ReadonlyMap<string, readonly ReadDeployment[]> {
  const models = new Map<string, ReadDeployment[]>();
  const ids = new Map<string, Location>();
  for (const item of itemsOf(list, context)) {
    const read = readDeployment(item, credentials, context);
    if (!read) continue;
    const { model, id, declaredAt } = read;
    const other = id === undefined ? undefined : ids.get(id);
    if (other) {
      const at = idLocation(item) ?? declaredAt;
      context.problems.error(at, `is already the id of ${other.path} (${other.file}:${other.line})`);
    }
    if (id !== undefined && !other) ids.set(id, declaredAt);
    models.set(model, [...(models.get(model) ?? []), read]);
  }
  return models;
}

function idLocation(item: LocatedTree): Location | undefined {
  const info: LocatedEntry | undefined = item.kind === 'map' ? item.entries.get('model_info') : undefined;
  return info?.value.kind === 'map' ? info.value.entries.get('id')?.value.at : undefined;
}
