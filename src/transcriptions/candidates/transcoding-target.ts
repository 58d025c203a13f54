import { sentExtension } from '../../domain/audio-container.js';
import type { Capabilities } from '../../domain/capabilities.js';
import type { TranscriptionRequest } from '../../domain/transcription.js';

/** What is made of a recording, so that a deployment takes it. */
export interface TranscodingTarget {
  /** FLAC, or Opus in Ogg or WebM. */
  readonly container: 'flac' | 'ogg' | 'webm';
  readonly maxBytes: number;
  /** Of Opus, in bits a second. */
  readonly bitRate?: number;
}

/** FLAC is made of 16 bits at 16 kHz in two channels at most, which is what recognisers hear: it is never longer than its samples. */
const FLAC_BITS_PER_SECOND = 2 * 16 * 16_000;

/** Opus for speech: more is not heard, less is not understood. */
const OPUS_BITS_PER_SECOND = { most: 48_000, least: 12_000 };

/** What the containers take beside the sound. */
const SHARE_OF_SOUND = 0.9;

/**
 * What can be made of a recording that a model does not take as it is: FLAC where it surely fits, else Opus, at the rate that does.
 * @param mostBytes what may be made where the model takes more
 * @returns undefined when the model takes neither, nobody knows what the recording is in, or it is too long for any rate
 */
export function transcodingFor(
  { containers, max_bytes }: Pick<Capabilities, 'containers' | 'max_bytes'>,
  { audio }: Pick<TranscriptionRequest, 'audio'>,
  durationSeconds: number | undefined,
  mostBytes: number,
): TranscodingTarget | undefined {
  if (!audio.container) return undefined;
  const takes = (container: TranscodingTarget['container']) =>
    containers === undefined || sentExtension(container, undefined, containers) !== undefined;
  const maxBytes = Math.min(max_bytes ?? mostBytes, mostBytes);
  const isTooLarge = audio.sizeBytes > maxBytes;
  // What is too large has to be made smaller, and of an unknown length nobody knows how.
  if (isTooLarge && durationSeconds === undefined) return undefined;
  const maxBits = maxBytes * 8 * SHARE_OF_SOUND;
  const fits = (bitsPerSecond: number) => durationSeconds === undefined || durationSeconds * bitsPerSecond <= maxBits;
  if (takes('flac') && fits(FLAC_BITS_PER_SECOND)) return { container: 'flac', maxBytes };
  const container = (['ogg', 'webm'] as const).find((it) => takes(it));
  const { most, least } = OPUS_BITS_PER_SECOND;
  const bitRate = durationSeconds === undefined ? most : Math.min(most, Math.floor(maxBits / durationSeconds));
  return container && bitRate >= least ? { container, maxBytes, bitRate } : undefined;
}
