import type { ProviderResponse } from './provider-http.js';

type Answered = Pick<ProviderResponse, 'headers' | 'body'>;

/** Whether the answer says that it is JSON, as the official clients decide it. */
export function isJson({ headers }: Pick<ProviderResponse, 'headers'>): boolean {
  return /^application\/(?:[^;\s]+\+)?json\b/i.test(headers['content-type'] ?? '');
}

/** Whether the answer says that it is text, of whatever kind but a web page. */
export function isText({ headers }: Pick<ProviderResponse, 'headers'>): boolean {
  return /^(?:text\/(?!html)|application\/x-subrip)/i.test(headers['content-type'] ?? '');
}

/** Whether the answer is a web page: a proxy's error, a login form, or the wrong base URL. */
export function isHtml({ headers, body }: Answered): boolean {
  if (/^text\/html\b/i.test(headers['content-type'] ?? '')) return true;
  return /^\s*<(?:!doctype html|html)\b/i.test(body.subarray(0, 64).toString('latin1'));
}

/** The body as JSON, `undefined` when it is none. */
export function parseJson(body: Buffer | string): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

/**
 * Whether JSON that should be a transcript is an error, in one of the forms that errors have; with a status of success,
 * proxies and gateways send such.
 */
export function isErrorBody(json: unknown): boolean {
  const body: unknown = Array.isArray(json) ? json[0] : json;
  const errors = property(body, 'errors');
  return (
    ['error', 'detail', 'err_code', 'err_msg'].some((key) => Boolean(property(body, key))) ||
    (Array.isArray(errors) && errors.length > 0) ||
    property(body, 'object') === 'error' ||
    property(body, 'success') === false
  );
}

/** A property of an object of unknown shape. */
export function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

/** A text property of an object of unknown shape; an empty one says as much as none. */
export function textAt(value: unknown, key: string): string | undefined {
  const text = property(value, key);
  return typeof text === 'string' && text !== '' ? text : undefined;
}
