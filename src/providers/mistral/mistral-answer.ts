import { ProviderError } from '../../domain/errors.js';
import type { TranscriptionResult } from '../../domain/transcription.js';
import type { Usage } from '../../domain/usage.js';
import { parseJson } from '../answer-body.js';
import type { ProviderResponse } from '../provider-http.js';
import { SpeakerLabels } from '../speaker-labels.js';
import { mistralRequestId } from './mistral-errors.js';
import { type MistralAnswer, mistralAnswerSchema } from './mistral.schema.js';

/**
 * Reads a successful answer.
 * @param isTimed whether times were asked for; otherwise Mistral sends an empty list that says nothing about the speech
 * @throws ProviderError `bad_response` when there is no transcript in it
 */
export function readAnswer(response: ProviderResponse, isTimed: boolean): TranscriptionResult {
  const upstreamRequestId = mistralRequestId(response);
  const answer = mistralAnswerSchema.safeParse(parseJson(response.body)).data;
  if (!answer) {
    throw new ProviderError('bad_response', `the provider answered ${response.status} without a transcript`, {
      upstreamStatus: response.status,
      upstreamRequestId,
    });
  }
  const { text, language } = answer;
  return {
    text,
    language,
    segments: isTimed ? segmentsOf(answer) : undefined,
    usage: usageOf(answer),
    upstreamRequestId,
  };
}

/** The length of the audio that Mistral bills; absent where it says nothing. */
export function usageOf({ usage }: Pick<MistralAnswer, 'usage'>): Usage | undefined {
  return usage && { type: 'duration', seconds: usage.prompt_audio_seconds };
}

function segmentsOf({ segments }: MistralAnswer): TranscriptionResult['segments'] {
  const labels = new SpeakerLabels();
  return segments?.map(({ text, start, end, speaker_id: speaker }) => ({
    text,
    startSeconds: start,
    endSeconds: end,
    speaker: speaker === undefined ? undefined : labels.of(speaker),
  }));
}
