const HEADER_BYTES = 27;
const NO_GRANULE = 0xffff_ffff_ffff_ffffn;

/** Where the pages of an Ogg file begin. */
export function pagesOf(file: Buffer): number[] {
  const pages: number[] = [];
  for (
    let at = 0;
    at + HEADER_BYTES <= file.length && file.toString('latin1', at, at + 4) === 'OggS';
    at += lengthAt(file, at)
  ) {
    pages.push(at);
  }
  return pages;
}

function lengthAt(file: Buffer, page: number): number {
  const segments = file.subarray(page + HEADER_BYTES, page + HEADER_BYTES + file.readUInt8(page + 26));
  return HEADER_BYTES + segments.length + segments.reduce((sum, it) => sum + it, 0);
}

const crcTable = Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc << 1) ^ (crc < 0 ? 0x04c11db7 : 0);
  return crc >>> 0;
});

/** Writes the checksums of all pages anew. */
export function sealPages(file: Buffer): Buffer {
  for (const at of pagesOf(file)) {
    const page = file.subarray(at, at + lengthAt(file, at));
    if (page.length < lengthAt(file, at)) continue;
    page.writeUInt32LE(0, 22);
    const crc = page.reduce((crc, byte) => ((crc << 8) ^ (crcTable[(crc >>> 24) ^ byte] ?? 0)) >>> 0, 0);
    page.writeUInt32LE(crc, 22);
  }
  return file;
}

/** With the granules of the pages of sound changed; where no packet ends there is none. */
export function withGranules(file: Buffer, change: (granule: bigint, isLast: boolean) => bigint): Buffer {
  const copy = Buffer.from(file);
  const pages = pagesOf(copy);
  for (const [index, at] of pages.entries()) {
    const granule = copy.readBigUInt64LE(at + 6);
    if (granule === 0n || granule === NO_GRANULE) continue;
    copy.writeBigUInt64LE(BigInt.asUintN(64, change(granule, index === pages.length - 1)), at + 6);
  }
  return sealPages(copy);
}

/** As a recorder writes it that joined a running station: its first granule is not that of its first packet. */
export function startingAt(file: Buffer, granules: bigint): Buffer {
  return withGranules(file, (granule) => granule + granules);
}

/** Links of a chain, each with a serial number of its own. */
export function chained(file: Buffer, links: number): Buffer {
  return Buffer.concat(
    Array.from({ length: links }, (_, link) => {
      const copy = Buffer.from(file);
      for (const at of pagesOf(copy)) copy.writeUInt32LE((copy.readUInt32LE(at + 14) + link) >>> 0, at + 14);
      return sealPages(copy);
    }),
  );
}
