import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { z } from 'zod';
import { headerReferences } from './documented-headers.js';

/** OpenAI's error envelope, for the OpenAPI document. */
export const errorSchema = z
  .object({
    error: z.object({
      message: z.string().meta({ example: "Invalid 'temperature': must be between 0 and 1" }),
      type: z.string().meta({ example: 'invalid_request_error' }),
      param: z.string().nullable().meta({ example: 'temperature' }),
      code: z.string().nullable().meta({ example: 'invalid_value' }),
    }),
  })
  .meta({ id: 'Error' });

const errorDescriptions: Readonly<Record<number, string>> = {
  400: 'The request cannot be understood or honoured; `param` names the field',
  401: 'No key, or one that is wrong, expired or blocked',
  403: 'The key, or the role of the admin key, may not do this',
  404: 'There is no such thing',
  408: 'The request did not arrive in time',
  409: 'The name is taken, or the thing is in use or managed elsewhere',
  413: 'The file is over the limit',
  429: 'A rate limit or quota, of the gateway or of every provider tried; or too many wrong keys',
  431: 'The address with its query, and the headers, are over 16 KiB together',
  500: 'A mistake of the gateway',
  502: 'Every provider tried has failed',
  503: 'The gateway is shutting down, has too much to do, or its database does not answer',
  504: 'The deadline has passed',
};

/** Headers of one status beside the request's id. */
const headersOfStatus: Readonly<Record<number, readonly string[]>> = {
  401: ['www-authenticate'],
  429: ['retry-after'],
  503: ['retry-after'],
};

/**
 * Documents a route's answers: zod schemas by success status, and the statuses of its errors.
 * @param errorHeaders further headers that its errors may carry
 */
export function ApiAnswers(
  answers: Readonly<Record<number, z.ZodType>> & { readonly errors: readonly number[] },
  errorHeaders: readonly string[] = [],
): MethodDecorator {
  const { errors, ...successes } = answers;
  return applyDecorators(
    ...Object.entries(successes).map(([status, schema]) =>
      ApiResponse({
        status: Number(status),
        description: 'Success',
        headers: headerReferences(['x-request-id', ...(headersOfStatus[Number(status)] ?? [])]),
        standardSchema: schema,
      }),
    ),
    ...withThoseBeforeTheRoute(errors).map((status) => ApiErrorAnswer(status, errorHeaders)),
  );
}

/**
 * Documents an error of a route.
 * @param errorHeaders further headers that it may carry
 */
export function ApiErrorAnswer(status: number, errorHeaders: readonly string[] = []): MethodDecorator {
  return ApiResponse({
    status,
    description: errorDescriptions[status] ?? 'Error',
    headers: headerReferences(['x-request-id', ...(headersOfStatus[status] ?? []), ...errorHeaders]),
    standardSchema: errorSchema,
  });
}

/** Documents a success that is text without an end in sight: what it is, by content type. */
export function ApiTextAnswer(descriptions: Readonly<Record<string, string>>): MethodDecorator {
  return ApiResponse({
    status: 200,
    description: 'Success',
    headers: headerReferences(['x-request-id']),
    content: Object.fromEntries(
      Object.entries(descriptions).map(([type, description]) => [type, { schema: { type: 'string', description } }]),
    ),
  });
}

/**
 * Any request can be too long to be read. Where a key can be wrong, too many wrong ones can have come, and the database that knows
 * them can be away.
 */
function withThoseBeforeTheRoute(errors: readonly number[]): readonly number[] {
  return [...new Set([...errors, ...(errors.includes(401) ? [429, 503] : []), 431])];
}
