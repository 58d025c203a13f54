import { ProviderError } from '../../domain/errors.js';
import type { Logprob, TranscriptionRequest, TranscriptionResult } from '../../domain/transcription.js';
import { SpeakerLabels } from '../speaker-labels.js';
import { tokenLogprob } from '../token-logprob.js';
import type { Transcript } from './assemblyai.schema.js';

const MILLISECONDS = 1_000;

/**
 * Understands a completed transcript. Without speakers there are no segments: AssemblyAI has none but the turns of a
 * conversation.
 * @throws ProviderError `bad_response` when it contains neither text nor words
 */
export function decodeTranscript(
  transcript: Transcript,
  { include }: Pick<TranscriptionRequest, 'include'>,
): TranscriptionResult {
  const { words, utterances, audio_duration: seconds } = transcript;
  const text = transcript.text ?? words?.map((it) => it.text).join(' ');
  if (text === undefined) {
    throw new ProviderError('bad_response', 'the provider completed a transcript without a text', {
      upstreamRequestId: transcript.id,
    });
  }
  const labels = new SpeakerLabels();
  const timed = (it: TimedPart) => ({
    startSeconds: it.start / MILLISECONDS,
    endSeconds: it.end / MILLISECONDS,
    ...(it.speaker !== undefined && { speaker: labels.of(it.speaker) }),
  });
  return {
    text,
    language: transcript.language_code,
    durationSeconds: seconds,
    words: words?.map((it) => ({ word: it.text, ...timed(it) })),
    segments: utterances?.map((it) => ({ text: it.text, ...timed(it) })),
    logprobs: include.includes('logprobs') ? words?.map(toLogprob) : undefined,
    usage: seconds === undefined ? undefined : { type: 'duration', seconds },
    upstreamRequestId: transcript.id,
  };
}

type TimedPart = Pick<NonNullable<Transcript['words']>[number], 'start' | 'end' | 'speaker'>;

/** A word counts as one token: joined, the tokens are the text. */
function toLogprob({ text, confidence }: NonNullable<Transcript['words']>[number], index: number): Logprob {
  const token = index === 0 ? text : ` ${text}`;
  return confidence === undefined ? { token } : tokenLogprob(token, Math.log(confidence));
}
