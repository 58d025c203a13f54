import type { Response } from 'express';
import type { FormatOrigin } from '../domain/plan.js';
import type { AnswerFacts } from '../http/door.js';
import type { LogDraft } from './log-draft.js';

/**
 * Headers of every answer that a deployment was asked for: who, how often, and the warnings so far. A stream whose headers
 * had to go out before goes without.
 */
export function setDeploymentHeaders(response: Response, facts: AnswerFacts, log: LogDraft): void {
  if (response.headersSent) return;
  const { deployment } = facts;
  log.warnOfEnd(deployment);
  response.setHeader('x-auricle-provider', deployment.provider);
  response.setHeader('x-auricle-deployment', deployment.id);
  response.setHeader('x-auricle-model', headerSafe(deployment.model));
  const isHit = facts.cache?.status === 'hit';
  response.setHeader('x-auricle-attempts', String(isHit ? 0 : Math.max(facts.attempts, 1)));
  if (facts.cache) response.setHeader('x-auricle-cache', facts.cache.status);
  setWarningHeader(response, log);
  setDoorHeaders(response, facts);
}

/** Says whose work the format of an answer to a recording is. */
export function setFormatHeader(response: Response, origin: FormatOrigin): void {
  if (!response.headersSent) response.setHeader('x-auricle-format', origin);
}

/** Headers of a whole answer, which are known once it is settled: its cost, its times, and all warnings. */
export function setTotalHeaders(response: Response, facts: AnswerFacts, log: LogDraft): void {
  if (facts.costUsd !== undefined) response.setHeader('x-auricle-cost-usd', facts.costUsd);
  response.setHeader('x-auricle-provider-ms', String(facts.providerMs));
  response.setHeader('x-auricle-overhead-ms', String(Math.max(facts.latencyMs - facts.providerMs, 0)));
  setWarningHeader(response, log);
  setDoorHeaders(response, facts);
}

function setDoorHeaders(response: Response, facts: AnswerFacts): void {
  const { entrance } = response.req;
  for (const [name, value] of Object.entries(entrance?.door?.headers?.(facts) ?? {})) {
    response.setHeader(name, headerSafe(value));
  }
}

function setWarningHeader(response: Response, { warnings }: LogDraft): void {
  if (warnings.length > 0) response.setHeader('x-auricle-warning', headerSafe(warnings.join('; ')));
}

function headerSafe(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 1000);
}
