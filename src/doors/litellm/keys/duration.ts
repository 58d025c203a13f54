import { endOfDuration } from '../../../domain/duration.js';
import { badRequest } from '../../../domain/errors.js';
import { LATEST_TIME } from '../../../http/admin/time.js';

/** In a change, LiteLLM also has `-1`, with which a key no longer expires. */
export const DURATION_OR_FOR_EVER = /^(?:\d{1,9}(?:s|m|h|d|w|mo)|-1)$/;

/** A duration, or an empty text, which says nothing. */
export const DURATION_OR_NONE = /^(?:\d{1,9}(?:s|m|h|d|w|mo))?$/;

/**
 * The time at which a duration that begins now is over.
 * @param field where it was sent
 * @throws GatewayError 400 when that is none, or ends after the year 9999
 */
export function timeAfter(duration: string, now: Date, field = 'duration'): Date {
  const end = endOfDuration(duration, now);
  if (end <= LATEST_TIME) return end;
  throw badRequest(`Invalid '${field}': must end before the year 10000`, field, 'invalid_value');
}
