import { formatUsd } from '../domain/money.js';
import type { AnswerFacts, AnsweringDeployment } from '../http/door.js';
import type { DraftedRequest } from './drafted-log.js';

/**
 * What can be told of an answer by a deployment, once one has been asked.
 * @throws Error when the request has not been understood
 */
export function answerFacts(
  { task, caller, http, facts, attempts, costs, latencyMs }: DraftedRequest,
  deployment: AnsweringDeployment,
): AnswerFacts {
  const { asked, cache, target } = facts;
  if (!asked) throw new Error('A deployment was asked before the request was understood');
  const { costNanoUsd } = costs.total();
  return {
    requestId: http.requestId,
    requestHeaders: http.headers,
    request: { task, model: asked.model },
    deployment,
    cache,
    target,
    attempts: attempts.count,
    retries: Math.max(attempts.countOn(deployment.id, target) - 1, 0),
    fallbacks: attempts.failedModelsBeside(deployment.model),
    costUsd: costNanoUsd === null ? undefined : formatUsd(costNanoUsd),
    // What a key has spent is none of the business of a page that has a token.
    ...(caller.kind === 'virtual_key' &&
      !caller.clientToken && {
        keySpendUsd: formatUsd(caller.spendNanoUsd + (costNanoUsd ?? 0n)),
      }),
    latencyMs,
    providerMs: attempts.latencyMs,
  };
}
