import type { Door } from '../../http/door.js';
import { litellmHeaders } from './litellm-headers.js';

/** LiteLLM's headers of a request, and the form fields that say the same. */
const FIELDS = {
  'x-litellm-timeout': 'timeout',
  'x-litellm-num-retries': 'num_retries',
  'x-litellm-tags': 'tags',
  'x-litellm-end-user-id': 'user',
  'x-litellm-customer-id': 'user',
  'x-litellm-spend-logs-metadata': 'metadata',
  'x-litellm-trace-id': 'metadata[trace_id]',
} as const;

/**
 * LiteLLM's proxy. Its paths are OpenAI's, so its clients come by our own; what they say in headers stands for the form
 * fields of the same meaning, and where `LITELLM_HEADERS` is set, answers have its headers.
 */
export const litellmDoor: Door = {
  name: 'litellm',

  enter: () => undefined,

  fields: (headers) =>
    Object.entries(FIELDS).flatMap(([header, field]) => {
      const value = headers[header];
      return typeof value === 'string' && value !== '' ? [[field, value] as const] : [];
    }),

  headers: litellmHeaders,
};
