import { ProviderError } from '../../domain/errors.js';
import type { TranscriptionRequest, ReportedResult } from '../../domain/transcription.js';
import { base64JsonBody } from '../base64-json-body.js';
import type { RequestBody } from '../request-body.js';
import { geminiTypeOf } from './gemini-audio.js';
import { blockedBy, type GeminiOrigin } from './gemini-errors.js';
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
export function decodeContent(content: Content): ReportedResult {
  const { responseId: upstreamRequestId, candidates } = content;
  const bill = usageOfContent(content);
  assertAnswered(content);
  assertFinished(candidates?.[0]?.finishReason, { upstreamRequestId, bill });
  return { text: textOf(content).trim(), ...bill, upstreamRequestId };
}

/** What the model says, without what it thinks. */
export function textOf({ candidates }: Content): string {
  const parts = candidates?.[0]?.content?.parts ?? [];
  return parts.map(({ text = '', thought }) => (thought ? '' : text)).join('');
}

/** @throws ProviderError when the request was blocked, or the answer is none */
export function assertAnswered(content: Content): void {
  const { candidates = [], promptFeedback, responseId: upstreamRequestId } = content;
  const origin = { upstreamRequestId, bill: usageOfContent(content) };
  if (promptFeedback?.blockReason !== undefined) throw blockedBy(promptFeedback.blockReason, origin);
  if (candidates.length === 0) throw bad('the provider answered without a candidate', origin);
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

/** @throws ProviderError when what came is not all that there is to say */
export function assertFinished(reason: string | undefined, origin: GeminiOrigin): void {
  if (reason === 'STOP') return;
  if (reason !== undefined && WITHHELD.has(reason)) throw blockedBy(reason, origin);
  if (reason === 'MAX_TOKENS') {
    const message = 'the answer was cut off where it reached the longest that the model can give';
    throw bad(message, { ...origin, isFinal: true });
  }
  throw bad(`the model stopped before the end of its answer (${reason?.slice(0, 60) ?? 'it did not say why'})`, origin);
}

function bad(message: string, facts: GeminiOrigin & { readonly isFinal?: boolean }): ProviderError {
  return new ProviderError('bad_response', message, { upstreamStatus: 200, ...facts });
}
