import { applyDecorators } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { ZERO_RETENTION_HEADER } from '../privacy/privacy-wish.js';
import {
  factHeaders,
  MAX_ENTRIES,
  MAX_METADATA_KEY_LENGTH,
  MAX_METADATA_VALUE_LENGTH,
  MAX_NAME_LENGTH,
  MAX_TAG_LENGTH,
} from './caller-facts.js';

/** Documents the headers by which a caller says what its request is about, and what may be kept of it. */
export const ApiCallerFacts = () =>
  applyDecorators(
    ApiHeader({
      name: factHeaders.user,
      required: false,
      description: 'Whom the request is made for: `end_user` of the log',
      schema: { type: 'string', maxLength: MAX_NAME_LENGTH, example: 'customer-17' },
    }),
    ApiHeader({
      name: factHeaders.tags,
      required: false,
      description: `\`tags\` of the log, with commas between them or as a JSON array: at most ${MAX_ENTRIES}, each of at most ${MAX_TAG_LENGTH} characters`,
      schema: { type: 'string', example: 'night,batch' },
    }),
    ApiHeader({
      name: factHeaders.metadata,
      required: false,
      description: `Joins the \`metadata\` of the log: a JSON object of at most ${MAX_ENTRIES} texts, each of at most ${MAX_METADATA_VALUE_LENGTH} characters under a name of at most ${MAX_METADATA_KEY_LENGTH}`,
      schema: { type: 'string', example: '{"job":"episode-12"}' },
    }),
    ApiHeader({
      name: factHeaders.traceId,
      required: false,
      description: '`trace_id` of the log',
      schema: { type: 'string', maxLength: MAX_NAME_LENGTH, example: 'order-7' },
    }),
    ApiHeader({
      name: ZERO_RETENTION_HEADER,
      required: false,
      description:
        '`true`: nothing of the request may be kept, by the gateway or by a provider. What its key, team and the gateway want cannot be made laxer',
      schema: { type: 'string', enum: ['true', 'false'] },
    }),
    ApiHeader({
      name: 'traceparent',
      required: false,
      description:
        'W3C trace context: its trace is the `trace_id` of the log where no other is named. Ignored where it is malformed',
      schema: { type: 'string', example: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' },
    }),
  );
