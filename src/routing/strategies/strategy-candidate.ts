/** What strategies may know of a deployment at the moment of planning. */
export interface StrategyCandidate {
  /** Relative share of the traffic; 0 = reserve. */
  readonly weight: number;
  /** Level of priority, lowest first; Infinity = none. */
  readonly order: number;
  /** Whether the provider gives the requested format itself. */
  readonly native: boolean;
  readonly inFlight: number;
  /** Recent latency per second of audio; undefined = not enough seen. */
  readonly latencyMsPerAudioSecond: number | undefined;
  /** For this request's audio, in nano-dollars; undefined = unknown. */
  readonly estimatedCostNanoUsd: bigint | undefined;
  /** How much of the deployment's own limits is left, 0 to 1; 1 where it has none. */
  readonly headroom: number;
}

/**
 * Orders candidates, best first. Pure: all it knows is in its arguments.
 * @param random yields numbers in [0, 1)
 */
export type RoutingStrategy = <Candidate extends StrategyCandidate>(
  candidates: readonly Candidate[],
  random: () => number,
) => readonly Candidate[];
