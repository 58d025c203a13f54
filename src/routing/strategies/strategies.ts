import type { RoutingStrategyName } from '../../domain/routing-settings.js';
import { rankedBy } from './ranked.strategy.js';
import type { RoutingStrategy } from './strategy-candidate.js';
import { orderByWeight } from './weighted.strategy.js';

/** Latencies within this factor count as equal, so that the fastest by a hair does not get everything. */
const LATENCY_STEP = 1.25;

/** Every routing strategy by its name. Levels of `order` come before any of them (see `orderCandidates`). */
const strategies: Readonly<Record<RoutingStrategyName, RoutingStrategy>> = {
  weighted: orderByWeight,
  'least-busy': rankedBy(({ inFlight }) => inFlight),
  // A deployment of which nothing is known is tried first: how else would it become known?
  'lowest-latency': rankedBy(({ latencyMsPerAudioSecond: latency }) =>
    latency === undefined
      ? Number.NEGATIVE_INFINITY
      : Math.floor(Math.log(Math.max(latency, 0.001)) / Math.log(LATENCY_STEP)),
  ),
  'lowest-cost': rankedBy(({ estimatedCostNanoUsd: cost }) =>
    cost === undefined ? Number.POSITIVE_INFINITY : Number(cost),
  ),
  // In steps of a tenth: the difference between 91 and 92 percent is noise.
  'usage-based': rankedBy(({ headroom }) => -Math.round(headroom * 10)),
};

/** Orders candidates by level, and within a level by the strategy. */
export const orderCandidates =
  (name: RoutingStrategyName): RoutingStrategy =>
  (candidates, random) => {
    const levels = [...new Set(candidates.map(({ order }) => order))].toSorted((left, right) =>
      left < right ? -1 : 1,
    );
    return levels.flatMap((level) =>
      strategies[name](
        candidates.filter(({ order }) => order === level),
        random,
      ),
    );
  };
