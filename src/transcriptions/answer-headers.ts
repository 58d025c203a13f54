import type { Response } from 'express';
import type { Deployment } from '../domain/deployment.js';
import { formatUsd } from '../domain/money.js';
import type { LogDraft } from './log-draft.js';

/** Headers of every answer that a deployment was asked for: who, how often, and the warnings so far. */
export function setDeploymentHeaders(response: Response, deployment: Deployment, log: LogDraft): void {
  response.setHeader('x-auricle-provider', deployment.provider);
  response.setHeader('x-auricle-deployment', deployment.id);
  response.setHeader('x-auricle-model', headerSafe(deployment.model));
  response.setHeader('x-auricle-attempts', String(Math.max(log.attemptCount, 1)));
  setWarningHeader(response, log);
}

/** Headers of a whole answer, which are known once it is settled: its cost, its times, and all warnings. */
export function setTotalHeaders(response: Response, log: LogDraft): void {
  const { costNanoUsd } = log.costs.total();
  if (costNanoUsd !== null) response.setHeader('x-auricle-cost-usd', formatUsd(costNanoUsd));
  response.setHeader('x-auricle-provider-ms', String(log.providerLatencyMs));
  response.setHeader('x-auricle-overhead-ms', String(Math.max(log.latencyMs - log.providerLatencyMs, 0)));
  setWarningHeader(response, log);
}

function setWarningHeader(response: Response, { warnings }: LogDraft): void {
  if (warnings.length > 0) response.setHeader('x-auricle-warning', headerSafe(warnings.join('; ')));
}

function headerSafe(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 1000);
}
