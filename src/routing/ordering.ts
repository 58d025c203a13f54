import type { RoutingStrategyName } from '../domain/routing-settings.js';
import type { Candidate } from './candidate.js';
import { orderCandidates } from './strategies/strategies.js';

/**
 * The candidates of one model, best first: those that need no concession, then the others; among equals by level, then by
 * the strategy.
 * @param random yields numbers in [0, 1)
 */
export function bestFirst<C extends Candidate>(
  candidates: readonly C[],
  strategy: RoutingStrategyName,
  random: () => number,
): readonly C[] {
  return orderCandidates(strategy)(candidates, random).toSorted((left, right) => left.concessions - right.concessions);
}
