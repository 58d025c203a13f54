/** Numbers at which something begins or ends. */
const boundaries = [
  '00',
  'ff',
  '7f',
  '80',
  '0000',
  'ffff',
  '7fff',
  '8000',
  '0001',
  '00000000',
  'ffffffff',
  '7fffffff',
  '80000000',
  '00000001',
]
  .concat([
    'ffffff7f',
    '01000000',
    '0000000000000000',
    'ffffffffffffffff',
    '7fffffffffffffff',
    '8000000000000000',
    '01ffffffffffffff',
  ])
  .map((digits) => Buffer.from(digits, 'hex'));

/** Headers are there, and whatever leads astray. */
const HEAD_BYTES = 512;
const MOST_CHANGES = 6;

/** Changes files by chance, the same from the same random numbers. */
export class Mutations {
  private readonly changes: readonly ((file: Buffer) => Buffer)[] = [
    (file) => this.flip(file),
    (file) => this.overwrite(file, this.pick(boundaries)),
    (file) => this.overwrite(file, this.pick(boundaries)),
    (file) => this.insert(file, this.pick(boundaries)),
    (file) => this.remove(file),
    (file) => file.subarray(0, this.upTo(file.length + 1)),
    (file) => file.subarray(this.upTo(file.length)),
    (file) => this.insert(file, this.pieceOf(file)),
    (file) => this.overwrite(file, this.pieceOf(file)),
    (file) => this.splice(file, this.pick(this.files)),
  ];

  /** @param files that take pieces from each other */
  constructor(
    private readonly random: () => number,
    private readonly files: readonly Buffer[],
  ) {}

  /** A file with some changes. */
  next(file: Buffer): Buffer {
    let changed = file;
    for (let count = 1 + this.upTo(MOST_CHANGES); count > 0; count -= 1) changed = this.pick(this.changes)(changed);
    return changed;
  }

  private flip(file: Buffer): Buffer {
    const copy = Buffer.from(file);
    if (copy.length === 0) return copy;
    for (let count = 1 + this.upTo(16); count > 0; count -= 1) copy.writeUInt8(this.upTo(256), this.placeIn(copy));
    return copy;
  }

  private overwrite(file: Buffer, piece: Buffer): Buffer {
    const copy = Buffer.from(file);
    piece.copy(copy, this.placeIn(copy));
    return copy;
  }

  private insert(file: Buffer, piece: Buffer): Buffer {
    const at = this.placeIn(file);
    return Buffer.concat([file.subarray(0, at), piece, file.subarray(at)]);
  }

  private remove(file: Buffer): Buffer {
    const at = this.placeIn(file);
    return Buffer.concat([file.subarray(0, at), file.subarray(at + 1 + this.upTo(64))]);
  }

  private splice(file: Buffer, other: Buffer): Buffer {
    return Buffer.concat([file.subarray(0, this.upTo(file.length + 1)), other.subarray(this.upTo(other.length + 1))]);
  }

  private pieceOf(file: Buffer): Buffer {
    const at = this.placeIn(file);
    return file.subarray(at, at + 1 + this.upTo(2048));
  }

  /** In the head as often as in all of it. */
  private placeIn(file: Buffer): number {
    return this.upTo(this.upTo(2) === 0 ? Math.min(file.length, HEAD_BYTES) : file.length);
  }

  private pick<T>(items: readonly T[]): T {
    const item = items[this.upTo(items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }

  /** A whole number from 0 to below the bound. */
  private upTo(bound: number): number {
    return Math.floor(this.random() * bound);
  }
}
