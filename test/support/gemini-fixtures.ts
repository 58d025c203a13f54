import { SPOKEN } from './simulator-fixtures.js';

const usageMetadata = {
  promptTokenCount: 300,
  candidatesTokenCount: 18,
  thoughtsTokenCount: 4,
  totalTokenCount: 322,
  promptTokensDetails: [
    { modality: 'TEXT', tokenCount: 12 },
    { modality: 'AUDIO', tokenCount: 288 },
  ],
};

/** `generateContent`, thoughts included. */
export function contentAnswer(text = SPOKEN, finishReason = 'STOP'): object {
  return {
    candidates: [
      {
        content: { role: 'model', parts: [{ text: 'A beach, it seems.', thought: true }, { text: `${text}\n` }] },
        finishReason,
        index: 0,
      },
    ],
    usageMetadata,
    modelVersion: 'gemini-simulated',
    responseId: 'resp-simulated',
  };
}

/** `generateContent` for a request that the model was not asked. */
export function blockedAnswer(blockReason: string): object {
  return {
    promptFeedback: { blockReason },
    usageMetadata: { promptTokenCount: 300, totalTokenCount: 300 },
    responseId: 'resp-simulated',
  };
}

/** One chunk of a stream. */
export function contentChunk(text: string, finishReason?: string): object {
  return {
    candidates: [{ content: { role: 'model', parts: [{ text }] }, index: 0, ...(finishReason && { finishReason }) }],
    responseId: 'resp-simulated',
    ...(finishReason && { usageMetadata }),
  };
}

/** The chunks of a whole stream. */
export const contentChunks: readonly object[] = [
  contentChunk('The beach was a popular spot on '),
  contentChunk('a hot summer day. '),
  contentChunk('People were swimming.\n'),
  contentChunk('', 'STOP'),
];

const words = SPOKEN.split(' ').map((text, index) => ({
  type: 'word_info',
  text,
  start_offset: `${(index * 6) / 10}s`,
  end_offset: `${(index * 6 + 5) / 10}s`,
  // Whoever speaks first need not be the first by name.
  speaker: index <= 10 ? 'spk_2' : 'spk_1',
}));

/** An interaction of the transcription model that is done, with what was asked for. */
export function interactionAnswer(mode: { readonly times?: boolean; readonly speakers?: boolean } = {}): object {
  const annotations = words.map(({ start_offset: start, end_offset: end, speaker, ...it }) => ({
    ...it,
    ...(mode.times && { start_offset: start, end_offset: end }),
    ...(mode.speakers && { speaker }),
  }));
  const withAnnotations = mode.times || mode.speakers;
  return {
    id: 'int-simulated',
    object: 'interaction',
    model: 'gemini-3.5-transcribe',
    created: '2026-11-20T10:00:00Z',
    updated: '2026-11-20T10:00:02Z',
    status: 'completed',
    steps: [
      { type: 'thought' },
      { type: 'model_output', content: [{ type: 'text', text: SPOKEN, ...(withAnnotations && { annotations }) }] },
    ],
    usage: {
      total_input_tokens: 290,
      total_output_tokens: 40,
      total_tokens: 330,
      input_tokens_by_modality: [{ modality: 'audio', tokens: 290 }],
    },
  };
}

/** An interaction that is anything but done. */
export function unfinishedInteraction(status: string, errors?: readonly object[]): object {
  const content = [{ type: 'text', text: 'The beach was' }];
  return { id: 'int-simulated', status, steps: [{ type: 'model_output', content }], ...(errors && { errors }) };
}

/** An error of `generateContent`. */
export function contentError(code: number, status: string, message: string, details: readonly object[] = []): object {
  return { error: { code, message, status, ...(details.length > 0 && { details }) } };
}

/** An error of the interactions. */
export function interactionError(code: string, message: string): object {
  return { error: { code, message } };
}
