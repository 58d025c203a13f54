/**
 * What a provider says it will bill, in the two forms of OpenAI's `usage` object.
 * `audioInput + textInput` is the number of input tokens; a provider that does not split them reports all as audio.
 */
export type Usage =
  | { readonly type: 'duration'; readonly seconds: number }
  | { readonly type: 'tokens'; readonly audioInput: number; readonly textInput: number; readonly output: number };
