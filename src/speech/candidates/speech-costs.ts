import { Injectable } from '@nestjs/common';
import { countCharacters } from '../../domain/speech.js';
import { computeCost, type Cost } from '../../pricing/cost.js';
import { PriceBook } from '../../pricing/price-book.js';
import type { Told } from '../../routing/execution.js';
import type { SpeechCandidate } from './speech-candidate.js';

/** How fast people speak, for a first guess. */
export const CHARACTERS_PER_SECOND = 15;

/** What speech by deployments costs. */
@Injectable()
export class SpeechCosts {
  constructor(private readonly prices: PriceBook) {}

  /**
   * What one call costs: by the characters of the text, by what the provider tells, or by the seconds that were spoken.
   * @param seconds of the audio that has come, as we measured it; undefined where it does not tell
   */
  costOf(
    { deployment, request }: Pick<SpeechCandidate, 'deployment' | 'request'>,
    { usage, usageDoubt, costUsd }: Told,
    seconds: number | undefined,
  ): Cost {
    const { provider, upstreamModel } = deployment;
    return computeCost({
      ...this.prices.chargesFor(deployment),
      text: request.input,
      usage,
      usageDoubt,
      reportedCostUsd: costUsd,
      measuredSeconds: seconds,
      provider,
      upstreamModel,
    });
  }

  /** What it will cost, as far as the text tells. */
  estimate(asked: Pick<SpeechCandidate, 'deployment' | 'request'>): Cost {
    return this.costOf(asked, {}, countCharacters(asked.request.input) / CHARACTERS_PER_SECOND);
  }
}
