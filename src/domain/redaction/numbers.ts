import { type Atom, atomsOf } from './atoms.js';
import { ibanLength, isIban } from './iban.js';
import { isNationalId, nationalIdLengths } from './national-id.js';
import { cardLengths, isCard } from './payment-card.js';
import { phoneEnd } from './phone.js';
import type { RedactedKind } from './redaction-setting.js';
import type { Span } from './span.js';

/** More than any number has: an IBAN, which begins with letters, and any other. */
const MAX_CHARACTERS = 34;
const MAX_DIGITS = 20;

/** The beginning of a number: all that may belong to it, up to some length. */
interface Beginning {
  readonly atoms: readonly Atom[];
  /** What they are together. */
  readonly value: string;
  /** How many atoms have together so many characters, and nothing that touches them follows. */
  readonly ends: ReadonlyMap<number, number>;
  /** Whether it goes on from digits before it. */
  readonly isInside: boolean;
}

type Kind = Exclude<RedactedKind, 'email'>;

/** Where a number of the kind ends that begins here: how many atoms it has, if it is one. */
const ENDS: Readonly<Record<Kind, (beginning: Beginning) => number | undefined>> = {
  iban: ({ value, ends }) => {
    const length = ibanLength(value);
    const end = length === undefined ? undefined : ends.get(length);
    return end !== undefined && isIban(value.slice(0, length)) ? end : undefined;
  },
  payment_card: ({ value, ends }) => {
    const digits = /^\d*/.exec(value)?.[0] ?? '';
    const length = cardLengths(digits).find((it) => ends.has(it) && it <= digits.length && isCard(digits.slice(0, it)));
    return length === undefined ? undefined : ends.get(length);
  },
  national_id: ({ atoms, value, ends, isInside }) => {
    if (isInside) return undefined;
    const length = nationalIdLengths.find((it) => {
      const end = ends.get(it);
      return end !== undefined && isNationalId({ value: value.slice(0, it), groups: groupsOf(atoms, end) });
    });
    return length === undefined ? undefined : ends.get(length);
  },
  phone: phoneEnd,
};

/** In this order: what is most certain first. */
const ORDER: readonly Kind[] = ['iban', 'payment_card', 'national_id', 'phone'];

/** Finds payment cards, IBANs, national ids and phone numbers that begin at a place in the text or later, whether their digits are written or said. */
export function findNumbers(text: string, from: number, wanted: readonly RedactedKind[]): readonly Span[] {
  const kinds = ORDER.filter((kind) => wanted.includes(kind));
  if (kinds.length === 0) return [];
  const atoms = atomsOf(text);
  const spans: Span[] = [];
  let index = 0;
  while (index < atoms.length) {
    const found = atoms[index]?.gap === '' ? undefined : numberAt(atoms, index, kinds);
    if (found && found.span.start >= from) spans.push(withBracket(text, from, found.span));
    index += found ? found.count : 1;
  }
  return spans;
}

function numberAt(
  all: readonly Atom[],
  index: number,
  kinds: readonly Kind[],
): { readonly span: Span; readonly count: number } | undefined {
  const beginning = beginningAt(all, index);
  const { atoms } = beginning;
  for (const kind of kinds) {
    const count = ENDS[kind](beginning);
    const [first, last] = [atoms[0], count === undefined ? undefined : atoms[count - 1]];
    if (count !== undefined && first && last)
      return { span: { start: first.start, end: last.end, label: kind }, count };
  }
  return undefined;
}

/** The number with the bracket that is closed in it. */
function withBracket(text: string, from: number, span: Span): Span {
  const inside = text.slice(span.start, span.end);
  const isOpen =
    span.start > from && text.charAt(span.start - 1) === '(' && inside.includes(')') && !inside.includes('(');
  return isOpen ? { ...span, start: span.start - 1 } : span;
}

function beginningAt(all: readonly Atom[], index: number): Beginning {
  const ends = new Map<number, number>();
  const most = /^\d/.test(all[index]?.value ?? '') ? MAX_DIGITS : MAX_CHARACTERS;
  let value = '';
  let count = 0;
  for (; value.length <= most; count += 1) {
    const atom = all[index + count];
    if (!atom || (count > 0 && atom.gap === undefined)) break;
    value += atom.value;
    if (all[index + count + 1]?.gap !== '') ends.set(value.length, count + 1);
  }
  const isInside = all[index]?.gap !== undefined && /\d/.test(all[index - 1]?.value ?? '');
  return { atoms: all.slice(index, index + count), value, ends, isInside };
}

/** How many characters of the first pieces stand together: `3-2-4`. */
function groupsOf(atoms: readonly Atom[], count: number): string {
  const groups: number[] = [];
  for (const { value, gap } of atoms.slice(0, count)) {
    if (groups.length > 0 && gap === '') groups.push((groups.pop() ?? 0) + value.length);
    else groups.push(value.length);
  }
  return groups.join('-');
}
