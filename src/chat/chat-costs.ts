import { Injectable } from '@nestjs/common';
import { computeCost, type Cost } from '../pricing/cost.js';
import { PriceBook } from '../pricing/price-book.js';
import type { Told } from '../routing/execution.js';
import type { ChatCandidate } from './chat-candidate.js';

/** What chats by deployments cost. */
@Injectable()
export class ChatCosts {
  constructor(private readonly prices: PriceBook) {}

  /** What one call costs by what it has told; where it tells nothing, nobody knows. */
  costOf({ deployment, request }: ChatCandidate, { text, usage, usageDoubt, costUsd }: Told): Cost {
    const { provider, upstreamModel } = deployment;
    const charges = this.prices.chargesFor(deployment);
    const reported = { text, usage, usageDoubt, reportedCostUsd: costUsd };
    return computeCost({ ...charges, ...reported, measuredSeconds: request.audioSeconds, provider, upstreamModel });
  }
}
