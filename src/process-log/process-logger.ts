import { pino, stdTimeFunctions, type Logger } from 'pino';

/** Anywhere in a log line, under any parent: what must never be written. */
const secretFields = [
  'api_key',
  'apiKey',
  'authorization',
  'client_secret',
  'database_url',
  'encryption_key',
  'encryptionKey',
  'key',
  'master_key',
  'masterKey',
  'metrics_token',
  'password',
  'secret',
  'translation_api_key',
];

/**
 * What writes the process log: one JSON object a line, or readable lines for people; without a format what suits the output.
 * @param options.worker which of several workers writes: it is in every line
 */
export function createLogger(options: { level: string; format?: 'json' | 'pretty'; worker?: number }): Logger {
  const format = options.format ?? (process.stdout.isTTY ? 'pretty' : 'json');
  return pino({
    level: options.level,
    timestamp: stdTimeFunctions.isoTime,
    base: options.worker === undefined ? null : { worker: options.worker },
    redact: {
      paths: secretFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
      censor: '[redacted]',
    },
    ...(format === 'pretty' && {
      transport: { target: 'pino-pretty', options: { translateTime: 'HH:MM:ss', ignore: 'pid,hostname,context' } },
    }),
  });
}
