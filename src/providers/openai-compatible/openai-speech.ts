import type { EventSourceMessage } from 'eventsource-parser';
import { z } from 'zod';
import type { ToldUsage } from '../../domain/bill.js';
import { ProviderError } from '../../domain/errors.js';
import type { SpeechCapabilities, SpeechEvent } from '../../domain/speech.js';
import { parseJson } from '../answer-body.js';
import { lenient } from '../lenient-schema.js';
import type { ProviderHttp, ProviderResponse } from '../provider-http.js';
import { jsonBody } from '../request-body.js';
import type { ResponseBody } from '../response-body.js';
import { readMessages } from '../server-sent-events.js';
import type { SpeechCall, Speaking } from '../speaking.js';
import { audioIn } from '../spoken-audio.js';
import { tellTokens } from '../token-counts.js';
import { wireQuantity } from '../wire-number.js';
import { errorFromEvent, errorFromResponse } from './openai-errors.js';
import { requestIdOf } from './openai-response.js';

/** What tells the speech of one provider that speaks OpenAI's protocol from that of another. */
export interface SpeechDialect<Settings> {
  readonly knownModels: readonly string[];
  capabilities(upstreamModel: string, settings?: Settings): SpeechCapabilities;
  /** Where a call goes; absent = `/audio/speech` below its base. @throws ProviderError */
  url?(call: SpeechCall<Settings>): string;
  /**
   * Whether the model can answer in OpenAI's events. Then it is asked for them whatever the client gets: only they tell what
   * was used.
   */
  tellsUsage?(call: SpeechCall<Settings>): boolean;
  /** Fields that go out with every request, unless the client says otherwise. */
  defaults?(call: SpeechCall<Settings>): Readonly<Record<string, unknown>>;
}

/** How a provider that speaks OpenAI's protocol is reached, for whatever it does. */
export interface ProtocolAccess<Settings> {
  readonly provider: string;
  readonly defaultApiBase?: string;
  headers?(settings: Settings): Readonly<Record<string, string>>;
  credential?(apiKey: string, settings: Settings): Readonly<Record<string, string>>;
}

/** OpenAI's `POST /audio/speech`, of every provider that has it; the providers differ in data only. */
export function openAiSpeech<Settings>(
  http: Pick<ProviderHttp, 'open'>,
  access: ProtocolAccess<Settings>,
  speech: SpeechDialect<Settings>,
): Speaking<Settings> {
  return {
    knownModels: speech.knownModels,
    capabilities: speech.capabilities.bind(speech),
    async *speak(call) {
      const asksForEvents = speech.tellsUsage?.(call) ?? false;
      const response = await send(http, access, speech, call, asksForEvents);
      const upstreamRequestId = requestIdOf(response);
      if (/^text\/event-stream\b/i.test(response.headers['content-type'] ?? '')) {
        yield* audioOfEvents(response, call.apiKey, upstreamRequestId);
        return;
      }
      const errorOf = (answer: ProviderResponse): ProviderError => errorFromResponse(answer, call.apiKey);
      for await (const audio of audioIn(response, { format: call.upstreamFormat, upstreamRequestId, errorOf })) {
        yield { type: 'audio', audio };
      }
      yield { type: 'done', upstreamRequestId };
    },
  };
}

/** The answer's head when it is a success. @throws ProviderError its error otherwise */
async function send<Settings>(
  http: Pick<ProviderHttp, 'open'>,
  access: ProtocolAccess<Settings>,
  speech: SpeechDialect<Settings>,
  call: SpeechCall<Settings>,
  asksForEvents: boolean,
): Promise<ProviderResponse<ResponseBody>> {
  const { request, apiKey, settings } = call;
  const response = await http.open({
    url: speech.url?.(call) ?? speechUrl(call.apiBase ?? access.defaultApiBase, access.provider),
    headers: {
      accept: '*/*',
      ...(apiKey && (access.credential?.(apiKey, settings) ?? { authorization: `Bearer ${apiKey}` })),
      ...access.headers?.(settings),
    },
    body: jsonBody({
      model: call.upstreamModel,
      input: request.input,
      voice: request.isVoiceId ? { id: request.voice } : request.voice,
      response_format: call.upstreamFormat,
      instructions: request.instructions,
      speed: request.speed,
      ...(asksForEvents && { stream_format: 'sse' }),
      ...speech.defaults?.(call),
      ...Object.fromEntries(request.providerOptions),
    }),
    signal: call.signal,
    streamsAudio: true,
  });
  if (response.status >= 200 && response.status < 300) return response;
  throw withoutSpeech(errorFromResponse({ ...response, body: await response.body.bytes() }, apiKey));
}

/** OpenAI's endpoint below a base URL, with or without a trailing slash. @throws ProviderError where there is no base */
export function speechUrl(apiBase: string | undefined, provider: string): string {
  if (!apiBase) throw new ProviderError('unknown', `the ${provider} deployment names no base URL`);
  return `${apiBase.replace(/(?<!\/)\/+$/, '')}/audio/speech`;
}

/** Many servers have no route for speech; that says nothing about their transcriptions. */
function withoutSpeech(failure: ProviderError): ProviderError {
  const { reason, upstreamStatus, upstreamRequestId } = failure;
  if (reason !== 'misconfigured' || (upstreamStatus !== 404 && upstreamStatus !== 405)) return failure;
  const facts = { upstreamStatus, upstreamRequestId, cause: failure };
  return new ProviderError('unsupported', 'the provider has no route for speech', facts);
}

const eventSchema = z.object({
  type: lenient(z.string()),
  audio: lenient(z.string()),
  /** Mistral's name, on servers that pass its events on. */
  audio_data: lenient(z.string()),
  usage: lenient(
    z.object({
      input_tokens: wireQuantity,
      output_tokens: wireQuantity,
      total_tokens: wireQuantity,
    }),
  ),
  error: z.unknown().optional(),
});

/**
 * The audio in an event stream, complete with `speech.audio.done`, or with `[DONE]` after some audio for servers that never
 * send the former. Stopping early closes the connection.
 * @throws ProviderError when the provider reports an error, the connection breaks, or (`bad_response`) the stream ends
 *   before it is complete, has no audio or contains what is not JSON
 */
async function* audioOfEvents(
  response: ProviderResponse<ResponseBody>,
  apiKey: string | undefined,
  upstreamRequestId: string | undefined,
): AsyncGenerator<SpeechEvent> {
  const bad = (message: string): ProviderError => new ProviderError('bad_response', message, { upstreamRequestId });
  let hasSpoken = false;
  let complete = false;
  try {
    for await (const message of readMessages(response.body)) {
      const event = readEvent(message, apiKey, upstreamRequestId, bad);
      if (event.audio.length > 0) {
        hasSpoken = true;
        yield { type: 'audio', audio: event.audio };
      }
      if (!event.isLast) continue;
      if (!hasSpoken) throw bad('the stream ended without audio');
      complete = true;
      yield { type: 'done', upstreamRequestId, ...event.told };
      return;
    }
    throw bad('the stream ended before the speech was complete');
  } finally {
    if (complete) response.body.release();
    else response.body.destroy();
  }
}

interface ReadEvent {
  readonly audio: Buffer;
  readonly isLast: boolean;
  readonly told: ToldUsage;
}

function readEvent(
  { event: name, data }: EventSourceMessage,
  apiKey: string | undefined,
  upstreamRequestId: string | undefined,
  bad: (message: string) => ProviderError,
): ReadEvent {
  const nothing = Buffer.alloc(0);
  if (data.trim() === '[DONE]') return { audio: nothing, isLast: true, told: {} };
  const json = parseJson(data);
  const event = eventSchema.safeParse(json).data;
  const type = event?.type ?? name;
  if (type === 'error' || event?.error) throw errorFromEvent(json, apiKey, upstreamRequestId);
  if (!event) throw bad('the stream contains an event that is no JSON object');
  const { audio = event.audio_data ?? '', usage } = event;
  const told = tellTokens({
    // All that goes in is text, and all that comes out is audio.
    text: usage?.input_tokens,
    audio: usage?.input_tokens === undefined ? undefined : 0,
    output: usage?.output_tokens,
    total: usage?.total_tokens,
  });
  return { audio: Buffer.from(audio, 'base64'), isLast: type === 'speech.audio.done', told };
}
