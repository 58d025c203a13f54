import type { Usage } from '../domain/usage.js';

/** A piece of audio as OpenAI's events have it. */
export function audioDelta(audio: Buffer): string {
  return JSON.stringify({ type: 'speech.audio.delta', audio: audio.toString('base64') });
}

/** What is told at the end of a stream of events. */
export interface SpokenAmounts {
  readonly usage?: Usage;
  readonly characters: number;
  /** undefined = the audio does not tell. */
  readonly seconds: number | undefined;
}

/**
 * OpenAI's last event. Its clients expect numbers of tokens: they are 0 where the provider does not count any. Beside them stands
 * what others bill.
 */
export function audioDone({ usage, characters, seconds }: SpokenAmounts): string {
  const { input_tokens, output_tokens, total_tokens } =
    usage?.type === 'tokens' ? usage : { input_tokens: 0, output_tokens: 0, total_tokens: 0 };
  const amounts = { input_tokens, output_tokens, total_tokens, characters, seconds };
  return JSON.stringify({ type: 'speech.audio.done', usage: amounts });
}
