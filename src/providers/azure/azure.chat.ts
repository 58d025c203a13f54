import type { ChatCapabilities } from '../../domain/chat.js';
import { openAiChatCapabilities } from '../openai/openai.chat.js';
import { purposeByName } from '../model-names.js';

/** As OpenAI's, by the name of the model that was deployed; of a name that tells nothing, nothing is known. */
export function azureChatCapabilities(baseModel: string): ChatCapabilities {
  return purposeByName(baseModel) === 'chat' ? openAiChatCapabilities(baseModel) : {};
}
