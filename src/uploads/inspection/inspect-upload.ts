import { closeSync, openSync } from 'node:fs';
import type { AudioContainerName } from '../../domain/audio-container.js';
import { measureAudio, type Measure } from '../measuring/measure-audio.js';
import { sniffContainer } from '../recognition/sniff-container.js';

/** What an upload is instead of audio. */
export interface NoAudio {
  /** For the error message. */
  readonly found: string;
}

/** What is known of an upload when it has been looked into. */
export type Inspected = { readonly container: AudioContainerName; readonly measure: Measure } | NoAudio;

/** What becomes known on the way there: first the container alone. */
export type Inspection = Inspected | { readonly container: AudioContainerName; readonly measure?: undefined };

/**
 * Finds out what an upload is and how long it plays. It may take long: for a thread of its own.
 * @param place the bytes in one piece after the other, or the path of the file that holds them
 * @param tell told as soon as it is known what it is, and once more when it is measured
 * @throws NodeJS.ErrnoException when the file cannot be read
 */
export async function inspectUpload(
  place: readonly Uint8Array[] | string,
  sizeBytes: number,
  tell: (inspection: Inspection) => void,
): Promise<void> {
  const source = typeof place === 'string' ? openSync(place, 'r') : place;
  try {
    const sniffed = await sniffContainer(source, sizeBytes);
    tell(sniffed);
    if (!('container' in sniffed)) return;
    const { container } = sniffed;
    tell({ container, measure: measureAudio(source, sizeBytes, container) });
  } finally {
    if (typeof source === 'number') closeSync(source);
  }
}
