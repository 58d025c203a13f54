import { Injectable } from '@nestjs/common';
import { mayUseModel, type Caller } from '../domain/caller.js';
import { GatewayError } from '../domain/errors.js';
import type { LeftOut } from '../domain/plan.js';
import type { CatalogueModel } from '../models/catalogue-model.js';
import { Catalogue } from '../models/catalogue.js';
import { modelNotFound, visibleModels } from '../models/visible-models.js';
import type { RoutedRequest } from './routed-request.js';

/** Which models a caller may use, and which of them stand in for which. */
@Injectable()
export class ModelAccess {
  constructor(private readonly catalogue: Catalogue) {}

  /**
   * Checks that the model exists and that the caller may use it.
   * @throws GatewayError 404 model_not_found, 403 model_not_allowed
   */
  resolve(caller: Caller, name: string): CatalogueModel {
    const model = this.catalogue.find(name);
    if (!model) throw modelNotFound(name);
    if (!mayUseModel(caller, name)) {
      throw new GatewayError({
        status: 403,
        message: `This API key may not use the model '${name}'.`,
        param: 'model',
        code: 'model_not_allowed',
      });
    }
    return model;
  }

  /**
   * The requested model and its fallbacks, each once, as far as they exist and the caller may use them.
   * @throws GatewayError as {@link resolve} for the requested model
   */
  withFallbacks({ caller, request, wishes }: RoutedRequest): {
    readonly models: readonly CatalogueModel[];
    readonly leftOut: readonly LeftOut[];
  } {
    const primary = this.resolve(caller, request.model);
    const { default_fallbacks, max_fallbacks } = this.catalogue.routing;
    const names = new Set([...(wishes.fallbacks ?? primary.routing.fallbacks ?? []), ...default_fallbacks]);
    names.delete(primary.name);
    const models = [primary];
    const leftOut: LeftOut[] = [];
    const leaveOut = (model: string, explanation: string) => leftOut.push({ model, deployment_id: null, explanation });
    for (const name of names) {
      const model = this.catalogue.find(name);
      if (!model) leaveOut(name, 'the fallback model does not exist');
      else if (!mayUseModel(caller, name)) leaveOut(name, 'this API key may not use the fallback model');
      else if (models.length > max_fallbacks) leaveOut(name, `at most ${max_fallbacks} fallback models are tried`);
      else models.push(model);
    }
    return { models, leftOut };
  }

  /** The models that the caller may see and use. */
  visibleTo(caller: Caller): readonly CatalogueModel[] {
    return visibleModels(this.catalogue, caller);
  }
}
