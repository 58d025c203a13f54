import type { AudioContainerName } from '../../domain/audio-container.js';
import { ByteWindow, type BytesPlace } from '../measuring/byte-window.js';
import { findFrames } from '../measuring/find-frames.js';
import { StepBudget } from '../measuring/step-budget.js';
import { describeOtherFile } from './other-files.js';
import { recogniseContainer, skipTags } from './recognise-container.js';
import type { Sniffed } from './sniffed.js';

/** How much of a file is searched for audio frames when it does not begin with one. */
const SAMPLE_BYTES = 256 * 1024;

/**
 * Tells from the bytes alone what an upload is.
 * @param place the bytes, or the descriptor of the open file that holds them
 */
export async function sniffContainer(place: BytesPlace, sizeBytes: number): Promise<Sniffed> {
  const bytes = new ByteWindow(place, sizeBytes, new StepBudget(0));
  const recognised = recogniseContainer(bytes);
  if (recognised) return recognised;
  // The view is good until the next read only.
  const head = Buffer.from(bytes.view(skipTags(bytes), SAMPLE_BYTES));
  const other = await describeOtherFile(head);
  const framed = framesAtOnce[other?.extension ?? ''];
  if (framed) return { container: framed };
  if (other) return { found: other.found };
  const scanned = findFrames(head, new StepBudget(head.length));
  return scanned ? { container: scanned } : { found: 'data of unknown type' };
}

/** What `file-type` calls frames that a file begins with. */
const framesAtOnce: Readonly<Record<string, AudioContainerName>> = { mp3: 'mp3', mp2: 'mp3', aac: 'aac' };
