import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Router, type RequestHandler, type Response } from 'express';
import sirv from 'sirv';
import { packageFile } from '../config/package-file.js';
import { permissionsPolicy } from '../http/secure-answers.js';

/** Where `npm run build` puts the dashboard, beside the compiled gateway. */
const BUILT_FOLDER = packageFile('dist/ui');
/** What stands in the built page for the number that its styles name. */
const NONCE_PLACE = '%CSP_NONCE%';
/** Names of what the build makes tell its content: it never changes. */
const HASHED = /^\/assets\//;

const NOT_BUILT = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Auricle</title>
<h1>The dashboard was not built</h1>
<p>Run <code>npm run build</code> where the gateway's sources are, and start it again. Everything in the dashboard is also in the
API: see <a href="/docs">its documentation</a>.</p>
`;

/**
 * Serves the dashboard under the path that it is mounted at: its files, and for every address of a page the one document that draws
 * them all. Where nothing was built, a page says so.
 * @param folder what `npm run build` has made of `web/`
 */
export function serveDashboard(folder = BUILT_FOLDER): RequestHandler {
  const page = readPage(folder);
  const router = Router();
  if (page !== undefined) {
    const sendFile = sirv(folder, {
      brotli: true,
      gzip: true,
      etag: true,
      extensions: [],
      setHeaders: (response, path) => {
        response.setHeader('cache-control', HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
    router.use((request, response, next) => {
      if (isOfPage(request.path)) next();
      else sendFile(request, response, next);
    });
  }
  router.use((request, response, next) => {
    if (!isOfPage(request.path) || !['GET', 'HEAD'].includes(request.method)) next();
    else if (page === undefined) send(response.status(503), NOT_BUILT);
    else send(response, page);
  });
  return router;
}

function readPage(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, 'index.html'), 'utf8');
  } catch {
    return undefined;
  }
}

/** What lies in `assets`, at the top with an ending, or hidden: never a page, or a missing script would be one. Names in addresses of pages have dots. */
const FILE = /^\/(?:assets\/|\.|[^/]+\.[^/]+$)/;

function isOfPage(path: string): boolean {
  return path === '/index.html' || !FILE.test(path);
}

/** The number is another one in each answer, so that nobody who smuggles a style into the page knows it. */
function send(response: Response, page: string): void {
  const nonce = randomBytes(16).toString('base64');
  response.setHeader('content-security-policy', policyWith(nonce));
  response.setHeader('permissions-policy', permissionsPolicy('(self)'));
  response.setHeader('cache-control', 'no-store');
  response.type('html').send(page.replaceAll(NONCE_PLACE, nonce));
}

/** Scripts, styles and fonts of its own, calls of this gateway, and recordings that its user gives it. Nothing inline, nobody frames it. */
function policyWith(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self' blob:",
    "media-src 'self' blob:",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join('; ');
}
