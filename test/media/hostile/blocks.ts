/** A million bytes, as the bounds count them. */
export const MEGABYTE = 1_000_000;

/** Bytes by their hexadecimal digits, which may be grouped by spaces. */
export function hex(digits: string): Buffer {
  return Buffer.from(digits.replaceAll(' ', ''), 'hex');
}

/** One character a byte. */
export function text(characters: string): Buffer {
  return Buffer.from(characters, 'latin1');
}

/** The same bytes again and again, up to a size; after something else. */
export function filled(sizeBytes: number, pattern: Buffer, head: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.concat([head, Buffer.alloc(sizeBytes, pattern)]);
}

/** A number of 32 bits. */
export function uint32BE(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A number of 32 bits. */
export function uint32LE(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** A number of 64 bits. */
export function uint64LE(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

/** A box of MP4. */
export function box(name: string, ...contents: readonly Buffer[]): Buffer {
  const body = Buffer.concat(contents);
  return Buffer.concat([uint32BE(8 + body.length), text(name), body]);
}

/** A chunk of RIFF; what it claims to hold, if that is something else. */
export function riffChunk(name: string, body: Buffer, claimedBytes = body.length): Buffer {
  return Buffer.concat([text(name), uint32LE(claimedBytes), body]);
}

/** Noise that is the same in every run. */
export function noise(sizeBytes: number): Buffer {
  const bytes = Buffer.alloc(sizeBytes);
  let state = 0x1234567;
  for (let at = 0; at + 4 <= sizeBytes; at += 4) {
    // Marsaglia's xorshift.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes.writeInt32LE(state | 0, at);
  }
  return bytes;
}
