import { latinDigits, numberWord } from './number-words.js';

/** A piece of a number: digits or capitals that stand together, a word for digits, or a plus. */
export interface Atom {
  /** Digits and capitals, or `+`. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
  /** Whether it is words for digits. */
  readonly isSpoken: boolean;
  /** What stands between it and the one before; undefined where it does not belong to that. */
  readonly gap: string | undefined;
}

/** Between the pieces of one number, where somebody may think. */
const GAP = /^[\s\u00a0,.\-–—/()]{0,4}(?:(?:uh|um|er|äh|ähm)[\s,.]{1,2})?$/i;
const MAX_GAP = 9;
const PIECE = /[\p{Script=Latin}\p{M}]+|\p{Nd}+|\+/gu;
/** Capitals that may be a part of a number by themselves, as the bank of an IBAN. */
const CAPITALS = /^[A-Z]{1,4}$/;

/** Whether it says nothing. */
export function isFiller(word: string): boolean {
  return /^(?:uh|um|er|äh|ähm)$/i.test(word);
}

/** What numbers may be made of in a text, in its order. */
export function atomsOf(text: string): readonly Atom[] {
  const atoms: Atom[] = [];
  let times: { readonly count: number; readonly start: number; readonly end: number } | undefined;
  const push = (value: string, start: number, end: number, isSpoken: boolean): void => {
    const last = atoms.at(-1);
    const between = last && start - last.end <= MAX_GAP ? text.slice(last.end, start) : undefined;
    const gap = between !== undefined && GAP.test(between) ? between : undefined;
    const isUnit = isSpoken && value.length === 1 && value !== '0';
    if (last?.isSpoken && isUnit && /^[2-9]0$/.test(last.value) && gap !== undefined && /^[\s-]$/.test(gap)) {
      atoms[atoms.length - 1] = { ...last, value: `${last.value.charAt(0)}${value}`, end };
      return;
    }
    atoms.push({ value, start, end, isSpoken, gap });
  };
  for (const { 0: piece, index: start } of text.matchAll(PIECE)) {
    const end = start + piece.length;
    const before = times && /^[\s-]{1,2}$/.test(text.slice(times.end, start)) ? times : undefined;
    times = undefined;
    if (piece === '+') {
      push('+', start, end, false);
      continue;
    }
    const digits = latinDigits(piece);
    if (digits !== undefined) {
      if (before && digits.length === 1) push(digits.repeat(before.count), before.start, end, true);
      else push(digits, start, end, false);
      continue;
    }
    const touches = isDigit(text.charAt(start - 1)) || isDigit(text.charAt(end));
    const word = touches ? undefined : numberWord(piece);
    if (word?.kind === 'times') times = { count: word.times, start, end };
    else if (word?.kind === 'plus') push('+', start, end, true);
    else if (word && before && word.digits.length === 1)
      push(word.digits.repeat(before.count), before.start, end, true);
    else if (word) push(word.digits, start, end, true);
    else if (touches || CAPITALS.test(piece)) push(piece.toUpperCase(), start, end, false);
  }
  return atoms;
}

function isDigit(character: string): boolean {
  return /^\p{Nd}$/u.test(character);
}
