import { property, textAt } from './answer-body.js';

/** What an error's body says of itself; a field is absent when it says nothing. */
export interface ErrorBody {
  readonly message?: string;
  readonly type?: string;
  readonly param?: string;
  readonly code?: string;
  /** Where the code is only the HTTP status that was meant, as in streams, or once more. */
  readonly codedStatus?: number;
}

/** Keys under which an error is wrapped, outermost first. */
const WRAPPERS = ['error', 'detail', 'message', 'errors'];

/** No error is wrapped more often. */
const MAX_DEPTH = 4;

/**
 * Reads an error in any of the usual forms: OpenAI's envelope, the same without the envelope (Azure API Management), a
 * bare text, the first of a list (Gemini's streams, Cloudflare), Azure's inner error, and FastAPI's `detail`, which is a
 * text, an object, an error in an object, or a list of validation errors.
 */
export function readErrorBody(json: unknown, depth = 0): ErrorBody {
  if (typeof json === 'string') return json === '' ? {} : { message: json };
  if (Array.isArray(json) && json.length > 0 && json.every((it) => typeof it === 'string')) {
    return { message: json.join('; ') };
  }
  if (Array.isArray(json)) {
    if (isViolations(json)) return readViolations(json);
    return depth < MAX_DEPTH ? readErrorBody(json[0], depth + 1) : {};
  }
  const key = depth < MAX_DEPTH ? WRAPPERS.find((it) => isFilledObject(property(json, it))) : undefined;
  const inside = key === undefined ? {} : readErrorBody(property(json, key), depth + 1);
  const inner = property(json, 'inner_error') ?? property(json, 'innererror');
  const code = property(json, 'code');
  return {
    message:
      inside.message ?? told(json, 'message') ?? told(json, 'error') ?? told(json, 'detail') ?? told(json, 'msg'),
    type: inside.type ?? told(json, 'type'),
    param: inside.param ?? told(json, 'param'),
    code: inside.code ?? (isStatus(code) ? undefined : codeOf(code)) ?? told(inner, 'code'),
    codedStatus: inside.codedStatus ?? (isStatus(code) ? Number(code) : undefined),
  };
}

function isFilledObject(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : typeof value === 'object' && value !== null;
}

/** LiteLLM writes Python's `None` as a text. */
function told(value: unknown, key: string): string | undefined {
  const text = textAt(value, key);
  return text === 'None' || text === 'null' ? undefined : text;
}

function codeOf(code: unknown): string | undefined {
  if (typeof code === 'number') return String(code);
  return typeof code === 'string' && code !== '' && code !== 'None' ? code : undefined;
}

/** vLLM writes the status as a number, Azure and LiteLLM as a text. */
function isStatus(code: unknown): boolean {
  return (typeof code === 'number' || typeof code === 'string') && /^[45]\d\d$/.test(String(code));
}

/** FastAPI's validation errors: each with its place and the complaint. */
function isViolations(list: readonly unknown[]): boolean {
  return list.some((it) => textAt(it, 'msg') !== undefined || Array.isArray(property(it, 'loc')));
}

function readViolations(violations: readonly unknown[]): ErrorBody {
  const messages = violations.map((it) => textAt(it, 'msg')).filter((it) => it !== undefined);
  return {
    message: messages.length > 0 ? messages.join('; ') : undefined,
    param: violations.map(fieldOf).find((it) => it !== undefined),
  };
}

/** `['body', 'language']` and `['body', 'context_bias', 0]` name a field. */
function fieldOf(violation: unknown): string | undefined {
  const place = property(violation, 'loc');
  const names = Array.isArray(place) ? place.filter((it) => typeof it === 'string') : [];
  return names.find((name) => !['body', 'query', 'form', 'header', 'path'].includes(name));
}
