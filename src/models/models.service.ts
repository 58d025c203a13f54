import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Prisma } from '../database/generated/client.js';
import { badRequest, conflict, GatewayError, notFound } from '../domain/errors.js';
import { previewSecret } from '../domain/secret-preview.js';
import type { Page, PageQuery } from '../http/admin/list.js';
import { schemaError } from '../http/errors/schema-error.js';
import type { ProviderAdapter } from '../providers/provider-adapter.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import type { CatalogueDeployment, CatalogueModel } from './catalogue-model.js';
import { CatalogueBuilder } from './catalogue.builder.js';
import { Catalogue } from './catalogue.js';
import { CredentialsRepository, type NamedCredentialRow, type SealedSecret } from './credentials.repository.js';
import type {
  CreateDeployment,
  CreateModel,
  DeploymentView,
  ModelView,
  UpdateDeployment,
  UpdateModel,
} from './model.schema.js';
import { ModelsRepository, type DeploymentFields } from './models.repository.js';
import { SecretBox } from './secret-box.js';

/** Public models and their deployments, administered. */
@Injectable()
export class ModelsService {
  constructor(
    private readonly models: ModelsRepository,
    private readonly credentials: CredentialsRepository,
    private readonly providers: ProviderRegistry,
    private readonly box: SecretBox,
    private readonly catalogue: Catalogue,
    private readonly builder: CatalogueBuilder,
  ) {}

  /** @throws GatewayError 400 for what a provider does not take, 409 when the name is taken */
  async create(body: CreateModel): Promise<ModelView> {
    this.refuseNameOfFile(body.name);
    const deployments: DeploymentFields[] = [];
    for (const [index, deployment] of body.deployments.entries()) {
      deployments.push(await this.check(deployment, `deployments.${index}.`));
    }
    if (!(await this.models.create({ name: body.name, routing: body.routing }, deployments)))
      throw nameTaken(body.name);
    await this.catalogue.refresh();
    return this.get(body.name);
  }

  list({ limit, cursor }: PageQuery): Page<ModelView> {
    const all = this.catalogue.all();
    const start = cursor ? positionAfter(cursor, all) : 0;
    const data = all.slice(start, start + limit).map(presentModel);
    const hasMore = all.length > start + limit;
    return { object: 'list', data, has_more: hasMore, next_cursor: hasMore ? (data.at(-1)?.id ?? null) : null };
  }

  /** @throws GatewayError 404 */
  get(name: string): ModelView {
    return presentModel(this.find(name));
  }

  /** @throws GatewayError 404, or 409 when the new name is taken or the model is not the API's */
  async update(name: string, body: UpdateModel): Promise<ModelView> {
    const model = this.findEditable(name);
    if (body.name !== undefined) this.refuseNameOfFile(body.name);
    if ((await this.models.update(model.id, body)) === undefined) throw nameTaken(body.name ?? name);
    await this.catalogue.refresh();
    return this.get(body.name ?? name);
  }

  /** @throws GatewayError 404, or 409 naming the keys that use it */
  async delete(name: string): Promise<{ id: string; object: 'model'; deleted: true }> {
    const model = this.findEditable(name);
    const { usedBy } = await this.models.deleteUnused(model.id, name);
    if (usedBy.length > 0) {
      throw conflict(`The model is in the allow list of ${usedBy.join(', ')}`, 'name', 'in_use');
    }
    await this.catalogue.refresh();
    return { id: model.id, object: 'model', deleted: true };
  }

  listDeployments(name: string): Page<DeploymentView> {
    const data = this.find(name).deployments.map(presentDeployment);
    return { object: 'list', data, has_more: false, next_cursor: null };
  }

  getDeployment(name: string, id: string): DeploymentView {
    return presentDeployment(findDeployment(this.find(name), id));
  }

  /** @throws GatewayError 400, 404, 409 */
  async createDeployment(name: string, body: CreateDeployment): Promise<DeploymentView> {
    const model = this.findEditable(name);
    const id = await this.models.createDeployment(model.id, await this.check(body, ''));
    await this.catalogue.refresh();
    return this.getDeployment(name, id);
  }

  /** @throws GatewayError 400, 404, 409 */
  async updateDeployment(name: string, id: string, body: UpdateDeployment): Promise<DeploymentView> {
    const before = findDeployment(this.findEditable(name), id);
    const adapter = this.adapter(before.provider, '');
    const credential = body.credential ? await this.findCredential(body.credential, before.provider, '') : undefined;
    const secretChanges = body.credential !== undefined || body.api_key !== undefined;
    if (secretChanges && !body.credential && !body.api_key) this.requireKey(adapter, '');
    if (body.api_base === null) this.requireBase(adapter, credential?.apiBase ?? undefined, '');
    await this.models.updateDeployment(id, {
      ...(body.upstream_model !== undefined && { upstreamModel: body.upstream_model }),
      ...(body.credential !== undefined && { credentialId: credential?.id ?? null }),
      ...(body.api_key !== undefined && { secret: this.seal(body.api_key) }),
      ...(body.api_base !== undefined && { apiBase: body.api_base }),
      ...(body.settings !== undefined && { settings: checkSettings(adapter, body.settings, '') }),
      ...(body.weight !== undefined && { weight: body.weight }),
      ...(body.price !== undefined && { price: body.price }),
      ...(body.routing !== undefined && { routing: body.routing }),
      ...(body.enabled !== undefined && { enabled: body.enabled }),
    });
    await this.catalogue.refresh();
    return this.getDeployment(name, id);
  }

  /** @throws GatewayError 404, 409 */
  async deleteDeployment(name: string, id: string): Promise<{ id: string; object: 'deployment'; deleted: true }> {
    findDeployment(this.findEditable(name), id);
    await this.models.deleteDeployment(id);
    await this.catalogue.refresh();
    return { id, object: 'deployment', deleted: true };
  }

  private find(name: string): CatalogueModel {
    const model = this.catalogue.find(name);
    if (!model) throw notFound(`There is no model named '${name}'`, 'name');
    return model;
  }

  private findEditable(name: string): CatalogueModel {
    const model = this.find(name);
    if (model.managedBy === 'api') return model;
    if (model.managedBy === 'file') throw managedByFile(name);
    throw conflict(
      `The model '${name}' is managed by the ${model.managedBy} and cannot be changed here. ` +
        'A model of the same name made with this API replaces it.',
      'name',
      'managed_elsewhere',
    );
  }

  /** What the file declares wins: a model of that name would be made and never used. */
  private refuseNameOfFile(name: string): void {
    if (this.catalogue.find(name)?.managedBy === 'file') throw managedByFile(name);
  }

  /** Checks a deployment against its provider. `prefix` locates it in the body that was sent. */
  private async check(body: CreateDeployment, prefix: string): Promise<DeploymentFields> {
    const adapter = this.adapter(body.provider, prefix);
    const credential = body.credential ? await this.findCredential(body.credential, body.provider, prefix) : undefined;
    if (!credential && !body.api_key) this.requireKey(adapter, prefix);
    if (!body.api_base) this.requireBase(adapter, credential?.apiBase ?? undefined, prefix);
    return {
      provider: body.provider,
      upstreamModel: body.upstream_model,
      credentialId: credential?.id ?? null,
      secret: body.api_key ? this.seal(body.api_key) : null,
      apiBase: body.api_base,
      settings: checkSettings(adapter, body.settings, prefix),
      weight: body.weight,
      price: body.price,
      routing: body.routing,
      enabled: body.enabled,
    };
  }

  private adapter(provider: string, prefix: string): ProviderAdapter {
    const adapter = this.providers.get(provider);
    if (adapter) return adapter;
    throw badRequest(
      `Unknown provider '${provider}'. Known: ${this.providers.names().join(', ')}`,
      `${prefix}provider`,
      'invalid_value',
    );
  }

  private async findCredential(name: string, provider: string, prefix: string): Promise<NamedCredentialRow> {
    const found = await this.credentials.findByName(name);
    const param = `${prefix}credential`;
    if (!found) throw badRequest(`There is no credential named '${name}'`, param, 'invalid_value');
    if (found.provider !== provider) {
      throw badRequest(
        `The credential '${name}' is for ${found.provider}, not for ${provider}`,
        param,
        'invalid_value',
      );
    }
    return found;
  }

  private requireKey(adapter: ProviderAdapter, prefix: string): void {
    if (!adapter.needsApiKey || this.builder.environmentOf(adapter).api_key) return;
    const [variable] = adapter.environment.api_key;
    throw badRequest(
      `${adapter.provider} needs an API key: send api_key or the name of a credential${variable ? `, or set ${variable}` : ''}`,
      `${prefix}api_key`,
      'missing_required_parameter',
    );
  }

  private requireBase(adapter: ProviderAdapter, inherited: string | undefined, prefix: string): void {
    if (adapter.defaultApiBase || inherited || this.builder.environmentOf(adapter).api_base) return;
    if (adapter.provider === 'sandbox') return;
    throw badRequest(
      `${adapter.provider} has no base URL of its own: send api_base`,
      `${prefix}api_base`,
      'missing_required_parameter',
    );
  }

  private seal(secret: string): SealedSecret {
    return { ciphertext: Uint8Array.from(this.box.seal(secret)), preview: previewSecret(secret) };
  }
}

/** Goes on with the next older model where the one of the cursor has been deleted meanwhile. */
function positionAfter(cursor: string, all: readonly CatalogueModel[]): number {
  const seen = all.findIndex((model) => model.id === cursor);
  if (seen >= 0) return seen + 1;
  const next = all.findIndex(
    ({ managedBy, id }) =>
      (managedBy === 'api' && id < cursor) || managedBy === 'environment' || managedBy === 'sandbox',
  );
  return next < 0 ? all.length : next;
}

/** JSON in, JSON out: what the provider's schema accepted is stored as it was sent. */
function checkSettings(
  adapter: ProviderAdapter,
  settings: Record<string, unknown>,
  prefix: string,
): Prisma.InputJsonObject {
  const parsed = adapter.settings.safeParse(settings);
  if (parsed.success) return jsonObject.parse(settings);
  throw schemaError(
    parsed.error.issues.map((issue) => ({ ...issue, path: [...`${prefix}settings`.split('.'), ...issue.path] })),
  );
}

const jsonObject = z.record(z.string(), z.json());

function findDeployment(model: CatalogueModel, id: string): CatalogueDeployment {
  const found = model.deployments.find((deployment) => deployment.id === id);
  if (found) return found;
  throw notFound(`The model '${model.name}' has no deployment with the id '${id}'`, 'id');
}

function managedByFile(name: string): GatewayError {
  return conflict(
    `The model '${name}' is declared by the configuration file and can be changed only there`,
    'name',
    'managed_elsewhere',
  );
}

function nameTaken(name: string): GatewayError {
  return conflict(`A model named '${name}' exists already`, 'name', 'name_taken');
}

function presentModel(model: CatalogueModel): ModelView {
  return {
    object: 'model',
    id: model.id,
    name: model.name,
    managed_by: model.managedBy,
    routing: model.routing,
    deployments: model.deployments.map(presentDeployment),
    created_at: model.createdAt.toISOString(),
  };
}

function presentDeployment(deployment: CatalogueDeployment): DeploymentView {
  return {
    object: 'deployment',
    id: deployment.id,
    model: deployment.model,
    provider: deployment.provider,
    upstream_model: deployment.upstreamModel,
    credential: deployment.credentialName ?? null,
    api_key_preview: deployment.apiKeyPreview ?? null,
    api_base: deployment.ownApiBase ?? null,
    settings: { ...settingsObject.parse(deployment.settings ?? {}) },
    weight: deployment.weight,
    price: deployment.price ?? null,
    routing: deployment.routing,
    enabled: deployment.enabled,
    error: deployment.error ?? null,
    managed_by: deployment.managedBy,
    created_at: deployment.createdAt.toISOString(),
    updated_at: deployment.updatedAt.toISOString(),
  };
}

const settingsObject = z.record(z.string(), z.unknown());
