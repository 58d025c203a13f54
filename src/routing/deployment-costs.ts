import { Injectable } from '@nestjs/common';
import type { Deployment } from '../domain/deployment.js';
import type { Price } from '../domain/price.js';
import type { TranscriptionResult } from '../domain/transcription.js';
import { computeCost, type Cost } from '../pricing/cost.js';
import { findPrice } from '../pricing/price-book.js';
import { ProviderRegistry } from '../providers/provider-registry.js';

/** What calls of deployments cost. */
@Injectable()
export class DeploymentCosts {
  constructor(private readonly providers: ProviderRegistry) {}

  /**
   * What one call costs.
   * @param answer of the call; without one the cost is an estimate from the duration
   * @param measuredSeconds of the audio, as we measured it
   */
  costOf(
    deployment: Deployment,
    { usage, text }: Partial<Pick<TranscriptionResult, 'usage' | 'text'>>,
    measuredSeconds: number | undefined,
  ): Cost {
    const { provider, upstreamModel } = deployment;
    return computeCost({ price: this.priceOf(deployment), usage, measuredSeconds, text, provider, upstreamModel });
  }

  /** The deployment's own price, else the list's; undefined where nobody knows it, which is not the same as free. */
  private priceOf({ price, provider, upstreamModel, settings }: Deployment): Price | undefined {
    const adapter = this.providers.get(provider);
    return price ?? findPrice(provider, adapter?.pricedAs?.(upstreamModel, settings) ?? upstreamModel);
  }
}
