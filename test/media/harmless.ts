import { type AudioContainerName, audioContainers } from '../../src/domain/audio-container.js';
import { sniffContainer } from '../../src/uploads/recognition/sniff-container.js';
import { measureAudio } from '../../src/uploads/measuring/measure-audio.js';

const MEGABYTE = 1_000_000;
/** What a measure may cost the processor. */
const CPU_MS_PER_MEGABYTE = 60;
const MOST_CPU_MS = 2_000;
/** What the step budget of a small file may take. */
const LEAST_CPU_MS = 250;
/**
 * For slower machines, and for the compiler, which works in the first runs of everything. In jest's contexts what is global (Buffer,
 * Math) takes several times as long to look up.
 */
const GENEROUS = process.env['JEST_WORKER_ID'] === undefined ? 3 : 12;

/** As `src/uploads/measuring` believes it: of no codec a second is less. */
const LEAST_BITS_PER_SECOND = 100;
const MOST_SECONDS = 48 * 3_600;

/** Every container that is measured. */
export const containerNames = Object.keys(audioContainers) as AudioContainerName[];

/**
 * What is wrong with how a file is recognised and measured, whatever is in it: an error, too much time of the processor (not of the clock, so that
 * no other program has a part in it), more seconds than its bytes can hold.
 * @returns one sentence each; none for a file that does no harm
 */
export async function harmOf(bytes: Buffer, container: AudioContainerName): Promise<string[]> {
  const before = process.cpuUsage();
  try {
    await sniffContainer(bytes, bytes.length);
    const measure = measureAudio(bytes, bytes.length, container);
    const { user, system } = process.cpuUsage(before);
    const seconds = measure.kind === 'measured' ? measure.seconds : undefined;
    return [...tooLong((user + system) / 1000, bytes), ...tooMuch(seconds, bytes)];
  } catch (error) {
    return [`throws ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`];
  }
}

function tooLong(cpuMs: number, { length }: Buffer): string[] {
  const boundMs = Math.min(Math.max((CPU_MS_PER_MEGABYTE * length) / MEGABYTE, LEAST_CPU_MS), MOST_CPU_MS);
  return cpuMs <= GENEROUS * boundMs
    ? []
    : [`takes ${Math.round(cpuMs)} ms of the processor for ${length} bytes, not ${Math.round(boundMs)}`];
}

function tooMuch(seconds: number | undefined, { length }: Buffer): string[] {
  if (seconds === undefined) return [];
  const isPossible = seconds > 0 && seconds <= MOST_SECONDS && length * 8 >= seconds * LEAST_BITS_PER_SECOND;
  return isPossible ? [] : [`plays for ${seconds} s with ${length} bytes`];
}
