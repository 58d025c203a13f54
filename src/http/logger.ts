import type { LoggerService } from '@nestjs/common';
import type { RequestHandler } from 'express';
import { pino, stdTimeFunctions, type Logger } from 'pino';
import { pinoHttp } from 'pino-http';

/** Anywhere in a log line, under any parent: what must never be written. */
const secretFields = ['apiKey', 'api_key', 'authorization', 'masterKey', 'encryptionKey', 'key', 'secret', 'password'];

/** The process's logger: one JSON object a line, or readable lines for people; without a format what suits the output. */
export function createLogger(options: { level: string; format?: 'json' | 'pretty' }): Logger {
  const format = options.format ?? (process.stdout.isTTY ? 'pretty' : 'json');
  return pino({
    level: options.level,
    timestamp: stdTimeFunctions.isoTime,
    base: null,
    redact: {
      paths: secretFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
      censor: '[redacted]',
    },
    ...(format === 'pretty' && {
      transport: { target: 'pino-pretty', options: { translateTime: 'HH:MM:ss', ignore: 'pid,hostname,context' } },
    }),
  });
}

/** One line for every request: who, what and how long, never headers or bodies. */
export function accessLog(logger: Logger): RequestHandler {
  return pinoHttp({
    logger,
    genReqId: (request) => ('requestId' in request ? String(request.requestId) : ''),
    quietReqLogger: true,
    customLogLevel: (_, response, error) => (error || response.statusCode >= 500 ? 'error' : 'info'),
    autoLogging: { ignore: (request) => request.url?.startsWith('/health') ?? false },
    serializers: {
      req: (request: { id: string; method: string; url: string }) => ({
        id: request.id,
        method: request.method,
        path: request.url.split('?')[0],
      }),
      res: (response: { statusCode: number }) => ({ status: response.statusCode }),
      err: (error: Error) => ({ type: error.name, message: error.message }),
    },
  });
}

/** Nest reports every route and module at start; at `info` that would bury what matters. */
const nestInternals = new Set(['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication']);

/** Lets Nest's `Logger` write through pino. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write(nestInternals.has(String(rest.at(-1))) ? 'debug' : 'info', message, rest);
  }
  error(message: unknown, ...rest: unknown[]): void {
    // What listening fails with is also thrown, and told by who called.
    this.write(rest.at(-1) === 'NestApplication' ? 'debug' : 'error', message, rest);
  }
  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }
  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }
  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }
  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  /** Nest passes `(message, ...texts, context)`; an object as message carries fields of its own. */
  private write(
    level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace',
    message: unknown,
    rest: unknown[],
  ): void {
    const context = rest.at(-1);
    const text = rest.length > 1 && rest[0] !== undefined ? String(rest[0]) : undefined;
    if (message instanceof Error) this.logger[level]({ err: message, context }, message.message);
    else if (typeof message === 'object' && message !== null) this.logger[level]({ ...message, context }, text);
    else this.logger[level]({ context, ...(text && { detail: text }) }, String(message));
  }
}
