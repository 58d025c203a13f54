import { LRUCache } from 'lru-cache';
import { ProviderError } from '../../domain/errors.js';

/** Servers that are remembered at once, and for how long: they are replaced behind the same address. */
const MAX_SERVERS = 1_000;
const MEMORY_MS = 24 * 60 * 60 * 1000;

/** Servers that do not take `stream_options`, which is asked of them for the bill's sake; in memory. */
export class UsageRefusals {
  private readonly servers = new LRUCache<string, true>({ max: MAX_SERVERS, ttl: MEMORY_MS });

  /** Whether a failure is about this field. */
  isOne(error: unknown): boolean {
    if (!(error instanceof ProviderError)) return false;
    const { upstreamStatus = 0, param = '', message } = error;
    const isRefusal = upstreamStatus >= 400 && upstreamStatus < 500;
    return isRefusal && /stream_options|include_usage/.test(`${param} ${message}`);
  }

  has(server: string): boolean {
    return this.servers.has(server);
  }

  remember(server: string): void {
    this.servers.set(server, true);
  }
}
