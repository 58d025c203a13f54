import type { ProviderRegistry } from '../../providers/provider-registry.js';
import { type ProviderEnvironment, readEnvironment, settingVariables } from '../../providers/provider-environment.js';
import type { CreateDeployment } from '../../models/deployments/deployment.schema.js';
import { badRequest } from '../../domain/errors.js';
import { type Problem, Problems } from '../config-file.error.js';
import { type LocatedMap, type LocatedTree, treeOf } from '../yaml/located-tree.js';
import { FileVariables } from '../yaml/variables.resolver.js';
import { readDeployment } from './deployment.reader.js';

/** Where problems say that the entry was written. */
const REQUEST = 'request';
const VARIABLE = 'os.environ/';

/** A stored credential that an entry may name. */
export interface NameableCredential {
  readonly name: string;
  readonly api_base: string | null;
}

/** An entry of `model_list` that was sent, as the admin API would be sent it. */
export interface SentEntry {
  /** The public model name. */
  readonly model: string;
  readonly deployment: CreateDeployment;
  /** Whether request fields that the deployment cannot honour may be left out, for the whole model; absent = not said. */
  readonly dropParams?: boolean;
  /** What it says without effect. */
  readonly warnings: readonly string[];
}

/**
 * Reads one entry of `model_list` that was sent as JSON, by the rules of the configuration file. As nobody can mend it
 * later, what a file would ignore, leave out or switch off is refused.
 * @param credential the stored credential that it names; its own `credential_list` there is not
 * @param environment where `os.environ/NAME` and absent provider keys are looked up. Only variables that providers read can
 * be had, so that who may send models cannot read the rest of the process.
 * @throws GatewayError 400 that names the place; no message holds a secret
 */
export function readSentEntry(
  entry: Readonly<Record<string, unknown>>,
  credential: NameableCredential | undefined,
  providers: ProviderRegistry,
  environment: Readonly<Record<string, string | undefined>>,
): SentEntry {
  const problems = new Problems();
  const tree = treeOf(entry, REQUEST);
  const readable = variablesOf(providers);
  refuseOtherVariables(tree, readable, problems);
  refuse(problems);
  const ofProviders = Object.fromEntries([...readable].map((name) => [name, environment[name]]));
  const variables = new FileVariables(ofProviders);
  const read = readDeployment(tree, credentialMap(credential), { variables, problems, providers });
  refuse(problems);
  if ('reason' in read) throw badRequest(`The entry makes no deployment: ${read.explanation}`);
  const { model, deployment, dropParams } = read;
  return {
    model,
    deployment: withKeyOf(deployment, tree, credential, providers, ofProviders),
    dropParams,
    warnings: problems.all.map(({ path, message }) => `${path}: ${message}`),
  };
}

/** A file only tells of these; whoever sends an entry can be asked to mend it. */
function refuse(problems: Problems): void {
  const [grave] = problems.all.filter(({ kind }) => kind !== 'no_effect' && kind !== 'note');
  if (grave) throw refusal(grave);
}

function refusal({ path, message }: Problem) {
  return badRequest(path === '' ? message : `${path} ${message}`, path || null, 'invalid_value');
}

/**
 * A key of the environment is used where it is and not copied, so that it can be changed there; and so is that of a stored
 * credential.
 */
function withKeyOf(
  deployment: CreateDeployment,
  tree: LocatedTree,
  credential: NameableCredential | undefined,
  providers: ProviderRegistry,
  environment: Readonly<Record<string, string | undefined>>,
): CreateDeployment {
  if (credential) return { ...deployment, credential: credential.name, api_key: null };
  const adapter = providers.get(deployment.provider);
  const found = adapter && readEnvironment(adapter.environment, (name) => environment[name]).api_key?.value;
  const isInherited = !writesKey(tree) && deployment.api_key === found;
  return { ...deployment, ...(isInherited && { api_key: null }) };
}

function writesKey(tree: LocatedTree): boolean {
  const params = tree.kind === 'map' ? tree.entries.get('litellm_params')?.value : undefined;
  return params?.kind === 'map' && params.entries.has('api_key');
}

/** As one of `credential_list`, with something in the place of the secret, which stays where it is. */
function credentialMap(credential: NameableCredential | undefined): ReadonlyMap<string, LocatedMap> {
  if (!credential) return new Map();
  const { name, api_base } = credential;
  const values = treeOf({ api_key: 'stored', api_base }, REQUEST, 'litellm_params');
  return new Map(values.kind === 'map' ? [[name, values]] : []);
}

function variablesOf(providers: ProviderRegistry): ReadonlySet<string> {
  const named = providers.prefixes().flatMap((prefix) => providers.byPrefix(prefix)?.environment ?? []);
  const all = [...named, ...providers.all().map(({ environment }) => environment)];
  return new Set(all.flatMap(namesIn));
}

function namesIn(environment: ProviderEnvironment): readonly string[] {
  const ofSettings = Object.values(settingVariables(environment)).flatMap((names) => names ?? []);
  return [...environment.api_key, ...environment.api_base, ...ofSettings];
}

function refuseOtherVariables(tree: LocatedTree, readable: ReadonlySet<string>, problems: Problems): void {
  if (tree.kind === 'list') for (const item of tree.items) refuseOtherVariables(item, readable, problems);
  if (tree.kind === 'map')
    for (const { value } of tree.entries.values()) refuseOtherVariables(value, readable, problems);
  if (tree.kind !== 'scalar' || typeof tree.value !== 'string') return;
  const text = tree.value.trim();
  if (text.startsWith(VARIABLE) && !readable.has(text.slice(VARIABLE.length))) {
    problems.stop(tree.at, 'names a variable that no provider reads; only those can be had through this API');
  }
}
