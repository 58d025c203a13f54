import { ProviderError } from '../../domain/errors.js';
import type { ReportedResult } from '../../domain/transcription.js';
import type { Usage } from '../../domain/usage.js';
import { isErrorBody, parseJson } from '../answer-body.js';
import type { ProviderResponse } from '../provider-http.js';
import { SpeakerLabels } from '../speaker-labels.js';
import { transcriptText } from '../transcript-text.js';
import { mistralError, mistralRequestId } from './mistral-errors.js';
import { type MistralAnswer, mistralAnswerSchema } from './mistral.schema.js';

/**
 * Reads an answer with a status of success.
 * @param isTimed whether times were asked for; otherwise Mistral sends an empty list that says nothing about the speech
 * @param apiKey never appears in an error
 * @throws ProviderError `bad_response` when there is no transcript in it, or what it complains of
 */
export function readAnswer(response: ProviderResponse, isTimed: boolean, apiKey?: string): ReportedResult {
  const upstreamRequestId = mistralRequestId(response);
  const json = parseJson(response.body);
  const answer = mistralAnswerSchema.safeParse(json).data;
  const text = transcriptText(
    answer?.text,
    answer?.segments?.map((it) => it.text),
  );
  if (!text && isErrorBody(json)) throw mistralError(response, apiKey);
  if (!answer || text === undefined) {
    throw new ProviderError('bad_response', `the provider answered ${response.status} without a transcript`, {
      upstreamStatus: response.status,
      upstreamRequestId,
      bill: answer && { usage: usageOf(answer) },
    });
  }
  const { language } = answer;
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
  const seconds = usage?.prompt_audio_seconds;
  return seconds === undefined ? undefined : { type: 'duration', seconds };
}

function segmentsOf({ segments }: MistralAnswer): ReportedResult['segments'] {
  const labels = new SpeakerLabels();
  return segments?.map(({ text, start, end, speaker_id: speaker }) => ({
    text,
    startSeconds: start,
    endSeconds: end,
    speaker: speaker === undefined ? undefined : labels.of(speaker),
  }));
}
