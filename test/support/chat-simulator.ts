import { answer, errorAnswer, type ScriptedAnswer } from './simulator-answers.js';
import type { RecordedRequest } from './simulator-request.js';
import { SimulatorServer } from './simulator-server.js';

/** The key that the simulated chat model takes. */
export const CHAT_KEY = 'sk-chat-0123456789abcdef';
/** The only model that it has. */
export const CHAT_MODEL = 'gpt-translate';
/** What it reports for every call. */
export const CHAT_USAGE = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 };

interface ChatMessage {
  readonly role: string;
  readonly content: string;
}

/**
 * An OpenAI-compatible chat model that translates as it is told: strict about requests, scriptable in its answers. Its
 * English is the text in capital letters behind `EN:`, so that tests see which piece went where.
 */
export class ChatSimulator extends SimulatorServer {
  /** Starts on a free port. */
  static start(): Promise<ChatSimulator> {
    return new ChatSimulator({
      refuse,
      answer: (request) => completion(JSON.stringify(textsOf(request).map(toSimulatedEnglish))),
    }).listen();
  }

  /** The base URL to give to a client. */
  get url(): string {
    return `${this.origin}/v1`;
  }

  /** The texts that each call asked to translate, in the order of the calls. */
  get batches(): readonly (readonly string[])[] {
    return this.requests.map(textsOf);
  }
}

/** What the simulated model makes of a text. */
export function toSimulatedEnglish(text: string): string {
  return `EN:${text.toUpperCase()}`;
}

/** A chat completion with this content. */
export function completion(content: string | null): ScriptedAnswer {
  return answer(
    200,
    {
      id: 'chatcmpl-simulated',
      object: 'chat.completion',
      created: 1_795_000_000,
      model: CHAT_MODEL,
      choices: [{ index: 0, message: { role: 'assistant', content, refusal: null }, finish_reason: 'stop' }],
      usage: CHAT_USAGE,
    },
    { 'x-request-id': 'req_chat' },
  );
}

/** The messages of a recorded request. */
export function messagesOf({ rawBody }: RecordedRequest): readonly ChatMessage[] {
  return JSON.parse(rawBody.toString()).messages;
}

function textsOf(request: RecordedRequest): readonly string[] {
  return JSON.parse(messagesOf(request).find(({ role }) => role === 'user')?.content ?? '[]');
}

function refuse(request: RecordedRequest): ScriptedAnswer | undefined {
  const { method, path, headers, rawBody } = request;
  if (method !== 'POST' || path !== '/v1/chat/completions') {
    return errorAnswer(404, { message: `Unknown request URL: ${method} ${path}.` });
  }
  if (headers.authorization !== `Bearer ${CHAT_KEY}`) {
    return errorAnswer(401, { message: 'Incorrect API key provided.', code: 'invalid_api_key' });
  }
  if (headers['content-type'] !== 'application/json') return errorAnswer(400, { message: 'the body must be JSON' });
  const body: unknown = JSON.parse(rawBody.toString());
  const unknown = Object.keys(Object(body)).find((name) => name !== 'model' && name !== 'messages');
  if (unknown) return errorAnswer(400, { message: `Unrecognized request argument supplied: ${unknown}` });
  const { model, messages } = Object(body);
  if (model !== CHAT_MODEL) return errorAnswer(404, { message: 'no such model', code: 'model_not_found' });
  return Array.isArray(messages) && messages.length > 1 && messages.every(isMessage)
    ? undefined
    : errorAnswer(400, { message: 'messages must be a list of messages', param: 'messages' });
}

function isMessage(value: unknown): boolean {
  const { role, content, ...rest } = Object(value);
  return (
    ['system', 'user', 'assistant'].includes(role) && typeof content === 'string' && Object.keys(rest).length === 0
  );
}
