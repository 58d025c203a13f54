import { GatewayError } from '../domain/errors.js';
import type { TranscriptionRequest } from '../domain/transcription.js';
import type { Able } from './assessment.js';
import type { Unfit } from './fitness.js';

/** At most this many names are listed in one message. */
const MAX_NAMES = 10;

/** Who could serve what this model cannot. */
export interface Alternatives {
  readonly providersThatKnow: readonly string[];
  readonly modelsThatCould: readonly string[];
}

/** 503: the model has no enabled deployment. */
export function noDeployment(model: string): GatewayError {
  return new GatewayError({
    status: 503,
    message: `The model '${model}' has no enabled deployment.`,
    type: 'server_error',
    code: 'no_deployment',
  });
}

/**
 * Everything that could serve the request is full or cooling down: 429 `deployment_limit_reached` or 503
 * `all_deployments_cooling`, with `retry-after` in whole seconds until the first is back.
 */
export function notNow(model: string, able: readonly Able[]): GatewayError {
  const waitsMs = able.map(({ health, fullForMs }) => Math.max(fullForMs ?? 0, health.coolingForMs));
  const retryAfterSeconds = Math.max(Math.ceil(Math.min(...waitsMs) / 1000), 1);
  const headers = { 'retry-after': String(retryAfterSeconds) };
  if (able.some(({ fullForMs }) => fullForMs !== undefined)) {
    return new GatewayError({
      status: 429,
      message: `Every deployment of the model '${model}' has reached its own limit or is cooling down. Please try again later.`,
      type: 'rate_limit_exceeded',
      code: 'deployment_limit_reached',
      headers,
    });
  }
  return new GatewayError({
    status: 503,
    message: `Every deployment of the model '${model}' is cooling down after failures. Please try again later.`,
    type: 'server_error',
    code: 'all_deployments_cooling',
    headers,
  });
}

/** 400, or 413 for the file's size: no deployment of the model can honour the request. Names the field and who could. */
export function cannotHonour(request: TranscriptionRequest, unfit: Unfit, alternatives: Alternatives): GatewayError {
  const { param, explanation, tooLarge } = unfit;
  const hints =
    list('Providers that know it', alternatives.providersThatKnow) +
    list('Models that could', alternatives.modelsThatCould);
  const code = request.providerOptions.has(param) ? 'unknown_parameter' : 'unsupported_value';
  return new GatewayError({
    status: tooLarge ? 413 : 400,
    message: `${describe(param, request)} cannot be served by model '${request.model}': ${explanation}.${hints}`,
    param,
    code: tooLarge ? 'file_too_large' : code,
  });
}

/** A sentence at the end of a refusal; nothing where there is nothing to name. */
function list(what: string, names: readonly string[]): string {
  return names.length > 0 ? ` ${what}: ${names.slice(0, MAX_NAMES).join(', ')}.` : '';
}

function describe(param: string, request: TranscriptionRequest): string {
  if (param === 'model') return 'The request';
  if (param === 'response_format') return `response_format '${request.responseFormat}'`;
  return `'${param}'`;
}
