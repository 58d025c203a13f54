import type { TranscriptionResult } from '../../domain/transcription.js';
import { endsSentence } from '../formats/typography.js';

/** What one call of the translation model gets at most. */
const MAX_BATCH_TEXTS = 40;
const MAX_BATCH_CHARACTERS = 4_000;

/** Cuts a list of texts into runs small enough for one call each; a text that is too long has a call to itself. */
export function toBatches(texts: readonly string[]): readonly (readonly string[])[] {
  const batches: string[][] = [];
  let characters = 0;
  for (const text of texts) {
    const current = batches.at(-1);
    if (current && current.length < MAX_BATCH_TEXTS && characters + text.length <= MAX_BATCH_CHARACTERS) {
      current.push(text);
      characters += text.length;
    } else {
      batches.push([text]);
      characters = text.length;
    }
  }
  return batches;
}

/**
 * Cuts a text without times into pieces of at most one call's size: at the ends of sentences where there are any,
 * otherwise between two words, otherwise (in scripts without spaces) anywhere.
 */
export function toPieces(text: string): readonly string[] {
  const pieces: string[] = [];
  let rest = text.trim();
  while (rest.length > MAX_BATCH_CHARACTERS) {
    const end = cutAt(rest.slice(0, MAX_BATCH_CHARACTERS));
    pieces.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  return rest === '' ? pieces : [...pieces, rest];
}

function cutAt(head: string): number {
  const breaks = [...head.matchAll(/(?<!\S)\S+(?=\s)/gu)];
  const sentence = breaks.findLast(({ 0: word }) => endsSentence(word));
  const found = sentence ?? breaks.at(-1);
  if (found) return found.index + found[0].length;
  const unspaced = [...head.matchAll(/[。！？]/gu)].at(-1);
  // Never between the two halves of a character.
  return unspaced ? unspaced.index + 1 : head.length - (/[\ud800-\udbff]$/.test(head) ? 1 : 0);
}

/** A transcript in English, each segment at its own time. What belonged to the words of the original is gone. */
export function withSegments(
  result: TranscriptionResult,
  segments: NonNullable<TranscriptionResult['segments']>,
  texts: readonly string[],
): TranscriptionResult {
  const translated = segments.map(({ startSeconds, endSeconds, speaker, noSpeechProb }, index) => ({
    text: (texts[index] ?? '').trim(),
    startSeconds,
    endSeconds,
    speaker,
    noSpeechProb,
  }));
  return { ...inEnglish(result, texts), segments: translated };
}

/** A transcript in English without times. */
export function inEnglish(result: TranscriptionResult, texts: readonly string[]): TranscriptionResult {
  const { durationSeconds, usage, upstreamRequestId } = result;
  const text = texts
    .map((it) => it.trim())
    .filter(Boolean)
    .join(' ');
  return { text, language: 'en', durationSeconds, usage, upstreamRequestId };
}
