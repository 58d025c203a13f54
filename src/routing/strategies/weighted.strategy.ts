import type { StrategyCandidate } from './strategy-candidate.js';

/**
 * Orders candidates by weighted drawing without replacement: the first is chosen with a probability of its weight over
 * the sum of all weights, the second likewise among the rest. Candidates of weight 0 come last, as a reserve.
 * LiteLLM's `simple-shuffle`.
 */
export function orderByWeight<Candidate extends Pick<StrategyCandidate, 'weight'>>(
  candidates: readonly Candidate[],
  random: () => number,
): readonly Candidate[] {
  const left = [...candidates];
  const ordered: Candidate[] = [];
  while (left.length > 0) {
    const total = left.reduce((sum, candidate) => sum + candidate.weight, 0);
    let ticket = random() * total;
    const drawn = left.findIndex((candidate) => (ticket -= candidate.weight) < 0);
    ordered.push(...left.splice(Math.max(drawn, 0), 1));
  }
  return ordered;
}
