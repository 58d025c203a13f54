import type { FailureReason } from '../../../src/domain/errors.js';
import { ASSEMBLYAI_KEY } from '../../support/assemblyai-simulator.js';
import { failedJob, unfinishedJob, UPLOAD_URL } from '../../support/assemblyai-fixtures.js';
import { cloudflareError } from '../../support/cloudflare-simulator.js';
import { DEEPGRAM_KEY } from '../../support/deepgram-simulator.js';
import { ELEVENLABS_KEY } from '../../support/elevenlabs-simulator.js';
import { contentError } from '../../support/gemini-fixtures.js';
import { GEMINI_KEY } from '../../support/gemini-simulator.js';
import { SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { answer, errorAnswer, type ScriptedAnswer } from '../../support/simulator-answers.js';

/** What may go wrong at a provider in a way that it puts into words of its own. */
export const spokenSituations = [
  'a bad key',
  'an empty account',
  'a rate limit',
  'bad audio',
  'too large a file',
  'a failure of its own',
  'an overload',
] as const;
export type SpokenSituation = (typeof spokenSituations)[number];

/** One provider's way to say it, and what it means. */
export interface ErrorCase {
  /** What it answers to the requests of one call, in this order. */
  readonly answers: readonly ScriptedAnswer[];
  readonly reason: FailureReason;
  readonly retryAfterMs?: number;
  /** Of the client's error, where the caller is to blame: the provider's own. */
  readonly param?: string;
  readonly code?: string;
}

/** What the situations usually mean. */
const usual = {
  'a bad key': 'credential_rejected',
  'an empty account': 'quota_exhausted',
  'a rate limit': 'rate_limited',
  'bad audio': 'audio_rejected',
  'too large a file': 'too_large',
  'a failure of its own': 'unavailable',
  'an overload': 'unavailable',
} satisfies Record<SpokenSituation, FailureReason>;

type Saying = ScriptedAnswer | ({ readonly answers: readonly ScriptedAnswer[] } & Partial<Omit<ErrorCase, 'answers'>>);

/** A provider's sayings, each with its usual meaning unless it says otherwise. */
function says(sayings: Readonly<Record<SpokenSituation, Saying>>): Readonly<Record<SpokenSituation, ErrorCase>> {
  const meaning = (situation: SpokenSituation): ErrorCase => {
    const saying = sayings[situation];
    const { answers, ...facts } = 'answers' in saying ? saying : { answers: [saying] };
    return { reason: usual[situation], ...facts, answers };
  };
  return {
    'a bad key': meaning('a bad key'),
    'an empty account': meaning('an empty account'),
    'a rate limit': meaning('a rate limit'),
    'bad audio': meaning('bad audio'),
    'too large a file': meaning('too large a file'),
    'a failure of its own': meaning('a failure of its own'),
    'an overload': meaning('an overload'),
  };
}

const retryAfter = (seconds: number) => ({ 'retry-after': String(seconds) });

/** Deepgram's form of old. */
const legacy = (err_code: string, err_msg: string) => ({ err_code, err_msg, request_id: 'dg-1' });
/** Deepgram's form of late. */
const modern = (category: string, message: string, details: string) => ({
  category,
  message,
  details,
  request_id: 'dg-2',
});

const detail = (status: string, message: string) => ({ detail: { status, message } });

const mistral = (type: string, message: string, code: string) => ({
  object: 'error',
  message,
  type,
  param: null,
  code,
});

const googleType = (name: string) => `type.googleapis.com/google.rpc.${name}`;

/** A request to AssemblyAI is several; a job fails at the look that finds it failed. */
const uploaded = (): ScriptedAnswer => answer(200, { upload_url: UPLOAD_URL });
const submitted = (): ScriptedAnswer => answer(200, unfinishedJob('queued', {}));

/**
 * Every provider's errors in its own official form. Sources: the providers' API specifications and error guides, as the
 * error tables of their adapters name them, and for the ends of accounts also console.groq.com/docs/spend-limits and
 * pollinations/pollinations#12136 (Fireworks).
 */
export const errorCases: Readonly<Record<string, Readonly<Record<SpokenSituation, ErrorCase>>>> = {
  openai: says({
    'a bad key': errorAnswer(401, {
      message: `Incorrect API key provided: ${SIMULATOR_KEY}. You can find your API key at https://platform.openai.com.`,
      code: 'invalid_api_key',
    }),
    'an empty account': errorAnswer(429, {
      message: 'You exceeded your current quota, please check your plan and billing details.',
      type: 'insufficient_quota',
      code: 'insufficient_quota',
    }),
    'a rate limit': {
      answers: [
        errorAnswer(
          429,
          { message: 'Rate limit reached for whisper-1', type: 'requests', code: 'rate_limit_exceeded' },
          { ...retryAfter(20), 'retry-after-ms': '19500' },
        ),
      ],
      retryAfterMs: 19_500,
    },
    'bad audio': errorAnswer(400, { message: 'The audio file could not be decoded or its format is not supported.' }),
    'too large a file': errorAnswer(413, {
      message: 'Maximum content size limit (26214400) exceeded (26306794 bytes read)',
      type: 'server_error',
    }),
    'a failure of its own': errorAnswer(500, {
      message: 'The server had an error while processing your request. Sorry about that!',
      type: 'server_error',
    }),
    'an overload': errorAnswer(503, {
      message: 'The engine is currently overloaded, please try again later',
      type: 'server_error',
      code: 'server_is_overloaded',
    }),
  }),

  azure: says({
    'a bad key': answer(401, {
      statusCode: 401,
      message: `Access denied due to invalid subscription key ${SIMULATOR_KEY} or wrong API endpoint.`,
    }),
    'an empty account': answer(403, {
      statusCode: 403,
      message: 'Out of call volume quota. Quota will be replenished in 12:34:56.',
    }),
    'a rate limit': {
      answers: [
        answer(
          429,
          {
            error: {
              code: '429',
              message: 'Requests have exceeded call rate limit of your current OpenAI S0 pricing tier.',
            },
          },
          retryAfter(17),
        ),
      ],
      retryAfterMs: 17_000,
    },
    'bad audio': {
      answers: [
        answer(400, {
          error: {
            message: 'Audio file might be corrupted or unsupported',
            type: 'invalid_request_error',
            param: 'file',
            code: 'invalid_value',
          },
        }),
      ],
      param: 'file',
      code: 'invalid_value',
    },
    'too large a file': answer(413, {
      error: { code: '413', message: 'Maximum content size limit (26214400) exceeded (26306794 bytes read)' },
    }),
    'a failure of its own': {
      answers: [answer(500, { error: { code: 'InternalServerError', message: 'Internal server error' } })],
    },
    'an overload': answer(503, { statusCode: 503, message: 'The service is temporarily unavailable.' }),
  }),

  groq: says({
    'a bad key': errorAnswer(401, { message: 'Invalid API Key', code: 'invalid_api_key' }),
    'an empty account': errorAnswer(400, {
      message: 'API access is blocked: the organization has reached its spend limit',
      code: 'blocked_api_access',
    }),
    'a rate limit': {
      answers: [
        errorAnswer(
          429,
          {
            message: 'Rate limit reached for model `whisper-large-v3` on seconds of audio per hour (ASH): Limit 7200',
            type: 'audio_seconds',
            code: 'rate_limit_exceeded',
          },
          retryAfter(119),
        ),
      ],
      retryAfterMs: 119_000,
    },
    'bad audio': errorAnswer(400, {
      message: 'file must be one of the following types: [flac mp3 mp4 mpeg mpga m4a ogg opus wav webm]',
    }),
    'too large a file': {
      answers: [errorAnswer(413, { message: 'Request Entity Too Large', code: 'request_too_large' })],
      code: 'file_too_large',
    },
    'a failure of its own': errorAnswer(500, { message: 'Internal Server Error', type: 'internal_server_error' }),
    // Flex capacity; the status is Groq's own.
    'an overload': errorAnswer(498, { message: 'Flex tier capacity exceeded', code: 'capacity_exceeded' }),
  }),

  fireworks: says({
    'a bad key': answer(401, { error: 'unauthorized' }),
    'an empty account': answer(412, {
      error: {
        message:
          'Account acme is suspended, possibly due to reaching the monthly spending limit or failure to pay past invoices.',
        param: null,
        code: 'PRECONDITION_FAILED',
        type: 'error',
      },
    }),
    'a rate limit': { answers: [answer(429, { error: 'rate limit exceeded' }, retryAfter(3))], retryAfterMs: 3_000 },
    'bad audio': answer(400, {
      error: {
        object: 'error',
        type: 'invalid_request_error',
        code: null,
        param: null,
        message: 'could not decode audio',
      },
    }),
    'too large a file': answer(413, { error: 'Request Entity Too Large' }),
    'a failure of its own': answer(500, { error: { object: 'error', type: 'internal_error', message: 'oh no' } }),
    'an overload': answer(503, { error: 'overloaded' }),
  }),

  deepgram: says({
    'a bad key': answer(401, legacy('INVALID_AUTH', `Invalid credentials: ${DEEPGRAM_KEY}`)),
    'an empty account': answer(402, legacy('ASR_PAYMENT_REQUIRED', 'Project does not have enough credits.')),
    'a rate limit': {
      answers: [answer(429, legacy('TOO_MANY_REQUESTS', 'Too many requests. Please try again later'), retryAfter(5))],
      retryAfterMs: 5_000,
    },
    'bad audio': answer(
      400,
      legacy('Bad Request', 'Bad Request: failed to process audio: corrupt or unsupported data'),
    ),
    'too large a file': {
      answers: [answer(413, modern('PAYLOAD_TOO_LARGE', 'Payload too large.', 'The limit is 2 GB.'))],
      code: 'file_too_large',
    },
    'a failure of its own': answer(500, modern('INTERNAL_SERVER_ERROR', 'Something went wrong.', 'Contact support.')),
    'an overload': answer(503, 'The service is temporarily unavailable'),
  }),

  elevenlabs: says({
    'a bad key': answer(401, detail('invalid_api_key', `Invalid API key ${ELEVENLABS_KEY}`)),
    'an empty account': answer(
      401,
      detail('quota_exceeded', 'This request exceeds your quota of 10000. You have 0 credits remaining.'),
    ),
    'a rate limit': {
      answers: [
        answer(
          429,
          detail('too_many_concurrent_requests', 'Your subscription has a maximum of 2 concurrent requests.'),
          retryAfter(1),
        ),
      ],
      retryAfterMs: 1_000,
    },
    'bad audio': {
      answers: [answer(400, detail('invalid_audio', 'The file upload is corrupted. Please ensure it is playable.'))],
      code: 'invalid_audio',
    },
    'too large a file': answer(413, detail('file_too_large', 'The file is larger than 5 GB.')),
    'a failure of its own': answer(500, detail('internal_error', 'Something went wrong.')),
    'an overload': answer(503, detail('service_unavailable', 'Please try again later.')),
  }),

  assemblyai: says({
    'a bad key': answer(401, { error: `Authentication error, API token missing/invalid: ${ASSEMBLYAI_KEY}` }),
    'an empty account': {
      answers: [
        uploaded(),
        answer(400, { error: 'Your current account balance is negative. Please top up to continue using the API.' }),
      ],
    },
    'a rate limit': {
      answers: [uploaded(), answer(429, { error: 'Too many requests' }, retryAfter(60))],
      retryAfterMs: 60_000,
    },
    'bad audio': {
      answers: [
        uploaded(),
        submitted(),
        answer(200, failedJob('Transcoding failed. File does not appear to contain audio. File type is text/plain.')),
      ],
    },
    'too large a file': answer(413, { error: 'Request Entity Too Large' }),
    'a failure of its own': {
      answers: [uploaded(), submitted(), answer(200, failedJob('Server error, please resubmit the job.'))],
    },
    'an overload': answer(503, { error: 'Service unavailable' }),
  }),

  mistral: says({
    'a bad key': answer(401, { message: 'Unauthorized', request_id: 'kong-1' }),
    'an empty account': answer(402, { detail: 'You need an active subscription' }),
    'a rate limit': {
      answers: [answer(429, mistral('rate_limited', 'Requests rate limit exceeded', '1300'), retryAfter(2))],
      retryAfterMs: 2_000,
    },
    'bad audio': answer(400, mistral('invalid_request_file', 'Audio file could not be decoded.', '3310')),
    'too large a file': answer(413, { message: 'Request size limit exceeded' }),
    'a failure of its own': answer(500, mistral('internal_server_error', 'Internal server error', '1000')),
    'an overload': answer(503, mistral('service_unavailable', 'Service unavailable.', '3700')),
  }),

  gemini: says({
    'a bad key': answer(
      400,
      contentError(400, 'INVALID_ARGUMENT', `API key not valid: ${GEMINI_KEY}. Please pass a valid API key.`, [
        { '@type': googleType('ErrorInfo'), reason: 'API_KEY_INVALID', domain: 'googleapis.com' },
      ]),
    ),
    'an empty account': {
      answers: [
        answer(
          429,
          contentError(429, 'RESOURCE_EXHAUSTED', 'You exceeded your current quota, please check your plan.', [
            {
              '@type': googleType('QuotaFailure'),
              violations: [{ quotaId: 'GenerateRequestsPerDayPerProjectPerModel-FreeTier', quotaValue: '250' }],
            },
            { '@type': googleType('RetryInfo'), retryDelay: '34s' },
          ]),
        ),
      ],
      retryAfterMs: 34_000,
    },
    'a rate limit': {
      answers: [
        answer(
          429,
          contentError(429, 'RESOURCE_EXHAUSTED', 'You exceeded your current quota, please check your plan.', [
            {
              '@type': googleType('QuotaFailure'),
              violations: [{ quotaId: 'GenerateRequestsPerMinutePerProjectPerModel-FreeTier', quotaValue: '10' }],
            },
            { '@type': googleType('RetryInfo'), retryDelay: '12.5s' },
          ]),
        ),
      ],
      retryAfterMs: 12_500,
    },
    'bad audio': answer(400, contentError(400, 'INVALID_ARGUMENT', 'Unable to process input audio.')),
    'too large a file': answer(
      400,
      contentError(400, 'INVALID_ARGUMENT', 'Request payload size exceeds the limit: 20971520 bytes.'),
    ),
    'a failure of its own': answer(500, contentError(500, 'INTERNAL', 'An internal error has occurred.')),
    'an overload': answer(503, contentError(503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.')),
  }),

  together: says({
    'a bad key': errorAnswer(401, { message: `Invalid API key provided: ${SIMULATOR_KEY}`, code: 'invalid_api_key' }),
    'an empty account': errorAnswer(402, { message: 'Credit limit exceeded, please navigate to billing.' }),
    'a rate limit': {
      answers: [errorAnswer(429, { message: 'Rate limit exceeded', type: 'rate_limit' }, retryAfter(4))],
      retryAfterMs: 4_000,
    },
    'bad audio': errorAnswer(400, { message: 'Failed to decode audio file' }),
    'too large a file': {
      answers: [errorAnswer(413, { message: 'File exceeds 80 MB', code: 'request_too_large' })],
      code: 'file_too_large',
    },
    'a failure of its own': errorAnswer(500, { message: 'Internal server error', type: 'server_error' }),
    'an overload': errorAnswer(503, { message: 'The server is overloaded', type: 'service_unavailable' }),
  }),

  deepinfra: says({
    'a bad key': answer(401, { detail: { error: `User is not authenticated with ${SIMULATOR_KEY}` } }),
    'an empty account': answer(402, { detail: { error: 'inference prohibited, please top up' } }),
    'a rate limit': {
      answers: [answer(429, { detail: { error: 'Model busy, retry later' } }, retryAfter(6))],
      retryAfterMs: 6_000,
    },
    'bad audio': answer(400, { detail: { error: 'failed to decode audio' } }),
    'too large a file': answer(413, { detail: 'Request Entity Too Large' }),
    'a failure of its own': answer(500, { detail: { error: 'inference failed' } }),
    'an overload': answer(503, { detail: { error: 'no capacity' } }),
  }),

  cloudflare: says({
    'a bad key': answer(401, cloudflareError(10_000, 'Authentication error')),
    'an empty account': answer(
      429,
      cloudflareError(3036, 'You have used up your daily free allocation of 10,000 neurons.'),
    ),
    'a rate limit': {
      answers: [answer(429, cloudflareError(971, 'Please wait and consider throttling'), retryAfter(8))],
      retryAfterMs: 8_000,
    },
    'bad audio': {
      answers: [answer(400, cloudflareError(3010, 'Invalid or incomplete input: failed to decode audio'))],
      code: '3010',
    },
    'too large a file': answer(413, cloudflareError(3006, 'Request is too large')),
    'a failure of its own': answer(500, cloudflareError(3000, 'Internal server error')),
    'an overload': answer(429, cloudflareError(3040, 'No more data centers to forward the request to')),
  }),

  // Whatever may stand there: vLLM, FastAPI, whisper.cpp, LiteLLM.
  'openai-compatible': says({
    'a bad key': answer(401, { error: 'Unauthorized' }),
    'an empty account': answer(400, {
      error: {
        message: 'Budget has been exceeded! Current cost: 10.1, Max budget: 10.0',
        type: 'budget_exceeded',
        param: null,
        code: '400',
      },
    }),
    'a rate limit': {
      answers: [answer(429, { detail: 'Too many requests' }, retryAfter(9))],
      retryAfterMs: 9_000,
    },
    'bad audio': answer(400, { error: 'failed to read audio data' }),
    'too large a file': answer(413, { detail: 'File too large' }),
    'a failure of its own': answer(500, {
      object: 'error',
      message: 'EngineCore encountered an issue',
      type: 'InternalServerError',
      param: null,
      code: 500,
    }),
    'an overload': answer(503, { error: 'loading model' }),
  }),
};
