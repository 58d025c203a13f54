import type { Attributes } from '@opentelemetry/api';
import {
  ATTR_ERROR_TYPE,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
} from '@opentelemetry/semantic-conventions';
import {
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_OUTPUT_TYPE,
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_RESPONSE_ID,
  ATTR_GEN_AI_USAGE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_OUTPUT_TOKENS,
  GEN_AI_OPERATION_NAME_VALUE_CHAT,
  GEN_AI_OUTPUT_TYPE_VALUE_SPEECH,
  GEN_AI_OUTPUT_TYPE_VALUE_TEXT,
  GEN_AI_PROVIDER_NAME_VALUE_AZURE_AI_OPENAI,
  GEN_AI_PROVIDER_NAME_VALUE_GCP_GEMINI,
  GEN_AI_PROVIDER_NAME_VALUE_MISTRAL_AI,
} from '@opentelemetry/semantic-conventions/incubating';
import { toUsd } from '../domain/money.js';
import type { Task } from '../domain/task.js';
import type { Usage } from '../domain/usage.js';
import type { TracedAttempt, TracedLog } from '../http/request-trace.js';

/** The conventions have no names of their own for what is done with speech, and allow others. */
const operations = {
  transcribe: 'transcription',
  translate: 'translation',
  speak: 'speech',
  chat: GEN_AI_OPERATION_NAME_VALUE_CHAT,
} satisfies Record<Task, string>;

/** Providers that the conventions call otherwise: https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai/ */
const conventionalNames: Readonly<Record<string, string>> = {
  azure: GEN_AI_PROVIDER_NAME_VALUE_AZURE_AI_OPENAI,
  gemini: GEN_AI_PROVIDER_NAME_VALUE_GCP_GEMINI,
  mistral: GEN_AI_PROVIDER_NAME_VALUE_MISTRAL_AI,
};

/** The name of an attempt's span. */
export function attemptName({ task, attempt }: TracedAttempt): string {
  return `${operations[task]} ${attempt.upstream_model}`;
}

/** What an attempt's span tells. Errors are told by their reason: their words are a provider's, and may quote what was sent. */
export function attemptAttributes({ attempt, task, times: { url }, isRetry, usage }: TracedAttempt): Attributes {
  return {
    [ATTR_GEN_AI_OPERATION_NAME]: operations[task],
    [ATTR_GEN_AI_PROVIDER_NAME]: conventionalNames[attempt.provider] ?? attempt.provider,
    [ATTR_GEN_AI_REQUEST_MODEL]: attempt.upstream_model,
    [ATTR_GEN_AI_OUTPUT_TYPE]: task === 'speak' ? GEN_AI_OUTPUT_TYPE_VALUE_SPEECH : GEN_AI_OUTPUT_TYPE_VALUE_TEXT,
    [ATTR_GEN_AI_RESPONSE_ID]: attempt.upstream_request_id ?? undefined,
    ...tokensOf(usage),
    ...serverOf(url),
    [ATTR_HTTP_RESPONSE_STATUS_CODE]: attempt.upstream_status ?? undefined,
    [ATTR_ERROR_TYPE]: attempt.outcome === 'success' ? undefined : attempt.outcome,
    'auricle.deployment_id': attempt.deployment_id,
    'auricle.model': attempt.model,
    'auricle.outcome': attempt.outcome,
    'auricle.retry': isRetry,
    'auricle.hedge': attempt.hedge,
    'auricle.waited_ms': attempt.waited_ms,
    'auricle.first_byte_ms': attempt.first_byte_ms ?? undefined,
    'auricle.cost_usd': attempt.cost_usd ?? undefined,
  };
}

/** What no integer of the protocol holds is left out: a collector may refuse it, and all that is sent with it. */
function tokensOf(usage: Usage | undefined): Attributes {
  if (usage?.type !== 'tokens') return {};
  const counted = (count: number) => (Number.isSafeInteger(count) ? count : undefined);
  return {
    [ATTR_GEN_AI_USAGE_INPUT_TOKENS]: counted(usage.input_tokens),
    [ATTR_GEN_AI_USAGE_OUTPUT_TOKENS]: counted(usage.output_tokens),
  };
}

/** Nothing else of an address: its path and query may have secrets in them. */
function serverOf(url: string | undefined): Attributes {
  if (url === undefined || !URL.canParse(url)) return {};
  const { hostname, port, protocol } = new URL(url);
  const standard = protocol === 'https:' ? 443 : 80;
  return { [ATTR_SERVER_ADDRESS]: hostname, [ATTR_SERVER_PORT]: port === '' ? standard : Number(port) };
}

/** What the request's own span tells of its log. Whom and what it was for stays in the ledger. */
export function logAttributes(log: TracedLog): Attributes {
  return {
    'auricle.task': log.task,
    'auricle.model': log.model ?? undefined,
    'auricle.status': log.status,
    'auricle.error_code': log.errorCode ?? undefined,
    'auricle.provider': log.provider ?? undefined,
    'auricle.deployment_id': log.deploymentId ?? undefined,
    'auricle.stream': log.stream,
    'auricle.audio_seconds': log.audioSeconds ?? undefined,
    'auricle.cost_usd': log.costNanoUsd === null ? undefined : toUsd(log.costNanoUsd),
    'auricle.retries': log.retries,
    'auricle.fallbacks': log.fallbacks,
    'auricle.cache': log.cache ?? undefined,
  };
}
