import { notFound } from '../domain/errors.js';
import type { CatalogueModel } from './catalogue-model.js';
import type { Catalogue } from './catalogue.js';

/** The model with this id; else the one with this name. */
export function lookUpModel(catalogue: Catalogue, idOrName: string): CatalogueModel | undefined {
  return catalogue.all().find(({ id }) => id === idOrName.toLowerCase()) ?? catalogue.find(idOrName);
}

/** As {@link lookUpModel}. @throws GatewayError 404 */
export function findModel(catalogue: Catalogue, idOrName: string): CatalogueModel {
  const model = lookUpModel(catalogue, idOrName);
  if (!model) throw notFound(`There is no model with the id or name '${idOrName}'`, 'model');
  return model;
}
