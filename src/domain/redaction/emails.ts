import { numberWord } from './number-words.js';
import type { Span } from './span.js';

const LOCAL = /[\p{L}\p{M}\p{N}.!#$%&'*+/=?^_`{|}~-]/u;
const DOMAIN = /[\p{L}\p{M}\p{N}.-]/u;
const MAX_LOCAL = 64;
const MAX_DOMAIN = 150;

/** Ends of addresses that are known when they are said: any other word might be one of the sentence. */
const TOP_LEVELS = new Set(
  (
    'com org net edu gov mil int info biz io ai app dev co me uk us ca au nz ie in za de at ch fr es it pt nl be lu eu ' +
    'se no dk fi is pl cz sk hu ro bg gr tr ru ua jp cn kr br mx ar'
  ).split(' '),
);
/** Whoever is asked there has an account, so that no more is needed to tell an address. */
const HOSTS =
  /^(?:gmail|googlemail|outlook|hotmail|live|yahoo|icloud|me|aol|gmx|web|proton|protonmail|mail|t-online)\.[a-z.]{2,8}$/;
/** Before "at", these speak of a place. */
const NO_NAMES = new Set(
  (
    'us me it him her them you online available out more website site page found hosted is are was were be find look ' +
    'reach visit available listed live not and or the here there this that only also see read'
  ).split(' '),
);
const JOINTS: Readonly<Record<string, string>> = {
  dot: '.',
  punkt: '.',
  underscore: '_',
  unterstrich: '_',
  dash: '-',
  hyphen: '-',
  minus: '-',
  bindestrich: '-',
  plus: '+',
};

/** What `@` is called. */
const AT = new Set(['at', 'ät', 'klammeraffe']);

/** Whether a word holds what an address is made of together, when it is said. */
export function joinsAddress(word: string): boolean {
  const lower = word.toLowerCase();
  return AT.has(lower) || lower === 'sign' || Object.hasOwn(JOINTS, lower);
}

/** Whether a word may be a part of a name that is spelled. */
export function isSpelled(word: string): boolean {
  return /^\p{L}\p{M}*$/u.test(word) || numberWord(word)?.kind === 'digits';
}

/** Finds addresses that begin at a place in the text or later, as they are written, and as they are said: `ada dot lovelace at example dot org`. */
export function findEmails(text: string, from: number): readonly Span[] {
  return [...writtenEmails(text, from), ...spokenEmails(text)].filter(({ start }) => start >= from);
}

function* writtenEmails(text: string, from: number): Generator<Span> {
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    const localEnd = text.charAt(at - 1) === ' ' ? at - 1 : at;
    let start = localEnd;
    while (start > from && localEnd - start < MAX_LOCAL && LOCAL.test(text.charAt(start - 1))) start -= 1;
    while (start < localEnd && !/[\p{L}\p{N}_+]/u.test(text.charAt(start))) start += 1;
    const domainStart = text.charAt(at + 1) === ' ' ? at + 2 : at + 1;
    let end = domainStart;
    while (end < text.length && end - domainStart < MAX_DOMAIN && DOMAIN.test(text.charAt(end))) end += 1;
    while (end > domainStart && /[.-]/.test(text.charAt(end - 1))) end -= 1;
    if (start < localEnd && isDomain(text.slice(domainStart, end))) yield { start, end, label: 'email' };
  }
}

function isDomain(domain: string): boolean {
  const labels = domain.split('.');
  return (
    labels.length > 1 && labels.every((label) => label !== '') && /^(?:\p{L}\p{M}*){2,}$/u.test(labels.at(-1) ?? '')
  );
}

interface SaidWord {
  readonly lower: string;
  readonly start: number;
  readonly end: number;
  /** Whether only a space, or a comma with one, is between it and the one before. */
  readonly follows: boolean;
}

function* spokenEmails(text: string): Generator<Span> {
  const words = saidWords(text);
  for (const [index, { lower, follows }] of words.entries()) {
    if (!AT.has(lower) || !follows) continue;
    const at = lower === 'at' && words[index + 1]?.lower === 'sign' ? index + 1 : index;
    const from = localStart(words, index);
    const to = domainEnd(words, at);
    const [first, last] = [from === undefined ? undefined : words[from], to === undefined ? undefined : words[to]];
    if (!first || !last || from === undefined || to === undefined) continue;
    const isOneWord = from === index - 1;
    if (isOneWord && NO_NAMES.has(first.lower)) continue;
    // A domain that is written may be where something is, as `we met at example.org`.
    if (isOneWord && to === at + 1 && !HOSTS.test(last.lower) && !/[\d._-]/.test(first.lower)) continue;
    yield { start: first.start, end: last.end, label: 'email' };
  }
}

/** The first word of the name before an `at`. */
function localStart(words: readonly SaidWord[], at: number): number | undefined {
  let start = at - 1;
  if (start < 0 || joinsAddress(words[start]?.lower ?? '')) return undefined;
  while (start >= 2 && words[start]?.follows && words[start - 1]?.follows && isJoint(words[start - 1])) start -= 2;
  while (words[start]?.follows && isSpelled(words[start]?.lower ?? '') && isSpelled(words[start - 1]?.lower ?? ''))
    start -= 1;
  return start;
}

/** The last word of the domain after an `at`. */
function domainEnd(words: readonly SaidWord[], at: number): number | undefined {
  const first = words[at + 1];
  if (!first?.follows || joinsAddress(first.lower)) return undefined;
  let end = at + 1;
  let domain = first.lower;
  for (;;) {
    const [joint, label] = [words[end + 1], words[end + 2]];
    if (!joint?.follows || !label?.follows || !isJoint(joint)) break;
    domain += `${JOINTS[joint.lower] ?? ''}${label.lower}`;
    end += 2;
  }
  const labels = domain.split('.');
  return labels.length > 1 && TOP_LEVELS.has(labels.at(-1) ?? '') ? end : undefined;
}

function isJoint(word: SaidWord | undefined): boolean {
  return word !== undefined && Object.hasOwn(JOINTS, word.lower);
}

function saidWords(text: string): readonly SaidWord[] {
  const words: SaidWord[] = [];
  for (const { 0: word, index: start } of text.matchAll(
    /[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N}._-]*[\p{L}\p{M}\p{N}])?/gu,
  )) {
    const last = words.at(-1);
    const follows = last !== undefined && start - last.end <= 3 && /^,?\s{1,2}$/.test(text.slice(last.end, start));
    words.push({ lower: word.toLowerCase(), start, end: start + word.length, follows });
  }
  return words;
}
