import { Injectable } from '@nestjs/common';
import { mayUseModel, type Caller } from '../domain/caller.js';
import type { LeftOut } from '../domain/plan.js';
import type { CatalogueDeployment, CatalogueModel } from '../models/catalogue-model.js';
import { Catalogue } from '../models/catalogue.js';
import { modelNotFound, visibleModels } from '../models/visible-models.js';
import type { RoutedRequest } from './job.js';

/** Why a fallback model is left out that is not there. */
export const UNKNOWN_FALLBACK = 'the fallback model does not exist';
/** Why one is left out that is there; for administrators only, since callers are not to know which models there are. */
export const FORBIDDEN_FALLBACK = 'this API key may not use the fallback model';

/** Which models a caller may use, and which of them stand in for which. */
@Injectable()
export class ModelAccess {
  constructor(private readonly catalogue: Catalogue) {}

  /**
   * Checks that the model exists and that the caller may use it. Who may not is told what everybody is told of a model
   * that does not exist.
   * @throws GatewayError 404 model_not_found
   */
  resolve(caller: Caller, name: string): CatalogueModel {
    const model = this.find(caller, name);
    if (!model) throw modelNotFound(name);
    return model;
  }

  /** As {@link resolve}; undefined where that throws. */
  find(caller: Caller, name: string): CatalogueModel | undefined {
    const model = this.catalogue.find(name);
    if (!model) return this.findDirect(caller, name);
    return mayUseModel(caller, name) ? model : undefined;
  }

  /**
   * What a name of the form `provider/model` or `@credential/model` means where no model has it, as clients of Bifrost, LiteLLM
   * and Portkey say it: of all models that the caller may use, the deployments of that provider or credential which have this
   * upstream model, or belong to a model of this name. Nobody gets at more by it.
   */
  private findDirect(caller: Caller, name: string): CatalogueModel | undefined {
    const [, owner, wanted] = /^([^/]+)\/(.+)$/s.exec(name) ?? [];
    if (owner === undefined) return undefined;
    const usable = this.catalogue.all().filter((model) => !model.isAlias && mayUseModel(caller, model.name));
    const isMeant = ({ provider, credentialName, upstreamModel, model }: CatalogueDeployment) =>
      (owner === provider || (credentialName !== undefined && owner === `@${credentialName}`)) &&
      (wanted === upstreamModel || wanted === model);
    const first = usable.find(({ deployments }) => deployments.some(isMeant));
    const deployments = usable.flatMap((model) => model.deployments).filter(isMeant);
    return first && { ...first, name, deployments };
  }

  /**
   * The requested model and its fallbacks, each once, as far as they exist and the caller may use them.
   * @throws GatewayError as {@link resolve} for the requested model
   */
  withFallbacks({ caller, model, wishes }: RoutedRequest): {
    readonly models: readonly CatalogueModel[];
    readonly leftOut: readonly LeftOut[];
  } {
    const primary = this.resolve(caller, model);
    const { default_fallbacks, max_fallbacks } = this.catalogue.routing;
    const names = new Set([...(wishes.fallbacks ?? primary.routing.fallbacks ?? []), ...default_fallbacks]);
    names.delete(primary.name);
    const models = [primary];
    const leftOut: LeftOut[] = [];
    const leaveOut = (name: string, explanation: string) =>
      leftOut.push({ model: name, deployment_id: null, explanation });
    for (const name of names) {
      const own = this.catalogue.find(name);
      const fallback = own ?? this.findDirect(caller, name);
      if (!fallback) leaveOut(name, UNKNOWN_FALLBACK);
      else if (own && !mayUseModel(caller, name)) leaveOut(name, FORBIDDEN_FALLBACK);
      else if (models.length > max_fallbacks) leaveOut(name, `at most ${max_fallbacks} fallback models are tried`);
      else models.push(fallback);
    }
    return { models, leftOut };
  }

  /** The models that the caller may see and use. */
  visibleTo(caller: Caller): readonly CatalogueModel[] {
    return visibleModels(this.catalogue, caller);
  }
}
