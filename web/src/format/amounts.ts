/** What a unit is said for, and how large it is in the unit below all others. */
type Unit = readonly [name: string, size: number];

const AUDIO_UNITS: readonly Unit[] = [
  ['h', 3600],
  ['min', 60],
  ['s', 1],
];

/** Numbers with so many digits after the point at most; making one takes as long as drawing a row. */
const DIGITS = [0, 1, 2].map((most) => new Intl.NumberFormat('en-US', { maximumFractionDigits: most }));
const PLAIN = new Intl.NumberFormat('en-US');
const COMPACT = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });

function withDigits(value: number, most: 0 | 1 | 2): string {
  return DIGITS[most]?.format(value) ?? String(value);
}

/** One digit after the point where there are fewer than three before it. */
function short(value: number): string {
  return withDigits(value, value < 100 ? 1 : 0);
}

/** Played seconds of audio: `61.4 s`, `12.4 min`, `3.2 h`. */
export function formatAudioSeconds(seconds: number | null | undefined): string {
  if (seconds == null) return 'unknown';
  if (seconds > 0 && seconds < 0.05) return '<0.1 s';
  const [name, size] = AUDIO_UNITS.find(([, least]) => seconds >= least * 2) ?? (['s', 1] as const);
  return `${short(seconds / size)} ${name}`;
}

/** What something took: `38 ms`, `2.14 s`, `3.2 min`. */
export function formatMs(ms: number | null | undefined): string {
  if (ms == null) return 'unknown';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${withDigits(ms / 1000, ms < 10_000 ? 2 : 1)} s`;
  return `${short(ms / 60_000)} min`;
}

/** A number of things: `812`, `12,304`, `1.2M`. */
export function formatCount(count: number | null | undefined): string {
  if (count == null) return 'unknown';
  return count < 100_000 ? PLAIN.format(count) : COMPACT.format(count);
}

/** A share between 0 and 1: `3.2 %`. What is not 0 is not said to be. */
export function formatShare(share: number | null | undefined): string {
  if (share == null) return 'unknown';
  if (share > 0 && share < 0.0005) return '<0.1 %';
  return `${short(share * 100)} %`;
}

/** How many seconds of audio a second of waiting gave: `29x`. */
export function formatRealTime(factor: number | null | undefined): string {
  return factor == null ? 'unknown' : `${short(factor)}x`;
}

/** Bytes in the units of file managers, of 1000 each: `4.2 MB`. */
export function formatBytes(bytes: number | null | undefined): string {
  if (bytes == null) return 'unknown';
  const units: readonly Unit[] = [
    ['GB', 1e9],
    ['MB', 1e6],
    ['kB', 1e3],
  ];
  const unit = units.find(([, size]) => bytes >= size);
  return unit ? `${short(bytes / unit[1])} ${unit[0]}` : `${bytes} B`;
}
