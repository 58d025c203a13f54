import { Injectable } from '@nestjs/common';
import { notFound } from '../../domain/errors.js';
import { toPage, wholeList, type Page } from '../../http/admin/list.js';
import type { CatalogueDeployment } from '../catalogue-model.js';
import { Catalogue } from '../catalogue.js';
import { findModel, lookUpModel } from '../find-model.js';
import { managedElsewhere } from '../managed-elsewhere.js';
import { DeploymentValidation } from './deployment-validation.js';
import { DeploymentPresenter } from './deployment-presenter.js';
import type { CreateDeployment, DeploymentQuery, DeploymentView, UpdateDeployment } from './deployment.schema.js';
import { DeploymentsRepository } from './deployments.repository.js';

/** Deployments, administered. `within` is the id or name of the model in which one is looked for; without it, in all. */
@Injectable()
export class DeploymentsService {
  constructor(
    private readonly deployments: DeploymentsRepository,
    private readonly validation: DeploymentValidation,
    private readonly catalogue: Catalogue,
    private readonly presenter: DeploymentPresenter,
  ) {}

  /** By id, and so newest first. A model or provider that is not there has none. */
  list({ limit, cursor, model, provider }: DeploymentQuery): Page<DeploymentView> {
    const all =
      model === undefined ? this.catalogue.deployments() : (lookUpModel(this.catalogue, model)?.deployments ?? []);
    const rows = all
      .filter((it) => (provider === undefined || it.provider === provider) && (cursor === undefined || it.id < cursor))
      .toSorted((left, right) => (left.id < right.id ? 1 : -1));
    return toPage(rows.slice(0, limit + 1), limit, (row) => this.presenter.present(row));
  }

  /** All deployments of a model, in the order in which they were added. @throws GatewayError 404 */
  listOf(model: string): Page<DeploymentView> {
    return wholeList(findModel(this.catalogue, model).deployments.map((it) => this.presenter.present(it)));
  }

  /** @throws GatewayError 404 */
  get(id: string, within?: string): DeploymentView {
    return this.presenter.present(this.find(id, within));
  }

  /** @throws GatewayError 400, 404, 409 */
  async create(model: string, body: CreateDeployment): Promise<DeploymentView> {
    const { id: modelId, name, managedBy } = findModel(this.catalogue, model);
    if (managedBy !== 'api') throw managedElsewhere(name, managedBy, 'model');
    const id = await this.deployments.create(modelId, await this.validation.fieldsOf(body));
    await this.catalogue.refresh();
    return this.get(id);
  }

  /** @throws GatewayError 400, 404, 409 */
  async update(id: string, body: UpdateDeployment, within?: string): Promise<DeploymentView> {
    const before = this.findEditable(id, within);
    const changes = await this.validation.changesOf(before, body);
    await this.deployments.update(before.id, (stored) => ({
      ...changes,
      ...this.validation.mergedOf(before, body, stored),
    }));
    await this.catalogue.refresh();
    return this.get(before.id);
  }

  /** @throws GatewayError 404, 409 */
  async delete(id: string, within?: string): Promise<{ id: string; object: 'deployment'; deleted: true }> {
    const found = this.findEditable(id, within);
    await this.deployments.delete(found.id);
    await this.catalogue.refresh();
    return { id: found.id, object: 'deployment', deleted: true };
  }

  private find(id: string, within: string | undefined): CatalogueDeployment {
    const model = within === undefined ? undefined : findModel(this.catalogue, within);
    const among = model ? model.deployments : this.catalogue.deployments();
    const found = among.find((deployment) => deployment.id === id.toLowerCase());
    if (found) return found;
    const where = model ? `The model '${model.name}' has` : 'There is';
    throw notFound(`${where} no deployment with the id '${id}'`, 'id');
  }

  private findEditable(id: string, within: string | undefined): CatalogueDeployment {
    const found = this.find(id, within);
    if (found.managedBy !== 'api')
      throw managedElsewhere(found.model, found.managedBy, within === undefined ? 'id' : 'model');
    return found;
  }
}
