import type { ChatRequest } from '../../src/domain/chat.js';
import { outlineChat } from '../../src/chat/chat-outline.js';
import { readChat } from '../../src/chat/chat-request.js';

/** The request that a body says, as the gateway reads it; of recordings only what is said of their length. */
export async function chatRequest(body: string | object, audioSeconds?: number): Promise<ChatRequest> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const { bytes, root } = await outlineChat(Buffer.from(text), new AbortController().signal);
  const written = readChat(bytes, root);
  return { ...written, model: written.model ?? '', audioSeconds };
}
