import { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { OnApplicationShutdown } from '@nestjs/common';
import { Pool, type ClientConfig, type PoolClient } from 'pg';
import { z } from 'zod';
import { askerLeft } from '../acting/asker.js';
import { GatewayError } from '../domain/errors.js';
import { requestCancel } from './cancel-request.js';
import { databaseUnavailable, meaningOf } from './database-errors.js';
import type { SqlTimeouts } from './sql-connection.js';

/** PostgreSQL's code for a statement that has taken too long. */
const CANCELLED = '57014';
/** How soon it is asked again that a statement be cancelled that goes on. */
const CANCEL_AGAIN_MS = 200;
/** How long taking leave may take; then whatever is under way is cut off. */
const CLOSE_TIMEOUT_MS = 1000;

/** Asks one statement; rows are as pg gives them. */
export type Ask = (sql: string, values: readonly unknown[]) => Promise<unknown[]>;

/** How a pool is told from others, and what it goes by. */
export interface ReadOnlyPoolFacts {
  /** How many are open at most. */
  readonly connections: number;
  /** As PostgreSQL's `pg_stat_activity` names them. */
  readonly applicationName: string;
  /** Who knows whether the database is away: then nobody waits for it. */
  readonly database: { readonly isAway: boolean };
}

/**
 * A few connections of their own for questions that take long, so that they never keep from the database whoever serves
 * requests. Who finds none free waits. A question whose asker has left (`acting/asker.ts`) is cancelled.
 */
export class ReadOnlyPool implements OnApplicationShutdown {
  private readonly sockets = new Set<Socket>();
  private readonly config: ClientConfig;
  private readonly pool: Pool;
  private readonly database: ReadOnlyPoolFacts['database'];

  constructor(
    url: string,
    private readonly timeouts: SqlTimeouts,
    { connections, applicationName, database }: ReadOnlyPoolFacts,
  ) {
    this.database = database;
    this.config = {
      connectionString: url,
      application_name: applicationName,
      connectionTimeoutMillis: timeouts.connectMs,
      // The server ends a statement in time; this is for one that does not answer at all.
      query_timeout: timeouts.statementMs + timeouts.connectMs,
      keepAlive: true,
      stream: () => this.openSocket(),
    };
    this.pool = new Pool({ ...this.config, max: connections });
    // A free connection that breaks; the next question opens another.
    this.pool.on('error', () => undefined);
    // One that breaks under a question also rejects it; without a listener it would end the process.
    this.pool.on('connect', (client) => void client.on('error', () => undefined));
  }

  /**
   * Asks several statements that all see the same moment.
   * @throws GatewayError 503 when the database is away, or when a statement takes too long; the reason of the asker's leaving
   */
  async read<Answer>(questions: (ask: Ask) => Promise<Answer>): Promise<Answer> {
    const left = askerLeft();
    left?.throwIfAborted();
    if (this.database.isAway) throw databaseUnavailable('it did not answer a moment ago');
    const client = await this.take(left);
    const over = new AbortController();
    let cancelling: Promise<void> | undefined;
    const cancel = (): void => {
      cancelling = this.cancel(client, over.signal);
    };
    left?.addEventListener('abort', cancel);
    try {
      // Compiling a wide statement takes longer than running it.
      const begun = client.query(`BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL jit = off;
        SET LOCAL statement_timeout = ${Math.ceil(this.timeouts.statementMs)}; SET LOCAL TIME ZONE 'UTC'`);
      await this.inTime(begun);
      const answer = await questions(async (sql, values) => {
        left?.throwIfAborted();
        return (await client.query(sql, [...values])).rows;
      });
      left?.throwIfAborted();
      // Behind a pooler, what is cancelled from here on may be another's statement.
      left?.removeEventListener('abort', cancel);
      await client.query('COMMIT');
      client.release();
      return answer;
    } catch (error) {
      left?.removeEventListener('abort', cancel);
      // Before the connection is gone: a pooler would not know any more whose statement is meant.
      over.abort();
      await cancelling;
      // Never used again, so that what is cancelled late is nobody's.
      client.release(true);
      left?.throwIfAborted();
      throw isCancelled(error) ? this.tooSlow(error) : meaningOf(error);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.race([this.pool.end(), delay(CLOSE_TIMEOUT_MS, undefined, { ref: false })]);
    for (const socket of this.sockets) socket.destroy();
  }

  /** A connection of the pool; whoever has left when it is its turn gives it to the next. */
  private async take(left: AbortSignal | undefined): Promise<PoolClient> {
    let client: PoolClient | undefined;
    try {
      client = await this.pool.connect();
      left?.throwIfAborted();
      return client;
    } catch (error) {
      client?.release();
      left?.throwIfAborted();
      throw meaningOf(error);
    }
  }

  /** Has the server end what is under way on a connection, until it is over; it is cut where the server does not. */
  private async cancel(client: PoolClient, over: AbortSignal): Promise<void> {
    const late = setTimeout(() => void client.end(), this.timeouts.connectMs);
    while (!over.aborted) {
      await requestCancel(client, this.config);
      // Between two messages of one statement PostgreSQL passes a request over.
      await delay(CANCEL_AGAIN_MS, undefined, { signal: over }).catch(() => undefined);
    }
    clearTimeout(late);
  }

  /** A free connection may have become half open, or the server silent. @throws GatewayError 503 */
  private async inTime(begun: Promise<unknown>): Promise<void> {
    const patience = new AbortController();
    const late = delay(this.timeouts.connectMs, true, { signal: patience.signal }).catch(() => false);
    const isLate = await Promise.race([begun.then(() => false), late]);
    patience.abort();
    // Whoever cuts the connection off ends it.
    begun.catch(() => undefined);
    if (isLate) throw databaseUnavailable('no answer in time');
  }

  private openSocket(): Socket {
    const socket = new Socket();
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
    return socket;
  }

  private tooSlow(cause: unknown): GatewayError {
    return new GatewayError({
      status: 503,
      message: `The database would take longer than ${this.timeouts.statementMs / 1000} s for this: ask for a shorter range, or for less`,
      type: 'server_error',
      code: 'query_too_slow',
      cause,
    });
  }
}

function isCancelled(error: unknown): boolean {
  return z.object({ code: z.literal(CANCELLED) }).safeParse(error).success;
}
