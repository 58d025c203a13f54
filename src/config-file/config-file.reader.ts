import { v5 as uuidv5, validate } from 'uuid';
import type { BudgetFields } from '../budgets/budget.js';
import type { FileOrigins } from '../config/settings.js';
import type { SaidSettings } from '../config/settings.schema.js';
import type { IssuingRules } from '../domain/issuing-rules.js';
import type { DeclaredDeployment, DeclaredModel, DeclaredModels } from '../models/declared-model.js';
import type { ProviderRegistry } from '../providers/provider-registry.js';
import { byPlace, ConfigFileError, type Location, type Problem, Problems } from './config-file.error.js';
import { formatSummary, summaryOf } from './config-file.summary.js';
import type { DeclaredAlert } from './litellm/alerting.reader.js';
import { type ReadDeployment, readDeployment } from './litellm/deployment.reader.js';
import { credentialKeys, fileKeys } from './litellm/file.keys.js';
import type { LeftOutEntry } from './litellm/left-out.js';
import { isWritten, placeOf, readSection, type ReadingContext, reportUnknownKey } from './litellm/section.reader.js';
import {
  type GatewaySections,
  mentionedModels,
  type ModelRules,
  readGatewaySettings,
} from './litellm/settings.reader.js';
import { loadFile } from './yaml/file.loader.js';
import {
  isNothing,
  type LocatedEntry,
  type LocatedMap,
  type LocatedTree,
  mustBe,
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
  /** Where it says them. */
  readonly origins: FileOrigins;
  /** What it says that all requests together may come to. */
  readonly budgets: readonly BudgetFields[];
  /** What it says of keys and teams that are made or changed. */
  readonly issuing: IssuingRules;
  /** Webhooks that it wants to be told of what happens. */
  readonly alerts: readonly DeclaredAlert[];
  /** The entries of `model_list` that become no deployment. */
  readonly leftOut: readonly LeftOutEntry[];
  /** What is worth knowing about it, from top to bottom; none of it stops the start. */
  readonly problems: readonly Problem[];
}

/** How a file is read. */
export interface ReadingOptions {
  /** Whatever is told stops the start; default false. */
  readonly strict?: boolean;
}

/**
 * Reads a configuration in LiteLLM's grammar (https://docs.litellm.ai/docs/proxy/configs), as far as it concerns speech,
 * with the files that it includes. Reads files and nothing else.
 * @param providers are asked for their prefixes, variables and settings
 * @param environment where `os.environ/NAME` and absent provider keys are looked up; an empty variable counts as unset
 * @throws ConfigFileError with everything that stops the start; no message holds a secret
 */
export function readConfigFile(
  path: string,
  providers: ProviderRegistry,
  environment: Readonly<Record<string, string | undefined>>,
  { strict = false }: ReadingOptions = {},
): ConfigFile {
  const problems = new Problems();
  const tree = loadFile(path, problems);
  const variables = new FileVariables(environment);
  const content = tree && readFile(tree, { variables, problems, providers, gravest: 'unusable' });
  const told = byPlace(problems.all);
  const file = content && { path, ...content, problems: told };
  const stopping = strict ? told : told.filter(({ kind }) => kind === 'unusable');
  if (stopping.length > 0) {
    const how = strict ? 'cannot be used, because STRICT_CONFIG takes every warning for an error' : 'cannot be used';
    throw new ConfigFileError(stopping, file && `${path} ${how}: ${formatSummary(summaryOf(file))}`);
  }
  if (!file) throw new Error('a configuration file was refused without an explanation');
  return file;
}

function readFile(file: LocatedMap, context: ReadingContext): Omit<ConfigFile, 'path' | 'problems'> {
  const { variables, problems } = context;
  const section = (name: string): LocatedTree | undefined => file.entries.get(name)?.value;
  const declared = section('environment_variables');
  if (declared) variables.declare(declared, problems);
  readSection(file, fileKeys, context, (name, entry) => {
    // A place for anchors, as in Docker's compose files.
    if (!name.startsWith('x-')) reportUnknownKey(name, entry, file.at.path, fileKeys, context);
  });
  const sections: GatewaySections = {
    file: file.at,
    router: section('router_settings'),
    general: section('general_settings'),
    litellm: section('litellm_settings'),
  };
  const credentials = readCredentials(section('credential_list'), context);
  const { groups, leftOut } = readModels(section('model_list'), credentials, context);
  const { settings, origins, rules, budgets, issuing, alerts } = readGatewaySettings(sections, context);
  // Of an entry that is left out, that has been told.
  const known = new Set([...groups.keys(), ...rules.aliases.keys(), ...leftOut.map(({ model }) => model)]);
  const ignoredPaths = problems.of('ignored').map(({ path }) => path);
  for (const { model, at } of mentionedModels(sections)) {
    const isIgnored = ignoredPaths.some((path) => path.startsWith(keyOf(at)));
    if (!known.has(model) && !isIgnored)
      problems.add('note', at, 'is not a model of this file; requests skip it unless the admin API has one');
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
    origins,
    budgets,
    issuing,
    alerts,
    leftOut,
  };
}

/** The key of a section in which something stands: `router_settings.fallbacks` of `router_settings.fallbacks[0].a`. */
function keyOf({ path }: Location): string {
  return /^\w+\.\w+/.exec(path)?.[0] ?? path;
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
  problems.stop(list.at, mustBe('a list', list));
  return [];
}

function readCredentials(list: LocatedTree | undefined, context: ReadingContext): ReadonlyMap<string, LocatedMap> {
  const { problems } = context;
  const credentials = new Map<string, LocatedMap>();
  for (const item of itemsOf(list, context)) {
    if (item.kind !== 'map') {
      problems.add('ignored', item.at, mustBe('a map with credential_name and credential_values', item));
      continue;
    }
    const { credential_name: name } = readSection(item, credentialKeys, context);
    const values = readMap(item.entries.get('credential_values')?.value, problems, 'ignored');
    if (!isWritten(item, 'credential_name')) problems.add('ignored', placeOf(item, 'credential_name'), 'is missing');
    if (name === undefined || !values) continue;
    if (credentials.has(name)) problems.stop(item.at, 'has the credential_name of another entry: which one is meant?');
    credentials.set(name, values);
  }
  return credentials;
}

interface ReadModels {
  /** Entries by public model name, in the order of the file. No model is without one. */
  readonly groups: ReadonlyMap<string, readonly ReadDeployment[]>;
  readonly leftOut: readonly LeftOutEntry[];
}

function readModels(
  list: LocatedTree | undefined,
  credentials: ReadonlyMap<string, LocatedMap>,
  context: ReadingContext,
): ReadModels {
  const groups = new Map<string, ReadDeployment[]>();
  const leftOut: LeftOutEntry[] = [];
  const ids = new Map<string, Location>();
  for (const item of itemsOf(list, context)) {
    const read = readDeployment(item, credentials, context);
    if ('reason' in read) {
      leftOut.push(read);
      continue;
    }
    const { model, id, declaredAt } = read;
    const other = id === undefined ? undefined : ids.get(id);
    if (other) {
      const at = idLocation(item) ?? declaredAt;
      context.problems.stop(at, `is already the id of ${other.path} (${other.file}:${other.line})`);
    }
    if (id !== undefined && !other) ids.set(id, declaredAt);
    groups.set(model, [...(groups.get(model) ?? []), read]);
  }
  return { groups, leftOut };
}

function idLocation(item: LocatedTree): Location | undefined {
  const info: LocatedEntry | undefined = item.kind === 'map' ? item.entries.get('model_info') : undefined;
  return info?.value.kind === 'map' ? info.value.entries.get('id')?.value.at : undefined;
}
