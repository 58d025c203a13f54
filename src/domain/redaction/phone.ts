import type { Atom } from './atoms.js';

/** Between the groups of a phone number that is written. */
const WRITTEN_GAP = /^[ \u00a0]?[-–./()]{0,2}[ \u00a0]?$/;
/** Area code and exchange of North America. */
const NORTH_AMERICAN = /^[2-9]\d\d[2-9]\d{6}$/;

/** Of the shortest number, and of the longest with two zeros for its plus. */
const MIN_DIGITS = 7;
const MAX_DIGITS = 17;

/** Nobody's number, but what somebody counts. */
const COUNTED = /123456789/;

interface Digits {
  readonly digits: string;
  readonly sizes: string;
  /** What stands between the groups; the first of all. */
  readonly firstGap: string;
  /** Whether there are dots between some groups, and something else between others. */
  readonly isMixed: boolean;
  readonly isSpoken: boolean;
  readonly count: number;
}

/**
 * How many of these pieces are a phone number; undefined where they are none. A number is told by what begins it (a plus, two
 * zeros, one zero) and how long it is, or by the groups of North America.
 */
export function phoneEnd({
  atoms,
  isInside,
}: {
  readonly atoms: readonly Atom[];
  readonly isInside: boolean;
}): number | undefined {
  const [first] = atoms;
  if (!first || (isInside && first.isSpoken)) return undefined;
  const isInternational = first.value === '+';
  const found = beginnings(isInternational ? atoms.slice(1) : atoms).findLast(
    isInternational ? ({ digits }) => isAbroad(digits) : (it) => isAtHome(it, isInside),
  );
  return found && found.count + (isInternational ? 1 : 0);
}

/** All that they may be the beginning of, the shortest first. */
function beginnings(atoms: readonly Atom[]): readonly Digits[] {
  const found: Digits[] = [];
  let [digits, sizes, firstGap] = ['', '', ''];
  let [isSpoken, hasDots, hasOthers] = [true, false, false];
  for (const [index, { value, gap = '', isSpoken: isSaid }] of atoms.entries()) {
    isSpoken &&= isSaid;
    digits += value;
    if (!/^\d+$/.test(value) || digits.length > MAX_DIGITS) break;
    if (index > 0) {
      if (!isSpoken && !WRITTEN_GAP.test(gap)) break;
      if (gap === '.') hasDots = true;
      else hasOthers = true;
      if (index === 1) firstGap = gap;
    }
    sizes += `${index === 0 ? '' : '-'}${value.length}`;
    const isMixed = !isSpoken && hasDots && hasOthers;
    if (digits.length >= MIN_DIGITS && atoms[index + 1]?.gap !== '')
      found.push({ digits, sizes, firstGap, isMixed, isSpoken, count: index + 1 });
  }
  return found;
}

/** After the plus, or the two zeros in its place. */
function isAbroad(digits: string): boolean {
  return /^1[2-9]\d\d[2-9]\d{6}$/.test(digits) || /^[2-9]\d{7,14}$/.test(digits);
}

function isAtHome({ digits, sizes, firstGap, isMixed, isSpoken }: Digits, isInside: boolean): boolean {
  // Dots between all of them, or between none: dates and amounts have some.
  if (isMixed || COUNTED.test(digits)) return false;
  if (isInside && !sizes.includes('3-4')) return false;
  if (/^00[1-9]/.test(digits)) return isAbroad(digits.slice(2));
  if (/^0[1-9]\d{8,10}$/.test(digits)) return !sizes.startsWith('2-2-4');
  if (/^0[1-9]\d{7}$/.test(digits)) return !isSpoken && sizes.includes('-') && !sizes.startsWith('2-2-');
  if (isSpoken) return NORTH_AMERICAN.test(digits) || /^1[2-9]\d\d[2-9]\d{6}$/.test(digits);
  switch (sizes) {
    case '10':
    case '3-3-4':
    case '3-7':
      return NORTH_AMERICAN.test(digits);
    case '1-3-3-4':
    case '1-10':
    case '11':
      return digits.startsWith('1') && NORTH_AMERICAN.test(digits.slice(1));
    case '3-4':
      return firstGap === '-' && /^[2-9]/.test(digits);
    default:
      return false;
  }
}
