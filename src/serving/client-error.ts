import type { Request } from 'express';
import type { AudioField } from '../domain/audio-source.js';
import { ClientGoneError, GatewayError, ProviderError } from '../domain/errors.js';
import { clientGone, deadlinePassed } from '../http/deadline.js';
import { toGatewayError } from '../http/errors/openai-error.filter.js';
import { answerFailure } from '../routing/failure-answer.js';

/** How providers call the recording. */
const RECORDINGS: readonly (string | null)[] = ['file', 'file_url', 'audio_url'];

/**
 * What the client is told.
 * @param field under which it has sent the recording: what a provider finds wrong there is told of it
 */
export function toClientError(thrown: unknown, signal: AbortSignal, http: Request, field: AudioField): GatewayError {
  const error = explain(thrown, signal, http);
  if (error.param === field || !RECORDINGS.includes(error.param)) return error;
  const { status, type, code, message, headers, cause } = error;
  return new GatewayError({ status, type, code, message, headers, cause, param: field });
}

/** Once the signal has fired, whatever was thrown is only its consequence. */
function explain(thrown: unknown, signal: AbortSignal, http: Request): GatewayError {
  if (signal.reason instanceof ClientGoneError || thrown instanceof ClientGoneError) return clientGone();
  if (signal.aborted && !(thrown instanceof GatewayError)) return deadlinePassed();
  // A provider's answer that turns out to be unusable when the format is made from it.
  return thrown instanceof ProviderError ? answerFailure(thrown) : toGatewayError(thrown, http);
}
