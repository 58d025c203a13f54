/** Sound whose bytes all play as long: samples, or blocks of them. */
export interface SampleSound {
  /** As in `Walked`. */
  readonly codec: string;
  readonly secondsPerByte: number;
}

/**
 * Sound of blocks that are alike.
 * @param blockBytes of all channels
 * @param secondsPerBlock how long one plays
 * @returns undefined where that is no sound
 */
export function evenSound(codec: string, blockBytes: number, secondsPerBlock: number): SampleSound | undefined {
  if (!(blockBytes > 0 && secondsPerBlock > 0 && secondsPerBlock < Infinity)) return undefined;
  return { codec, secondsPerByte: secondsPerBlock / blockBytes };
}
