import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { PrismaService } from './prisma.service.js';
import { openClient } from './sql-connection.js';

/** What gateways hold in memory of the database; its triggers tell of a change by these names. */
export const changeSubjects = [
  'virtual_key',
  'team',
  'admin_key',
  'client_token',
  'session',
  'gateway',
  'catalogue',
  'saved_config',
  'alert',
  'gateway_instance',
] as const;
export type ChangeSubject = (typeof changeSubjects)[number];

/** Who holds something in memory. */
export interface ChangeListener {
  /** These have changed, been made or deleted. @param ids empty where the subject is not of single things */
  readonly changed: (ids: ReadonlySet<string>) => void;
  /** Anything may have changed: it was not heard for a while. */
  readonly unsure: () => void;
}

/** How long things may take. */
export interface ChangeFeedTimes {
  /** Opening the connection, and every answer on it. */
  readonly patienceMs: number;
  /** How often it is asked whether the connection still works, and listens. */
  readonly pingMs: number;
  /** How soon it is opened again after a failure. */
  readonly retryMs: number;
  /** How often everything is read again where changes are not heard. */
  readonly rereadMs: number;
}

const CHANNEL = 'auricle_changes';
const STILL_LISTENS = 'SELECT FROM pg_listening_channels() AS channel WHERE channel = $1';
/** Of a message by which a gateway finds out whether it hears any. */
const PROOF = 'proof';

/**
 * Hears what has changed in the database, by whichever gateway, as soon as it is committed (LISTEN and NOTIFY of PostgreSQL), so
 * that what is held in memory need not be asked for to be right. After a time of deafness everything is read again; behind a
 * pool that keeps no connection, where nothing is ever heard, from time to time.
 */
export class ChangeFeed implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(ChangeFeed.name);
  private readonly listeners = new Map<ChangeSubject, ChangeListener[]>();
  private readonly stopped = new AbortController();
  /** What has been heard and not told yet. */
  private readonly heard = new Map<ChangeSubject, Set<string>>();
  private readonly proofs = new Map<string, () => void>();
  private hasComplained = false;
  private rereadAtMs = 0;

  /** @param url of a connection that stays the same, without a pool between */
  constructor(
    private readonly url: string,
    private readonly prisma: Pick<PrismaService, '$executeRaw' | 'isAway'>,
    private readonly times: ChangeFeedTimes,
  ) {}

  /** Has a listener told of changes from now on. */
  on(subject: ChangeSubject, listener: ChangeListener): void {
    this.listeners.set(subject, [...(this.listeners.get(subject) ?? []), listener]);
  }

  onApplicationBootstrap(): void {
    void this.run();
  }

  onModuleDestroy(): void {
    this.stopped.abort();
  }

  private async run(): Promise<void> {
    const { signal } = this.stopped;
    while (!signal.aborted) {
      try {
        await this.listen();
      } catch (error) {
        if (signal.aborted) return;
        this.complain(error instanceof Error ? error.message : String(error));
      }
      this.rereadIfDue();
      await pause(this.times.retryMs, signal);
    }
  }

  /** @throws when the connection cannot be opened, or breaks */
  private async listen(): Promise<never> {
    const { patienceMs, pingMs } = this.times;
    const timeouts = { connectMs: patienceMs, statementMs: patienceMs };
    const { socket, client: opening, broken } = openClient(this.url, timeouts, 'auricle changes');
    const ended = new AbortController();
    const end = (): void => ended.abort(new Error('the connection broke'));
    this.stopped.signal.addEventListener('abort', end, { once: true });
    void broken.then(end);
    ended.signal.addEventListener('abort', () => socket.destroy(), { once: true });
    try {
      const client = await opening;
      client.on('notification', ({ payload = '' }) => this.hear(payload));
      await client.query(`LISTEN ${CHANNEL}`);
      const isHeard = await this.proveHearing(ended.signal);
      ended.signal.throwIfAborted();
      if (isHeard && this.hasComplained) this.logger.log('changes by other gateways are heard again');
      if (isHeard) this.hasComplained = false;
      else this.complain('the connection does not deliver messages. Behind a pool, set DIRECT_DATABASE_URL');
      this.reread();
      for (;;) {
        await pause(pingMs, ended.signal);
        ended.signal.throwIfAborted();
        const { rowCount } = await client.query(STILL_LISTENS, [CHANNEL]);
        // A pool or proxy may put another server behind the connection without breaking it.
        if (isHeard && rowCount === 0)
          throw new Error('the connection leads to another server, which was not asked to tell');
        if (!isHeard) this.rereadIfDue();
      }
    } finally {
      this.stopped.signal.removeEventListener('abort', end);
      end();
    }
  }

  /**
   * Whether messages from another connection arrive here: a pool lends the one on which we listen to others between our
   * statements, and they would get them.
   */
  private async proveHearing(signal: AbortSignal): Promise<boolean> {
    const proof = randomUUID();
    const proven = new Promise<true>((resolve) => this.proofs.set(proof, () => resolve(true)));
    try {
      await this.prisma.$executeRaw`SELECT pg_notify(${CHANNEL}, ${`${PROOF} ${proof}`})`;
      const over = new AbortController();
      // Nothing is asked meanwhile: a pool would lend us the connection for the answer, and with it the message might come.
      const late = pause(this.times.patienceMs, AbortSignal.any([signal, over.signal])).then(() => false);
      return await Promise.race([proven, late]).finally(() => over.abort());
    } finally {
      this.proofs.delete(proof);
    }
  }

  private hear(payload: string): void {
    const [name = '', id] = payload.split(' ', 2);
    if (name === PROOF && id !== undefined) this.proofs.get(id)?.();
    const subject = changeSubjects.find((it) => it === name);
    if (!subject) return;
    // What one change does to many things is told at once.
    if (this.heard.size === 0) setImmediate(() => this.tell());
    const ids = this.heard.get(subject) ?? new Set();
    if (id !== undefined) ids.add(id);
    this.heard.set(subject, ids);
  }

  private tell(): void {
    for (const [subject, ids] of this.heard) {
      for (const { changed } of this.listeners.get(subject) ?? []) changed(ids);
    }
    this.heard.clear();
  }

  private rereadIfDue(): void {
    if (performance.now() >= this.rereadAtMs && !this.prisma.isAway) this.reread();
  }

  private reread(): void {
    this.rereadAtMs = performance.now() + this.times.rereadMs;
    for (const { unsure } of [...this.listeners.values()].flat()) unsure();
  }

  /** Once, until it is better. While the database is away, that is said elsewhere. */
  private complain(reason: string): void {
    if (this.hasComplained || this.prisma.isAway) return;
    this.hasComplained = true;
    const seconds = this.times.rereadMs / 1000;
    this.logger.warn(`changes by other gateways are seen within ${seconds} s and not at once: ${reason}`);
  }
}

/** Resolves after a while, or when there is no need to wait any more. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal, ref: false }).catch(() => undefined);
}
