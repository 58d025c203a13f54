import { readFile } from 'node:fs/promises';
import { packageFile } from '../../config/package-file.js';
import type { ChatRequest } from '../../domain/chat.js';
import { ProviderError } from '../../domain/errors.js';
import { valueAt } from '../../domain/json/json-outline.js';
import { tokenUsage, type TokenUsage } from '../../domain/usage.js';
import { property } from '../answer-body.js';
import type { ChatAnswer, ChatEvent } from '../chat-call.js';

/** A second of speech, which is all that the sandbox can say. */
const SPEECH = packageFile('assets/one-second.wav');
const WAV_HEADER_BYTES = 44;
const CREATED = 1_767_225_600;

/** A chat completion that says what it is: the same for the same request. @throws ProviderError */
export async function completeChat(request: ChatRequest, upstreamModel: string): Promise<ChatAnswer> {
  const text = replyTo(request);
  const usage = usageOf(request, text);
  const spoken = await speechOf(request);
  const message = {
    role: 'assistant',
    content: spoken ? null : text,
    refusal: null,
    ...(spoken && {
      audio: { id: 'audio_sandbox', data: spoken.toString('base64'), expires_at: CREATED, transcript: text },
    }),
  };
  const completion = {
    ...envelope('chat.completion', upstreamModel),
    choices: [{ index: 0, message, logprobs: null, finish_reason: 'stop' }],
    usage: wireUsage(usage),
  };
  return { body: Buffer.from(JSON.stringify(completion)), text, usage };
}

/** The same, word by word. @throws ProviderError */
export async function* streamChat(request: ChatRequest, upstreamModel: string): AsyncGenerator<ChatEvent> {
  const text = replyTo(request);
  const usage = usageOf(request, text);
  const spoken = await speechOf(request);
  const chunk = (choices: readonly object[], more: object = {}): ChatEvent => ({
    type: 'relay',
    data: JSON.stringify({ ...envelope('chat.completion.chunk', upstreamModel), choices, ...more }),
  });
  const delta = (said: object, finish_reason: string | null = null): ChatEvent =>
    chunk([{ index: 0, delta: said, finish_reason }]);
  yield delta({ role: 'assistant', content: spoken ? null : '' });
  for (const word of text.split(/(?<= )/)) {
    yield delta(spoken ? { audio: { id: 'audio_sandbox', transcript: word } } : { content: word });
  }
  if (spoken) yield delta({ audio: { id: 'audio_sandbox', data: spoken.toString('base64') } });
  yield delta({}, 'stop');
  if (request.includeUsage) yield chunk([], { usage: wireUsage(usage) });
  yield { type: 'done', text, usage };
}

function envelope(object: string, model: string): object {
  return { id: 'chatcmpl-sandbox', object, created: CREATED, model };
}

function replyTo({ audio, audioSeconds }: ChatRequest): string {
  const seconds = audioSeconds === undefined ? '' : ` of ${Number(audioSeconds.toFixed(1))} seconds`;
  const heard =
    audio.length === 0 ? 'no recording' : `${audio.length} recording${audio.length > 1 ? 's' : ''}${seconds}`;
  return `This is the Auricle sandbox, not a chat model. There is ${heard} in your messages. Add a provider to get an answer.`;
}

/** A token for a word, and for a tenth of a second. */
function usageOf({ audioSeconds = 0 }: ChatRequest, text: string): TokenUsage {
  return tokenUsage({ audio: Math.round(10 * audioSeconds), text: 10, output: text.split(' ').length });
}

function wireUsage({ input_tokens, input_token_details: { audio_tokens }, output_tokens, total_tokens }: TokenUsage) {
  return {
    prompt_tokens: input_tokens,
    completion_tokens: output_tokens,
    total_tokens,
    prompt_tokens_details: { audio_tokens, cached_tokens: 0 },
  };
}

/** Undefined where nobody wants to hear it. @throws ProviderError for a format that it has not */
async function speechOf({ speaks, body }: ChatRequest): Promise<Buffer | undefined> {
  if (!speaks) return undefined;
  const wanted = body.root.members?.findLast(({ name }) => name === 'audio')?.value;
  const format = wanted && property(valueAt(body.bytes, wanted), 'format');
  if (format !== 'wav' && format !== 'pcm16') {
    throw new ProviderError('unsupported', "the sandbox speaks the formats 'wav' and 'pcm16'", {
      upstreamStatus: 400,
      param: 'audio.format',
    });
  }
  const speech = await readFile(SPEECH);
  return format === 'wav' ? speech : speech.subarray(WAV_HEADER_BYTES);
}
