import { mayUseModel, type Caller } from '../domain/caller.js';
import { GatewayError } from '../domain/errors.js';
import type { CatalogueModel } from './catalogue-model.js';
import type { Catalogue } from './catalogue.js';

/** The models that are listed for a caller: those that the caller may use, without the hidden ones. */
export function visibleModels(catalogue: Catalogue, caller: Caller): readonly CatalogueModel[] {
  return catalogue.all().filter((model) => !model.hidden && mayUseModel(caller, model.name));
}

/** What a caller is told of a public model that is not there, or of which the caller is not to know. */
export function modelNotFound(name: string): GatewayError {
  return new GatewayError({
    status: 404,
    message: `The model '${name}' does not exist or you do not have access to it.`,
    param: 'model',
    code: 'model_not_found',
  });
}
