import type { ProviderResponse } from './provider-http.js';

type Answered = Pick<ProviderResponse, 'headers' | 'body'>;

/** Whether the answer says that it is JSON, as the official clients decide it. */
export function isJson({ headers }: Pick<ProviderResponse, 'headers'>): boolean {
  return /^application\/(?:[^;\s]+\+)?json\b/i.test(headers['content-type'] ?? '');
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

/** A property of an object of unknown shape. */
export function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

/** A text property of an object of unknown shape; an empty one says as much as none. */
export function textAt(value: unknown, key: string): string | undefined {
  const text = property(value, key);
  return typeof text === 'string' && text !== '' ? text : undefined;
}
