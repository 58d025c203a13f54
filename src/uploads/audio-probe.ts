import { addAbortSignal, type Readable } from 'node:stream';
import { parseStream } from 'music-metadata';
import type { AudioFacts } from '../domain/audio-source.js';
import { audioContainers, type AudioContainerName } from './audio-container.js';
import type { SpooledBytes } from './memory-or-temp-file.js';
import { measureWebmDuration } from './webm-duration.js';

/** Containers that are read by the parser of another one. */
const relatives: Partial<Record<AudioContainerName, AudioContainerName>> = { '3gp': 'mp4', mov: 'mp4' };

/**
 * Measures how long the audio plays. Never rejects: what cannot be measured within `timeoutMs` is absent. Reads from
 * front to back, because a parser that jumps about in a file takes twenty seconds for an hour of MP3 without an index.
 */
export async function probeAudio(
  bytes: Pick<SpooledBytes, 'sizeBytes' | 'stream'>,
  container: AudioContainerName,
  timeoutMs: number,
): Promise<AudioFacts> {
  const signal = AbortSignal.timeout(timeoutMs);
  const measure = async (method: (stream: Readable) => Promise<number | undefined>): Promise<number | undefined> => {
    try {
      const stream = addAbortSignal(signal, bytes.stream());
      try {
        return (await method(stream)) || undefined;
      } finally {
        stream.destroy();
      }
    } catch {
      return undefined;
    }
  };

  const { mediaType } = audioContainers[relatives[container] ?? container];
  let durationSeconds = await measure(async (stream) => {
    const fileInfo = { mimeType: mediaType, size: bytes.sizeBytes };
    return (await parseStream(stream, fileInfo, { duration: true, skipCovers: true })).format.duration;
  });
  if (container === 'webm' || container === 'mkv') durationSeconds ??= await measure(measureWebmDuration);
  return { container, durationSeconds };
}
