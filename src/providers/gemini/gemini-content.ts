import { ProviderError } from '../../domain/errors.js';
import type { TranscriptionRequest, TranscriptionResult } from '../../domain/transcription.js';
import { base64JsonBody } from '../base64-json-body.js';
import type { RequestBody } from '../request-body.js';
import { geminiTypeOf } from './gemini-audio.js';
import { blockedBy } from './gemini-errors.js';
import { instructionFor, requestFor } from './gemini-prompt.js';
import { usageOfContent } from './gemini-usage.js';
import type { Content } from './gemini.schema.js';
import type { GeminiModel } from './gemini.models.js';

/** The body of `:generateContent` and `:streamGenerateContent`. */
export function encodeContent(request: TranscriptionRequest, { thinking }: GeminiModel): RequestBody {
  const { audio, temperature } = request;
  return base64JsonBody(audio, (data) => ({
    systemInstruction: { parts: [{ text: instructionFor(request) }] },
    contents: [
      {
        role: 'user',
        parts: [{ inlineData: { mimeType: geminiTypeOf(audio), data } }, { text: requestFor(request) }],
      },
    ],
    generationConfig: { temperature, thinkingConfig: thinking },
  }));
}

/**
 * Understands a whole answer.
 * @throws ProviderError `audio_rejected` when Gemini refused to answer, `bad_response` when it did not finish
 */
export function decodeContent(content: Content): TranscriptionResult {
  const { responseId, candidates } = content;
  assertAnswered(content);
  assertFinished(candidates?.[0]?.finishReason, responseId);
  return { text: textOf(content).trim(), usage: usageOfContent(content), upstreamRequestId: responseId };
}

/** What the model says, without what it thinks. */
export function textOf({ candidates }: Content): string {
  const parts = candidates?.[0]?.content?.parts ?? [];
  return parts.map(({ text = '', thought }) => (thought ? '' : text)).join('');
}

/** @throws ProviderError when the request was blocked, or the answer is none */
export function assertAnswered({ candidates = [], promptFeedback, responseId }: Content): void {
  if (promptFeedback?.blockReason !== undefined) throw blockedBy(promptFeedback.blockReason, responseId);
  if (candidates.length === 0) throw bad('the provider answered without a candidate', responseId);
}

/** Finish reasons by which Gemini withholds the rest. */
const WITHHELD: ReadonlySet<string> = new Set([
  'SAFETY',
  'RECITATION',
  'LANGUAGE',
  'BLOCKLIST',
  'PROHIBITED_CONTENT',
  'SPII',
]);

/** @throws ProviderError when the text is not all that there is to say */
export function assertFinished(reason: string | undefined, upstreamRequestId: string | undefined): void {
  if (reason === 'STOP') return;
  if (reason !== undefined && WITHHELD.has(reason)) throw blockedBy(reason, upstreamRequestId);
  throw bad(
    reason === 'MAX_TOKENS'
      ? 'the transcript was cut off where it reached the longest answer that the model can give'
      : `the model stopped before the end of the transcript (${reason?.slice(0, 60) ?? 'it did not say why'})`,
    upstreamRequestId,
  );
}

function bad(message: string, upstreamRequestId: string | undefined): ProviderError {
  return new ProviderError('bad_response', message, { upstreamStatus: 200, upstreamRequestId });
}
