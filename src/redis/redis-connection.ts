import type { RedisClient } from './redis-client.js';
import { RedisAwayError, type Redis, type RedisScript } from './redis.js';

/** How long things may take. */
export interface RedisTimes {
  /** An answer. */
  readonly patienceMs: number;
  /** Connecting, for which nobody waits. */
  readonly connectMs: number;
  /** How often it is asked whether Redis is still there. */
  readonly pingMs: number;
  /** How soon after a failure it is asked whether it is there again; longer, up to `maxRetryMs`, where it does not stay. */
  readonly retryMs: number;
  readonly maxRetryMs: number;
}

/** What it is made of. */
export interface RedisConnectionParts {
  /** Makes a client that is not connected. @param onBroken told once that it does not work any more */
  readonly open: (onBroken: (error: unknown) => void) => RedisClient;
  /** Says why something has failed. */
  readonly describe: (error: unknown) => string;
  readonly prefix: string;
  readonly times: RedisTimes;
  readonly logger: { warn(line: string): void; log(line: string): void };
}

/** Redis counts as steady when it has been there for so long. */
const STEADY_MS = 10_000;

/**
 * Knows whether Redis is there. The first answer that does not come in time, or says that nothing was done, makes it away: then
 * nobody waits for it, and all that wait are told so. A new connection is opened again and again, until one can write.
 */
export class RedisConnection implements Redis {
  private readonly listeners: (() => Promise<void>)[] = [];
  /** Those who wait for an answer. */
  private readonly waiting = new Set<(error: RedisAwayError) => void>();
  private client: RedisClient | undefined;
  private timer: NodeJS.Timeout | undefined;
  private retryMs: number;
  private thereSinceMs = 0;
  /** When it went, and whether that was said; undefined while it is there. */
  private awaySinceMs: number | undefined;
  private isTrying = false;
  /** Ends an attempt that is under way. */
  private endAttempt: () => void = () => undefined;
  private isStopped = false;

  constructor(private readonly parts: RedisConnectionParts) {
    this.retryMs = parts.times.retryMs;
  }

  get prefix(): string {
    return this.parts.prefix;
  }

  get isAway(): boolean {
    return this.client === undefined;
  }

  onThere(listener: () => Promise<void>): void {
    this.listeners.push(listener);
  }

  /** Connects. Resolves when Redis is there, or when that takes longer than an answer may. */
  async start(): Promise<void> {
    const { patienceMs } = this.parts.times;
    let late: NodeJS.Timeout | undefined;
    const isLate = new Promise<void>((resolve) => (late = setTimeout(resolve, patienceMs)));
    await Promise.race([this.try(), isLate]);
    clearTimeout(late);
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    this.endAttempt();
    const { client } = this;
    this.client = undefined;
    this.tellWaiting(new RedisAwayError('the gateway stops'));
    await client?.destroy();
  }

  async run(script: RedisScript, keys: readonly string[], values: readonly string[]): Promise<unknown> {
    const { client } = this;
    if (!client) throw new RedisAwayError('it was not asked');
    try {
      return await this.inTime((it) => it.run(script, keys, values), client);
    } catch (error) {
      if (error instanceof RedisAwayError) throw error;
      const reason = this.parts.describe(error);
      this.leave(client, reason);
      throw new RedisAwayError(reason);
    }
  }

  /** @throws what the client throws; RedisAwayError when the answer is late, or another one was */
  private async inTime<T>(ask: (client: RedisClient) => Promise<T>, client: RedisClient): Promise<T> {
    return await new Promise<T>((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        this.waiting.delete(giveUp);
      };
      const giveUp = (error: RedisAwayError): void => {
        end();
        reject(error);
      };
      const late = (): void => {
        if (this.waiting.has(giveUp)) this.leave(client, `no answer within ${this.parts.times.patienceMs} ms`);
      };
      // An answer that has come while this process was busy is read first.
      const timer = setTimeout(() => setImmediate(late), this.parts.times.patienceMs);
      this.waiting.add(giveUp);
      ask(client).finally(end).then(resolve, reject);
    });
  }

  /** The client is of no use any more. */
  private leave(client: RedisClient, reason: string): void {
    if (this.client !== client) return;
    this.client = undefined;
    const isSteady = performance.now() - this.thereSinceMs > STEADY_MS;
    this.retryMs = isSteady ? this.parts.times.retryMs : Math.min(2 * this.retryMs, this.parts.times.maxRetryMs);
    this.sayAway(reason);
    this.tellWaiting(new RedisAwayError(reason));
    clearTimeout(this.timer);
    void client.destroy().then(() => this.tryLater());
  }

  private tellWaiting(error: RedisAwayError): void {
    for (const giveUp of this.waiting) giveUp(error);
  }

  private tryLater(): void {
    if (this.isStopped) return;
    this.timer = setTimeout(() => void this.try(), this.retryMs);
  }

  /** One at a time. What cannot be written to is not there, as a replica or one that is full. */
  private async try(): Promise<void> {
    if (this.isTrying || this.isStopped) return;
    this.isTrying = true;
    const client = this.parts.open((error) => this.leave(client, this.parts.describe(error)));
    let late: NodeJS.Timeout | undefined;
    try {
      const isLate = new Promise<never>((_, reject) => {
        const giveUp = (): void => reject(new Error(`no connection within ${this.parts.times.connectMs} ms`));
        late = setTimeout(giveUp, this.parts.times.connectMs);
        this.endAttempt = giveUp;
      });
      await Promise.race([this.connect(client), isLate]);
      if (this.isStopped) await client.destroy();
      else this.take(client);
    } catch (error) {
      this.sayAway(this.parts.describe(error));
      await client.destroy();
      this.tryLater();
    } finally {
      clearTimeout(late);
      this.isTrying = false;
    }
  }

  private async connect(client: RedisClient): Promise<void> {
    await client.connect();
    await client.prove(this.proofKey);
  }

  private take(client: RedisClient): void {
    this.client = client;
    this.thereSinceMs = performance.now();
    if (this.awaySinceMs !== undefined) {
      this.parts.logger.log(`Redis is back after ${Math.ceil((performance.now() - this.awaySinceMs) / 1000)} s`);
      this.awaySinceMs = undefined;
    }
    for (const listener of this.listeners) void listener();
    this.pingLater(client);
  }

  private pingLater(client: RedisClient): void {
    this.timer = setTimeout(() => void this.ping(client), this.parts.times.pingMs);
  }

  private async ping(client: RedisClient): Promise<void> {
    try {
      await this.inTime((it) => it.prove(this.proofKey), client);
    } catch (error) {
      this.leave(client, this.parts.describe(error));
    }
    if (this.client === client) this.pingLater(client);
  }

  private get proofKey(): string {
    return `${this.prefix}:proof`;
  }

  /** Once, until it is back. */
  private sayAway(reason: string): void {
    if (this.awaySinceMs !== undefined || this.isStopped) return;
    this.awaySinceMs = performance.now();
    this.parts.logger.warn(`Redis is away, and the gateway goes on without it: ${reason}`);
  }
}
