/** Counts the seconds of audio that passes by, piece by piece, in time and memory that do not grow with it. */
export interface AudioMeter {
  /** A further piece, in which the one before may go on. */
  add(piece: Buffer): void;
  /** Of all that has passed so far; undefined where the audio does not tell. */
  readonly seconds: number | undefined;
}
