import { writeSynchsafe } from './dressing.js';
import { type HeaderField, headerFields } from './header-fields.js';
import { withGranules } from './ogg-pages.js';
import { hasPesTimes, withPesTimes } from './pes-times.js';

/** A file with a header that does not tell the truth, and what it says. */
export interface Lie {
  readonly name: string;
  make(): Buffer;
}

/** What a header says instead: nothing, the most that it can say, twice the truth. */
const claims: Readonly<Record<string, (truth: bigint, largest: bigint) => bigint>> = {
  zero: () => 0n,
  largest: (_, largest) => largest,
  doubled: (truth, largest) => (truth * 2n < largest ? truth * 2n : largest),
};

/** Every lie that the headers of a file allow. */
export function liesOf(file: Buffer): Lie[] {
  return [
    ...headerFields(file).flatMap((field) => liesAt(file, field)),
    ...granuleLies(file),
    ...pesLies(file),
    ...tagLies(file),
  ];
}

function liesAt(file: Buffer, { name, places, sizeBytes, order }: HeaderField): Lie[] {
  return Object.entries(claims).map(([claim, tell]) => ({
    name: `${name} ${claim}`,
    make: () => {
      const bytes = Buffer.from(file);
      for (const at of places) {
        if (order === 'float BE') writeFloat(bytes, at, sizeBytes, claim);
        else
          writeInteger(
            bytes,
            at,
            sizeBytes,
            order,
            tell(readInteger(bytes, at, sizeBytes, order), largestOf(sizeBytes)),
          );
      }
      return bytes;
    },
  }));
}

function largestOf(sizeBytes: number): bigint {
  return (1n << BigInt(8 * sizeBytes)) - 1n;
}

function readInteger(bytes: Buffer, at: number, sizeBytes: number, order: 'BE' | 'LE'): bigint {
  const digits = Buffer.from(bytes.subarray(at, at + sizeBytes));
  if (order === 'LE') digits.reverse();
  return BigInt(`0x${digits.toString('hex')}`);
}

function writeInteger(bytes: Buffer, at: number, sizeBytes: number, order: 'BE' | 'LE', value: bigint): void {
  const digits = Buffer.from(value.toString(16).padStart(2 * sizeBytes, '0'), 'hex');
  if (order === 'LE') digits.reverse();
  digits.copy(bytes, at);
}

function writeFloat(bytes: Buffer, at: number, sizeBytes: number, claim: string): void {
  const isDouble = sizeBytes === 8;
  const truth = isDouble ? bytes.readDoubleBE(at) : bytes.readFloatBE(at);
  const value = claim === 'zero' ? 0 : claim === 'largest' ? (isDouble ? 1e300 : 1e38) : 2 * truth;
  if (isDouble) bytes.writeDoubleBE(value, at);
  else bytes.writeFloatBE(value, at);
}

const LARGEST_GRANULE = (1n << 63n) - 1n;

function granuleLies(file: Buffer): Lie[] {
  if (file.toString('latin1', 0, 4) !== 'OggS') return [];
  return Object.entries(claims).flatMap(([claim, tell]) => [
    { name: `granules ${claim}`, make: () => withGranules(file, (it) => tell(it, LARGEST_GRANULE)) },
    {
      name: `last granule ${claim}`,
      make: () => withGranules(file, (it, isLast) => (isLast ? tell(it, LARGEST_GRANULE) : it)),
    },
  ]);
}

const LARGEST_PES_TIME = (1n << 33n) - 1n;

function pesLies(file: Buffer): Lie[] {
  if (!hasPesTimes(file)) return [];
  return Object.entries(claims).map(([claim, tell]) => ({
    name: `times ${claim}`,
    make: () => withPesTimes(file, (it) => tell(it, LARGEST_PES_TIME)),
  }));
}

const LARGEST_SYNCHSAFE = (1 << 28) - 1;

function tagLies(file: Buffer): Lie[] {
  if (file.toString('latin1', 0, 3) !== 'ID3') return [];
  return [0, LARGEST_SYNCHSAFE].map((size) => ({
    name: `tag size ${size}`,
    make: () => {
      const bytes = Buffer.from(file);
      writeSynchsafe(bytes, size, 6);
      return bytes;
    },
  }));
}
