import type { Redactor } from '../../domain/redaction/redactor.js';
import { maskSpans, mergeSpans } from '../../domain/redaction/span.js';
import type { Segment, TranscriptionRequest, TranscriptionResult, Word } from '../../domain/transcription.js';
import { toldSegments } from '../formats/spoken-segments.js';
import { type MaskedPart, maskParts, readParts } from './masked-parts.js';

/**
 * The transcript with masks in it, the same in its text, its segments and its words, of which one stands for all that are
 * masked together. What else a provider tells has the words in it, too, and is left out: its own body, log probabilities,
 * tokens, and what its options found; see {@link omittedParts}.
 */
export function redactTranscript(result: TranscriptionResult, redactor: Redactor): TranscriptionResult {
  const {
    text,
    words,
    segments = toldSegments(result),
    logprobs: _l,
    providerData: _d,
    native: _n,
    exchange: _e,
    ...rest
  } = result;
  const ofSegments = segments && readParts(text, textsOf(segments), redactor);
  const ofWords =
    words &&
    readParts(
      text,
      words.map(({ word }) => word),
      redactor,
    );
  const inParts = [ofSegments, ofWords].flatMap((it) => (it?.isOfText ? it.found : []));
  const spans = mergeSpans([...redactor.find(text), ...inParts]);
  return {
    ...rest,
    text: maskSpans(text, spans),
    ...(segments && ofSegments && { segments: maskedSegments(segments, maskParts(ofSegments, spans)) }),
    ...(words && ofWords && { words: maskedWords(words, maskParts(ofWords, spans)) }),
  };
}

/** What OpenAI defines of an answer; the rest of a provider's own body is left out. */
const KNOWN_FIELDS = new Set(['task', 'text', 'language', 'duration', 'segments', 'words', 'usage', 'logprobs']);
const MAX_NAMED = 10;

/** What of an answer is left out that the client would have got, by the names that clients know. */
export function omittedParts(
  { logprobs, providerData, segments = [], exchange, native }: TranscriptionResult,
  { include, responseFormat }: Pick<TranscriptionRequest, 'include' | 'responseFormat'>,
): readonly string[] {
  const hasTokens = segments.some(({ tokens = [] }) => tokens.length > 0);
  const own = native?.format === responseFormat ? fieldsOf(native.body) : [];
  return [
    ...(logprobs && include.includes('logprobs') ? ['logprobs'] : []),
    ...(hasTokens && responseFormat === 'verbose_json' ? ['tokens'] : []),
    ...(providerData ? ['provider_data'] : []),
    ...(exchange ? ['raw_response'] : []),
    ...own.filter((name) => !KNOWN_FIELDS.has(name)).slice(0, MAX_NAMED),
  ];
}

function fieldsOf(body: Buffer): readonly string[] {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    return typeof parsed === 'object' && parsed !== null ? Object.keys(parsed).filter((name) => name.length <= 40) : [];
  } catch {
    return [];
  }
}

function textsOf(segments: readonly Segment[]): readonly string[] {
  return segments.map(({ text }) => text);
}

function maskedSegments(segments: readonly Segment[], masked: readonly MaskedPart[]): readonly Segment[] {
  return segments.flatMap((segment, index) => {
    const { text, isChanged } = masked[index] ?? { text: '', isChanged: true };
    return isChanged && text === '' ? [] : [{ ...segment, text, tokens: undefined }];
  });
}

/** What is masked together is one word, from the beginning of its first to the end of its last. */
function maskedWords(words: readonly Word[], masked: readonly MaskedPart[]): readonly Word[] {
  const kept: Word[] = [];
  let isOpen = false;
  for (const [index, word] of words.entries()) {
    const { text, goesOn } = masked[index] ?? { text: '', goesOn: false };
    const last = kept.at(-1);
    if (isOpen && last) {
      const endSeconds = Math.max(last.endSeconds, word.endSeconds);
      kept[kept.length - 1] = { ...last, word: last.word + text.trimStart(), endSeconds };
    } else kept.push({ ...word, word: text });
    isOpen = goesOn;
  }
  return kept;
}
