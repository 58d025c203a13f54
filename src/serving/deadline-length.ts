import type { GatewayRouting, ModelRouting } from '../domain/routing-settings.js';

/** What decides how long a request may take. */
export interface TimeoutFacts {
  /** The client's own, in milliseconds. */
  readonly wishedMs: number | undefined;
  readonly stream: boolean;
  readonly ofModel: ModelRouting;
  readonly ofGateway: GatewayRouting;
}

/** The deadline of a request, in milliseconds: the client's within the gateway's maximum, else the model's, else the gateway's. */
export function requestTimeoutMs({ wishedMs, stream, ofModel, ofGateway }: TimeoutFacts): number {
  if (wishedMs !== undefined) return Math.min(wishedMs, 1000 * ofGateway.max_request_timeout_seconds);
  const ofStreams = stream ? ofGateway.stream_request_timeout_seconds : undefined;
  return 1000 * (ofModel.timeout_seconds ?? ofStreams ?? ofGateway.request_timeout_seconds);
}
