import type { ManagedBy } from '../domain/deployment.js';
import { conflict, type GatewayError } from '../domain/errors.js';

/** 409: the model, or a deployment of it, is declared where this API cannot change it. `param` is what named it. */
export function managedElsewhere(model: string, managedBy: ManagedBy, param: string): GatewayError {
  const message =
    managedBy === 'file'
      ? `The model '${model}' is declared by the configuration file and can be changed only there`
      : `The model '${model}' is managed by the ${managedBy} and cannot be changed here. ` +
        'A model of the same name made with this API replaces it.';
  return conflict(message, param, 'managed_elsewhere');
}
