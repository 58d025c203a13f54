import { Injectable } from '@nestjs/common';
import type { Bill } from '../../domain/bill.js';
import type { TranscriptionResult } from '../../domain/transcription.js';
import { computeCost, type Cost } from '../../pricing/cost.js';
import { PriceBook } from '../../pricing/price-book.js';
import type { TranscriptionCandidate } from './transcription-candidate.js';

/** What transcriptions and translations by deployments cost. */
@Injectable()
export class TranscriptionCosts {
  constructor(private readonly prices: PriceBook) {}

  /**
   * What one call costs.
   * @param candidate whom was asked for what
   * @param answer of the call; without one the cost is an estimate from the duration
   * @param measuredSeconds of the audio, as we measured it
   */
  costOf(
    { deployment, request }: Pick<TranscriptionCandidate, 'deployment' | 'request'>,
    { text, usage, usageDoubt, costUsd }: Bill & Partial<Pick<TranscriptionResult, 'text'>>,
    measuredSeconds: number | undefined,
  ): Cost {
    const { provider, upstreamModel } = deployment;
    const charges = this.prices.chargesFor(deployment, request);
    // A recording that nobody has fetched has no size.
    const sizeBytes = request.url === undefined ? request.audio.sizeBytes : undefined;
    const reported = { text, usage, usageDoubt, reportedCostUsd: costUsd };
    return computeCost({ ...charges, ...reported, measuredSeconds, sizeBytes, provider, upstreamModel });
  }
}
