import type { EventSourceMessage } from 'eventsource-parser';
import type { Bill } from '../../domain/bill.js';
import type { ChatCapabilities, ChatRequest } from '../../domain/chat.js';
import { ProviderError } from '../../domain/errors.js';
import type { JsonSplice } from '../../domain/json/json-splice.js';
import { isErrorBody, isHtml, isJson, parseJson, property } from '../answer-body.js';
import type { ChatAnswer, ChatCall, ChatEvent } from '../chat-call.js';
import type { ProviderHttp, ProviderResponse } from '../provider-http.js';
import type { ResponseBody } from '../response-body.js';
import { readMessages } from '../server-sent-events.js';
import { chatBody } from './chat-body.js';
import { chatChunkSchema, chatCompletionSchema, saysAnything, textOf } from './chat-completion.schema.js';
import { chatBillOf, type HeardAudio } from './chat-usage.js';
import { errorFromEvent, errorFromResponse } from './openai-errors.js';
import { requestIdOf } from './openai-response.js';
import { UsageRefusals } from './usage-refusals.js';

/** What tells one provider's `/chat/completions` from another's. */
export interface ChatDialect<Settings> {
  /** What the model can do. */
  capabilities(upstreamModel: string, settings?: Settings): ChatCapabilities;
  /** Where a call goes. @throws ProviderError */
  url(call: ChatCall<Settings>): string;
  headers(call: ChatCall<Settings>): Readonly<Record<string, string>>;
  /** Members of the body that the provider refuses. */
  readonly without?: readonly string[];
  /** What is written otherwise in the messages. */
  splices?(request: ChatRequest): readonly JsonSplice[];
  /** Whether a stream ends with the usage although nobody has asked for it, and asking is refused. */
  readonly tellsUsageUnasked?: true;
  /** What a second of speech counts as, where the answers do not say how much of the input it was. */
  readonly audioTokensPerSecond?: number;
  /** Absent = as OpenAI's. */
  error?(response: ProviderResponse, apiKey: string | undefined): ProviderError;
}

/** Who has asked for speech and hears nothing, and reads nothing either, was not answered. */
const SILENT = 'the provider was asked for speech and said nothing';

/** The members of an adapter that holds chats. */
export function chatMembers<Settings>(http: Pick<ProviderHttp, 'open'>, dialect: ChatDialect<Settings>) {
  const client = new OpenAiChatClient(http, dialect);
  return {
    chatCapabilities: (upstreamModel: string, settings?: Settings) => dialect.capabilities(upstreamModel, settings),
    chat: (call: ChatCall<Settings>) => client.complete(call),
    chatStream: (call: ChatCall<Settings>) => client.stream(call),
  };
}

/** OpenAI's endpoint of chat completions below a base URL, with or without a trailing slash. */
export function chatUrl(apiBase: string): string {
  return `${apiBase.replace(/(?<!\/)\/+$/, '')}/chat/completions`;
}

/** Chat completions of every provider that speaks OpenAI's protocol; bodies pass as they are. */
export class OpenAiChatClient<Settings> {
  private readonly refusals = new UsageRefusals();

  constructor(
    private readonly http: Pick<ProviderHttp, 'open'>,
    private readonly dialect: ChatDialect<Settings>,
  ) {}

  /** @throws ProviderError and nothing else */
  async complete(call: ChatCall<Settings>): Promise<ChatAnswer> {
    return this.readWhole(await this.send(call, false), call);
  }

  /** @throws ProviderError and nothing else */
  async *stream(call: ChatCall<Settings>): AsyncGenerator<ChatEvent> {
    const response = await this.openStream(call);
    if (isWhole(response)) {
      yield* eventsOf(await this.readWhole(response, call));
    } else {
      yield* this.relay(response, call);
    }
  }

  /** Asks for the usage, unless the server is known to refuse that. */
  private async openStream(call: ChatCall<Settings>): Promise<ProviderResponse<ResponseBody>> {
    const server = JSON.stringify([call.apiBase, call.upstreamModel]);
    const asks = !this.dialect.tellsUsageUnasked && !call.request.includeUsage && !this.refusals.has(server);
    try {
      return await this.send(call, asks);
    } catch (error) {
      if (!asks || !this.refusals.isOne(error)) throw error;
      const response = await this.send(call, false);
      this.refusals.remember(server);
      return response;
    }
  }

  private async *relay(response: ProviderResponse<ResponseBody>, call: ChatCall<Settings>): AsyncGenerator<ChatEvent> {
    const reader = new ChunkReader(call.request, this.heardBy(call), (payload) =>
      errorFromEvent(payload, call.apiKey, requestIdOf(response)),
    );
    let complete = false;
    try {
      for await (const message of readMessages(response.body)) {
        complete = message.data.trim() === '[DONE]';
        if (complete) break;
        const event = reader.read(message);
        if (event) yield event;
      }
      // Some servers forget the terminator.
      complete ||= reader.isFinished;
      yield reader.end(complete, requestIdOf(response));
    } finally {
      if (complete) response.body.release();
      else response.body.destroy();
    }
  }

  private async readWhole(response: ProviderResponse<ResponseBody>, call: ChatCall<Settings>): Promise<ChatAnswer> {
    const body = await response.body.bytes();
    const json = parseJson(body);
    const parsed = chatCompletionSchema.safeParse(json).data;
    const upstreamRequestId = requestIdOf(response, json);
    const bill = chatBillOf(json, this.heardBy(call));
    if (!parsed && isErrorBody(json)) throw this.errorOf({ ...response, body }, call.apiKey);
    if (!parsed) {
      const what = isHtml({ ...response, body }) ? 'an HTML page' : 'something else than a chat completion';
      const message = `the provider answered ${response.status} with ${what}`;
      throw new ProviderError('bad_response', message, { upstreamStatus: response.status, upstreamRequestId, bill });
    }
    if (call.request.speaks && !parsed.choices.some(({ message }) => saysAnything(message))) {
      throw new ProviderError('bad_response', SILENT, { upstreamStatus: response.status, upstreamRequestId, bill });
    }
    const text = textOf(parsed.choices[0]?.message);
    return { body, text, ...bill, upstreamRequestId: upstreamRequestId ?? parsed.id };
  }

  private heardBy({ request: { audio, audioSeconds } }: ChatCall<Settings>): HeardAudio {
    const { audioTokensPerSecond: tokensPerSecond } = this.dialect;
    return { hears: audio.length > 0, seconds: audioSeconds, tokensPerSecond };
  }

  /** The answer's head when it is a success, its error otherwise. */
  private async send(call: ChatCall<Settings>, asksForUsage: boolean): Promise<ProviderResponse<ResponseBody>> {
    const { request, upstreamModel, apiKey, signal } = call;
    const { without, splices } = this.dialect;
    const response = await this.http.open({
      url: this.dialect.url(call),
      headers: { accept: '*/*', ...this.dialect.headers(call) },
      body: chatBody(request, { upstreamModel, asksForUsage, without, splices: splices?.(request) }),
      signal,
    });
    if (response.status >= 200 && response.status < 300) return response;
    throw this.errorOf({ ...response, body: await response.body.bytes() }, apiKey);
  }

  private errorOf(response: ProviderResponse, apiKey: string | undefined): ProviderError {
    return (this.dialect.error ?? errorFromResponse)(response, apiKey);
  }
}

/** Whether a provider that was asked for events gave something in one piece: an error, or all of the answer. */
function isWhole(response: Pick<ProviderResponse, 'headers'>): boolean {
  return isJson(response) || isHtml({ ...response, body: Buffer.alloc(0) });
}

/** Understands the chunks of one stream and remembers what was said so far. */
class ChunkReader {
  private text = '';
  private bill: Bill = {};
  private hasChoices = false;
  private hasSaid = false;
  /** Whether the model has said that it has come to its end. */
  isFinished = false;

  constructor(
    private readonly request: ChatRequest,
    private readonly heard: HeardAudio,
    private readonly errorIn: (payload: unknown) => ProviderError,
  ) {}

  /** Our event for the provider's; nothing for a usage that the client has not asked for. */
  read({ event, data }: EventSourceMessage): ChatEvent | undefined {
    const json = parseJson(data);
    if (event === 'error' || isErrorBody(json)) throw this.errorIn(json);
    if (json === undefined) throw new ProviderError('bad_response', 'the stream contains an event that is no JSON');
    const { choices = [] } = chatChunkSchema.safeParse(json).data ?? {};
    const bill = chatBillOf(json, this.heard);
    this.bill = { ...this.bill, ...bill };
    this.text += textOf(choices.find(({ index = 0 }) => index === 0)?.delta) ?? '';
    this.isFinished ||= choices.some(({ finish_reason }) => finish_reason !== undefined);
    this.hasSaid ||= choices.some(({ delta }) => saysAnything(delta));
    if (choices.length > 0) this.hasChoices = true;
    else if (bill && !this.request.includeUsage && property(json, 'usage')) return undefined;
    // Our own stream writes an event as one line of data.
    return { type: 'relay', data: data.includes('\n') ? JSON.stringify(json) : data, ...bill };
  }

  /** @throws ProviderError when nothing has been said, or the end is missing */
  end(isComplete: boolean, upstreamRequestId: string | undefined): ChatEvent {
    const isSilent = this.request.speaks && !this.hasSaid;
    if (isComplete && this.hasChoices && !isSilent) return { type: 'done', text: this.text, ...this.bill };
    const isWhole = isComplete && this.hasChoices;
    throw new ProviderError('bad_response', isWhole ? SILENT : 'the stream ended before the completion was complete', {
      upstreamRequestId,
      bill: isWhole ? this.bill : undefined,
    });
  }
}

/** The stream of a provider that was asked for one and gave the whole completion at once. */
function* eventsOf({ body, text = '', usage, usageDoubt, costUsd }: ChatAnswer): Generator<ChatEvent> {
  const { choices, ...rest } = Object(parseJson(body));
  const chunk = {
    ...rest,
    object: 'chat.completion.chunk',
    choices: Array.isArray(choices) ? choices.map(toDelta) : [],
  };
  yield { type: 'relay', data: JSON.stringify(chunk), usage, usageDoubt, costUsd };
  yield { type: 'done', text, usage, usageDoubt, costUsd };
}

function toDelta(choice: unknown): object {
  const { message, ...rest } = Object(choice);
  return { ...rest, delta: message };
}
