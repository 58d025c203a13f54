import type { RoutingStrategyName } from '../domain/routing-settings.js';
import type { Candidate } from './candidate.js';
import { orderCandidates } from './strategies/strategies.js';

/**
 * The candidates of one model, best first: those that need no concession, then the others; among equals by level, then by
 * the strategy.
 * @param random yields numbers in [0, 1)
 */
export function bestFirst(
  candidates: readonly Candidate[],
  strategy: RoutingStrategyName,
  random: () => number,
): readonly Candidate[] {
  return orderCandidates(strategy)(candidates, random).toSorted(
    (left, right) => concessions(left) - concessions(right),
  );
}

/** How far a candidate is from honouring the request by itself: fields left out weigh most, a detour least. */
function concessions({ dropped, chained, request, capabilities }: Candidate): number {
  const isFetched = request.url !== undefined && !capabilities.accepts_url;
  return 4 * Number(dropped.length > 0) + 2 * Number(chained) + Number(isFetched);
}
