import type { Deployment } from '../domain/deployment.js';
import type { Price } from '../domain/price.js';
import type { TranscriptionResult } from '../domain/transcription.js';
import { computeCost, type Cost } from '../pricing/cost.js';
import { findPrice } from '../pricing/price-book.js';
import type { ProviderAdapter } from '../providers/provider-adapter.js';

/** A deployment with the adapter of its provider. */
interface Priced {
  readonly deployment: Deployment;
  readonly adapter: ProviderAdapter;
}

/**
 * What a call of a deployment costs.
 * @param answer of the call; without one the cost is an estimate from the duration
 * @param measuredSeconds of the audio, as we measured it
 */
export function costOf(
  { deployment, adapter }: Priced,
  { usage, text }: Partial<Pick<TranscriptionResult, 'usage' | 'text'>>,
  measuredSeconds: number | undefined,
): Cost {
  const { provider, upstreamModel } = deployment;
  const price = priceOf(deployment, adapter);
  return computeCost({ price, usage, measuredSeconds, text, provider, upstreamModel });
}

/** The deployment's own price, else the list price; undefined where nobody knows it, which is not the same as free. */
function priceOf(
  { price, provider, upstreamModel, settings }: Deployment,
  adapter: ProviderAdapter,
): Price | undefined {
  return price ?? findPrice(provider, adapter.pricedAs?.(upstreamModel, settings) ?? upstreamModel);
}
