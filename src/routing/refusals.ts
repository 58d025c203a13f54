import type { Deployment } from '../domain/deployment.js';
import { GatewayError, ProviderError, type FailureReason } from '../domain/errors.js';
import type { Able, Unable } from './assessment.js';
import { answerFailure } from './failure-answer.js';
import { failureRules } from './failure-rules.js';
import type { Unfit } from './job.js';

/** At most this many names are listed in one message. */
const MAX_NAMES = 10;

/** What is said of a request that no deployment of its model can honour. */
export interface Refusal {
  /** What cannot be served; absent = the field. */
  readonly subject?: string;
  /** Absent = `unsupported_value`. */
  readonly code?: string;
  /** Of a field. */
  readonly providersThatKnow?: readonly string[];
  /** Of a file. */
  readonly providersThatTake?: readonly string[];
  readonly modelsThatCould: readonly string[];
}

/** 503: the model has no enabled deployment. */
export function noDeployment(model: string): GatewayError {
  return new GatewayError({
    status: 503,
    message: `The model '${model}' has no enabled deployment.`,
    type: 'server_error',
    code: 'no_deployment',
    headers: { 'retry-after': '30' },
  });
}

/**
 * Everything that could serve the request is full or cooling down: 429 `deployment_limit_reached` or 503
 * `all_deployments_cooling`, with `retry-after` in whole seconds until the first is back. What only the operator can
 * mend is told as it was when it was found: nobody is to wait for it.
 */
export function notNow(model: string, able: readonly Able[]): GatewayError {
  const [operators] = able.map(({ health: { reason } }) => reason).filter((it) => it !== undefined && isOperators(it));
  if (operators && able.every(({ health: { reason } }) => reason !== undefined && isOperators(reason))) {
    return answerFailure(new ProviderError(operators, 'found by an earlier request'));
  }
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

/** A credential, an account, an address or a name is wrong: it does not pass by itself. */
function isOperators(reason: FailureReason): boolean {
  const { circuit, clientMayRetry } = failureRules[reason];
  return circuit === 'open' && !clientMayRetry;
}

/**
 * 400, or 413 for the size or length of what was sent: no deployment of the model can honour the request. Names the field and
 * who could.
 */
export function cannotHonour(
  model: string,
  unfit: Unfit,
  { subject, code, providersThatKnow = [], providersThatTake = [], modelsThatCould }: Refusal,
): GatewayError {
  const { param, explanation, tooLarge } = unfit;
  const hints =
    list('Providers that know it', providersThatKnow) +
    list('Providers that take such files', providersThatTake) +
    list('Models that could', modelsThatCould);
  return new GatewayError({
    status: tooLarge ? 413 : 400,
    message: `${subject ?? describe(param)} cannot be served by model '${model}': ${explanation}.${hints}`,
    param,
    code: tooLarge ? 'file_too_large' : (code ?? 'unsupported_value'),
  });
}

/** 400: nothing may be kept of the request, and no deployment of the model can serve it so. Says why of each. */
export function keepsNothing(
  model: string,
  unable: readonly Unable[],
  modelsThatCould: readonly string[],
): GatewayError {
  const reasons = unable.slice(0, MAX_NAMES).map(({ deployment: { provider, upstreamModel, id }, unfit }) => {
    return `${provider}/${upstreamModel} (${id}): ${unfit.explanation}`;
  });
  const more = unable.length > MAX_NAMES ? ` and ${unable.length - MAX_NAMES} more` : '';
  return new GatewayError({
    status: 400,
    message: `Nothing of this request may be kept (zero retention), and no deployment of model '${model}' can promise that. ${reasons.join('; ')}${more}.${list('Models that could', modelsThatCould)}`,
    param: 'model',
    code: 'zero_retention_not_possible',
  });
}

/** A deployment that is for something else than what is asked. */
export function ofAnotherMode({ mode }: Pick<Deployment, 'mode'>): Unfit {
  return { param: 'model', explanation: `it is for ${mode}` };
}

/** A sentence at the end of a refusal; nothing where there is nothing to name. */
function list(what: string, names: readonly string[]): string {
  return names.length > 0 ? ` ${what}: ${names.slice(0, MAX_NAMES).join(', ')}.` : '';
}

function describe(param: string): string {
  return param === 'model' ? 'The request' : `'${param}'`;
}
