import { ProviderError } from '../../domain/errors.js';
import { toLanguageName } from '../../domain/language.js';
import type { Segment, TranscriptionRequest, TranscriptionResult, Word } from '../../domain/transcription.js';
import { durationSecondsOf, providerDataField, usageField } from './answer-facts.js';
import { segmentsOf } from './segments.js';

/**
 * OpenAI's `verbose_json` body, with the granularities asked for (`segment` when none was).
 * @throws ProviderError `bad_response` when something was said and nothing says when, or when each word was
 */
export function renderVerboseJson(
  result: TranscriptionResult,
  request: Pick<TranscriptionRequest, 'task' | 'language' | 'granularities'>,
): string {
  const asked = request.granularities.length > 0 ? request.granularities : ['segment'];
  return JSON.stringify({
    task: request.task,
    language: request.task === 'translate' ? 'english' : toLanguageName(result.language ?? request.language),
    duration: durationSecondsOf(result),
    text: result.text,
    segments: asked.includes('segment') ? segmentsOf(result).map(toSegmentBody) : undefined,
    words: asked.includes('word') ? wordsOf(result).map(toWordBody) : undefined,
    ...usageField(result, request, 'duration'),
    ...providerDataField(result),
  });
}

/** Silence has no words; a transcript whose words were not reported must not look like silence. */
function wordsOf({ text, words = [] }: TranscriptionResult): readonly Word[] {
  if (words.length === 0 && text.trim() !== '') {
    throw new ProviderError('bad_response', 'the provider gave a transcript without the words it was asked for');
  }
  return words;
}

/** The speaker, where the provider was asked for one, is not OpenAI's but what its imitators have. */
function toWordBody({ word, startSeconds, endSeconds, speaker }: Word) {
  return { word, start: startSeconds, end: endSeconds, speaker };
}

/** OpenAI's schema requires all ten fields; those that only whisper knows are neutral elsewhere. */
function toSegmentBody(segment: Segment, index: number) {
  return {
    id: index,
    seek: segment.seek ?? 0,
    start: segment.startSeconds,
    end: segment.endSeconds,
    text: segment.text,
    tokens: segment.tokens ?? [],
    temperature: segment.temperature ?? 0,
    avg_logprob: segment.avgLogprob ?? 0,
    compression_ratio: segment.compressionRatio ?? 1,
    no_speech_prob: segment.noSpeechProb ?? 0,
    speaker: segment.speaker,
  };
}
