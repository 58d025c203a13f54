import type {
  GatewayFile,
  GatewayFileDeployment,
  GatewayFileLocation,
  GatewayFileProblem,
} from '../../domain/gateway-file.js';
import { readDeployment } from './deployment.reader.js';
import { loadFile } from './file.loader.js';
import { byPlace, GatewayFileProblems } from './gateway-file.error.js';
import { describeKind, isNothing, type LocatedEntry, type LocatedMap, type LocatedTree } from './located-tree.js';
import { type GatewaySections, mentionedModels, readGatewaySettings } from './routing.reader.js';
import { readMap, readSection, type ReadingContext, reportMissing, reportUnknownKey } from './section.reader.js';
import { credentialSettings, fileSettings } from './settings/file.settings.js';
import { Variables } from './variables.resolver.js';

/** A gateway file, and what is worth knowing about it: settings without effect, entries that are left out. */
export interface ReadGatewayFile extends GatewayFile {
  readonly warnings: readonly GatewayFileProblem[];
}

/**
 * Reads a configuration in LiteLLM's grammar (https://docs.litellm.ai/docs/proxy/configs), as far as it concerns speech,
 * with the files that it includes. Reads files and nothing else.
 * @param environment where `os.environ/NAME` and absent provider keys are looked up; an empty variable counts as unset
 * @throws GatewayFileError with everything that is wrong; no message holds a value
 */
export function readGatewayFile(
  path: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ReadGatewayFile {
  const problems = new GatewayFileProblems();
  const file = loadFile(path, problems);
  const result = file && readFile(file, { variables: new Variables(environment, problems), problems });
  problems.throwIfAny();
  if (!result) throw new Error('a gateway file was refused without a reason');
  return { ...result, warnings: byPlace(problems.warnings) };
}

function readFile(file: LocatedMap, context: ReadingContext): GatewayFile {
  const { variables, problems } = context;
  const section = (name: string): LocatedTree | undefined => file.entries.get(name)?.value;
  const declared = section('environment_variables');
  if (declared) variables.declare(declared);
  readSection(file, fileSettings, context, (name, entry) => {
    // A place for anchors, as in Docker's compose files.
    if (!name.startsWith('x-')) reportUnknownKey(name, entry, file.at.path, fileSettings, problems);
  });
  const sections: GatewaySections = {
    file: file.at,
    router: section('router_settings'),
    general: section('general_settings'),
    litellm: section('litellm_settings'),
  };
  const credentials = readCredentials(section('credential_list'), context);
  const models = readModels(section('model_list'), credentials, context);
  const settings = readGatewaySettings(sections, context);
  const known = new Set([...models.keys(), ...settings.routing.modelGroupAliases.keys()]);
  for (const { model, at } of mentionedModels(sections)) {
    if (!known.has(model))
      problems.warn(at, 'is not a model of this file; requests skip it unless the admin API has one');
  }
  return { models, ...settings };
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
    const name = map && readSection(map, credentialSettings, context).credential_name;
    const values = readMap(map?.entries.get('credential_values')?.value, context.problems);
    if (!map) continue;
    if (!map.entries.has('credential_name')) reportMissing(map, 'credential_name', context.problems);
    if (name !== undefined && values) credentials.set(name, values);
  }
  return credentials;
}

function readModels(
  list: LocatedTree | undefined,
  credentials: ReadonlyMap<string, LocatedMap>,
  context: ReadingContext,
): ReadonlyMap<string, readonly GatewayFileDeployment[]> {
  const models = new Map<string, GatewayFileDeployment[]>();
  const ids = new Map<string, GatewayFileLocation>();
  for (const item of itemsOf(list, context)) {
    const read = readDeployment(item, credentials, context);
    if (!read) continue;
    const { model, deployment } = read;
    const { id, declaredAt } = deployment;
    const other = id === undefined ? undefined : ids.get(id);
    if (other) {
      const at = idLocation(item) ?? declaredAt;
      context.problems.error(at, `is already the id of ${other.path} (${other.file}:${other.line})`);
    }
    if (id !== undefined && !other) ids.set(id, declaredAt);
    models.set(model, [...(models.get(model) ?? []), deployment]);
  }
  return models;
}

function idLocation(item: LocatedTree): GatewayFileLocation | undefined {
  const info: LocatedEntry | undefined = item.kind === 'map' ? item.entries.get('model_info') : undefined;
  return info?.value.kind === 'map' ? info.value.entries.get('id')?.value.at : undefined;
}
