import { z } from 'zod';
import { property } from '../../src/providers/answer-body.js';
import { makeWav } from './audio.js';
import { SIMULATOR_KEY } from './openai-simulator.js';
import { answer, errorAnswer, eventStream, type ScriptedAnswer } from './simulator-answers.js';
import type { RecordedRequest } from './simulator-request.js';
import { type SimulatorBehaviour, SimulatorServer } from './simulator-server.js';

/** What the simulated model answers, in writing and in speech. */
export const REPLY = 'Yes, golden retrievers are patient and friendly.';
/** What it says, as the file that it is. */
export const SPOKEN_REPLY = makeWav({ durationSeconds: 0.5, sampleRate: 24_000, toneHz: 440 });

/** Whose chat completions are simulated. */
export interface ChatProfile {
  /** The path that requests come to, with a query where one is needed. */
  readonly path: RegExp;
  readonly models: readonly string[];
  /** The header that has the key. */
  readonly credential: (headers: RecordedRequest['headers']) => boolean;
  /** The members of a body that it takes; any other is refused. Absent: all. */
  readonly members?: readonly string[];
  /** What refuses a member that is not known. */
  readonly refusal: (member: string) => ScriptedAnswer;
  /** How a recording has to be. */
  readonly recording: z.ZodType;
  readonly speaks: boolean;
  /** What its usage says; of audio, where it says that. */
  readonly usage: (heard: boolean, speaks: boolean) => object;
  /** Whether a stream ends with the usage unasked. */
  readonly tellsUsageUnasked?: true;
}

const bearer: ChatProfile['credential'] = ({ authorization }) => authorization === `Bearer ${SIMULATOR_KEY}`;
const base64 = z.base64().min(4);

const openAiMembers = `model messages modalities audio stream stream_options temperature top_p n stop max_tokens
    max_completion_tokens tools tool_choice response_format seed user store metadata logprobs
    reasoning_effort parallel_tool_calls prompt_cache_key safety_identifier`.split(/\s+/);

const openAiUsage = (heard: boolean, speaks: boolean): object => ({
  prompt_tokens: heard ? 70 : 20,
  completion_tokens: speaks ? 60 : 10,
  total_tokens: (heard ? 70 : 20) + (speaks ? 60 : 10),
  prompt_tokens_details: { audio_tokens: heard ? 50 : 0, cached_tokens: 8 },
  completion_tokens_details: {
    audio_tokens: speaks ? 48 : 0,
    reasoning_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
});

/** OpenAI: https://platform.openai.com/docs/api-reference/chat/create */
export const openAiChat: ChatProfile = {
  path: /^\/v1\/chat\/completions$/,
  models: ['gpt-audio', 'gpt-4o-audio-preview', 'gpt-4o-mini'],
  credential: bearer,
  members: openAiMembers,
  refusal: (member) =>
    errorAnswer(400, { message: `Unrecognized request argument supplied: ${member}`, code: 'unknown_parameter' }),
  recording: z.strictObject({ data: base64, format: z.enum(['wav', 'mp3']) }),
  speaks: true,
  usage: openAiUsage,
};

/** Azure OpenAI: the deployment is in the path, the version in the query. */
export const azureChat: ChatProfile = {
  ...openAiChat,
  path: /^\/openai\/deployments\/our-audio\/chat\/completions\?api-version=[\w-]+$/,
  models: ['our-audio'],
  credential: ({ 'api-key': key, authorization }) => key === SIMULATOR_KEY && authorization === undefined,
};

/** Mistral: what it does not know it refuses, a recording is its base64 alone. */
export const mistralChatProfile: ChatProfile = {
  path: /^\/v1\/chat\/completions$/,
  models: ['voxtral-small-latest'],
  credential: bearer,
  members: `model temperature top_p max_tokens stream stop random_seed metadata messages response_format tools
    tool_choice presence_penalty frequency_penalty n prediction parallel_tool_calls prompt_mode
    reasoning_effort guardrails prompt_cache_key safe_prompt`.split(/\s+/),
  refusal: (member) =>
    answer(422, {
      object: 'error',
      message: { detail: [{ type: 'extra_forbidden', loc: ['body', member], msg: 'Extra inputs are not permitted' }] },
      type: 'invalid_request_error',
      param: null,
      code: null,
    }),
  recording: base64,
  speaks: false,
  usage: () => ({ prompt_tokens: 40, completion_tokens: 10, total_tokens: 50, prompt_audio_seconds: null }),
  tellsUsageUnasked: true,
};

/** Gemini's endpoint for OpenAI's clients, which says nothing of the kinds of tokens and adds its thoughts to the total. */
export const geminiChatProfile: ChatProfile = {
  path: /^\/v1beta\/openai\/chat\/completions$/,
  models: ['gemini-2.5-flash'],
  credential: bearer,
  refusal: (member) => errorAnswer(400, { message: `Invalid JSON payload received. Unknown name "${member}"` }),
  recording: z.object({ data: base64, format: z.string() }),
  speaks: false,
  usage: (heard) => ({ prompt_tokens: heard ? 60 : 20, completion_tokens: 10, total_tokens: heard ? 100 : 60 }),
};

/** Any server that speaks the protocol and takes everything. */
export const plainChat: ChatProfile = {
  ...openAiChat,
  models: ['any-model'],
  members: undefined,
  recording: z.unknown(),
};

/**
 * Chat completions on 127.0.0.1: strict about requests, scriptable in its answers. It says {@link REPLY}, in writing, or in
 * speech where that is asked for.
 */
export class AudioChatSimulator extends SimulatorServer {
  /** Starts on a free port. */
  static start(profile: ChatProfile = openAiChat): Promise<AudioChatSimulator> {
    return new AudioChatSimulator(new ChatBehaviour(profile)).listen();
  }

  /** The body of the latest request. */
  get lastBody(): Record<string, unknown> {
    return bodyOf(this.lastRequest);
  }
}

class ChatBehaviour implements SimulatorBehaviour {
  constructor(private readonly profile: ChatProfile) {}

  refuse(request: RecordedRequest): ScriptedAnswer | undefined {
    const { path, models, credential, members, refusal } = this.profile;
    if (request.method !== 'POST' || !path.test(request.path)) {
      return errorAnswer(404, { message: `Invalid URL (${request.method} ${request.path})` });
    }
    if (!credential(request.headers)) {
      return errorAnswer(401, { message: 'Incorrect API key provided', code: 'invalid_api_key' });
    }
    if (request.headers['content-type'] !== 'application/json') return errorAnswer(400, { message: 'not JSON' });
    const body = bodyOf(request);
    const unknown = members && Object.keys(body).find((name) => !members.includes(name));
    if (unknown !== undefined) return refusal(unknown);
    if (!models.includes(String(body['model']))) {
      const message = `The model \`${String(body['model'])}\` does not exist`;
      return errorAnswer(404, { message, code: 'model_not_found' });
    }
    return this.refuseMessages(body) ?? this.refuseSpeech(body);
  }

  answer(request: RecordedRequest): ScriptedAnswer {
    const body = bodyOf(request);
    const speaks = modalitiesOf(body).includes('audio');
    const usage = this.profile.usage(recordingsIn(body).length > 0, speaks);
    if (body['stream'] !== true) return answer(200, completionOf(body, usage, speaks), { 'x-request-id': 'req_chat' });
    const isTold = this.profile.tellsUsageUnasked ?? property(body['stream_options'], 'include_usage') === true;
    return eventStream([...chunksOf(body, isTold ? usage : undefined, speaks, this.profile), '[DONE]']);
  }

  private refuseMessages(body: Record<string, unknown>): ScriptedAnswer | undefined {
    const { messages } = body;
    if (!Array.isArray(messages) || messages.length === 0) {
      return errorAnswer(400, { message: 'Invalid messages', param: 'messages' });
    }
    const { recording } = this.profile;
    const isWrong = recordingsIn(body).some((it) => !recording.safeParse(property(it, 'input_audio')).success);
    return isWrong ? errorAnswer(400, { message: 'Invalid input_audio', param: 'messages' }) : undefined;
  }

  private refuseSpeech(body: Record<string, unknown>): ScriptedAnswer | undefined {
    const speaks = modalitiesOf(body).includes('audio');
    if (!speaks) return undefined;
    const { format } = z
      .object({ voice: z.unknown(), format: z.string() })
      .catch({ voice: '', format: '' })
      .parse(body['audio']);
    if (!this.profile.speaks || format === '') return errorAnswer(400, { message: 'no audio', param: 'audio' });
    if (body['stream'] === true && format !== 'pcm16') {
      const message = `Unsupported value: 'audio.format' does not support '${format}' when stream=true.`;
      return errorAnswer(400, { message, param: 'audio.format', code: 'unsupported_value' });
    }
    return undefined;
  }
}

function bodyOf({ rawBody }: RecordedRequest): Record<string, unknown> {
  return z.record(z.string(), z.unknown()).parse(JSON.parse(rawBody.toString()));
}

function modalitiesOf(body: Record<string, unknown>): readonly unknown[] {
  return Array.isArray(body['modalities']) ? body['modalities'] : [];
}

function recordingsIn({ messages }: Record<string, unknown>): readonly unknown[] {
  return [messages].flat().flatMap((message) => {
    const content = property(message, 'content');
    return Array.isArray(content) ? content.filter((part) => property(part, 'type') === 'input_audio') : [];
  });
}

function completionOf({ model }: Record<string, unknown>, usage: object, speaks: boolean): object {
  const audio = {
    id: 'audio_simulated',
    data: SPOKEN_REPLY.toString('base64'),
    expires_at: 1_795_003_600,
    transcript: REPLY,
  };
  return {
    id: 'chatcmpl-simulated',
    object: 'chat.completion',
    created: 1_795_000_000,
    model,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: speaks ? null : REPLY, refusal: null, ...(speaks && { audio }) },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage,
  };
}

/** Whether the last piece of what is said has the usage, as Mistral's, or a chunk of its own, as OpenAI's. */
function chunksOf(
  { model }: Record<string, unknown>,
  usage: object | undefined,
  speaks: boolean,
  { tellsUsageUnasked }: ChatProfile,
): object[] {
  const chunk = (choices: readonly object[], more: object = {}): object => ({
    id: 'chatcmpl-simulated',
    object: 'chat.completion.chunk',
    created: 1_795_000_000,
    model,
    choices,
    ...(usage && !tellsUsageUnasked && { usage: null }),
    ...more,
  });
  const delta = (said: object, finish_reason: string | null = null, more: object = {}): object =>
    chunk([{ index: 0, delta: said, finish_reason }], more);
  const words = REPLY.split(/(?<= )/);
  const pcm = SPOKEN_REPLY.subarray(44);
  const half = pcm.length / 2 - (pcm.length % 4) / 2;
  const said = speaks
    ? [
        delta({ role: 'assistant', content: null, audio: { id: 'audio_simulated', transcript: '' } }),
        ...words.map((transcript) => delta({ audio: { id: 'audio_simulated', transcript } })),
        delta({ audio: { id: 'audio_simulated', data: pcm.subarray(0, half).toString('base64') } }),
        delta({ audio: { id: 'audio_simulated', data: pcm.subarray(half).toString('base64') } }),
        delta({ audio: { id: 'audio_simulated', expires_at: 1_795_003_600 } }),
      ]
    : [delta({ role: 'assistant', content: '', refusal: null }), ...words.map((content) => delta({ content }))];
  if (tellsUsageUnasked) return [...said, delta({ content: '' }, 'stop', { usage })];
  return [...said, delta({}, 'stop'), ...(usage ? [chunk([], { usage })] : [])];
}
