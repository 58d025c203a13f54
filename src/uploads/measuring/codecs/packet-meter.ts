/** Tells of the packets of one codec how long each plays, as containers hand them over: one after the other, each whole. */
export interface PacketMeter {
  /** By a short name in lower case, as in `Walked`. */
  readonly codec: string;
  /** How many of a packet's first bytes it looks at; 0 = none, its packets are alike. */
  readonly headBytes: number;
  /**
   * What a decoder makes of the next packet.
   * @param head its first `headBytes` bytes, or all of it if there are fewer; good for this call only
   * @param sizeBytes of all of it
   * @returns seconds; 0 = a decoder would make nothing of it
   */
  secondsOf(head: Buffer, sizeBytes: number): number;
}

/**
 * Of a codec whose packets are all as long.
 * @param seconds of each
 */
export function evenPackets(codec: string, seconds: number): PacketMeter {
  return { codec, headBytes: 0, secondsOf: (_head, sizeBytes) => (sizeBytes > 0 ? seconds : 0) };
}

/**
 * Of samples that are not compressed, or in blocks that all are as large.
 * @param blockBytes of a block of all channels
 * @param secondsPerBlock how long it plays
 * @returns undefined where the header is not one of sound
 */
export function evenBytes(codec: string, blockBytes: number, secondsPerBlock: number): PacketMeter | undefined {
  if (!(blockBytes > 0 && secondsPerBlock > 0 && secondsPerBlock < Infinity)) return undefined;
  return { codec, headBytes: 0, secondsOf: (_head, sizeBytes) => Math.floor(sizeBytes / blockBytes) * secondsPerBlock };
}
