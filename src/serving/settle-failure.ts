import type { Response } from 'express';
import type { GatewayError } from '../domain/errors.js';
import { setDeploymentHeaders } from './answer-headers.js';
import type { LogDraft } from './log-draft.js';

/**
 * Leaves the log of a request that has failed. Once something has been sent, how to tell the client is its task's.
 * @throws GatewayError the same, when nothing has been sent yet
 */
export async function settleFailure(
  error: GatewayError,
  { log, response }: { readonly log: LogDraft; readonly response: Response },
): Promise<void> {
  const sent = response.headersSent;
  // A log made earlier stands: the client left while the last bytes were on their way.
  if (!log.isClosed) {
    try {
      await log.append(log.failed(error, sent ? response.statusCode : error.status));
    } catch {
      // Whoever is not served anyway is told why, also where the log is still to be written.
    }
  }
  if (sent) return;
  if (log.lastTried) setDeploymentHeaders(response, log.answerFacts(log.lastTried), log);
  throw error;
}
