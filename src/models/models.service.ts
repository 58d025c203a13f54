import { Injectable } from '@nestjs/common';
import { conflict, type GatewayError } from '../domain/errors.js';
import { toPage, type Page, type PageQuery } from '../http/admin/list.js';
import type { CatalogueModel } from './catalogue-model.js';
import { Catalogue } from './catalogue.js';
import { DeploymentValidation } from './deployments/deployment-validation.js';
import type { DeploymentFields } from './deployments/deployments.repository.js';
import { findModel } from './find-model.js';
import { managedElsewhere } from './managed-elsewhere.js';
import { presentModel, type CreateModel, type ModelView, type UpdateModel } from './model.schema.js';
import { ModelsRepository } from './models.repository.js';

/** Public models, administered. Each is addressed by its id or its name. */
@Injectable()
export class ModelsService {
  constructor(
    private readonly models: ModelsRepository,
    private readonly validation: DeploymentValidation,
    private readonly catalogue: Catalogue,
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
    return toPage(all.slice(start, start + limit + 1), limit, presentModel);
  }

  /** @throws GatewayError 404 */
  get(idOrName: string): ModelView {
    return presentModel(findModel(this.catalogue, idOrName));
  }

  /** @throws GatewayError 404, or 409 when the new name is taken or the model is not the API's */
  async update(idOrName: string, body: UpdateModel): Promise<ModelView> {
    const { id, name } = this.findEditable(idOrName);
    if (body.name !== undefined) this.refuseNameOfFile(body.name);
    if ((await this.models.update(id, body)) === undefined) throw nameTaken(body.name ?? name);
    await this.catalogue.refresh();
    return this.get(id);
  }

  /** @throws GatewayError 404, or 409 naming the keys that use it */
  async delete(idOrName: string): Promise<{ id: string; object: 'model'; deleted: true }> {
    const { id, name } = this.findEditable(idOrName);
    const { usedBy } = await this.models.deleteUnused(id, name);
    if (usedBy.length > 0) {
      throw conflict(`The model is in the allow list of ${usedBy.join(', ')}`, 'model', 'in_use');
    }
    await this.catalogue.refresh();
    return { id, object: 'model', deleted: true };
  }

  private findEditable(idOrName: string): CatalogueModel {
    const model = findModel(this.catalogue, idOrName);
    if (model.managedBy !== 'api') throw managedElsewhere(model.name, model.managedBy, 'model');
    return model;
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
