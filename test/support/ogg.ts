/** What a page of Ogg is made of. */
export interface OggPageMade {
  readonly serial?: number;
  /** 1 = continued, 2 = first, 4 = last; they add. */
  readonly flags?: number;
  readonly granule?: number;
  readonly packets: readonly Buffer[];
  /** Whether the last packet, of some times 255 bytes, goes on in the next page. */
  readonly isOpen?: boolean;
}

/** A page with its checksum. */
export function oggPage({ serial = 1, flags = 0, granule = 0, packets, isOpen = false }: OggPageMade): Buffer {
  const lacing = packets.flatMap(({ length }) => [...Array<number>(Math.floor(length / 255)).fill(255), length % 255]);
  if (isOpen) lacing.pop();
  const header = Buffer.alloc(27);
  header.write('OggS');
  header.writeUInt8(flags, 5);
  header.writeBigInt64LE(BigInt(granule), 6);
  header.writeUInt32LE(serial, 14);
  header.writeUInt8(lacing.length, 26);
  const page = Buffer.concat([header, Buffer.from(lacing), ...packets]);
  page.writeUInt32LE(checksum(page), 22);
  return page;
}

function checksum(bytes: Buffer): number {
  let sum = 0;
  for (const byte of bytes) {
    sum ^= byte << 24;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum << 1) ^ (sum < 0 ? 0x04c11db7 : 0);
  }
  return sum >>> 0;
}

/** The two pages before the sound of an Opus stream. */
export function opusHeaders(serial = 1, preSkip = 0): Buffer {
  const head = Buffer.from('OpusHead\x01\x01\0\0\x80\xbb\0\0\0\0\0', 'latin1');
  head.writeUInt16LE(preSkip, 10);
  const tags = Buffer.from('OpusTags\0\0\0\0\0\0\0\0', 'latin1');
  return Buffer.concat([oggPage({ serial, flags: 2, packets: [head] }), oggPage({ serial, packets: [tags] })]);
}

/** A packet of Opus with one frame of 20 ms. */
export function opusPacket(sizeBytes = 20): Buffer {
  return Buffer.alloc(sizeBytes, 0x78);
}
