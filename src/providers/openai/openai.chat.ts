import type { ChatCapabilities } from '../../domain/chat.js';

/**
 * What OpenAI's chat models can do, by their names: those with `audio` in it hear and speak, the others do neither.
 * Source: https://platform.openai.com/docs/guides/audio
 */
export function openAiChatCapabilities(upstreamModel: string): ChatCapabilities {
  const isAudio = /audio/i.test(upstreamModel);
  return { audio_input: isAudio, audio_output: isAudio };
}
