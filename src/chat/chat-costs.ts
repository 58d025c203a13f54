import { Injectable } from '@nestjs/common';
import type { ChatRequest } from '../domain/chat.js';
import { type Usage, tokenUsage } from '../domain/usage.js';
import { computeCost, type Cost } from '../pricing/cost.js';
import { PriceBook } from '../pricing/price-book.js';
import type { Told } from '../routing/execution.js';
import type { ChatCandidate } from './chat-candidate.js';

/** What an answer has at most, where the client does not bound it; few have more. */
const OUTPUT_TOKENS = 4096;
/** A token of text is three bytes or more in every language that models are good at. */
const BYTES_PER_TOKEN = 3;
/** Of a second of a recording: no provider counts more. */
const TOKENS_PER_SECOND = 32;
/** More than any model takes or gives. */
const MAX_TOKENS = 10_000_000;

/** What chats by deployments cost. */
@Injectable()
export class ChatCosts {
  constructor(private readonly prices: PriceBook) {}

  /** What it will cost at most, as far as the request tells: few answers are longer. */
  estimate({ deployment, request }: Pick<ChatCandidate, 'deployment' | 'request'>): Cost {
    return this.costOf({ deployment, request }, { usage: largestUsage(request) });
  }

  /** What one call costs by what it has told; where it tells nothing, nobody knows. */
  costOf(
    { deployment, request }: Pick<ChatCandidate, 'deployment' | 'request'>,
    { text, usage, usageDoubt, costUsd }: Told,
  ): Cost {
    const { provider, upstreamModel } = deployment;
    const charges = this.prices.chargesFor(deployment);
    const reported = { text, usage, usageDoubt, reportedCostUsd: costUsd };
    return computeCost({ ...charges, ...reported, measuredSeconds: request.audioSeconds, provider, upstreamModel });
  }
}

function largestUsage({ body, audio, audioSeconds = 0, maxOutputTokens = OUTPUT_TOKENS, speaks }: ChatRequest): Usage {
  const recordedBytes = audio.reduce((sum, { data }) => sum + data.end - data.start, 0);
  const output = Math.min(maxOutputTokens, MAX_TOKENS);
  return tokenUsage({
    text: Math.min(Math.ceil((body.bytes.length - recordedBytes) / BYTES_PER_TOKEN), MAX_TOKENS),
    audio: Math.min(Math.ceil(audioSeconds * TOKENS_PER_SECOND), MAX_TOKENS),
    output,
    ...(speaks && { outputAudio: output }),
  });
}
