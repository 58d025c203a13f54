import { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { PrismaPg } from '@prisma/adapter-pg';
import { whoActs } from '../acting/acting.js';
import { databaseUnavailable, isDatabaseUnavailable, meaningOf } from './database-errors.js';
import { DatabaseSetupError } from './database-setup-error.js';
import { describeDatabase } from './database-url.js';
import { PrismaClient, type Prisma } from './generated/client.js';
import { pendingMigrations } from './migrator.js';

/** How long a query may wait for a connection, new or from the pool, unless the patience is greater; pg would wait for ever. */
const CONNECTION_TIMEOUT_MS = 10_000;
/**
 * A connection on which nothing has come for so long is given up, with the query that waits for it: it may be half open. Not
 * before the patience is at an end.
 */
const SILENCE_TIMEOUT_MS = 10_000;
/** How long a transaction may take at least before it is rolled back; Prisma's own default. */
const TRANSACTION_TIMEOUT_MS = 5_000;
/** How long taking leave may take; a server that does not answer will not answer that either. */
const DISCONNECT_TIMEOUT_MS = 1000;
/** How soon a database that is away is tried again after a vain attempt. */
const RETRY_MS = 250;

/** The database client of the whole gateway. Connections are opened as they are needed and survive a server's restart. */
@Injectable()
export class PrismaService extends PrismaClient implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(PrismaService.name);
  private readonly database: string;
  private readonly stopped = new AbortController();
  private away = false;

  /**
   * @param url connection string of a PostgreSQL database
   * @param patienceMs how long {@link ask} waits
   */
  constructor(
    url: string,
    private readonly patienceMs: number,
  ) {
    super({
      // By default a transaction gives up after two seconds without a connection, whatever the patience is.
      transactionOptions: { maxWait: patienceMs, timeout: Math.max(patienceMs, TRANSACTION_TIMEOUT_MS) },
      adapter: new PrismaPg({
        connectionString: url,
        application_name: 'auricle',
        connectionTimeoutMillis: Math.max(patienceMs, CONNECTION_TIMEOUT_MS),
        stream: () => impatientSocket(Math.max(patienceMs, SILENCE_TIMEOUT_MS)),
        // The adapter reads every timestamp as UTC and drops the offset that the server sends, so that a server or
        // role with another time zone would shift them all.
        onConnect: async (client) => {
          // One that breaks also rejects what is asked on it; in the moment in which it is handed out nobody listens, and what
          // nobody hears ends the process.
          client.on('error', () => undefined);
          await client.query(`SET TIME ZONE 'UTC'`);
        },
      }),
    });
    this.database = describeDatabase(url);
  }

  /** @throws DatabaseSetupError when the database does not answer */
  async onModuleInit(): Promise<void> {
    try {
      await this.ping();
    } catch (cause) {
      // Prisma's messages begin with the invocation, over several lines; the reason comes last.
      const reason = String(cause).trim().split('\n').at(-1);
      throw new DatabaseSetupError(`Cannot use ${this.database}: ${reason}`, { cause });
    }
  }

  /** After everybody's last write, which comes earlier in the shutdown. */
  async onApplicationShutdown(): Promise<void> {
    this.stopped.abort();
    await Promise.race([this.$disconnect(), delay(DISCONNECT_TIMEOUT_MS, undefined, { ref: false })]);
  }

  /**
   * Whether the database did not answer when it was asked last, and has not answered since. One attempt at a time finds out
   * when it is back; meanwhile nobody else waits for it.
   */
  get isAway(): boolean {
    return this.away;
  }

  /**
   * Asks the database on behalf of a request. A query that is not answered in time may still be carried out.
   * @param leastMs how long it may take at least, of what is more than a few rows
   * @throws GatewayError 503 when the database does not answer in time, and at once while it is away; 409 when another change
   *   came between
   */
  async ask<T>(question: () => PromiseLike<T>, leastMs = 0): Promise<T> {
    if (this.away) throw databaseUnavailable('it did not answer a moment ago');
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<never>((_, reject) => {
      const patienceMs = Math.max(this.patienceMs, leastMs);
      timer = setTimeout(() => reject(databaseUnavailable('no answer in time')), patienceMs);
    });
    try {
      return await Promise.race([question(), tooLong]);
    } catch (error) {
      const meaning = meaningOf(error);
      if (isDatabaseUnavailable(meaning)) this.goAway(error);
      throw meaning;
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Changes what is audited, in one transaction: the triggers that write its events learn who acts (src/acting/).
   * @param leastMs how long it may take at least, as in {@link ask}
   * @throws Error where nobody acts: that is forgotten, and the events would name nobody
   */
  async change<T>(act: (transaction: Prisma.TransactionClient) => Promise<T>, leastMs = 0): Promise<T> {
    const who = whoActs();
    if (!who) throw new Error('a change of what is audited, and nobody acts');
    const { actor, clientIp, requestId, sessionId } = who;
    const told = JSON.stringify({
      actor_kind: actor.kind,
      actor_id: actor.id,
      actor_name: actor.name,
      client_ip: clientIp,
      request_id: requestId,
      session_id: sessionId,
    });
    const timeout = Math.max(this.patienceMs, TRANSACTION_TIMEOUT_MS, leastMs);
    return await this.$transaction(
      async (transaction) => {
        await transaction.$executeRaw`SELECT set_config('auricle.acting', ${told}, true)`;
        return await act(transaction);
      },
      { timeout },
    );
  }

  private goAway(error: unknown): void {
    if (this.away || this.stopped.signal.aborted) return;
    this.away = true;
    this.logger.warn({ err: error }, `${this.database} does not answer`);
    void this.waitForReturn();
  }

  /** Attempts of which each ends by itself: none is begun before the one before it has ended. */
  private async waitForReturn(): Promise<void> {
    const { signal } = this.stopped;
    while (!(await this.answersInTime())) {
      await delay(RETRY_MS, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return;
    }
    this.away = false;
    this.logger.log(`${this.database} answers again`);
  }

  /** One that is slower than requests may wait is of no more use to them than one that is silent. */
  private async answersInTime(): Promise<boolean> {
    const startedMs = performance.now();
    try {
      await this.ping();
    } catch {
      return false;
    }
    return performance.now() - startedMs <= this.patienceMs;
  }

  /** Asks the database for what every request needs of it. Rejects when there is no answer. */
  async ping(): Promise<void> {
    await this.$queryRaw`SELECT FROM virtual_key LEFT JOIN team ON team.id = team_id LIMIT 1`;
  }

  /** The migrations of this version that the database still lacks. */
  async pendingMigrations(): Promise<string[]> {
    return await pendingMigrations((sql) => this.$queryRawUnsafe<unknown[]>(sql));
  }
}

function impatientSocket(silenceMs: number): Socket {
  const socket = new Socket();
  socket.setTimeout(silenceMs, () => {
    socket.destroy(Object.assign(new Error('the database does not answer'), { code: 'ETIMEDOUT' }));
  });
  return socket;
}
