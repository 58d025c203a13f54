import type { Deployment } from '../domain/deployment.js';
import type { Retirement } from '../domain/retirement.js';
import type { ProviderAdapter } from './provider-adapter.js';

/** The end of a deployment's upstream model: as its operator says, else as its provider's folder knows; undefined = none is known. */
export function retirementOf(
  adapter: Pick<ProviderAdapter, 'speech' | 'capabilities'>,
  { upstreamModel, settings, mode, routing }: Pick<Deployment, 'upstreamModel' | 'settings' | 'mode' | 'routing'>,
): Retirement | undefined {
  const known = () => {
    const able = mode === 'audio_speech' ? adapter.speech : adapter;
    return able?.capabilities(upstreamModel, settings).retirement;
  };
  const { retires_on } = routing;
  if (retires_on === undefined) return known();
  if (retires_on === 'never') return undefined;
  const replacement = known()?.replacement;
  return {
    date: retires_on,
    source: null,
    as_of: null,
    confidence: 'configured',
    ...(replacement !== undefined && { replacement }),
  };
}
