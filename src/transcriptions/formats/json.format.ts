import type { TranscriptionRequest, TranscriptionResult } from '../../domain/transcription.js';
import { logprobsField, providerDataField, usageField } from './answer-facts.js';

/** OpenAI's `json` body. A translation is only its text. */
export function renderJson(
  result: TranscriptionResult,
  request: Pick<TranscriptionRequest, 'task' | 'include'>,
): string {
  return JSON.stringify({
    text: result.text,
    ...logprobsField(result, request),
    ...usageField(result, request),
    ...providerDataField(result),
  });
}
