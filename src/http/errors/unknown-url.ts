import { GatewayError } from '../../domain/errors.js';

/** Ends of paths that applications ask for, and the routes that serve them. A base URL may have too much in front of them. */
const ROUTES = [
  '/audio/transcriptions',
  '/audio/translations',
  '/audio/speech',
  '/chat/completions',
  '/models',
] as const;

/** 404 for what has no route, with the one that was probably meant. */
export function unknownUrl(method: string, path: string): GatewayError {
  const meant = ROUTES.find((route) => path.toLowerCase().replace(/\/$/, '').endsWith(route));
  const hint = meant && path !== `/v1${meant}` ? `. Did you mean /v1${meant}?` : '';
  return new GatewayError({
    status: 404,
    message: `Unknown request URL: ${method} ${path}${hint}`,
    code: 'unknown_url',
  });
}
