import type { DiagLogger } from '@opentelemetry/api';
import type { Logger } from 'pino';

/** Puts what OpenTelemetry says of itself into the process log: each of its complaints once, whatever numbers are in it. */
export class CollectorLog implements DiagLogger {
  private readonly told = new Set<string>();
  private hasFailed = false;

  constructor(private readonly logger: Pick<Logger, 'warn' | 'debug'>) {}

  /** Spans could not be sent. Requests are served as ever. */
  failed(error: unknown): void {
    if (this.hasFailed) return;
    this.hasFailed = true;
    this.logger.warn(
      { reason: textOf(error) },
      'traces cannot be sent: no request waits for it, and spans are dropped. This is not said again',
    );
  }

  error(message: string): void {
    this.complain(message);
  }
  warn(message: string): void {
    this.complain(message);
  }
  info(message: string): void {
    this.logger.debug(message);
  }
  debug(message: string): void {
    this.logger.debug(message);
  }
  verbose(): void {
    // What the SDK does at every span is of no use here.
  }

  private complain(message: string): void {
    const kind = message.replace(/\d+/g, '#');
    if (this.told.has(kind)) return;
    this.told.add(kind);
    this.logger.warn(`OpenTelemetry: ${message}`);
  }
}

function textOf(error: unknown): string {
  return (error instanceof Error ? error.message || error.name : String(error)).slice(0, 300);
}
