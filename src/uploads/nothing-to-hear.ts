import type { AudioContainerName } from './audio-container.js';
import { ByteReader } from './byte-reader.js';
import type { SpooledBytes } from './memory-or-temp-file.js';

/** Why there is nothing to transcribe in a file: no sound at all, or samples that are all the same as silence. */
export type NothingToHear = 'empty' | 'silent';

/** Samples beyond this are not looked at; a WAV file that is silent until here counts as audible. */
const MAX_SCANNED_BYTES = 64 * 1024 * 1024;

type Check = (reader: ByteReader, sizeBytes: number) => Promise<NothingToHear | undefined>;

/**
 * What can be told without decoding. In the other containers a file without sound is not noticed, nor is silence that is
 * compressed or has any noise in it.
 */
const checks: Partial<Readonly<Record<AudioContainerName, Check>>> = {
  wav: checkWav,
  mp3: checkMp3,
  mp4: checkMp4,
  m4a: checkMp4,
  mov: checkMp4,
};

/** Whether a file certainly holds nothing to hear; undefined when it does, or nobody knows. */
export async function findNothingToHear(
  bytes: Pick<SpooledBytes, 'sizeBytes' | 'stream'>,
  container: AudioContainerName,
): Promise<NothingToHear | undefined> {
  const reader = new ByteReader(bytes.stream());
  try {
    return await checks[container]?.(reader, bytes.sizeBytes);
  } finally {
    await reader.close();
  }
}

const PCM = 1;
const FLOAT = 3;
const EXTENSIBLE = 0xfffe;

/** RIFF: chunks of a name, a length and contents; `data` has the samples, `fmt ` says what they are. */
async function checkWav(reader: ByteReader): Promise<NothingToHear | undefined> {
  const riff = await reader.read(12);
  if (riff?.toString('latin1', 0, 4) !== 'RIFF') return undefined;
  let quietByte: number | undefined;
  for (;;) {
    const header = await reader.read(8);
    // Cut off before there were any samples.
    if (!header) return 'empty';
    const name = header.toString('latin1', 0, 4);
    const length = header.readUInt32LE(4);
    if (name === 'data') return await checkSamples(reader, length, quietByte);
    const contents = name === 'fmt ' && length >= 16 && length <= 64 ? await reader.read(length) : undefined;
    if (contents) quietByte = quietByteOf(contents);
    else if (!(await reader.skip(length))) return 'empty';
    if (length % 2 === 1) await reader.skip(1);
  }
}

/** What every byte of digital silence is; undefined for encodings that we do not read. */
function quietByteOf(format: Buffer): number | undefined {
  const tag = format.readUInt16LE(0);
  const encoding = tag === EXTENSIBLE && format.length >= 26 ? format.readUInt16LE(24) : tag;
  if (encoding === FLOAT) return 0;
  if (encoding !== PCM) return undefined;
  // Samples of eight bits have no sign.
  return format.readUInt16LE(14) === 8 ? 0x80 : 0;
}

async function checkSamples(
  reader: ByteReader,
  length: number,
  quietByte: number | undefined,
): Promise<NothingToHear | undefined> {
  let seenBytes = 0;
  for (let chunk = await reader.readAny(); chunk; chunk = await reader.readAny()) {
    // A recorder that could not go back to fill in the length: what follows may be samples or another chunk.
    if (length === 0) return undefined;
    const samples = chunk.subarray(0, length - seenBytes);
    if (quietByte === undefined || samples.some((byte) => byte !== quietByte)) return undefined;
    seenBytes += samples.length;
    if (seenBytes >= length) break;
    if (seenBytes > MAX_SCANNED_BYTES) return undefined;
  }
  return seenBytes === 0 ? 'empty' : 'silent';
}

/** Tags and nothing else: ID3v2 (its length in four times seven bits) in front, and ID3v1 of 128 bytes at the end. */
async function checkMp3(reader: ByteReader, sizeBytes: number): Promise<NothingToHear | undefined> {
  const tag = await reader.read(10);
  if (tag?.toString('latin1', 0, 3) !== 'ID3') return undefined;
  const tagBytes = tag.subarray(6).reduce((sum, byte) => sum * 128 + byte, 0) + 10;
  return sizeBytes - tagBytes <= 128 ? 'empty' : undefined;
}

/** ISO base media file format: boxes of a length, a name and contents; `mdat` has the sound. */
async function checkMp4(reader: ByteReader): Promise<NothingToHear | undefined> {
  for (;;) {
    const header = await reader.read(8);
    if (!header) return 'empty';
    const length = header.readUInt32BE(0);
    const name = header.toString('latin1', 4, 8);
    if (name === 'mdat' && length !== 8) return undefined;
    // 0: until the end of the file; 1: the length is a longer one, of a box too large to be without sound.
    if (length < 8) return undefined;
    if (!(await reader.skip(length - 8))) return 'empty';
  }
}
