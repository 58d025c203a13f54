import type { ErrorRule } from './error-rules.js';
import { says } from './says.js';

/**
 * Longer or larger than one model takes; another may take it. Providers, and what stands in front of them, say so with one
 * another's codes and in much the same words: OpenAI's, Together's, vLLM's, nginx', ...
 */
export const TOO_LARGE = {
  reason: 'too_large',
  statuses: [413],
  codes: [
    'request_too_large',
    'audio_too_long',
    'audio_too_large',
    'file_too_large',
    'input_too_large',
    'context_length_exceeded',
    'PAYLOAD_TOO_LARGE',
  ],
  message: says(
    '\\bmaximum (?:content|file|clip|audio|upload|request|payload) (?:size|duration|length)\\b',
    '\\bpayload size exceeds\\b',
    '\\b(?:longer|larger) than \\d+(?:\\.\\d+)? ?(?:seconds|minutes|hours|[kmg]i?b)\\b',
    '\\b(?:audio|file|recording|duration)\\b.{0,60}\\btoo (?:long|large|big)\\b',
    '\\b(?:audio|file|recording|duration)\\b.{0,60}\\bexceed(?:s|ed)?\\b.{0,40}(?:\\blimit|\\bmax|\\ballowed)',
  ),
} as const satisfies ErrorRule;
