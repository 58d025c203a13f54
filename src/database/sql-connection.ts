import { Socket } from 'node:net';
import { Client, DatabaseError, type QueryConfig, type QueryResultRow } from 'pg';

/** How long connecting and one statement may take. */
export interface SqlTimeouts {
  readonly connectMs: number;
  readonly statementMs: number;
}

/** Codes of SQLSTATE after which the server ends the connection, or has ended it. */
const FATAL = /^(08|28|3D|57P|53300|25P0[34])/;

/** A connection that is open, or on its way. */
interface Opened {
  readonly socket: Socket;
  readonly client: Promise<Client>;
  /** Resolves when the last statement has ended, well or not. */
  free: Promise<unknown>;
}

/**
 * One connection to PostgreSQL without Prisma, for statements that are long, many or of a kind that Prisma does not know. It
 * is opened when it is first needed, and anew after any failure. Statements wait for each other; nothing that matters outlives
 * its statement, so that the connection may be one of a pool's.
 */
export class SqlConnection {
  private opened: Opened | undefined;
  /** Whether a statement finds the server that has kept it: not behind a pool that knows nothing of that. */
  private keepsStatements = true;

  constructor(
    private readonly url: string,
    private readonly timeouts: SqlTimeouts,
    private readonly applicationName = 'auricle',
  ) {}

  /**
   * A statement that is not answered in time may still be carried out.
   * @param name by which the server keeps the statement, read and planned, for as long as the connection lasts: of one that is
   *   long, that is most of the work
   * @throws the error of pg, with the `code` of SQLSTATE where the server has spoken
   */
  async query<Row extends QueryResultRow>(sql: string, values: readonly unknown[] = [], name?: string): Promise<Row[]> {
    if (name === undefined || !this.keepsStatements) return await this.ask({ text: sql, values: [...values] });
    try {
      return await this.ask({ name, text: sql, values: [...values] });
    } catch (error) {
      if (!isOfAnotherServer(error)) throw error;
      this.keepsStatements = false;
      return await this.ask({ text: sql, values: [...values] });
    }
  }

  private async ask<Row extends QueryResultRow>(query: QueryConfig): Promise<Row[]> {
    const opened = (this.opened ??= this.open());
    const client = await opened.client;
    const answer = opened.free.then(async () => await client.query<Row>(query));
    opened.free = answer.catch(() => undefined);
    try {
      return (await answer).rows;
    } catch (error) {
      // After a statement that the server has refused the connection is as good as before.
      if (!isOfServer(error)) this.discard(opened);
      throw error;
    }
  }

  /** Cuts the connection; what is under way on it fails. A statement after it opens another one. */
  close(): void {
    if (this.opened) this.discard(this.opened);
  }

  private discard(opened: Opened): void {
    if (this.opened === opened) this.opened = undefined;
    opened.socket.destroy();
  }

  private open(): Opened {
    const { socket, client, broken } = openClient(this.url, this.timeouts, this.applicationName);
    const opened: Opened = { socket, client, free: Promise.resolve() };
    void broken.then(() => this.discard(opened));
    return opened;
  }
}

/** A connection that is on its way. */
export interface OpenedClient {
  /** Destroyed, the connection is cut at once, also while it is opened. */
  readonly socket: Socket;
  readonly client: Promise<Client>;
  /** Resolves when it cannot be opened, or does not work any more. */
  readonly broken: Promise<void>;
}

/** Opens a connection, which may be cut at any time. */
export function openClient(
  url: string,
  { connectMs, statementMs }: SqlTimeouts,
  applicationName: string,
): OpenedClient {
  const socket = new Socket();
  const client = new Client({
    connectionString: url,
    application_name: applicationName,
    connectionTimeoutMillis: connectMs,
    query_timeout: statementMs,
    keepAlive: true,
    stream: () => socket,
  });
  const opening = connected(client, socket);
  const broken = new Promise<void>((resolve) => {
    // One that breaks also rejects the statement under way; without a listener it would end the process.
    client.on('error', () => resolve());
    client.on('end', () => resolve());
    opening.catch(() => resolve());
  });
  return { socket, client: opening, broken };
}

async function connected(client: Client, socket: Socket): Promise<Client> {
  let onClosed: () => void = () => undefined;
  // pg's promise need not settle when its socket is cut meanwhile.
  const cut = new Promise<never>((_, reject) => {
    onClosed = () => reject(new Error('Connection terminated'));
    socket.once('close', onClosed);
  });
  try {
    await Promise.race([client.connect(), cut]);
    return client;
  } finally {
    socket.off('close', onClosed);
  }
}

/** Whether it was not carried out because another server of a pool has the statement by that name, or has it already. */
function isOfAnotherServer(error: unknown): boolean {
  return error instanceof DatabaseError && (error.code === '26000' || error.code === '42P05');
}

/** Whether the server has refused a statement, so that it can be asked the next. */
function isOfServer(error: unknown): boolean {
  return error instanceof DatabaseError && error.code !== undefined && !FATAL.test(error.code);
}
