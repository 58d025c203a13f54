import { Injectable } from '@nestjs/common';
import { conflict, type GatewayError } from '../domain/errors.js';
import { modelRoutingSchema } from '../domain/routing-settings.js';
import { toPage, type Page, type PageQuery } from '../http/admin/list.js';
import { mergePatch, parseMerged } from '../http/admin/merge-patch.js';
import type { CatalogueModel } from './catalogue-model.js';
import { Catalogue } from './catalogue.js';
import { DeploymentPresenter } from './deployments/deployment-presenter.js';
import { DeploymentValidation } from './deployments/deployment-validation.js';
import type { DeploymentFields } from './deployments/deployments.repository.js';
import { findModel, lookUpModel } from './find-model.js';
import { managedElsewhere } from './managed-elsewhere.js';
import type { CreateModel, ModelView, UpdateModel } from './model.schema.js';
import { ModelsRepository } from './models.repository.js';
import { warnOfUnknownModels } from './unknown-models.js';

/** Public models, administered. Each is addressed by its id or its name. */
@Injectable()
export class ModelsService {
  private readonly renameListeners: ((from: string, to: string) => void)[] = [];

  constructor(
    private readonly models: ModelsRepository,
    private readonly validation: DeploymentValidation,
    private readonly catalogue: Catalogue,
    private readonly presenter: DeploymentPresenter,
  ) {}

  /** @throws GatewayError 400 for what a provider does not take, 409 when the name is taken */
  async create(body: CreateModel): Promise<ModelView> {
    this.refuseNameOfFile(body.name);
    const deployments: DeploymentFields[] = [];
    for (const [index, deployment] of body.deployments.entries()) {
      deployments.push(await this.validation.fieldsOf(deployment, `deployments.${index}.`));
    }
    const id = await this.models.create({ name: body.name, routing: body.routing }, deployments);
    if (id === undefined) throw nameTaken(body.name);
    await this.catalogue.refresh();
    return this.get(id);
  }

  list({ limit, cursor }: PageQuery): Page<ModelView> {
    const all = this.catalogue.all();
    const start = cursor ? positionAfter(cursor, all) : 0;
    return toPage(all.slice(start, start + limit + 1), limit, (model) => this.present(model));
  }

  /** @throws GatewayError 404 */
  get(idOrName: string): ModelView {
    return this.present(findModel(this.catalogue, idOrName));
  }

  /**
   * What names the model follows its new name: keys, teams and other models in the database. What cannot follow, because it
   * stands in a file or a variable, keeps the model from being renamed.
   * @throws GatewayError 404, or 409 when the new name is taken, the model is not the API's, or the old name is needed
   */
  async update(idOrName: string, { name, routing }: UpdateModel): Promise<ModelView> {
    const model = this.findEditable(idOrName);
    if (name !== undefined) this.refuseNameOfFile(name);
    if (name !== undefined && name !== model.name) this.refuseWhereNamed(model.name);
    const formerName = await this.models.update(
      model.id,
      name,
      routing && ((stored) => parseMerged(modelRoutingSchema, mergePatch(stored, routing), 'routing')),
    );
    if (formerName === undefined) throw nameTaken(name ?? model.name);
    if (formerName !== null && name !== undefined)
      for (const listener of this.renameListeners) listener(formerName, name);
    await this.catalogue.refresh();
    return this.get(model.id);
  }

  /** Calls `listener` for every model that gets another name, when the database has it and before the catalogue has. */
  onRename(listener: (from: string, to: string) => void): void {
    this.renameListeners.push(listener);
  }

  /** @throws GatewayError 404, or 409 telling which key, team or model names it */
  async delete(idOrName: string): Promise<{ id: string; object: 'model'; deleted: true }> {
    const { id } = this.findEditable(idOrName);
    const namers = await this.models.deleteUnnamed(id);
    if (namers) throw inUse(namers);
    await this.catalogue.refresh();
    return { id, object: 'model', deleted: true };
  }

  /** Deletes a model of the API that has no deployments, unless something in the database names it. */
  async deleteIfUnused(idOrName: string): Promise<void> {
    const model = lookUpModel(this.catalogue, idOrName);
    if (model?.managedBy !== 'api') return;
    await this.models.deleteUnnamed(model.id, { onlyEmpty: true });
    await this.catalogue.refresh();
  }

  private present(model: CatalogueModel): ModelView {
    const { fallbacks = [] } = model.routing;
    return {
      object: 'model',
      id: model.id,
      name: model.name,
      managed_by: model.managedBy,
      routing: model.routing,
      deployments: model.deployments.map((deployment) => this.presenter.present(deployment)),
      warnings: warnOfUnknownModels(this.catalogue, 'routing.fallbacks', fallbacks),
      created_at: model.createdAt.toISOString(),
    };
  }

  private findEditable(idOrName: string): CatalogueModel {
    const model = findModel(this.catalogue, idOrName);
    if (model.managedBy !== 'api') throw managedElsewhere(model.name, model.managedBy, 'model');
    return model;
  }

  private refuseWhereNamed(name: string): void {
    const namers = this.catalogue.declaredNamersOf(name);
    if (namers.length > 0) throw inUse(namers);
  }

  /** What the file declares wins: a model of that name would be made and never used. */
  private refuseNameOfFile(name: string): void {
    if (this.catalogue.find(name)?.managedBy === 'file') throw managedElsewhere(name, 'file', 'name');
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

function nameTaken(name: string): GatewayError {
  return conflict(`A model named '${name}' exists already`, 'name', 'name_taken');
}

function inUse(namers: readonly string[]): GatewayError {
  return conflict(`The model is named by ${namers.join(', ')}`, 'model', 'in_use');
}
