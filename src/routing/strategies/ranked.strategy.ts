import type { RoutingStrategy, StrategyCandidate } from './strategy-candidate.js';
import { orderByWeight } from './weighted.strategy.js';

/** What a ranking compares: lower is better; candidates of equal rank are one group. */
type Rank = (candidate: StrategyCandidate) => number;

/**
 * Makes a strategy that goes by rank. Where the ranks are equal it is indifferent: then native answers come before
 * synthesised ones, and the weights decide among the rest, so that equals share the traffic. Reserves of weight 0 stay
 * last whatever their rank.
 */
export function rankedBy(rank: Rank): RoutingStrategy {
  return (candidates, random) =>
    orderByWeight(candidates, random).toSorted(
      (left, right) =>
        Number(left.weight === 0) - Number(right.weight === 0) ||
        compare(rank(left), rank(right)) ||
        Number(right.native) - Number(left.native),
    );
}

/** Infinity minus Infinity is no number, and an unknown rank equals another. */
function compare(left: number, right: number): number {
  return left === right ? 0 : left < right ? -1 : 1;
}
