/** Longer than any recording that is transcribed in one request. */
const MAX_SECONDS = 48 * 3_600;

/**
 * Fewer bits per second than any codec makes of a minute of digital silence (the least that was measured are 819, of ALAC at
 * 16 kHz), let alone of speech (3,100, of Opus).
 */
const MIN_BITS_PER_SECOND = 400;

/** How far a second figure may be from the measured length: both must be exceeded to be out of the question. */
const MAX_TIMES_MEASURED = 10;
const MAX_SECONDS_BEYOND_MEASURED = 60;

/** What is known of a recording's length from the recording itself. */
export interface RecordingLength {
  /** Absent = it could not be measured. */
  readonly measuredSeconds?: number;
  /** Absent = nobody has fetched it. */
  readonly sizeBytes?: number;
  /** What a second of it has at least; absent = what any codec makes of silence. */
  readonly minBitsPerSecond?: number;
}

/**
 * Whether somebody's word for the length of a recording in seconds, a container's or a provider's, can be true: above
 * zero, at most 48 hours, and not far beyond the measured length, or what the bytes can hold where that is not known.
 */
export function isCredibleDuration(
  seconds: number,
  { measuredSeconds, sizeBytes, minBitsPerSecond = MIN_BITS_PER_SECOND }: RecordingLength,
): boolean {
  // Also NaN.
  if (!(seconds > 0 && seconds <= MAX_SECONDS)) return false;
  if (measuredSeconds !== undefined) {
    return seconds <= MAX_TIMES_MEASURED * measuredSeconds || seconds <= measuredSeconds + MAX_SECONDS_BEYOND_MEASURED;
  }
  return sizeBytes === undefined || sizeBytes * 8 >= seconds * minBitsPerSecond;
}
