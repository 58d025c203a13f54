import { FileTypeParser, type Detector } from 'file-type';
import { parseBuffer } from 'music-metadata';
import type { SpooledBytes } from './memory-or-temp-file.js';

/** How much of a file is searched for audio frames when it does not begin with one. */
const SAMPLE_BYTES = 256 * 1024;

/** How one kind of audio file is called. */
export interface AudioContainer {
  /** IANA's name where there is one; its `audio/` form where there are two, for only the sound is of interest here. */
  readonly mediaType: string;
  /** File name extensions that are right for it; the first is used where the client's is wrong. */
  readonly extensions: readonly [string, ...string[]];
  /** What `file-type` calls it. */
  readonly sniffedAs: readonly string[];
}

/**
 * Everything that may hold speech. OpenAI and its look-alikes choose the decoder by the extension and know only flac,
 * m4a, mp3, mp4, mpeg, mpga, oga, ogg, wav and webm: extensions beyond these appear only where the container has none
 * of them. So a voice message `x.opus`, which is an Ogg file, goes on as `x.ogg`.
 */
export const audioContainers = {
  wav: { mediaType: 'audio/wav', extensions: ['wav'], sniffedAs: ['wav'] },
  mp3: { mediaType: 'audio/mpeg', extensions: ['mp3', 'mpga', 'mpeg'], sniffedAs: ['mp3', 'mp2'] },
  flac: { mediaType: 'audio/flac', extensions: ['flac'], sniffedAs: ['flac'] },
  ogg: { mediaType: 'audio/ogg', extensions: ['ogg', 'oga'], sniffedAs: ['ogg', 'oga', 'opus', 'spx', 'ogv', 'ogx'] },
  m4a: { mediaType: 'audio/mp4', extensions: ['m4a', 'mp4'], sniffedAs: ['m4a', 'm4b', 'm4p', 'f4a', 'f4b'] },
  mp4: { mediaType: 'audio/mp4', extensions: ['mp4', 'm4a'], sniffedAs: ['mp4', 'm4v', 'f4v'] },
  webm: { mediaType: 'audio/webm', extensions: ['webm'], sniffedAs: ['webm'] },
  mkv: { mediaType: 'audio/matroska', extensions: ['mkv', 'mka'], sniffedAs: ['mkv'] },
  aac: { mediaType: 'audio/aac', extensions: ['aac'], sniffedAs: ['aac'] },
  mov: { mediaType: 'audio/quicktime', extensions: ['mov', 'qt'], sniffedAs: ['mov'] },
  '3gp': { mediaType: 'audio/3gpp', extensions: ['3gp', '3g2'], sniffedAs: ['3gp', '3g2'] },
  amr: { mediaType: 'audio/amr', extensions: ['amr', 'awb'], sniffedAs: ['amr'] },
  aiff: { mediaType: 'audio/aiff', extensions: ['aiff', 'aif', 'aifc'], sniffedAs: ['aif'] },
  caf: { mediaType: 'audio/x-caf', extensions: ['caf'], sniffedAs: ['caf'] },
  asf: { mediaType: 'audio/x-ms-wma', extensions: ['wma', 'asf', 'wmv'], sniffedAs: ['asf'] },
  avi: { mediaType: 'video/vnd.avi', extensions: ['avi'], sniffedAs: ['avi'] },
  mpeg: { mediaType: 'video/mpeg', extensions: ['mpeg', 'mpg'], sniffedAs: ['mpg'] },
} as const satisfies Record<string, AudioContainer>;

/** A container by its key in {@link audioContainers}. */
export type AudioContainerName = keyof typeof audioContainers;

/** What the bytes are: audio in a container that we know, or something else, named for the error message. */
export type Sniffed = { readonly container: AudioContainerName } | { readonly found: string };

/** Tells from the bytes alone what an upload is. */
export async function sniffContainer(bytes: SpooledBytes): Promise<Sniffed> {
  const detected = await detectFileType(bytes.place);
  const known = detected && containerNames.find((name) => sniffedAs(name).includes(detected.ext));
  if (known) return { container: known };
  // `file-type` takes the byte order mark of UTF-16 text for a frame of MPEG layer 1.
  if (detected && detected.ext !== 'mp1') return { found: detected.mime };
  const head = await readHead(bytes);
  const text = describeText(head.subarray(0, 1024));
  if (text) return { found: text };
  const scanned = await scanForFrames(head);
  return scanned ? { container: scanned } : { found: 'data of unknown type' };
}

const containerNames = Object.keys(audioContainers) as AudioContainerName[];

function sniffedAs(name: AudioContainerName): readonly string[] {
  return audioContainers[name].sniffedAs;
}

/** Apple's Core Audio Format, which `file-type` does not know. */
const coreAudio: Detector = {
  id: 'caf',
  async detect(tokenizer) {
    const magic = Buffer.alloc(4);
    await tokenizer.peekBuffer(magic, { mayBeLess: true });
    return magic.toString('latin1') === 'caff' ? { ext: 'caf', mime: 'audio/x-caf' } : undefined;
  },
};

async function detectFileType(place: Buffer | string): Promise<{ ext: string; mime: string } | undefined> {
  const parser = new FileTypeParser({ customDetectors: [coreAudio] });
  try {
    return await (typeof place === 'string' ? parser.fromFile(place) : parser.fromBuffer(place));
  } catch {
    // Thrown for files that begin like a known type and then break its rules.
    return undefined;
  }
}

/** MPEG audio that starts in the middle of a frame or after padding, as cut from a radio stream. */
async function scanForFrames(head: Buffer): Promise<AudioContainerName | undefined> {
  try {
    const { format, quality } = await parseBuffer(head, 'audio/mpeg', { duration: true, skipCovers: true });
    // In noise the scanner finds frame headers too, but then it warns that they lead nowhere.
    if (!format.duration || quality.warnings.length > 0) return undefined;
    return format.container?.startsWith('ADTS') ? 'aac' : 'mp3';
  } catch {
    return undefined;
  }
}

async function readHead(bytes: SpooledBytes): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of bytes.stream() as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    sizeBytes += chunk.length;
    if (sizeBytes >= SAMPLE_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, SAMPLE_BYTES);
}

/** Says what kind of text the bytes are; undefined when they are binary. */
function describeText(head: Buffer): string | undefined {
  const byteOrderMark = head.toString('latin1', 0, 2);
  if (byteOrderMark === '\xff\xfe' || byteOrderMark === '\xfe\xff') return 'text';
  // A character may be cut in two at the end of the sample, so the last bytes are not judged.
  const text = new TextDecoder('utf-8').decode(head, { stream: true });
  // oxlint-disable-next-line no-control-regex -- control characters are what tells binary from text
  if (/[\u0000-\u0008\u000e-\u001a\ufffd]/.test(text)) return undefined;
  if (/^\s*<(!doctype html|html|head|body)/i.test(text)) return 'an HTML page';
  if (/^\s*[{[]/.test(text)) return 'JSON text';
  return 'text';
}
