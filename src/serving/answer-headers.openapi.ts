import { cacheStatuses } from '../domain/cache-status.js';
import { formatOrigins } from '../domain/plan.js';
import type { Header } from '../http/openapi/documented-headers.js';

/** Headers that an answer carries once a deployment has been tried, an error included. */
export const attemptHeaders = {
  'x-auricle-provider': {
    description: 'Provider of the latest attempt',
    schema: { type: 'string', example: 'openai' },
  },
  'x-auricle-deployment': { description: 'Id of its deployment', schema: { type: 'string', format: 'uuid' } },
  'x-auricle-model': {
    description: 'Public model that it was tried for: the requested one or a fallback',
    schema: { type: 'string', example: 'whisper' },
  },
  'x-auricle-attempts': { description: 'How many attempts it took', schema: { type: 'integer', example: 1 } },
  'x-auricle-warning': {
    description: 'What was not as asked for; absent when all was. On streams only what is known when they begin',
    schema: { type: 'string' },
  },
  'x-auricle-cache': {
    description:
      'What the cache had to do with it: `hit`, `miss`, `refresh` or `bypass`; absent where it is off for the request',
    schema: { type: 'string', enum: [...cacheStatuses], example: 'miss' },
  },
} satisfies Record<string, Header>;

/** Of an answer to a recording. */
export const formatHeaders = {
  'x-auricle-format': {
    description:
      "How the format came about: `native` is the provider's own answer, `synthesised` is made of what it understood. Absent of answers from the cache",
    schema: { type: 'string', enum: [...formatOrigins], example: 'native' },
  },
} satisfies Record<string, Header>;

/** Headers of an answer that is no stream. */
export const totalHeaders = {
  'x-auricle-cost-usd': {
    description: 'US dollars, as `cost_usd` of the log; absent when unknown and on streams',
    schema: { type: 'number', example: 0.0009 },
  },
  'x-auricle-provider-ms': {
    description: 'Milliseconds spent on attempts; absent on streams',
    schema: { type: 'integer', example: 812 },
  },
  'x-auricle-overhead-ms': {
    description: 'The rest of the time, the upload included; absent on streams',
    schema: { type: 'integer', example: 9 },
  },
} satisfies Record<string, Header>;

const reset = (of: string): Header => ({
  description: `How long it is until the window of these ${of} is over`,
  schema: { type: 'string', example: '59.5s' },
});

/** Of what limits leave; absent where there are none of the kind. Of several the one of which the least is left. */
export const limitHeaders = {
  'x-ratelimit-limit-requests': {
    description: 'How many requests a window has at most',
    schema: { type: 'integer', example: 60 },
  },
  'x-ratelimit-remaining-requests': {
    description: 'How many of them are left',
    schema: { type: 'integer', example: 57 },
  },
  'x-ratelimit-reset-requests': reset('requests'),
  'x-ratelimit-limit-audio-seconds': {
    description: 'How many seconds of audio a window has at most',
    schema: { type: 'number', example: 3600 },
  },
  'x-ratelimit-remaining-audio-seconds': {
    description: 'How many of them are left',
    schema: { type: 'number', example: 3541.5 },
  },
  'x-ratelimit-reset-audio-seconds': reset('seconds'),
} satisfies Record<string, Header>;

/** Of an error that is a provider's failure, a budget's or a limit's. */
export const failureHeaders = {
  'retry-after-ms': {
    description: 'Of a 429 of a limit: as `retry-after`, in milliseconds',
    schema: { type: 'integer', example: 59500 },
  },
  'x-should-retry': {
    description:
      "`false` on failures of a provider, and where a budget, or a limit of an hour or a day, has no room: OpenAI's clients are not to try again what the gateway has tried",
    schema: { type: 'string', enum: ['false'] },
  },
  'x-auricle-budget-reset': {
    description: 'Of a 429 `budget_exceeded`: when the period of the budget ends; absent where it has no end',
    schema: { type: 'string', format: 'date-time', example: '2026-12-01T00:00:00.000Z' },
  },
} satisfies Record<string, Header>;

/** Headers of the routes that deployments serve, by name. */
export const servedHeaders = {
  ...attemptHeaders,
  ...formatHeaders,
  ...totalHeaders,
  ...limitHeaders,
  ...failureHeaders,
};
