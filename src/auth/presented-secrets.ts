import type { IncomingHttpHeaders } from 'node:http';

/**
 * Headers in which clients of other APIs and gateways send their key, beside `Authorization: Bearer`: Azure's `api-key`,
 * Anthropic's and Bifrost's `x-api-key`, LiteLLM's, Portkey's and Bifrost's own.
 */
const KEY_HEADERS = ['api-key', 'x-api-key', 'x-litellm-api-key', 'x-portkey-api-key', 'x-bf-vk'] as const;

/**
 * The secrets that a request presents, each once, in the order in which they are tried. There may be several: Portkey's
 * client sends its key in a header of its own, and beside it a bearer that is a provider's key, or a placeholder.
 */
export function presentedSecrets(headers: IncomingHttpHeaders): readonly string[] {
  const values = [headers.authorization, ...KEY_HEADERS.map((name) => headers[name])];
  return [...new Set(values.flatMap((value, index) => secretIn(value, index === 0)))];
}

/** Whether a request has a header for a key, whatever is in it. */
export function presentsKey(headers: IncomingHttpHeaders): boolean {
  return headers.authorization !== undefined || KEY_HEADERS.some((name) => headers[name] !== undefined);
}

/** LiteLLM takes its header with and without `Bearer`. */
function secretIn(value: string | string[] | undefined, needsScheme: boolean): string[] {
  const text = [value ?? ''].flat().join(', ');
  const token = /^Bearer +(\S+) *$/i.exec(text)?.[1];
  if (token) return [token];
  return needsScheme || !/^\S+$/.test(text) ? [] : [text];
}

/** The secret in `Authorization: Bearer`; undefined where there is none. It is the first of {@link presentedSecrets}. */
export function bearerOf({ authorization }: IncomingHttpHeaders): string | undefined {
  return secretIn(authorization, true)[0];
}
