import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse } from '@nestjs/swagger';
import { openAiVoices, speechFormats } from '../domain/speech.js';
import { ApiAnswers } from '../http/openapi/api-answers.js';
import { headerReferences } from '../http/openapi/documented-headers.js';
import { attemptHeaders, failureHeaders, limitHeaders } from '../serving/answer-headers.openapi.js';
import { ApiCallerFacts } from '../serving/caller-facts.openapi.js';
import { CONTENT_TYPES } from './audio-answer.js';

type Schema = NonNullable<Extract<Parameters<typeof ApiBody>[0], { schema: unknown }>['schema']>;
type Content = NonNullable<Extract<Parameters<typeof ApiResponse>[0], { content?: unknown }>['content']>;

const body: Schema = {
  type: 'object',
  required: ['model', 'input', 'voice'],
  properties: {
    model: { type: 'string', description: 'A public model name; see `GET /v1/models`' },
    input: { type: 'string', description: 'What is to be said; how long it may be depends on the model' },
    voice: {
      description: `One of OpenAI's voices (${openAiVoices.join(', ')}), for which other providers have one of theirs, or a voice of the provider's own`,
      oneOf: [
        { type: 'string' },
        { type: 'object', required: ['id'], properties: { id: { type: 'string', example: 'voice_1234' } } },
      ],
    },
    instructions: { type: 'string', maxLength: 4_096, description: 'How it is to be said' },
    response_format: { type: 'string', enum: [...speechFormats], default: 'mp3' },
    speed: { type: 'number', minimum: 0.25, maximum: 4, default: 1 },
    stream_format: {
      type: 'string',
      enum: ['audio', 'sse'],
      default: 'audio',
      description: 'The bare audio, or server-sent events with it; both come as the audio is made',
    },
    fallbacks: {
      type: 'array',
      items: { type: 'string' },
      description: 'Public models to try when the requested one cannot answer',
    },
    timeout: { type: 'number', description: 'Deadline in seconds; also `x-auricle-timeout-ms`' },
    num_retries: {
      type: 'integer',
      minimum: 0,
      maximum: 10,
      description: 'Further attempts on one deployment',
    },
    drop_params: {
      type: 'boolean',
      description:
        'Leave out fields that the deployment does not know, with a warning, instead of refusing; not sent = as configured',
    },
    metadata: {
      type: 'object',
      additionalProperties: true,
      description: 'Notes of your own: kept in the log, sent to no provider; also `litellm_metadata`, `user`, `tags`',
    },
    mock_testing_fallbacks: {
      type: 'boolean',
      default: false,
      description: 'Make the requested model fail, to see its fallbacks work; with the master key, or where allowed',
    },
  },
  additionalProperties: true,
  // Swagger UI sends the example; the sandbox is there without a key.
  example: { model: 'sandbox-speech', input: 'Imagine the wildest idea that you have ever had.', voice: 'alloy' },
};

const audio: Content[string] = { schema: { type: 'string', format: 'binary' } };
const answers: Content = {
  ...Object.fromEntries(Object.values(CONTENT_TYPES).map((type) => [type, audio])),
  'text/event-stream': {
    schema: { type: 'string' },
    example:
      'data: {"type":"speech.audio.delta","audio":"SUQzBAAAAAAAI1RTU0UAAAAP"}\n\n' +
      'data: {"type":"speech.audio.done","usage":{"input_tokens":12,"output_tokens":54,"total_tokens":66,"characters":48,"seconds":2.7}}\n\n' +
      'data: [DONE]\n\n',
  },
};

/** Documents `POST /v1/audio/speech`. */
export const ApiSpeech = () =>
  applyDecorators(
    ApiOperation({ operationId: 'createSpeech', summary: 'Say a text' }),
    ApiCallerFacts(),
    ApiBody({ required: true, schema: body }),
    ApiResponse({
      status: 200,
      description: 'The speech, in the requested format',
      content: structuredClone(answers),
      headers: headerReferences(['x-request-id', ...Object.keys(attemptHeaders), ...Object.keys(limitHeaders)]),
    }),
    ApiAnswers({ errors: [400, 401, 403, 404, 413, 415, 429, 500, 502, 503, 504] }, [
      ...Object.keys(attemptHeaders),
      ...Object.keys(limitHeaders),
      ...Object.keys(failureHeaders),
    ]),
  );
