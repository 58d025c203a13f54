import type { ProviderError } from '../../domain/errors.js';
import { parseJson } from '../answer-body.js';
import { readErrorBody } from '../error-body.js';
import { type ErrorRule, judgeResponse, toProviderError } from '../error-rules.js';
import { says } from '../says.js';
import type { ProviderResponse } from '../provider-http.js';
import { TOO_LARGE } from '../too-large.rule.js';
import { billOf } from './openai-bill.js';
import { requestIdOf } from './openai-response.js';

/**
 * The first rule that fits decides; a rule fits when any of its conditions does. The order settles what shares a status:
 * OpenAI says 429 for an empty account too, xAI 400 for a wrong key, Groq 400 for what is wrong with the account or with
 * one model, and everybody 400 for broken audio.
 * Sources: OpenAI's error guide, the messages quoted in its community threads, Groq's error reference, LiteLLM's proxy.
 */
const RULES: readonly ErrorRule[] = [
  {
    reason: 'quota_exhausted',
    statuses: [402],
    codes: [
      'insufficient_quota',
      'credit_balance_exhausted',
      'billing_hard_limit_reached',
      'billing_not_active',
      'organization_spend_limit_exceeded',
      'project_spend_limit_exceeded',
      // Groq's spend limit, with status 400; the budget of another gateway, LiteLLM's also with 400.
      'blocked_api_access',
      'budget_exceeded',
    ],
    message: says(
      // Azure API Management's quota policy, with status 403; Fireworks' unpaid bills, with 412 and a code for anything.
      '\\bout of call volume quota\\b',
      '\\baccount \\S+ is suspended\\b',
      '\\binsufficient (?:balance|credits?|funds)\\b',
      '\\bbudget has been exceeded\\b',
    ),
  },
  { reason: 'rate_limited', statuses: [429], codes: ['rate_limit_exceeded'] },
  // What was said is not to the provider's liking; Azure's own filter, and OpenAI's.
  {
    reason: 'audio_rejected',
    codes: ['content_filter', 'ResponsibleAIPolicyViolation', 'content_policy_violation', 'moderation_blocked'],
    message: says(
      '\\bcontent management policy\\b',
      '\\bcontent[ _]filter',
      '\\bcontent policy violation\\b',
      '\\bsafety system\\b',
    ),
    toldCode: 'content_filter',
  },
  // The operator's account, with 400 at Groq: it is restricted, or has not accepted a model's terms.
  {
    reason: 'credential_rejected',
    statuses: [401],
    codes: [
      'invalid_api_key',
      'authentication_error',
      'permission_error',
      'organization_restricted',
      'organization_suspended',
      'project_restricted',
      'account_deactivated',
      'account_restricted',
      'model_terms_required',
      'model_permission_blocked_org',
      'model_permission_blocked_project',
      'unsupported_country_region_territory',
    ],
    message: says(
      '\\b(?:incorrect|invalid) api[ _]key\\b',
      '\\b(?:organization|project|account|workspace) (?:has been|is) (?:restricted|suspended|disabled|deactivated|blocked)\\b',
      '\\brequires? terms acceptance\\b',
      '\\baccept the terms\\b',
      '\\b(?:organization|account) must be verified\\b',
    ),
  },
  // Azure, of the version in the address.
  {
    reason: 'misconfigured',
    codes: ['unsupported_api_version', 'InvalidApiVersionParameter'],
    message: says('\\bapi[ -]version\\b.{0,60}\\b(?:not supported|unsupported|invalid)\\b'),
  },
  // What this model cannot do, and another may: a field, a format of answer or of audio, a limit of the prompt.
  {
    reason: 'unsupported',
    codes: ['unsupported_value', 'unsupported_parameter', 'unsupported_format', 'unsupported_language'],
    message: says(
      '\\bprompt\\b.{0,40}\\b(?:length|too long|characters or fewer|at most|maximum|exceeds?)\\b',
      '\\bdoes not support\\b',
      '\\bnot compatible with (?:this )?model\\b',
      '\\b(?:language|response_format|parameter|option)\\b.{0,60}\\bnot supported\\b',
      '\\bunsupported (?:language|response[ _]format|parameter|option)\\b',
    ),
  },
  // 410: a retired model or endpoint. OperationNotSupported: Azure's deployment is of a model that hears nothing.
  {
    reason: 'model_not_found',
    statuses: [404, 410],
    codes: [
      'model_not_found',
      'model_not_available',
      'model_decommissioned',
      'model_not_active',
      'DeploymentNotFound',
      'OperationNotSupported',
    ],
    params: ['model'],
    message: says(
      "\\bmodel\\b.{0,200}\\b(?:does not exist|doesn't exist|not found|is not available|has been decommissioned|is not a known)\\b",
      '\\bllm provider not provided\\b',
      // LiteLLM, OpenRouter and others behind whom a model's name is theirs.
      '\\b(?:invalid|unknown|no such) model\\b',
      '\\bnot a valid model\\b',
      '\\bno (?:healthy deployments?|deployments? available|available channel|endpoints found)\\b',
    ),
  },
  { reason: 'credential_rejected', statuses: [403] },
  TOO_LARGE,
  { reason: 'timeout', statuses: [504, 524] },
  // 498: Groq's flex capacity; 408, 409, 424, 425, 499: somebody between us and the model gave up.
  {
    reason: 'unavailable',
    statuses: [408, 409, 424, 425, 498, 499],
    codes: ['slow_down', 'server_is_overloaded', 'server_error'],
  },
  {
    reason: 'audio_rejected',
    statuses: [415],
    codes: ['audio_too_short', 'invalid_audio', 'unsupported_media_type'],
    params: ['file'],
    message: says(
      'invalid file format',
      'unrecogni[sz]ed file format',
      'format not recogni[sz]ed',
      'could not be decoded',
      'could not (?:process|decode|read|load|open) (?:the )?(?:file|audio)',
      'corrupted or unsupported',
      'audio (?:file )?is (?:too short|empty)',
      'file must be one of the following types',
      'unsupported (?:audio|file|media)',
      'invalid (?:audio|data found)',
      'failed to (?:load|decode|read|open|process) (?:the )?(?:audio|file)',
    ),
  },
  { reason: 'request_rejected', statuses: [400, 422], codes: ['invalid_request_error'] },
];

/**
 * Turns an error answer, also one whose status is a success, into the one error that adapters throw. Its message is the
 * provider's own, shortened and without secrets or audio; a page or a text of unknown origin is not quoted.
 * @param apiKey never appears in the message
 * @param now milliseconds since the epoch, for `Retry-After` dates
 */
export function errorFromResponse(response: ProviderResponse, apiKey?: string, now?: number): ProviderError {
  const json = parseJson(response.body);
  const upstreamRequestId = requestIdOf(response, json);
  return judgeResponse(RULES, response, readErrorBody(json), { apiKey, upstreamRequestId, bill: billOf(json), now });
}

/** Turns an error that arrived inside a stream into ours. vLLM writes the status it would have sent as its code. */
export function errorFromEvent(payload: unknown, apiKey?: string, upstreamRequestId?: string): ProviderError {
  const fallback = 'the provider reported an error inside its stream';
  return toProviderError(RULES, readErrorBody(payload), fallback, apiKey, { upstreamRequestId, bill: billOf(payload) });
}
