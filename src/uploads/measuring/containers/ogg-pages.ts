import type { ByteWindow } from '../byte-window.js';
import type { StepBudget } from '../step-budget.js';

/** A page of Ogg (RFC 3533, 6) that is whole and whose checksum is right. Its bytes are good until the next read. */
export interface OggPage {
  /** Which of the streams in the file it is of. */
  readonly serial: number;
  /** The first of its stream. */
  readonly isFirst: boolean;
  /** The last of its stream. */
  readonly isLast: boolean;
  /** Whether it begins with the rest of a packet. */
  readonly isContinued: boolean;
  /** What of the stream has been played when its packets have been, in the codec's own count; -1 = no packet ends in it. */
  readonly granule: number;
  /** Lengths of the packets' parts: 255 = the packet goes on in the next part. */
  readonly lacing: Buffer;
  readonly body: Buffer;
}

const CAPTURE = Buffer.from('OggS\0', 'latin1');
const HEADER_BYTES = 27;
const CHECKSUM_AT = 22;
const PARTS_AT = 26;
const FLAG = { continued: 1, first: 2, last: 4 } as const;
/** Header, 255 parts, and as many times 255 bytes. */
const MAX_PAGE_BYTES = HEADER_BYTES + 255 + 255 * 255;
/** How much is searched at a time for where the next page begins. */
const SEARCH_BYTES = 64 * 1024;
/** A byte is looked at for its checksum or while searching, which is much less work than a step. */
const BYTES_PER_STEP = { checksum: 32, searching: 64 } as const;

/** The pages of a file from front to back. What is none, was damaged or is cut off is passed over. */
export function* oggPages(bytes: ByteWindow, steps: StepBudget): Generator<OggPage> {
  for (let at = findCapture(bytes, steps, 0); at !== -1;) {
    const page = bytes.view(at, MAX_PAGE_BYTES);
    const lengthBytes = pageBytes(page);
    if (lengthBytes > page.length || !isChecksumRight(page, lengthBytes, steps)) {
      at = findCapture(bytes, steps, at + 1);
      continue;
    }
    // A packet ends in every part of a page, or nearly.
    steps.take(page.readUInt8(PARTS_AT));
    yield readPage(page, lengthBytes);
    at += lengthBytes;
    if (!bytes.view(at, CAPTURE.length).equals(CAPTURE)) at = findCapture(bytes, steps, at);
  }
}

/** Where the next page may begin, or -1. */
function findCapture(bytes: ByteWindow, steps: StepBudget, from: number): number {
  for (let at = from; at < bytes.sizeBytes; at += SEARCH_BYTES - CAPTURE.length) {
    const searched = bytes.view(at, SEARCH_BYTES);
    const found = searched.indexOf(CAPTURE);
    steps.take(Math.ceil((found === -1 ? searched.length : found) / BYTES_PER_STEP.searching));
    if (found !== -1) return at + found;
  }
  return -1;
}

/** Infinity where not even the header is there. */
function pageBytes(page: Buffer): number {
  const parts = page[PARTS_AT];
  if (parts === undefined || page.length < HEADER_BYTES + parts) return Infinity;
  let sum = HEADER_BYTES + parts;
  for (let part = 0; part < parts; part += 1) sum += page[HEADER_BYTES + part] ?? 0;
  return sum;
}

function readPage(page: Buffer, lengthBytes: number): OggPage {
  const flags = page.readUInt8(5);
  const bodyAt = HEADER_BYTES + page.readUInt8(PARTS_AT);
  return {
    serial: page.readUInt32LE(14),
    isFirst: (flags & FLAG.first) !== 0,
    isLast: (flags & FLAG.last) !== 0,
    isContinued: (flags & FLAG.continued) !== 0,
    granule: Number(page.readBigInt64LE(6)),
    lacing: page.subarray(HEADER_BYTES, bodyAt),
    body: page.subarray(bodyAt, lengthBytes),
  };
}

/** Of the polynomial 0x04c11db7, the highest bit first, for every value of a byte. */
const CHECKSUMS = Int32Array.from({ length: 256 }, (_, value) => {
  let checksum = value << 24;
  for (let bit = 0; bit < 8; bit += 1) checksum = (checksum << 1) ^ (checksum < 0 ? 0x04c11db7 : 0);
  return checksum;
});

/** Of the page with zeros for the checksum itself. Decoders throw a page away whose checksum is wrong. */
function isChecksumRight(page: Buffer, lengthBytes: number, steps: StepBudget): boolean {
  steps.take(Math.ceil(lengthBytes / BYTES_PER_STEP.checksum));
  const before = checksumOf(page, 0, CHECKSUM_AT, 0);
  const checksum = checksumOf(
    page,
    CHECKSUM_AT + 4,
    lengthBytes,
    checksumOf(NO_CHECKSUM, 0, NO_CHECKSUM.length, before),
  );
  return checksum === page.readInt32LE(CHECKSUM_AT);
}

const NO_CHECKSUM = Buffer.alloc(4);

/** @param checksum of what is before them */
function checksumOf(bytes: Buffer, from: number, to: number, checksum: number): number {
  let sum = checksum;
  for (let at = from; at < to; at += 1) sum = (sum << 8) ^ (CHECKSUMS[(sum >>> 24) ^ (bytes[at] ?? 0)] ?? 0);
  return sum;
}
