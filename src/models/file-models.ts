import { v5 as uuidv5, validate } from 'uuid';
import { GatewayFileError } from '../config/gateway-file/gateway-file.error.js';
import type { GatewayFile, GatewayFileDeployment, GatewayFileProblem } from '../domain/gateway-file.js';
import { previewSecret } from '../domain/secret-preview.js';
import type { ProviderRegistry } from '../providers/provider-registry.js';
import type { CatalogueDeployment, CatalogueModel } from './catalogue-model.js';

/** Namespace of the stable ids of what the gateway file declares. */
const FILE_NAMESPACE = '0d1c7c53-8c0f-4f5a-9a53-0a6a4d0a7f9e';

/**
 * The models of a gateway file, its aliases among them. Ids are made from names and places, so that they survive a
 * restart.
 * @throws GatewayFileError when a provider refuses what the file says of a deployment
 */
export function fileModels(file: GatewayFile, providers: ProviderRegistry, readAt: Date): CatalogueModel[] {
  const problems: GatewayFileProblem[] = [];
  const models = [...file.models].map(([name, declared]): CatalogueModel => {
    const deployments = declared.flatMap((deployment, index) => {
      const made = fileDeployment(file, name, deployment, index, providers, readAt);
      if ('message' in made) problems.push(made);
      return 'message' in made ? [] : [made];
    });
    return {
      id: uuidv5(`model/${name}`, FILE_NAMESPACE),
      name,
      managedBy: 'file',
      hidden: false,
      routing: {
        dropParams: declared.some((deployment) => deployment.dropParams ?? file.routing.dropParams) || undefined,
      },
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
  index: number,
  providers: ProviderRegistry,
  readAt: Date,
): CatalogueDeployment | GatewayFileProblem {
  const adapter = providers.get(declared.provider);
  if (!adapter) return { ...declared.declaredAt, message: `this gateway does not serve ${declared.provider}` };
  const settings = adapter.settings.safeParse(settingsOf(declared));
  if (!settings.success) {
    const [issue] = settings.error.issues;
    return {
      ...declared.declaredAt,
      message: `${declared.provider} refuses ${issue?.path.join('.')} ${issue?.message}`,
    };
  }
  return {
    id: idOf(model, declared, index),
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
      maxRequestsPerMinute: declared.rpm,
      maxConcurrentRequests: declared.maxParallelRequests ?? file.routing.defaultMaxParallelRequests,
      timeoutMs: declared.timeoutMs,
      streamTimeoutMs: declared.streamTimeoutMs,
      maxRetries: declared.maxRetries,
      cooldownMs: declared.cooldownMs,
      maxFileBytes: declared.maxFileBytes,
    },
    enabled: true,
    managedBy: 'file',
    createdAt: readAt,
    updatedAt: readAt,
  };
}

/** Deployment ids are UUIDs here; any other id in the file becomes one, always the same. */
function idOf(model: string, { id }: GatewayFileDeployment, index: number): string {
  if (id === undefined) return uuidv5(`deployment/${model}/${index}`, FILE_NAMESPACE);
  return validate(id) ? id : uuidv5(`id/${id}`, FILE_NAMESPACE);
}

/** The provider's own settings: those that the file has a word of its own for, and whatever else stands there. */
function settingsOf({ provider, apiVersion, baseModel, organization, options }: GatewayFileDeployment): object {
  return {
    ...options,
    ...(provider === 'azure' && { ...(apiVersion && { apiVersion }), ...(baseModel && { baseModel }) }),
    ...(provider === 'openai' && organization && { organization }),
  };
}

/** The fallbacks that the file names for a model, wherever the model is declared, unless it has its own. */
export function withFallbacks(model: CatalogueModel, file: GatewayFile | undefined): CatalogueModel {
  const fallbacks = model.routing.fallbacks ?? file?.routing.fallbacks.get(model.name);
  return fallbacks ? { ...model, routing: { ...model.routing, fallbacks } } : model;
}

/** Aliases are models of their own name with another's deployments. */
export function withAliases(models: ReadonlyMap<string, CatalogueModel>, file: GatewayFile): CatalogueModel[] {
  return [...file.routing.modelGroupAliases].flatMap(([alias, { model: target, hidden }]) => {
    const model = models.get(target);
    if (!model) return [];
    const deployments = model.deployments.map((deployment) => ({ ...deployment, model: alias }));
    return [
      { ...model, id: uuidv5(`alias/${alias}`, FILE_NAMESPACE), name: alias, managedBy: 'file', hidden, deployments },
    ];
  });
}
