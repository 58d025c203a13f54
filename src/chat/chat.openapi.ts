import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse } from '@nestjs/swagger';
import { ApiAnswers } from '../http/openapi/api-answers.js';
import { headerReferences } from '../http/openapi/documented-headers.js';
import { attemptHeaders, failureHeaders, limitHeaders, totalHeaders } from '../serving/answer-headers.openapi.js';
import { ApiCallerFacts } from '../serving/caller-facts.openapi.js';

type Schema = NonNullable<Extract<Parameters<typeof ApiBody>[0], { schema: unknown }>['schema']>;
type Content = NonNullable<Extract<Parameters<typeof ApiResponse>[0], { content?: unknown }>['content']>;

const message: Schema = {
  type: 'object',
  required: ['role'],
  properties: {
    role: { type: 'string', example: 'user' },
    content: {
      description:
        "A text, or a list of parts: `text`, `input_audio` with base64 in `data` and its `format`, and whatever else the model's provider takes",
      example: 'Is a golden retriever a good family dog?',
    },
  },
  additionalProperties: true,
};

const body: Schema = {
  type: 'object',
  required: ['model', 'messages'],
  description: 'Any other field reaches the provider as it is written',
  properties: {
    model: {
      type: 'string',
      description: 'A public model of mode `chat`; see `GET /v1/models`',
      example: 'sandbox-chat',
    },
    messages: { type: 'array', items: message },
    modalities: {
      type: 'array',
      items: { type: 'string', enum: ['text', 'audio'] },
      description: 'With `audio` the answer is spoken; then `audio` says how',
      example: ['text'],
    },
    audio: {
      type: 'object',
      properties: {
        voice: { description: 'A name, or an object with an `id`', example: 'alloy' },
        format: { type: 'string', description: '`wav`, `mp3`, ...; `pcm16` in streams', example: 'wav' },
      },
      additionalProperties: true,
    },
    stream: { type: 'boolean', default: false, description: 'Answer as server-sent events' },
    fallbacks: {
      type: 'array',
      items: { type: 'string' },
      description: 'Public models to try when the requested one cannot answer; seen by no provider',
      example: [],
    },
    timeout: { type: 'number', description: 'Deadline in seconds; seen by no provider', example: 60 },
    num_retries: {
      type: 'integer',
      description: 'Further attempts on one deployment, 0 to 10; seen by no provider',
      example: 2,
    },
    tags: {
      type: 'array',
      items: { type: 'string' },
      description: 'Labels: kept in the log, seen by no provider',
      example: [],
    },
    metadata: {
      type: 'object',
      additionalProperties: true,
      description: 'Notes: kept in the log; seen by a provider only with `store: true`',
      example: {},
    },
    mock_testing_fallbacks: {
      type: 'boolean',
      default: false,
      description: 'Make the requested model fail, to see its fallbacks work; with the master key, or where allowed',
    },
  },
  additionalProperties: true,
};

const answers: Content = {
  'application/json': {
    schema: {
      type: 'object',
      required: ['choices'],
      properties: {
        id: { type: 'string' },
        object: { type: 'string', example: 'chat.completion' },
        created: { type: 'integer' },
        model: { type: 'string' },
        choices: { type: 'array', items: { type: 'object' } },
        usage: { type: 'object' },
      },
    },
    example: {
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 1_795_000_000,
      model: 'gpt-4o-mini',
      choices: [{ index: 0, message: { role: 'assistant', content: 'Yes.', refusal: null }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 17, completion_tokens: 2, total_tokens: 19 },
    },
  },
  'text/event-stream': {
    schema: { type: 'string' },
    example:
      'data: {"id":"chatcmpl-1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"Yes."}}]}\n\n' +
      'data: [DONE]\n\n',
  },
};

/** Documents `POST /v1/chat/completions`. */
export const ApiChat = () =>
  applyDecorators(
    ApiOperation({ operationId: 'createChatCompletion', summary: 'Complete a chat, written or spoken' }),
    ApiCallerFacts(),
    ApiBody({ required: true, schema: body }),
    ApiResponse({
      status: 200,
      description: "The provider's answer as it is",
      content: structuredClone(answers),
      headers: headerReferences([
        'x-request-id',
        ...Object.keys(attemptHeaders),
        ...Object.keys(limitHeaders),
        ...Object.keys(totalHeaders),
      ]),
    }),
    ApiAnswers({ errors: [400, 401, 403, 404, 413, 415, 429, 500, 502, 503, 504] }, [
      ...Object.keys(attemptHeaders),
      ...Object.keys(limitHeaders),
      ...Object.keys(failureHeaders),
    ]),
  );
