import type { NextFunction, Request, Response } from 'express';

/** Middleware: a base URL that ends in a slash makes clients send `/v1//audio/transcriptions`, which means what it seems to. */
export function tidyPath(request: Request, _: Response, next: NextFunction): void {
  const [path = '', ...query] = request.url.split('?');
  if (path.includes('//')) request.url = [path.replaceAll(/\/{2,}/g, '/'), ...query].join('?');
  next();
}
