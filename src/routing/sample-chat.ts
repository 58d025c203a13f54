import type { ChatRequest } from '../domain/chat.js';
import { readOutline } from '../domain/json/json-outline.js';

/** The question with which deployments of chats are tested: as short as one can be. */
export function sampleChat(model: string): ChatRequest {
  const bytes = Buffer.from(JSON.stringify({ model, messages: [{ role: 'user', content: 'Say: yes.' }] }));
  const { value: root } = readOutline(bytes, { members: {} }).next();
  if (!root) throw new Error('the sample is longer than what is read at once');
  const body = { bytes, root, ours: new Set<string>(), set: new Map(), splices: [] };
  return { model, stream: false, includeUsage: false, speaks: false, audio: [], body };
}
