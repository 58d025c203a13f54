import type { IncomingHttpHeaders } from 'node:http';
import { badRequest } from '../domain/errors.js';
import type { PrivacySetting } from '../domain/privacy.js';

/** With which a client wants nothing of its request to be kept. */
export const ZERO_RETENTION_HEADER = 'x-auricle-zero-retention';
/** LiteLLM's, with which a client wants no transcript to be kept. */
const REDACTION_HEADERS = ['x-litellm-enable-message-redaction', 'litellm-enable-message-redaction'] as const;

/**
 * What a client wishes of its request. It can only make it stricter: `false` says nothing.
 * @throws GatewayError 400 for what is neither true nor false: nobody is to believe that it was heard
 */
export function readPrivacyWish(headers: IncomingHttpHeaders): Partial<PrivacySetting> | null {
  if (isSwitchedOn(headers, ZERO_RETENTION_HEADER)) return { zero_retention: true };
  return REDACTION_HEADERS.some((name) => isSwitchedOn(headers, name)) ? { keep_transcripts: false } : null;
}

function isSwitchedOn(headers: IncomingHttpHeaders, name: string): boolean {
  switch (
    String(headers[name] ?? 'false')
      .trim()
      .toLowerCase()
  ) {
    case 'true':
      return true;
    case 'false':
      return false;
    default:
      throw badRequest(`Invalid '${name}': must be true or false`, name, 'invalid_value');
  }
}
