import { Inject, Injectable } from '@nestjs/common';
import { VARIABLES } from '../../../config/config.module.js';
import type { Variables } from '../../../config/settings.js';
import {
  type NameableCredential,
  readSentEntry,
  type SentEntry,
} from '../../../config-file/litellm/sent-entry.reader.js';
import type { Caller } from '../../../domain/caller.js';
import { badRequest, GatewayError, notFound } from '../../../domain/errors.js';
import { Catalogue } from '../../../models/catalogue.js';
import type { CatalogueDeployment } from '../../../models/catalogue-model.js';
import { CredentialsService } from '../../../models/credentials/credentials.service.js';
import { DeploymentsService } from '../../../models/deployments/deployments.service.js';
import { ModelsService } from '../../../models/models.service.js';
import { visibleModels } from '../../../models/visible-models.js';
import { PriceBook } from '../../../pricing/price-book.js';
import { ProviderRegistry } from '../../../providers/provider-registry.js';
import { inWordsOf } from '../error-words.js';
import type { CreatedModel, ModelEntry, NewModel } from './litellm-model.schema.js';
import { litellmPrice } from './litellm-price.js';

/** Where a new deployment stands in the body of ours that makes it. */
const IN_NEW_MODEL = {
  'deployments.0.credential': 'litellm_params.litellm_credential_name',
  'deployments.0': 'litellm_params',
  name: 'model_name',
};
/** And in the body that adds it to a model. */
const IN_DEPLOYMENT = {
  credential: 'litellm_params.litellm_credential_name',
  api_key: 'litellm_params.api_key',
  api_base: 'litellm_params.api_base',
  settings: 'litellm_params',
  model: 'model_name',
};
const WHO = 'master key';

/** LiteLLM's calls for models, each of which is about one deployment, as calls of ours. */
@Injectable()
export class LiteLlmModelsService {
  constructor(
    private readonly models: ModelsService,
    private readonly deployments: DeploymentsService,
    private readonly credentials: CredentialsService,
    private readonly catalogue: Catalogue,
    private readonly prices: PriceBook,
    private readonly providers: ProviderRegistry,
    @Inject(VARIABLES) private readonly variables: Variables,
  ) {}

  /**
   * Every deployment once, of the models that the caller may use.
   * @throws GatewayError 404 when the id is of none of them
   */
  info(id: string | undefined, caller: Caller): { data: ModelEntry[] } {
    // An alias repeats the deployments of its model, which comes first where the caller may use both.
    const models = visibleModels(this.catalogue, caller).toSorted(
      (left, right) => Number(left.isAlias ?? false) - Number(right.isAlias ?? false),
    );
    const found = new Map<string, CatalogueDeployment>();
    for (const deployment of models.flatMap(({ deployments }) => deployments)) {
      if (!found.has(deployment.id)) found.set(deployment.id, deployment);
    }
    const meant = [...found.values()].filter((it) => id === undefined || it.id === id.toLowerCase());
    if (id !== undefined && meant.length === 0)
      throw notFound(`There is no model with the id '${id}'`, 'litellm_model_id');
    return { data: meant.map((deployment) => this.present(deployment, caller)) };
  }

  /** Adds a deployment to the model of this name, which is made where it is not there. @throws GatewayError 400, 409 */
  async create(body: NewModel): Promise<CreatedModel> {
    const id = body.model_info?.['id'];
    if (id !== undefined && id !== null) {
      throw badRequest('model_info.id cannot be chosen: the answer has the one that was made', 'model_info.id');
    }
    const entry = readSentEntry(body, await this.credentialOf(body), this.providers, this.variables);
    const deploymentId = await this.deploy(entry);
    const deployment = this.catalogue.deployments().find((it) => it.id === deploymentId);
    if (!deployment) throw notFound(`The deployment '${deploymentId}' has been deleted meanwhile`);
    return {
      model_id: deployment.id,
      ...this.present(deployment, { kind: 'master_key', name: WHO }),
      created_at: deployment.createdAt.toISOString(),
      created_by: WHO,
      updated_at: deployment.updatedAt.toISOString(),
      updated_by: WHO,
      warnings: [...entry.warnings],
    };
  }

  /** Deletes a deployment; with its last one goes a model that nothing names. @throws GatewayError 404, 409 */
  async delete(id: string): Promise<{ message: string }> {
    const { model } = this.deployments.get(id);
    await this.deployments.delete(id);
    await this.models.deleteIfUnused(model);
    return { message: `Model: ${id} deleted successfully` };
  }

  private async credentialOf({ litellm_params: params }: NewModel): Promise<NameableCredential | undefined> {
    const name = params['litellm_credential_name'];
    if (name === undefined || name === null) return undefined;
    const param = 'litellm_params.litellm_credential_name';
    if (typeof name !== 'string') throw badRequest(`Invalid '${param}': must be text`, param, 'invalid_value');
    if (params['api_key'] !== undefined && params['api_key'] !== null) {
      throw badRequest('Send either litellm_credential_name or api_key, not both', param, 'invalid_value');
    }
    return { ...(await inWordsOf({ credential: param }, this.credentials.get(name))), name };
  }

  private async deploy({ model, deployment, dropParams }: SentEntry): Promise<string> {
    const routing = dropParams === undefined ? undefined : { drop_params: dropParams };
    if (this.catalogue.find(model)?.managedBy !== 'api') {
      try {
        const body = { name: model, routing: routing ?? {}, deployments: [deployment] };
        const created = await inWordsOf(IN_NEW_MODEL, this.models.create(body));
        return created.deployments[0]?.id ?? '';
      } catch (error) {
        // Somebody else has made it meanwhile.
        if (!(error instanceof GatewayError) || error.code !== 'name_taken') throw error;
        await this.catalogue.refresh();
      }
    }
    const { id } = await inWordsOf(IN_DEPLOYMENT, this.deployments.create(model, deployment));
    if (routing) await this.models.update(model, { routing });
    return id;
  }

  private present(deployment: CatalogueDeployment, caller: Caller): ModelEntry {
    const { ownApiBase, credentialName } = deployment;
    const isAdministrator = caller.kind === 'master_key';
    return {
      model_name: deployment.model,
      litellm_params: {
        model: `${this.prefixOf(deployment.provider)}/${deployment.upstreamModel}`,
        ...(isAdministrator && ownApiBase !== undefined && { api_base: ownApiBase }),
        ...(isAdministrator && credentialName !== undefined && { litellm_credential_name: credentialName }),
      },
      model_info: {
        id: deployment.id,
        db_model: deployment.managedBy === 'api',
        mode: deployment.mode,
        litellm_provider: this.prefixOf(deployment.provider),
        ...litellmPrice(this.prices.priceOf(deployment)),
      },
    };
  }

  /** LiteLLM's name for a provider, so that what is shown can be sent again. */
  private prefixOf(provider: string): string {
    // A server that speaks OpenAI's protocol is called OpenAI in LiteLLM, with an address of its own.
    const protocol = this.providers.all().find(({ elsewhere }) => elsewhere?.provider === provider);
    return (protocol ?? this.providers.get(provider))?.prefixes[0]?.name ?? provider;
  }
}
