import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiResponse } from '@nestjs/swagger';
import { responseFormats, timestampGranularities } from '../domain/transcription.js';
import { ApiAnswers } from '../http/openapi/api-answers.js';

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
const temperature: Schema = { type: 'number', minimum: 0, maximum: 1, description: 'Sampling temperature' };
const stream: Schema = { type: 'boolean', default: false, description: 'Answer as server-sent events' };
// Swagger UI sends what stands in the form, and fills it with examples, or with "string" where there are none: optional
// fields need an empty example, which counts as not sent.
const strings = (description: string): Schema => ({
  type: 'array',
  items: { type: 'string' },
  example: [],
  description,
});

const url: Schema = {
  type: 'string',
  format: 'uri',
  description: 'The http or https address of the recording, instead of `file`',
  example: '',
};
/** What a client may say about how its request is served; the same for both tasks. */
const wishes = (): Record<string, Schema> => ({
  'fallbacks[]': strings('Public models to try when the requested one cannot answer'),
  timeout: {
    type: 'string',
    example: '',
    description: 'Deadline in seconds, as a number; also `x-auricle-timeout-ms`',
  },
  mock_testing_fallbacks: {
    type: 'boolean',
    default: false,
    description: 'Make the requested model fail, to see its fallbacks work; with the master key, or where allowed',
  },
});
const drop_params: Schema = {
  type: 'boolean',
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

const usage: Schema = {
  description: 'What the provider bills',
  oneOf: [
    {
      type: 'object',
      required: ['type', 'seconds'],
      properties: { type: { type: 'string', enum: ['duration'] }, seconds: { type: 'number', example: 9 } },
    },
    {
      type: 'object',
      required: ['type', 'input_tokens', 'output_tokens', 'total_tokens'],
      properties: {
        type: { type: 'string', enum: ['tokens'] },
        input_tokens: { type: 'integer' },
        input_token_details: {
          type: 'object',
          properties: { audio_tokens: { type: 'integer' }, text_tokens: { type: 'integer' } },
        },
        output_tokens: { type: 'integer' },
        total_tokens: { type: 'integer' },
      },
    },
  ],
};

const answers: Content = {
  'application/json': {
    schema: {
      type: 'object',
      required: ['text'],
      properties: {
        text: { type: 'string' },
        usage,
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

const factHeaders = {
  'x-request-id': 'The id of the ledger row',
  'x-auricle-provider': 'Who answered',
  'x-auricle-deployment': 'Which deployment answered',
  'x-auricle-attempts': 'How many provider calls it took',
  'x-auricle-cost-usd': 'What it cost; absent when unknown and on streams',
  'x-auricle-provider-ms': 'Time spent waiting for providers; absent on streams',
  'x-auricle-overhead-ms': 'The rest of the time; absent on streams',
  'x-auricle-warning': 'What was not as asked for; absent when all was',
};

function apiAudio(operationId: string, summary: string, form: Schema): MethodDecorator {
  return applyDecorators(
    ApiOperation({ operationId, summary }),
    ApiConsumes('multipart/form-data'),
    ApiBody({ required: true, schema: form }),
    ApiResponse({
      status: 200,
      description: 'The answer, in the requested format',
      content: structuredClone(answers),
      headers: Object.fromEntries(
        Object.entries(factHeaders).map(([name, description]) => [name, { description, schema: { type: 'string' } }]),
      ),
    }),
    ApiAnswers({ errors: [400, 401, 403, 404, 413, 429, 500, 502, 503, 504] }),
  );
}

/** Documents `POST /v1/audio/transcriptions`. */
export const ApiTranscription = () =>
  apiAudio('createTranscription', 'Transcribe audio into its own language', transcriptionForm);

/** Documents `POST /v1/audio/translations`. */
export const ApiTranslation = () => apiAudio('createTranslation', 'Translate audio into English', translationForm);
