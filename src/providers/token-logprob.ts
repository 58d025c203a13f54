import type { Logprob } from '../domain/transcription.js';

/** What OpenAI reports for a token that is out of the question; JSON has no infinity. */
const LOWEST_LOGPROB = -9_999;

/** OpenAI's `logprobs` entry for a piece of text with its natural logarithm of probability. */
export function tokenLogprob(token: string, logprob: number): Logprob {
  return { token, logprob: Math.max(logprob, LOWEST_LOGPROB), bytes: [...Buffer.from(token)] };
}
