import { ProviderError } from '../../domain/errors.js';
import type { Logprob, TranscriptionRequest, ReportedResult } from '../../domain/transcription.js';
import type { Usage } from '../../domain/usage.js';
import { SpeakerLabels } from '../speaker-labels.js';
import { tokenLogprob } from '../token-logprob.js';
import { transcriptText } from '../transcript-text.js';
import type { Transcript } from './assemblyai.schema.js';

const MILLISECONDS = 1_000;

/**
 * Understands a completed transcript. Without speakers there are no segments: AssemblyAI has none but the turns of a
 * conversation.
 * @throws ProviderError `bad_response` when it contains neither text nor words
 */
export function decodeTranscript(
  transcript: Transcript,
  request: Pick<TranscriptionRequest, 'include' | 'providerOptions'>,
): ReportedResult {
  const { words, utterances, audio_duration: seconds } = transcript;
  const usage: Usage | undefined = seconds === undefined ? undefined : { type: 'duration', seconds };
  const text = transcriptText(
    transcript.text,
    words?.map((it) => it.text),
  );
  if (text === undefined) {
    throw new ProviderError('bad_response', 'the provider completed a transcript without a text', {
      upstreamRequestId: transcript.id,
      bill: { usage },
    });
  }
  const labels = new SpeakerLabels();
  const timed = (it: TimedPart) => ({
    startSeconds: it.start === undefined ? undefined : it.start / MILLISECONDS,
    endSeconds: it.end === undefined ? undefined : it.end / MILLISECONDS,
    ...(it.speaker !== undefined && { speaker: labels.of(it.speaker) }),
  });
  return {
    text,
    language: transcript.language_code,
    durationSeconds: seconds,
    words: words?.map((it) => ({ word: it.text, ...timed(it) })),
    segments: utterances?.map((it) => ({ text: it.text, ...timed(it) })),
    logprobs: request.include.includes('logprobs') ? words?.map(toLogprob) : undefined,
    usage,
    upstreamRequestId: transcript.id,
    ...findingsOf(transcript, request),
  };
}

/** Where the answer has what an option finds. */
const FINDINGS = {
  entity_detection: 'entities',
  sentiment_analysis: 'sentiment_analysis_results',
  auto_chapters: 'chapters',
  auto_highlights: 'auto_highlights_result',
  content_safety: 'content_safety_labels',
  iab_categories: 'iab_categories_result',
  summarization: 'summary',
} as const satisfies Readonly<Record<string, keyof Transcript>>;

/** AssemblyAI sends an empty object for some of what it was not asked for. */
function findingsOf(
  transcript: Transcript,
  { providerOptions }: Pick<TranscriptionRequest, 'providerOptions'>,
): Pick<ReportedResult, 'providerData'> {
  const found = Object.entries(FINDINGS)
    .filter(([option]) => providerOptions.has(option))
    .map(([, name]) => [name, transcript[name]] as const)
    .filter(([, value]) => value !== undefined && value !== null);
  return found.length > 0 ? { providerData: Object.fromEntries(found) } : {};
}

type TimedPart = Pick<NonNullable<Transcript['words']>[number], 'start' | 'end' | 'speaker'>;

/** A word counts as one token: joined, the tokens are the text. */
function toLogprob({ text, confidence }: NonNullable<Transcript['words']>[number], index: number): Logprob {
  const token = index === 0 ? text : ` ${text}`;
  return confidence === undefined ? { token } : tokenLogprob(token, Math.log(confidence));
}
