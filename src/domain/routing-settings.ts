import { z } from 'zod';
import { fileExtensions } from './audio-container.js';
import { failureReasons } from './errors.js';
import { MAX_CACHE_SECONDS } from './cache-wish.js';
import { retirementDaySchema } from './retirement.js';
import { decimal, flag, integer, jsonDecimal, jsonInteger, texts } from './setting-values.js';

/** How the deployments of a model are ordered. */
export const routingStrategies = ['weighted', 'least-busy', 'lowest-latency', 'lowest-cost', 'usage-based'] as const;
export type RoutingStrategyName = (typeof routingStrategies)[number];

/** What becomes of a request for a kind of JSON that a deployment cannot give. */
const unsupportedFormatActions = ['refuse', 'downgrade'] as const;

/** What becomes of a recording that no deployment of a model takes. */
const transcodeActions = ['auto', 'off'] as const;

const DAY_SECONDS = 86_400;
const MAX_RETRIES = 100;

const SECONDS = `must be a number above 0, at most ${DAY_SECONDS}`;
const seconds = z.number(SECONDS).positive(SECONDS).max(DAY_SECONDS, SECONDS);
/** The same where it may be text. */
const timeout = decimal(0.001, DAY_SECONDS);
const count = jsonInteger(1, 1_000_000_000);
const BYTES = 'must be a whole number, 1 or more';
const RETIRES_ON = 'must be a day such as 2027-02-26, or never';
const maxRetries = jsonInteger(0, MAX_RETRIES).meta({ description: 'Further attempts on one deployment', example: 2 });

/** `routing` of a model; what is absent is the gateway's default. */
export const modelRoutingSchema = z
  .strictObject({
    strategy: z.enum(routingStrategies).meta({ description: 'How deployments are ordered', example: 'weighted' }),
    fallbacks: z
      .array(z.string().min(1).max(200))
      .max(20)
      .meta({ description: 'Public models to try when this one cannot answer', example: ['whisper-backup'] }),
    timeout_seconds: seconds.meta({ description: 'Deadline of a whole request', example: 600 }),
    max_retries: maxRetries,
    chat_model: z.string().min(1).max(200).meta({
      description:
        'Public model that answers chats which are asked of this one, where it only transcribes: recordings are written down first',
      example: 'gpt-4o-mini',
    }),
    hedging: z.boolean().meta({ description: 'Start a second deployment when the first is slower than usual' }),
    drop_params: z.boolean().meta({
      description: 'Leave out request fields that a deployment does not honour, instead of refusing the request',
    }),
    unsupported_format: z.enum(unsupportedFormatActions).meta({
      description:
        '`downgrade` answers in `json` where `verbose_json` or `diarized_json` cannot be given, instead of refusing the request',
    }),
    transcode: z.enum(transcodeActions).meta({
      description:
        '`auto` makes FLAC or Opus of a recording that a deployment does not take, by its container or size, where ffmpeg is there',
    }),
    cache_seconds: jsonInteger(0, MAX_CACHE_SECONDS).meta({
      description: 'How long answers are cached; 0 = only those of requests that ask for it',
      example: 86_400,
    }),
  })
  .partial()
  .meta({ id: 'ModelRouting' });
export type ModelRouting = z.infer<typeof modelRoutingSchema>;

/** `routing` of a deployment; what is absent is the model's or the gateway's. */
export const deploymentRoutingSchema = z
  .strictObject({
    order: jsonInteger(0, 1000).meta({ description: 'Level of priority: 1 before 2; without one comes last' }),
    max_requests_per_minute: count.meta({ description: "The deployment's own limit", example: 50 }),
    max_concurrent_requests: count,
    max_audio_seconds_per_minute: count,
    timeout_seconds: seconds.meta({ description: 'One attempt may take, or a stream be silent, this long' }),
    stream_timeout_seconds: seconds.meta({ description: 'As `timeout_seconds`, for an attempt that streams' }),
    max_retries: maxRetries,
    max_bytes: z
      .int(BYTES)
      .min(1, BYTES)
      .meta({ description: 'Larger files go to other deployments', example: 26_214_400 }),
    containers: z
      .array(z.enum(fileExtensions))
      .min(1)
      .max(fileExtensions.length)
      .meta({
        description:
          'Files that it takes, by their extensions, in place of what is known of its model; others go to other deployments',
        example: ['flac', 'mp3', 'wav'],
      }),
    zero_retention: z.boolean().meta({
      description:
        'Whether its provider keeps nothing of what it is sent, by contract or because the server is yours; requests with zero retention go to it only then. Absent: as is known of the provider',
    }),
    cooldown_seconds: jsonDecimal(0, DAY_SECONDS).meta({
      description: 'How long it is left alone after failures; 0 = never',
      example: 30,
    }),
    retires_on: z
      .string(RETIRES_ON)
      .refine((day) => day === 'never' || retirementDaySchema.safeParse(day).success, RETIRES_ON)
      .meta({
        description:
          'The day on which its provider ends the upstream model, in place of what is known of it; `never` = no end is meant',
        example: '2027-02-26',
      }),
  })
  .partial()
  .meta({ id: 'DeploymentRouting' });
export type DeploymentRouting = z.infer<typeof deploymentRoutingSchema>;

/** `timeout=1,unavailable=0`, or the same as a map. */
const retriesByReason = z.preprocess(
  (value) =>
    typeof value === 'string'
      ? Object.fromEntries(value.split(',').map((pair) => pair.split('=').map((part) => part.trim())))
      : value,
  z.partialRecord(z.enum(failureReasons), integer(0, MAX_RETRIES), {
    error: 'must be reasons with numbers of retries, such as timeout=1,unavailable=0',
  }),
);

/**
 * Routing of the whole gateway: every default. Each setting is an environment variable of the same name in capitals, and
 * the configuration file has words for many of them.
 */
export const gatewayRoutingSchema = z.object({
  routing_strategy: z
    .enum(routingStrategies, `must be one of ${routingStrategies.join(', ')}`)
    .default('weighted')
    .describe(
      "Order of a model's deployments: `weighted`, `least-busy`, `lowest-latency` (per second of audio), `lowest-cost` (for this audio's length), `usage-based` (most room under the deployment's own limits). Levels of `order` come before any of them.",
    ),
  max_retries: integer(0, MAX_RETRIES)
    .default(2)
    .describe('Further attempts on one deployment, where the failure allows it, before the next is tried.'),
  retries_by_reason: retriesByReason
    .optional()
    .describe('Further attempts after one kind of failure, where that differs: `timeout=1,unavailable=0`.'),
  backoff_base_ms: integer(0, 600_000)
    .default(500)
    .describe('The pause before a retry is drawn from 0 to this, doubled with every retry.'),
  backoff_min_ms: integer(0, 600_000).default(0).describe('No pause is shorter.'),
  backoff_max_ms: integer(0, 600_000)
    .default(8000)
    .describe('No pause is longer; a provider that asks for more patience is left to the next deployment.'),
  max_retry_after_seconds: decimal(0, 3600)
    .default(20)
    .describe(
      'How long a request waits, within its deadline, for a deployment that has said when to come back, where no other is left. What would take longer is answered at once, with `retry-after`.',
    ),
  default_fallbacks: texts
    .default([])
    .describe('Public models, separated by commas, to try when a model and its own fallbacks cannot answer.'),
  max_fallbacks: integer(0, 100).default(5).describe('How many fallback models one request may try.'),
  request_timeout_seconds: timeout
    .default(600)
    .describe('One deadline for a whole request: upload, provider and answer. A request that misses it gets a 504.'),
  stream_request_timeout_seconds: timeout
    .optional()
    .describe('The deadline of a request that streams. Unset: as of any other.'),
  max_request_timeout_seconds: timeout
    .default(3600)
    .describe('Largest deadline that a client may ask for with `x-auricle-timeout-ms` or the field `timeout`.'),
  attempt_timeout_seconds: timeout.default(600).describe('How long one attempt may take, or a stream be silent.'),
  allowed_failures: integer(1, 1000).default(3).describe('Failures in a row after which a deployment is left alone.'),
  cooldown_seconds: decimal(0, DAY_SECONDS)
    .default(30)
    .describe(
      'How long it is left alone the first time; doubled each time that it fails again, up to five minutes, or to this if it is longer. `0` never leaves a deployment alone.',
    ),
  hedging: flag(false).describe(
    'Start a second deployment when the first is slower than 95 of 100 requests were; the slower one is aborted, and may be billed.',
  ),
  drop_params: flag(false).describe(
    "Leave out request fields that a deployment does not honour, with a warning, instead of refusing the request. A model's `drop_params` and the form field of that name overrule it.",
  ),
  unsupported_format: z
    .enum(unsupportedFormatActions, `must be one of ${unsupportedFormatActions.join(', ')}`)
    .default('refuse')
    .describe(
      "What becomes of a request for `verbose_json` or `diarized_json` that a deployment cannot give: `refuse`, or `downgrade` to `json`, with a warning. Some clients ask for `verbose_json` unasked. A model's `unsupported_format` overrules it.",
    ),
  transcode: z
    .enum(transcodeActions, `must be one of ${transcodeActions.join(', ')}`)
    .default('auto')
    .describe(
      "What becomes of a recording that no deployment of a model takes, by its container or its size: `auto` makes FLAC of it, or Opus where that would be too large, if ffmpeg is there (`FFMPEG_PATH`), and says so in `x-auricle-warning`; `off` refuses it. A model's `transcode` overrules it.",
    ),
  cache_seconds: integer(0, MAX_CACHE_SECONDS)
    .default(0)
    .describe(
      "How long an answer is kept, to be given again to the same key that asks the same of the same recording. `0`: only where a request asks for it. A model's `cache_seconds` overrules it, and a request its own.",
    ),
  chat_model: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .optional()
    .describe(
      "Public model that answers chats which are asked of a model that only transcribes: its recordings are written down first, and a warning says so. Unset: such chats are refused. A model's `chat_model` overrules it.",
    ),
  mock_testing_fallbacks: flag(false).describe(
    'Let every client make a model fail with `mock_testing_fallbacks`; the master key always may.',
  ),
});
export type GatewayRouting = z.output<typeof gatewayRoutingSchema>;
