import { liesOf } from './lies.js';

/** What may have become of a recording before it is uploaded. */
export const kinds = ['whole', 'cut', 'joined', 'lying', 'torn', 'padded'] as const;
export type Kind = (typeof kinds)[number];

/** A recording as it may arrive. */
export interface Variant {
  readonly kind: Kind;
  /** What was done to it, in a few words; empty of a whole one. */
  readonly what: string;
  /** Whose bytes follow, where any do: its own, or those of another. */
  readonly follower?: 'itself' | 'another';
  make(): Buffer;
}

const CUTS_PERCENT = [30, 60, 95];
/** What can be listened to from the middle on; of another file ffmpeg makes noise of some sort then. */
const streams = new Set(['mp3', 'mp2', 'aac', 'latm', 'ac3', 'eac3', 'flac', 'ogg', 'ts', 'ps']);
const PADDING_BYTES = 100_000;

/** A recording and its container. */
interface Recorded {
  readonly container: string;
  readonly bytes: Buffer;
}

/**
 * A recording and all that may become of it: cut off, followed by itself or another one of its kind, with lying headers, begun in
 * the middle, followed by zeros.
 */
function variantsOf({ container, bytes: file }: Recorded, other: Buffer): Variant[] {
  return [
    { kind: 'whole', what: '', make: () => file },
    ...CUTS_PERCENT.map((percent): Variant => ({
      kind: 'cut',
      what: `cut at ${percent} %`,
      make: () => upTo(file, percent),
    })),
    { kind: 'joined', what: 'twice', follower: 'itself', make: () => Buffer.concat([file, file]) },
    { kind: 'joined', what: 'and another', follower: 'another', make: () => Buffer.concat([file, other]) },
    ...liesOf(file).map(({ name, make }): Variant => ({ kind: 'lying', what: name, make })),
    ...(streams.has(container) ? [torn(file)] : []),
    { kind: 'padded', what: 'with zeros behind', make: () => Buffer.concat([file, Buffer.alloc(PADDING_BYTES)]) },
  ];
}

function torn(file: Buffer): Variant {
  return { kind: 'torn', what: 'from 40 % on', make: () => file.subarray(upTo(file, 40).length) };
}

function upTo(file: Buffer, percent: number): Buffer {
  return file.subarray(0, Math.floor((file.length * percent) / 100));
}

/** A recording as it may arrive, and what it was made of. */
export interface Arrival<T> {
  readonly of: T;
  /** Whose bytes follow, if it is joined with any. */
  readonly follower?: T;
  readonly variant: Variant;
}

/** Recordings, each with all that may become of it; what follows it is itself, or the next one in the same container. */
export function withVariants<T extends Recorded>(recordings: readonly T[]): Arrival<T>[] {
  return recordings.flatMap((of) => {
    const kin = recordings.filter(({ container }) => container === of.container);
    const another = kin[(kin.indexOf(of) + 1) % kin.length] ?? of;
    const followers = { itself: of, another };
    return variantsOf(of, another.bytes).map((variant) => ({
      of,
      follower: variant.follower && followers[variant.follower],
      variant,
    }));
  });
}
