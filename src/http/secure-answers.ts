import type { NextFunction, Request, Response } from 'express';

/** For answers that are data: nothing in them is to be run, framed or guessed at. */
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";
/** For Swagger UI, which brings its own scripts and styles and calls this gateway; its page has styles in it. */
const DOCS_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** What pages may use of the browser, and who may use the microphone. */
export function permissionsPolicy(microphone: '(self)' | '()'): string {
  return `microphone=${microphone}, camera=(), geolocation=(), payment=(), usb=()`;
}

/** What brings a caching of its own: pages, and the files that they are made of. */
const PAGES = /^\/(?:docs|ui)(?:\/|$)/;

/** Middleware: headers of every answer that keep browsers from misusing it, and caches from keeping what is one caller's. */
export function secureAnswers(request: Request, response: Response, next: NextFunction): void {
  const path = request.path.toLowerCase();
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('referrer-policy', 'no-referrer');
  const isDocs = path === '/docs' || path.startsWith('/docs/');
  response.setHeader('content-security-policy', isDocs ? DOCS_POLICY : DATA_POLICY);
  if (isDocs) response.setHeader('permissions-policy', permissionsPolicy('()'));
  // Whatever is no page is one caller's: secrets that are shown once, transcripts, what a key may use. It is said here for
  // all routes, so that none can forget it.
  if (!PAGES.test(path)) response.setHeader('cache-control', 'no-store');
  next();
}
