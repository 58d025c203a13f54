import { v5 as uuidv5, validate } from 'uuid';
import type { z } from 'zod';
import { GatewayFileError } from '../config/gateway-file/gateway-file.error.js';
import type { GatewayFile, GatewayFileDeployment, GatewayFileProblem } from '../domain/gateway-file.js';
import { previewSecret } from '../domain/secret-preview.js';
import type { ProviderRegistry } from '../providers/provider-registry.js';
import type { CatalogueDeployment, CatalogueModel } from './catalogue-model.js';

/** Namespace of the stable ids of what the gateway file declares. */
const FILE_NAMESPACE = '0d1c7c53-8c0f-4f5a-9a53-0a6a4d0a7f9e';

/**
 * The models of a gateway file, without its aliases. Ids are made from what is declared and not from where, so that a
 * deployment keeps its id, and with it its health, when the file is read again.
 * @throws GatewayFileError when a provider refuses what the file says of a deployment
 */
export function fileModels(file: GatewayFile, providers: ProviderRegistry, readAt: Date): CatalogueModel[] {
  const problems: GatewayFileProblem[] = [];
  const models = [...file.models].map(([name, declared]): CatalogueModel => {
    const deployments = declared.flatMap((deployment, index) => {
      const id = idOf(name, deployment, declared.slice(0, index));
      const made = fileDeployment(file, name, deployment, id, providers, readAt);
      if ('message' in made) problems.push(made);
      return 'message' in made ? [] : [made];
    });
    return {
      id: uuidv5(`model/${name}`, FILE_NAMESPACE),
      name,
      managedBy: 'file',
      hidden: false,
      routing: { drop_params: dropParamsOf(declared, file) },
      createdAt: readAt,
      deployments,
    };
  });
  if (problems.length > 0) throw new GatewayFileError(problems);
  return models;
}

function fileDeployment(
  file: GatewayFile,
  model: string,
  declared: GatewayFileDeployment,
  id: string,
  providers: ProviderRegistry,
  readAt: Date,
): CatalogueDeployment | GatewayFileProblem {
  const adapter = providers.get(declared.provider);
  if (!adapter) return { ...declared.declaredAt, message: `this gateway does not serve ${declared.provider}` };
  const settings = adapter.settings.safeParse(settingsOf(declared));
  if (!settings.success) {
    return { ...declared.declaredAt, message: refusalOf(declared.provider, settings.error) };
  }
  return {
    id,
    model,
    provider: declared.provider,
    upstreamModel: declared.upstreamModel,
    apiBase: declared.apiBase,
    ownApiBase: declared.apiBase,
    apiKey: declared.apiKey,
    apiKeyPreview: declared.apiKey && previewSecret(declared.apiKey),
    settings: settings.data,
    weight: declared.weight ?? 1,
    price: declared.price,
    routing: {
      order: declared.order,
      max_requests_per_minute: declared.rpm,
      max_concurrent_requests: declared.maxParallelRequests ?? file.routing.defaultMaxParallelRequests,
      timeout_seconds: toSeconds(declared.timeoutMs),
      stream_timeout_seconds: toSeconds(declared.streamTimeoutMs),
      max_retries: declared.maxRetries,
      cooldown_seconds: file.routing.cooldownsDisabled ? 0 : toSeconds(declared.cooldownMs),
      max_bytes: declared.maxFileBytes,
    },
    enabled: true,
    managedBy: 'file',
    createdAt: readAt,
    updatedAt: readAt,
  };
}

/** Fields are left out for a whole model, so one deployment that may leave them out decides. */
function dropParamsOf(declared: readonly GatewayFileDeployment[], { routing }: GatewayFile): boolean | undefined {
  if (declared.every(({ dropParams }) => dropParams === undefined)) return undefined;
  return declared.some(({ dropParams }) => dropParams ?? routing.dropParams);
}

/**
 * Deployment ids are UUIDs here; any other id in the file becomes one, always the same. Without one it is made of what
 * is called, and of how often that stands before: the same model with several keys. A key may change, an id does not.
 */
function idOf(model: string, declared: GatewayFileDeployment, before: readonly GatewayFileDeployment[]): string {
  if (declared.id !== undefined) {
    return validate(declared.id) ? declared.id.toLowerCase() : uuidv5(`id/${declared.id}`, FILE_NAMESPACE);
  }
  const target = targetOf(declared);
  const twins = before.filter((it) => it.id === undefined && targetOf(it) === target).length;
  return uuidv5(`deployment/${JSON.stringify([model, target, twins])}`, FILE_NAMESPACE);
}

function targetOf({ provider, upstreamModel, apiBase }: GatewayFileDeployment): string {
  return JSON.stringify([provider, upstreamModel, apiBase ?? '']);
}

/**
 * The provider's own settings: those that the file has a word of its own for, and whatever else stands there.
 */
function settingsOf({ provider, apiVersion, baseModel, organization, options }: GatewayFileDeployment): object {
  return {
    ...options,
    ...(provider === 'azure' && {
      ...(apiVersion && { api_version: apiVersion }),
      ...(baseModel && { base_model: baseModel }),
    }),
    ...(provider === 'openai' && organization && { organization }),
  };
}

function fallbacksOf(name: string, { routing }: GatewayFile): string[] | undefined {
  const names = routing.fallbacks.get(name);
  return names && [...names];
}

function toSeconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000;
}

/** Names the option as it stands in the file, and never its value. */
function refusalOf(provider: string, { issues }: z.ZodError): string {
  const [issue] = issues;
  if (issue?.code === 'unrecognized_keys') {
    const names = issue.keys.join(', ');
    return `${provider} has no setting ${names}; a field of requests is sent by clients, with each request`;
  }
  return `${provider} refuses ${String(issue?.path[0] ?? 'its settings')}: ${issue?.message ?? 'not valid'}`;
}

/** The fallbacks that the file names for a model, wherever the model is declared, unless it has its own. */
export function withFallbacks(model: CatalogueModel, file: GatewayFile | undefined): CatalogueModel {
  const fallbacks = model.routing.fallbacks ?? file?.routing.fallbacks.get(model.name);
  return fallbacks ? { ...model, routing: { ...model.routing, fallbacks: [...fallbacks] } } : model;
}

/** Aliases are models of their own name with another's deployments, and its fallbacks unless they have their own. */
export function withAliases(models: ReadonlyMap<string, CatalogueModel>, file: GatewayFile): CatalogueModel[] {
  return [...file.routing.modelGroupAliases].flatMap(([alias, { model: target, hidden }]) => {
    const model = models.get(target);
    if (!model) return [];
    return [
      {
        ...model,
        id: uuidv5(`alias/${alias}`, FILE_NAMESPACE),
        name: alias,
        managedBy: 'file',
        hidden,
        routing: { ...model.routing, fallbacks: fallbacksOf(alias, file) ?? model.routing.fallbacks },
        deployments: model.deployments.map((deployment) => ({ ...deployment, model: alias })),
      },
    ];
  });
}
