/**
 * What a provider says it will bill, in the two forms of OpenAI's `usage` object.
 * `audioInput + textInput` is the number of input tokens; a provider that does not split them reports all as audio.
 */
export type Usage =
  | { readonly type: 'duration'; readonly seconds: number }
  | { readonly type: 'tokens'; readonly audioInput: number; readonly textInput: number; readonly output: number };

/** OpenAI's `usage` object. */
export type UsageBody =
  | { readonly type: 'duration'; readonly seconds: number }
  | {
      readonly type: 'tokens';
      readonly input_tokens: number;
      readonly input_token_details: { readonly text_tokens: number; readonly audio_tokens: number };
      readonly output_tokens: number;
      readonly total_tokens: number;
    };

/** OpenAI's form of what the provider bills. */
export function toUsageBody(usage: Usage): UsageBody {
  if (usage.type === 'duration') return { type: 'duration', seconds: usage.seconds };
  const input = usage.audioInput + usage.textInput;
  return {
    type: 'tokens',
    input_tokens: input,
    input_token_details: { text_tokens: usage.textInput, audio_tokens: usage.audioInput },
    output_tokens: usage.output,
    total_tokens: input + usage.output,
  };
}
