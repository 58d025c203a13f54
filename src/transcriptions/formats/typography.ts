import { segmentText } from './text-segments.js';

/** Writing systems that put no spaces between words, so that a line may break between any two words of them. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** Characters that occupy two columns where a Latin letter occupies one (Unicode East Asian Width: W and F). */
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6\p{Emoji_Presentation}]/u;

const OPENS = /^[\p{Ps}\p{Pi}\p{Sc}¿¡#@]/u;
const ENDS_OPEN = /[\p{Ps}\p{Pi}]$/u;
const CONTINUES = /^[\p{Pe}\p{Pf}\p{Po}\p{Pd}\p{M}ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ]/u;

const SENTENCE_END = /[.!?…。！？｡؟۔।॥።]["'”’»)\]」』）]*$/u;
const CLAUSE_END = /[,;:،؛、，；：–—]["'”’»)\]」』）]*$/u;
/** A full stop after these ends no sentence: initials and English titles. */
const ABBREVIATION = /^["'“‘(]*(?:\p{Lu}|Mr|Mrs|Ms|Dr|Prof|St|vs|e\.g|i\.e)\.$/u;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const words = new Intl.Segmenter('en', { granularity: 'word' });

/** Whether the text has a script without spaces, where words must be told apart by dictionary. */
export function isUnspaced(text: string): boolean {
  return UNSPACED.test(text);
}

/** Cuts a text into the words of its own script, punctuation apart; nothing is lost. */
export function dictionaryWords(text: string): string[] {
  return [...segmentText(words, text)];
}

/** How many columns the text fills: one for each character that the eye sees, two for an East Asian one. */
export function displayWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const segment of segmentText(graphemes, text)) width += WIDE.test(segment) ? 2 : 1;
  return width;
}

/** Cuts a text into pieces of at most so many columns, never inside of what the eye sees as one character. */
export function cutAtWidth(text: string, columns: number): readonly string[] {
  if (displayWidth(text) <= columns) return [text];
  const pieces: string[] = [];
  let piece = '';
  let width = 0;
  for (const segment of segmentText(graphemes, text)) {
    const own = displayWidth(segment);
    if (width + own > columns) {
      pieces.push(piece);
      piece = '';
      width = 0;
    }
    piece += segment;
    width += own;
  }
  return [...pieces, piece];
}

/** Whether a line may end between two texts with no space between them. */
export function mayBreakBetween(before: string, after: string): boolean {
  const last = lastCharacter(before);
  const isUnspacedPair = UNSPACED.test(last) || UNSPACED.test(firstCharacter(after));
  return isUnspacedPair && !CONTINUES.test(after) && !ENDS_OPEN.test(last);
}

/** What belongs between two words of which only the words are known: a space, except where the script has none. */
export function spaceBetween(before: string, after: string): '' | ' ' {
  const isUnspacedPair = UNSPACED.test(lastCharacter(before)) || UNSPACED.test(firstCharacter(after));
  return before === '' || isUnspacedPair || /^[.,!?;:…。、，！？%]/u.test(after) ? '' : ' ';
}

/** Without reading the rest of the text, to which word after word is added. */
function lastCharacter(text: string): string {
  return Array.from(text.slice(-2)).at(-1) ?? '';
}

function firstCharacter(text: string): string {
  return Array.from(text.slice(0, 2))[0] ?? '';
}

/** Whether the text begins with what belongs to the word after it: an opening bracket, a currency sign. */
export function opens(text: string): boolean {
  return OPENS.test(text);
}

/** Whether a sentence ends with this word. */
export function endsSentence(word: string): boolean {
  return SENTENCE_END.test(word) && !ABBREVIATION.test(word);
}

/** Whether a speaker would draw breath after this word: a comma, a colon, a dash. */
export function endsClause(word: string): boolean {
  return CLAUSE_END.test(word);
}
