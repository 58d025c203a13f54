import type { ByteWindow } from '../byte-window.js';

/** A part of a media object, which is what ASF calls a packet of a codec. */
export interface AsfPayload {
  readonly stream: number;
  /** Of its media object, from whose beginning on it is told apart. */
  readonly object: number;
  /** Where it belongs within its media object. */
  readonly offset: number;
  /** When its media object plays, in milliseconds, with the preroll. */
  readonly timeMs: number;
  /** Where its bytes are in the file. */
  readonly at: number;
  readonly lengthBytes: number;
}

/** More than the six bits that a packet counts its payloads with cannot be, but several objects fit in each. */
const MAX_OBJECTS = 4096;
const COUNT_BITS = 0x3f;
/** A length of replicated data that says that whole objects, each behind a byte of length, are in the payload. */
const COMPRESSED = 1;

/** Reads fields of a packet one after the other, not beyond its end. */
class Fields {
  constructor(
    private readonly bytes: ByteWindow,
    public at: number,
  ) {}

  /** By the codes 0 to 3 of fields that have no, one, two or four bytes. */
  coded(code: number): number {
    return this.take([0, 1, 2, 4][code & 3] ?? 0);
  }

  take(count: number): number {
    const value = count === 0 ? 0 : this.bytes.uintLE(this.at, count);
    this.at += count;
    return value;
  }
}

/**
 * Visits the payloads of one data packet (Advanced Systems Format Specification, 5.2), as far as they make sense.
 * @param at where it begins
 * @param packetBytes of each packet
 * @throws EndOfBytes where it is cut off
 */
export function visitPayloads(
  bytes: ByteWindow,
  at: number,
  packetBytes: number,
  visit: (payload: AsfPayload) => void,
): void {
  const fields = new Fields(bytes, at);
  let flags = fields.take(1);
  if ((flags & 0x80) !== 0) {
    fields.at += flags & 0x0f;
    flags = fields.take(1);
  }
  const codes = fields.take(1);
  const length = fields.coded(flags >> 5) || packetBytes;
  fields.coded(flags >> 1);
  const paddingBytes = fields.coded(flags >> 3);
  // When it is sent, and for how long.
  fields.at += 6;
  const hasSeveral = (flags & 1) !== 0;
  const counts = hasSeveral ? fields.take(1) : 1;
  const end = at + Math.min(length, packetBytes) - paddingBytes;
  for (let left = counts & COUNT_BITS; left > 0 && fields.at < end; left -= 1) {
    const stream = fields.take(1) & 0x7f;
    const object = fields.coded(codes >> 4);
    const offset = fields.coded(codes >> 2);
    const replicatedBytes = fields.coded(codes);
    const isCompressed = replicatedBytes === COMPRESSED;
    const timeMs = isCompressed ? offset : replicatedBytes >= 8 ? bytes.uintLE(fields.at + 4, 4) : 0;
    const stepMs = isCompressed ? bytes.byte(fields.at) : 0;
    fields.at += replicatedBytes;
    const lengthBytes = hasSeveral ? fields.coded(counts >> 6) : end - fields.at;
    const from = fields.at;
    fields.at += lengthBytes;
    if (lengthBytes <= 0 || fields.at > end) return;
    if (!isCompressed) {
      if (replicatedBytes >= 8) visit({ stream, object, offset, timeMs, at: from, lengthBytes });
      continue;
    }
    let inner = from;
    for (let count = 0; count < MAX_OBJECTS && inner < fields.at; count += 1) {
      const size = bytes.byte(inner);
      const part = { stream, object: object + count, offset: 0, timeMs: timeMs + count * stepMs };
      visit({ ...part, at: inner + 1, lengthBytes: size });
      inner += 1 + size;
    }
  }
}
