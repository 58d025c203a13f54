/** Anything with a share of the traffic. */
export interface Weighted {
  readonly weight: number;
}

/**
 * Orders candidates by weighted drawing without replacement: the first is chosen with a probability of its weight over
 * the sum of all weights, the second likewise among the rest. Candidates of weight 0 come last, as a reserve.
 * @param random yields numbers in [0, 1)
 */
export function orderByWeight<Candidate extends Weighted>(
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
