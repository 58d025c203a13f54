import type { ChatRequest } from '../domain/chat.js';
import type { ChatAnswer, ChatEvent } from '../providers/chat-call.js';
import type { ProviderAdapter } from '../providers/provider-adapter.js';
import { ProviderError } from '../domain/errors.js';
import type { Candidate } from '../routing/candidate.js';
import type { Answered, Call, Executed, Usable } from '../routing/execution.js';

/** A deployment that can hold the chat. */
export interface ChatCandidate extends Candidate {
  readonly task: 'chat';
  readonly request: ChatRequest;
}

/** A whole completion. */
export interface Completed extends Usable {
  readonly answer: ChatAnswer;
}

/** Who answered, and the answer: whole, or piece by piece from the first one on. */
export type ExecutedChat = Executed<ChatCandidate, Completed, ChatEvent>;

/** Whether the provider has chat completions in OpenAI's protocol. */
export function hasChats(adapter: ProviderAdapter): boolean {
  return adapter.chat !== undefined && adapter.chatStream !== undefined;
}

/** Calls the candidate's provider, once. @throws ProviderError */
export function callForChat(candidate: ChatCandidate, signal: AbortSignal): Call<Completed, ChatEvent> {
  const { adapter, deployment, request } = candidate;
  const { upstreamModel, apiBase, apiKey, settings } = deployment;
  const call = { request, upstreamModel, apiBase, apiKey, settings, signal };
  if (!adapter.chat || !adapter.chatStream) throw new ProviderError('unsupported', 'the provider has no chats');
  if (request.stream) return { events: adapter.chatStream(call)[Symbol.asyncIterator]() };
  return { whole: answered(adapter.chat(call)) };
}

async function answered(completion: Promise<ChatAnswer>): Promise<Answered<Completed>> {
  const answer = await completion;
  return { told: answer, upstreamRequestId: answer.upstreamRequestId, use: () => ({ answer }) };
}
