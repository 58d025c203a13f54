import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiResponse } from '@nestjs/swagger';
import { responseFormats, timestampGranularities } from '../domain/transcription.js';
import { headerReferences } from '../http/openapi/documented-headers.js';
import { ApiAnswers } from '../http/openapi/api-answers.js';
import {
  attemptHeaders,
  failureHeaders,
  formatHeaders,
  limitHeaders,
  totalHeaders,
} from '../serving/answer-headers.openapi.js';
import { ApiCallerFacts } from '../serving/caller-facts.openapi.js';

type Schema = NonNullable<Extract<Parameters<typeof ApiBody>[0], { schema: unknown }>['schema']>;

type Content = NonNullable<Extract<Parameters<typeof ApiResponse>[0], { content?: unknown }>['content']>;

const file: Schema = {
  type: 'string',
  format: 'binary',
  description:
    'flac, mp3, mp4, mpeg, mpga, m4a, oga, ogg, wav, webm and more; recognised by its bytes, not by its name',
};
const model: Schema = { type: 'string', description: 'A public model name; see `GET /v1/models`', example: 'sandbox' };
const prompt: Schema = {
  type: 'string',
  example: '',
  description: 'Text that guides the style or continues earlier audio',
};
const stream: Schema = { type: 'boolean', default: false, description: 'Answer as server-sent events' };
// Swagger UI sends what stands in the form, and fills it with examples, or with "string" where there are none: optional
// fields need an empty example, which counts as not sent.
const temperature: Schema = { type: 'string', example: '', description: 'Sampling temperature, a number from 0 to 1' };
const strings = (description: string): Schema => ({
  type: 'array',
  items: { type: 'string' },
  example: [],
  description,
});

const url: Schema = {
  type: 'string',
  description: 'The http or https address of the recording, instead of `file`',
  example: '',
};
/** What a client may say about how its request is served; the same for both tasks. */
const wishes = (): Record<string, Schema> => ({
  'fallbacks[]': strings('Public models to try when the requested one cannot answer'),
  metadata: {
    type: 'string',
    example: '',
    description: 'Notes of your own, as JSON or text: kept in the log, sent to no provider; also `litellm_metadata`',
  },
  user: { type: 'string', example: '', description: 'Whom it is for: kept in the log, sent to no provider' },
  'tags[]': strings('Labels: kept in the log, sent to no provider'),
  cache: {
    type: 'string',
    example: '',
    description:
      'What you want of the cache, as a JSON object of `ttl`, `s-maxage`, `no-cache`, `no-store`, `use-cache` and `namespace`; also the header `x-auricle-cache`',
  },
  timeout: {
    type: 'string',
    example: '',
    description: 'Deadline in seconds, as a number; also `x-auricle-timeout-ms`',
  },
  num_retries: {
    type: 'string',
    example: '',
    description: 'Further attempts on one deployment, 0 to 10',
  },
  mock_testing_fallbacks: {
    type: 'boolean',
    default: false,
    description: 'Make the requested model fail, to see its fallbacks work; with the master key, or where allowed',
  },
});
const drop_params: Schema = {
  type: 'string',
  enum: ['', 'true', 'false'],
  example: '',
  description: 'Leave out fields that the deployment does not honour, with a warning, instead of refusing the request',
};

const transcriptionForm: Schema = {
  type: 'object',
  required: ['model'],
  properties: {
    file,
    url,
    model,
    language: { type: 'string', description: 'Language of the audio, ISO-639-1, such as `en`', example: '' },
    prompt,
    response_format: { type: 'string', enum: [...responseFormats], default: 'json' },
    temperature,
    'timestamp_granularities[]': {
      type: 'array',
      items: { type: 'string', enum: [...timestampGranularities] },
      example: [],
      description: 'Needs `response_format` `verbose_json`',
    },
    stream,
    'include[]': {
      type: 'array',
      items: { type: 'string', enum: ['logprobs'] },
      example: [],
      description: 'Needs `response_format` `json`',
    },
    chunking_strategy: {
      type: 'string',
      description: '`auto`, or a JSON object such as `{"type":"server_vad","threshold":0.5}`; bracketed keys work too',
      example: '',
    },
    'languages[]': strings('Candidate languages; not together with `language`'),
    'keywords[]': strings('Terms to expect, one per entry'),
    'known_speaker_names[]': strings('Up to four speakers to recognise'),
    'known_speaker_references[]': strings('A data URL with 2 to 10 seconds of each of them'),
    ...wishes(),
    drop_params: drop_params,
  },
};

const translationForm: Schema = {
  type: 'object',
  required: ['model'],
  properties: {
    file,
    url,
    model,
    language: {
      type: 'string',
      description:
        'Language of the audio, as for transcriptions; only a hint, left out with a warning where nobody takes it',
      example: '',
    },
    prompt,
    response_format: {
      type: 'string',
      enum: responseFormats.filter((format) => format !== 'diarized_json'),
      default: 'json',
    },
    temperature,
    stream,
    ...wishes(),
    drop_params: drop_params,
  },
};

const answers: Content = {
  'application/json': {
    schema: {
      type: 'object',
      required: ['text'],
      properties: {
        text: { type: 'string' },
        usage: { $ref: '#/components/schemas/Usage' },
        task: { type: 'string', description: 'verbose_json, diarized_json' },
        language: { type: 'string', description: 'verbose_json: full English name in lower case' },
        duration: { type: 'number', description: 'verbose_json, diarized_json: seconds' },
        segments: { type: 'array', items: { type: 'object' }, description: 'verbose_json, diarized_json' },
        words: { type: 'array', items: { type: 'object' }, description: 'verbose_json with word granularity' },
        logprobs: { type: 'array', items: { type: 'object' }, description: 'json with logprobs' },
      },
    },
    example: { text: 'Imagine the wildest idea that you have ever had.', usage: { type: 'duration', seconds: 9 } },
  },
  'text/plain': {
    schema: { type: 'string' },
    examples: {
      text: { value: 'Imagine the wildest idea that you have ever had.\n' },
      srt: { value: '1\n00:00:00,000 --> 00:00:04,000\nImagine the wildest idea that you have ever had.\n\n' },
      vtt: { value: 'WEBVTT\n\n00:00:00.000 --> 00:00:04.000\nImagine the wildest idea that you have ever had.\n\n' },
    },
  },
  'text/event-stream': {
    schema: { type: 'string' },
    example:
      'data: {"type":"transcript.text.delta","delta":"Imagine"}\n\n' +
      'data: {"type":"transcript.text.done","text":"Imagine"}\n\ndata: [DONE]\n\n',
  },
};

function apiAudio(operationId: string, summary: string, form: Schema): MethodDecorator {
  return applyDecorators(
    ApiOperation({ operationId, summary }),
    ApiCallerFacts(),
    ApiConsumes('multipart/form-data'),
    ApiBody({ required: true, schema: form }),
    ApiResponse({
      status: 200,
      description: 'The answer, in the requested format',
      content: structuredClone(answers),
      headers: headerReferences([
        'x-request-id',
        ...Object.keys(attemptHeaders),
        ...Object.keys(formatHeaders),
        ...Object.keys(limitHeaders),
        ...Object.keys(totalHeaders),
      ]),
    }),
    ApiAnswers({ errors: [400, 401, 403, 404, 413, 429, 500, 502, 503, 504] }, [
      ...Object.keys(attemptHeaders),
      ...Object.keys(limitHeaders),
      ...Object.keys(failureHeaders),
    ]),
  );
}

/** Documents `POST /v1/audio/transcriptions`. */
export const ApiTranscription = () =>
  apiAudio('createTranscription', 'Transcribe audio into its own language', transcriptionForm);

/** Documents `POST /v1/audio/translations`. */
export const ApiTranslation = () => apiAudio('createTranslation', 'Translate audio into English', translationForm);
