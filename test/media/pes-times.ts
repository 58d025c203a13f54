/** Whether it is an MPEG transport or program stream. */
export function hasPesTimes(file: Buffer): boolean {
  return file.readUInt32BE(0) === 0x1ba || [0, 4].some((at) => file[at] === 0x47 && file[at + 188 + at] === 0x47);
}

/** With the times of presentation of all packets changed, which are 33 bits of a ninetieth of a millisecond. */
export function withPesTimes(file: Buffer, change: (time: bigint) => bigint): Buffer {
  const copy = Buffer.from(file);
  for (let at = copy.indexOf('000001', 0, 'hex'); at !== -1; at = copy.indexOf('000001', at + 3, 'hex')) {
    if (!isPesWithTime(copy, at)) continue;
    const digits = copy.subarray(at + 9, at + 14);
    writeTime(digits, change(readTime(digits)));
  }
  return copy;
}

function isPesWithTime(file: Buffer, at: number): boolean {
  const [stream = 0, flags = 0, moreFlags = 0] = [file[at + 3], file[at + 6], file[at + 7]];
  const isSoundOrPicture = stream === 0xbd || (stream >= 0xc0 && stream <= 0xef) || stream === 0xfd;
  return isSoundOrPicture && (flags & 0xc0) === 0x80 && (moreFlags & 0x80) !== 0 && at + 14 <= file.length;
}

function readTime(digits: Buffer): bigint {
  const high = BigInt((digits.readUInt8(0) >> 1) & 7);
  const middle = BigInt(digits.readUInt16BE(1) >> 1);
  const low = BigInt(digits.readUInt16BE(3) >> 1);
  return (high << 30n) | (middle << 15n) | low;
}

function writeTime(digits: Buffer, time: bigint): void {
  digits.writeUInt8((digits.readUInt8(0) & 0xf1) | (Number((time >> 30n) & 7n) << 1), 0);
  digits.writeUInt16BE((Number((time >> 15n) & 0x7fffn) << 1) | 1, 1);
  digits.writeUInt16BE((Number(time & 0x7fffn) << 1) | 1, 3);
}
