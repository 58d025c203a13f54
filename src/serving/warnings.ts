import { FORBIDDEN_FALLBACK, UNKNOWN_FALLBACK } from '../routing/model-access.js';
import type { Plan } from '../routing/router.js';
import type { ClientWishes } from './client-wishes.js';

/** Fallbacks that the client has named and that will not be tried: they are not passed over in silence. */
export function warningsOfFallbacks({ leftOut }: Plan, { fallbacks = [] }: ClientWishes): readonly string[] {
  const named = new Set(fallbacks);
  return leftOut
    .filter(({ model, deployment_id }) => deployment_id === null && named.has(model))
    .map(
      ({ model, explanation }) =>
        `fallback '${model}': ${explanation === FORBIDDEN_FALLBACK ? UNKNOWN_FALLBACK : explanation}`,
    );
}
