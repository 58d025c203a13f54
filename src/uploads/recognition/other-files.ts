import { FileTypeParser } from 'file-type';

/** How much of a file its kind is told from. */
const HEAD_BYTES = 4100;

/** What is known by the bytes that it begins with and is no recording, though some of it would make one. */
const BEGINNINGS: readonly (readonly [text: string, found: string])[] = [
  ['MThd', 'a MIDI file, which has notes and no sound'],
  // MPEG-2's sequence header, and H.264's parameters.
  ['\0\0\x01\xb3', 'a video without sound'],
  ['\0\0\0\x01\x67', 'a video without sound'],
  ['\0\0\0\x01\x27', 'a video without sound'],
];

/** Kinds of text, first match first. */
const TEXTS: readonly (readonly [RegExp, string])[] = [
  [/^d\d+:announce/, 'a torrent'],
  [/^#EXTM3U/, 'a playlist (M3U), which names recordings and holds none'],
  [/^\[playlist\]/i, 'a playlist (PLS), which names recordings and holds none'],
  [/^WEBVTT/, 'subtitles'],
  [/^\d{1,6}\r?\n\d\d:\d\d:\d\d,\d{3} -->/, 'subtitles'],
  [/^<(?:!doctype html|html|head|body)/i, 'an HTML page'],
  [/^<\?xml[^>]{0,200}>\s{0,50}<(?:!doctype html|html)/i, 'an HTML page'],
  [/^<\?xml/, 'XML text'],
  [/^[{[]/, 'JSON text'],
];

/** What `file-type` finds, in words; what is not here goes by its media type. */
const MEDIA_TYPES: readonly (readonly [RegExp, (mediaType: string) => string])[] = [
  [/^image\//, (it) => `an image (${it})`],
  [/^application\/pdf$/, () => 'a PDF document'],
  [/^application\/(?:zip|gzip|x-(?:7z|rar|tar|bzip2|xz|compress)\S*|vnd\.rar|zstd)$/, (it) => `an archive (${it})`],
  [/^application\/(?:vnd\.(?:openxmlformats|oasis|ms-)|msword|x-cfb|rtf)/, (it) => `a document (${it})`],
];

/** What a file is that is no recording in any container that is known here. */
export interface OtherFile {
  readonly found: string;
  /** What `file-type` calls it; absent where something else has told it. */
  readonly extension?: string;
}

/**
 * Says what the bytes are, for an error message.
 * @param head the beginning, of which some thousand bytes are looked at
 * @returns undefined when they are nothing that is known
 */
export async function describeOtherFile(head: Buffer): Promise<OtherFile | undefined> {
  const bytes = head.subarray(0, HEAD_BYTES);
  const start = bytes.toString('latin1', 0, 64);
  const beginning = BEGINNINGS.find(([mark]) => start.startsWith(mark));
  if (beginning) return { found: beginning[1] };
  const text = describeText(bytes.subarray(0, 1024));
  const kind = await detectFileType(bytes);
  // Of text it knows a few kinds by their first words, and takes the byte order mark of UTF-16 for a frame of MPEG layer 1.
  if (kind && (text === undefined || (text === 'text' && !kind.mime.startsWith('audio/')))) {
    const named = MEDIA_TYPES.find(([pattern]) => pattern.test(kind.mime));
    return { found: named ? named[1](kind.mime) : kind.mime, extension: kind.ext };
  }
  return text === undefined ? undefined : { found: text };
}

async function detectFileType(head: Buffer): Promise<{ readonly ext: string; readonly mime: string } | undefined> {
  try {
    return await new FileTypeParser().fromBuffer(head);
  } catch {
    // Thrown for files that begin like a known type and then break its rules.
    return undefined;
  }
}

/** Says what kind of text the bytes are; undefined when they are binary. */
function describeText(head: Buffer): string | undefined {
  const byteOrderMark = head.toString('latin1', 0, 2);
  if (byteOrderMark === '\xff\xfe' || byteOrderMark === '\xfe\xff') return 'text';
  // A character may be cut in two at the end of the sample, so the last bytes are not judged.
  const text = new TextDecoder('utf-8').decode(head, { stream: true });
  // oxlint-disable-next-line no-control-regex -- control characters are what tells binary from text
  if (/[\u0000-\u0008\u000e-\u001a\ufffd]/.test(text)) return undefined;
  const words = text.trimStart();
  return TEXTS.find(([pattern]) => pattern.test(words))?.[1] ?? 'text';
}
