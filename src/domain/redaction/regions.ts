import { isFiller } from './atoms.js';
import { isSpelled, joinsAddress } from './emails.js';
import { numberWord } from './number-words.js';

/** A word, or one character of a writing system that puts no spaces between words. */
const TOKEN =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]|[^\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+/gu;

/**
 * Where the first words end that hold together: nothing that the gateway knows of goes beyond, whatever follows.
 * @param isLast whether the text ends here
 * @returns undefined when that cannot be told yet
 */
export function endOfRegion(text: string, isLast: boolean): number | undefined {
  let last: string | undefined;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    // It may go on.
    if (index + token.length === text.length && !isLast) return undefined;
    if (last !== undefined && !holdTogether(last, token)) return index;
    last = token;
  }
  return isLast ? text.length : undefined;
}

function holdTogether(left: string, right: string): boolean {
  return isJoint(left) || isJoint(right) || (isPiece(left) && isPiece(right));
}

/** Whether it may stand between the parts of something. */
function isJoint(token: string): boolean {
  if (!/[\p{L}\p{N}]/u.test(token) || token.startsWith('@') || token.endsWith('@')) return true;
  return wordsIn(token).some((word) => joinsAddress(word) || isFiller(word));
}

/** Whether it may be a part of a number, or of something that is spelled. */
function isPiece(token: string): boolean {
  if (/\p{Nd}/u.test(token)) return true;
  return wordsIn(token).some((word) => /^[A-Z]{1,4}$/.test(word) || isSpelled(word) || numberWord(word) !== undefined);
}

function wordsIn(token: string): readonly string[] {
  return token.match(/[\p{L}\p{M}]+/gu) ?? [];
}
