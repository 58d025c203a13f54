import type { Deployment } from '../../domain/deployment.js';
import type { AlertData } from '../events/alert-events.js';

/** What events tell of a deployment. */
export function deploymentData({
  id,
  model,
  provider,
  upstreamModel,
}: Pick<Deployment, 'id' | 'model' | 'provider' | 'upstreamModel'>): AlertData<'deployment.down'>['deployment'] {
  return { id, model, provider, upstream_model: upstreamModel };
}
