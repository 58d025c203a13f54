import { z } from 'zod';
import { MAX_CACHE_SECONDS, type CacheWish } from '../../domain/cache-wish.js';
import { onOrOff } from '../../domain/setting-values.js';
import { invalid, parseJson, scalar, type FormFields } from '../../serving/form-values.js';

/** The request header that says what a client wants of the cache. */
export const CACHE_HEADER = 'x-auricle-cache';
/** LiteLLM's form field that does. */
const FIELD = 'cache';

const HEADER_RULE = `must be 'no-store', 'refresh' or 'ttl=SECONDS' (1 to ${MAX_CACHE_SECONDS}), or several of them with commas`;

/**
 * Reads the header `x-auricle-cache`: `no-store` keeps the request out of the cache, `refresh` asks anew, `ttl=60` keeps the
 * answer for a minute.
 * @throws GatewayError 400
 */
export function readCacheHeader(value: string | string[] | undefined): CacheWish {
  const wish: { -readonly [Name in keyof CacheWish]: CacheWish[Name] } = {};
  for (const directive of (typeof value === 'string' ? value : '').split(',', 20).map((it) => it.trim())) {
    const [, ttl] = /^ttl=(\d{1,8})$/i.exec(directive) ?? [];
    if (directive === '') continue;
    else if (/^no-store$/i.test(directive)) wish.read = wish.store = false;
    else if (/^refresh$/i.test(directive)) wish.read = false;
    else if (ttl !== undefined && isTtl(Number(ttl)) && wish.ttlSeconds === undefined) wish.ttlSeconds = Number(ttl);
    else throw invalid(CACHE_HEADER, HEADER_RULE);
  }
  return wish;
}

function isTtl(seconds: number): boolean {
  return seconds >= 1 && seconds <= MAX_CACHE_SECONDS;
}

/** Whether a form field is LiteLLM's `cache`, also as `cache[no-cache]`. */
export function isCacheField(name: string): boolean {
  return name === FIELD || name.startsWith(`${FIELD}[`);
}

const SECONDS_RULE = `must be a number of seconds from 1 to ${MAX_CACHE_SECONDS}`;
const seconds = z
  .union([z.number(), z.string().regex(/^\d{1,8}(\.\d{1,6})?$/)], SECONDS_RULE)
  .transform(Number)
  .refine(isTtl, SECONDS_RULE)
  .nullish();
const flag = onOrOff.nullish();

/** LiteLLM's cache controls: https://docs.litellm.ai/docs/proxy/caching_controls */
const controlsSchema = z.strictObject({
  ttl: seconds,
  's-maxage': seconds,
  's-max-age': seconds,
  'no-cache': flag,
  'no-store': flag,
  'use-cache': flag,
  namespace: z.string().max(200, 'must have at most 200 characters').nullish(),
});

/**
 * Reads LiteLLM's field `cache`: a JSON object, or bracketed keys, as OpenAI's clients send one; or whether to cache at all.
 * @throws GatewayError 400 for what is not understood: it may have been meant to keep something secret
 */
export function readCacheField(fields: FormFields['fields']): CacheWish {
  if (![...fields.keys()].some(isCacheField)) return {};
  const bracketed = [...fields.keys()].flatMap((name) => {
    if (!name.startsWith(`${FIELD}[`)) return [];
    return [[name.slice(FIELD.length + 1).replace(/\]$/, ''), scalar(fields, name)] as const];
  });
  const text = scalar(fields, FIELD);
  const isOn = onOrOff.safeParse(text);
  if (isOn.success) return isOn.data ? { use: true } : { read: false, store: false };
  const whole = text === undefined ? null : parseJson(text);
  if (typeof whole !== 'object' || Array.isArray(whole))
    throw invalid(FIELD, 'must be a JSON object, or true or false');
  const parsed = controlsSchema.safeParse({ ...whole, ...Object.fromEntries(bracketed) });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const at = issue?.path.join('.');
    throw invalid(FIELD, `is not understood: ${at ? `'${at}' ` : ''}${issue?.message ?? ''}`);
  }
  const { ttl, namespace, ...controls } = parsed.data;
  const maxAge = controls['s-maxage'] ?? controls['s-max-age'];
  return {
    ...(controls['no-cache'] && { read: false }),
    ...(controls['no-store'] && { store: false }),
    ...(controls['use-cache'] && { use: true }),
    ...(typeof ttl === 'number' && { ttlSeconds: ttl }),
    ...(typeof maxAge === 'number' && { maxAgeSeconds: maxAge }),
    ...(namespace && { namespace }),
  };
}
