import type { Candidate } from '../routing/candidate.js';
import type { Plan } from '../routing/router.js';
import type { ClientWishes } from './transcription-form.js';

/** Fallbacks that the client has named and that will not be tried: they are not passed over in silence. */
export function warningsOfFallbacks({ leftOut }: Plan, { fallbacks = [] }: ClientWishes): readonly string[] {
  return leftOut
    .filter(({ model, deployment_id }) => deployment_id === null && fallbacks.includes(model))
    .map(({ model, explanation }) => `fallback '${model}': ${explanation}`);
}

/** What was left out of the request for the deployment: nothing is dropped silently, not even by request. */
export function warningsOfDropped({ deployment, dropped }: Candidate): readonly string[] {
  if (dropped.length === 0) return [];
  const { provider, upstreamModel } = deployment;
  return [`not applied, because ${provider}/${upstreamModel} does not know it: ${dropped.join(', ')}`];
}
