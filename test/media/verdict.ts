import type { AudioContainerName } from '../../src/domain/audio-container.js';
import { sniffContainer } from '../../src/uploads/recognition/sniff-container.js';
import { measureAudio } from '../../src/uploads/measuring/measure-audio.js';

/** How a measure stands against what a decoder makes of the same bytes. */
export const verdicts = ['right', 'wrong', 'unknown', 'undecodable'] as const;
export type Verdict = (typeof verdicts)[number];

/** What the gateway says of a file. */
export interface Gauged {
  /** 0 = there is no sound in it; absent = unknown. */
  readonly seconds?: number;
  /** Why it is unknown, or how it was measured. */
  readonly explanation: string;
}

/** Takes a file for what its bytes say that it is, and measures it, as an upload is. */
export async function gauge(bytes: Buffer): Promise<Gauged> {
  const sniffed = await sniffContainer(bytes, bytes.length);
  if ('found' in sniffed) return { explanation: `refused as ${sniffed.found}` };
  const measure = measureAudio(bytes, bytes.length, sniffed.container);
  switch (measure.kind) {
    case 'measured':
      return { seconds: measure.seconds, explanation: `${sniffed.container}, ${measure.method}` };
    case 'empty':
      return { seconds: 0, explanation: `${sniffed.container}, empty` };
    case 'unknown':
      return { explanation: `${sniffed.container}, ${measure.warning ?? 'not walked'}` };
  }
}

/** What the bytes say that they are; undefined = nothing that the gateway takes. */
export async function sniffedContainer(bytes: Buffer): Promise<AudioContainerName | undefined> {
  const sniffed = await sniffContainer(bytes, bytes.length);
  return 'container' in sniffed ? sniffed.container : undefined;
}

const TOLERANCE_SECONDS = 0.1;
const TOLERANCE_SHARE = 0.01;

/** What decoders make of a file. */
export interface Truth {
  /** Absent = no sound at all, so that nobody can be wrong. */
  readonly decodedSeconds?: number;
  /** How long its bytes play where a decoder may be led astray: as good a truth. */
  readonly honestSeconds?: number;
}

/** How far a measure is from the truth in seconds, which of the two is nearer; 0 where one of them is unknown. */
export function errorOf(seconds: number | undefined, truth: Truth): number {
  if (seconds === undefined || truth.decodedSeconds === undefined) return 0;
  return Math.abs(seconds - nearestOf(seconds, truth));
}

/** Right = within a tenth of a second or a hundredth of the truth, whichever is more. */
export function judge(seconds: number | undefined, truth: Truth): Verdict {
  if (truth.decodedSeconds === undefined) return 'undecodable';
  if (seconds === undefined) return 'unknown';
  const allowed = Math.max(TOLERANCE_SECONDS, TOLERANCE_SHARE * nearestOf(seconds, truth));
  return errorOf(seconds, truth) <= allowed ? 'right' : 'wrong';
}

function nearestOf(seconds: number, { decodedSeconds = 0, honestSeconds = decodedSeconds }: Truth): number {
  return Math.abs(seconds - honestSeconds) < Math.abs(seconds - decodedSeconds) ? honestSeconds : decodedSeconds;
}
