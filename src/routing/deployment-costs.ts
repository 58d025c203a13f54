import { Injectable } from '@nestjs/common';
import type { Deployment } from '../domain/deployment.js';
import type { TranscriptionResult } from '../domain/transcription.js';
import { computeCost, type Cost } from '../pricing/cost.js';
import { PriceBook } from '../pricing/price-book.js';

/** What calls of deployments cost. */
@Injectable()
export class DeploymentCosts {
  constructor(private readonly prices: PriceBook) {}

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
    const price = this.prices.priceOf(deployment);
    return computeCost({ price, usage, measuredSeconds, text, provider, upstreamModel });
  }
}
