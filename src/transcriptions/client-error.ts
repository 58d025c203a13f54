import type { Request } from 'express';
import { ClientGoneError, GatewayError, ProviderError } from '../domain/errors.js';
import { clientGone, deadlinePassed } from '../http/deadline.js';
import { toGatewayError } from '../http/errors/openai-error.filter.js';
import { answerFailure } from '../routing/failure-answer.js';

/** What the client is told. Once the signal has fired, whatever was thrown is only its consequence. */
export function toClientError(thrown: unknown, signal: AbortSignal, http: Request): GatewayError {
  if (signal.reason instanceof ClientGoneError || thrown instanceof ClientGoneError) return clientGone();
  if (signal.aborted && !(thrown instanceof GatewayError)) return deadlinePassed();
  // A provider's answer that turns out to be unusable when the format is made from it.
  return thrown instanceof ProviderError ? answerFailure(thrown) : toGatewayError(thrown, http);
}
