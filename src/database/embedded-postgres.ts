import { constants } from 'node:fs';
import { access, chmod, mkdir, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isNativeError } from 'node:util/types';
import { Client } from 'pg';
import { UNFINISHED_PREFIX } from './atomic-folder.js';
import type { DatabaseLog } from './database-log.js';
import { DatabaseSetupError } from './database-setup-error.js';
import { LOOPBACK } from './loopback-port.js';
import { assertAccountCanEnter, choosePostgresAccount } from './postgres-account.js';
import { NATIVE_COPY_PREFIX, placeBinaries } from './postgres-binaries.js';
import { CLUSTER_USER, PostgresCluster } from './postgres-cluster.js';
import { findRunningServer, pidFileOf } from './postmaster-pid.js';

/** The database that the gateway uses; the lock lives beside it, in PostgreSQL's own `postgres`. */
const DATABASE = 'auricle';
const LOCK_DATABASE = 'postgres';

/** Arbitrary, but for ever: the advisory lock of the one gateway that may use a data folder. */
const GATEWAY_LOCK = 4_180_525;

/** SQLSTATE of a password that does not fit. */
const INVALID_PASSWORD = '28P01';

/** How long a killed gateway's lock may linger: until its server has noticed that the connection is gone. */
const LOCK_PATIENCE_MS = 3_000;
/** How long a server may take to come up; recovery after a crash reads up to a gigabyte of its log. */
const START_PATIENCE_MS = 120_000;
const RETRY_MS = 100;
const REVIVAL_RETRY_MS = 1_000;

/** Where the server lives, and whom it tells of what happens. */
export interface EmbeddedPostgresOptions {
  /** The gateway's data folder; everything of ours lives in `postgres/` below it. Made when it is missing. */
  readonly dataDir: string;
  readonly log: DatabaseLog;
  /** Further PostgreSQL settings such as `fsync`; they apply when the server is started, not when it is adopted. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Breaks the start off. Once it is through, `stop()` ends the server. */
  readonly signal?: AbortSignal;
}

/** A PostgreSQL server of our own, for as long as the gateway lives. */
export interface EmbeddedPostgres {
  /** Connection string, password included: never log it. Stays true until `stop()`. */
  readonly url: string;
  /**
   * Shuts the server down cleanly. May be called more than once.
   * @throws DatabaseSetupError when the server goes on running
   */
  stop(): Promise<void>;
}

/**
 * Starts the PostgreSQL that lives in `<dataDir>/postgres`, creating it the first time. A server that outlived its
 * gateway (`kill -9`) is adopted; a server that dies under its gateway is started again on the same port.
 *
 * One gateway per data folder: it holds an advisory lock on a connection of its own, so that the lock ends with the
 * gateway, however it ends.
 * @throws DatabaseSetupError whose message tells the administrator what to change
 * @throws the signal's reason; then neither a server nor an unfinished folder of this start is left
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const home = await openHome(options.dataDir);
  try {
    return await startIn(home, options);
  } catch (error) {
    // A full disk, an account that may not give files away: the system's own words, without a stack.
    if (!isNativeError(error) || !('syscall' in error)) throw error;
    throw new DatabaseSetupError(`The embedded PostgreSQL in ${home} cannot be set up: ${error.message}.`, {
      cause: error,
    });
  }
}

/**
 * The database of a gateway that is running on this data folder, or of one whose server has outlived it.
 * @returns its connection string, password included; undefined when no server is running
 * @throws DatabaseSetupError when its password cannot be read
 */
export async function findEmbeddedPostgres(dataDir: string): Promise<string | undefined> {
  const folder = await realpath(resolve(dataDir, 'postgres/cluster')).catch(() => undefined);
  const server = folder === undefined ? undefined : await findRunningServer(join(folder, 'data'));
  if (folder === undefined || server?.port === undefined) return undefined;
  const file = join(folder, 'password');
  const password = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new DatabaseSetupError(`The password of the embedded PostgreSQL cannot be read: ${messageOf(cause)}`, {
      cause,
    });
  });
  return urlOf(server.port, password.trim());
}

function urlOf(port: number | undefined, password: string): string {
  return `postgresql://${CLUSTER_USER}:${encodeURIComponent(password)}@${LOOPBACK}:${port}/${DATABASE}?sslmode=disable`;
}

async function startIn(
  home: string,
  { log, settings = {}, signal = new AbortController().signal }: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const folder = join(home, 'cluster');
  const account = await choosePostgresAccount(join(folder, 'data'));
  if (account) {
    await chmod(home, 0o711);
    await assertAccountCanEnter(account, home);
  }
  signal.throwIfAborted();
  const binaries = await placeBinaries(home, account, signal);
  const cluster = new PostgresCluster({ folder, account, binaries, settings, log });
  signal.throwIfAborted();
  await cluster.create(signal);
  const server = new GuardedServer(cluster, log, home);
  const launched = await server.open(signal);
  // From here on the folder is ours alone.
  await removeFolders(home, (name) => name.startsWith(UNFINISHED_PREFIX));
  // A server that was adopted may still be running from an older copy of the programs.
  const programs = basename(dirname(dirname(binaries.initdb)));
  if (launched) await removeFolders(home, (name) => name.startsWith(NATIVE_COPY_PREFIX) && name !== programs);
  log.info(`The embedded PostgreSQL in ${home} ${launched ? 'has started' : 'was still running and is adopted'}`);
  return server;
}

/** The running server together with the lock that makes it ours. */
class GuardedServer implements EmbeddedPostgres {
  private readonly closing = new AbortController();
  private closed: Promise<void> | undefined;
  private port: number | undefined;
  private password = '';
  /** The connection that holds the lock; undefined while it is lost. */
  private lock: Client | undefined;
  private revival: Promise<void> | undefined;

  constructor(
    private readonly cluster: PostgresCluster,
    private readonly log: DatabaseLog,
    private readonly home: string,
  ) {}

  get url(): string {
    return urlOf(this.port, this.password);
  }

  /**
   * Brings the server up (or finds it up), takes the lock and makes sure of the database.
   * @param signal breaks it off: a server that nobody else uses is stopped, and what tells is the lock
   * @returns whether the server was started, and not found running
   * @throws DatabaseSetupError
   * @throws the signal's reason
   */
  async open(signal: AbortSignal): Promise<boolean> {
    this.password = await this.cluster.password();
    const { client, port, launched } = await this.connect(signal);
    try {
      await this.takeLock(client, signal);
    } catch (error) {
      await client.end();
      throw error;
    }
    try {
      signal.throwIfAborted();
      await this.ensureDatabase(client);
      signal.throwIfAborted();
    } catch (error) {
      await this.cluster.stop();
      throw error;
    }
    this.port = port;
    this.lock = client;
    client.once('end', () => {
      this.lock = undefined;
      if (!this.closing.signal.aborted) this.revival = this.revive();
    });
    return launched;
  }

  stop(): Promise<void> {
    this.closing.abort();
    this.closed ??= this.shutDown();
    return this.closed;
  }

  private async shutDown(): Promise<void> {
    await this.revival;
    // Without the lock the server may be serving somebody else by now. With it, nobody adopts it while it leaves.
    if (this.lock) await this.cluster.stop();
  }

  private async revive(): Promise<void> {
    const { signal } = this.closing;
    this.log.warn('The embedded PostgreSQL closed its connections; bringing it back');
    while (!signal.aborted) {
      try {
        await this.open(signal);
        this.log.info('The embedded PostgreSQL is back');
        return;
      } catch (error) {
        if (signal.aborted) return;
        this.log.warn(`The embedded PostgreSQL is not back yet: ${messageOf(error)}`);
        await delay(REVIVAL_RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  private async connect(signal: AbortSignal): Promise<{ client: Client; port: number; launched: boolean }> {
    const deadline = Date.now() + START_PATIENCE_MS;
    let launched = false;
    try {
      while (Date.now() < deadline) {
        if (await this.cluster.launch(this.port, signal)) launched = true;
        const port = await this.cluster.runningPort();
        const client = port === undefined ? undefined : await this.connectTo(port);
        if (client && port !== undefined) return { client, port, launched };
        signal.throwIfAborted();
        await delay(RETRY_MS);
      }
    } catch (error) {
      // Nobody can have come to use it before us. A server that was there before may be somebody else's.
      if (launched) await this.cluster.stop();
      throw error;
    }
    // What it recovers from goes on: the next start finds that done.
    throw new DatabaseSetupError(
      `The embedded PostgreSQL in ${this.home} does not answer. Its log is ${this.cluster.serverLog}. ` +
        `If no PostgreSQL is running there, remove ${pidFileOf(this.cluster.data)}.`,
    );
  }

  /** @returns undefined while the server is on its way up or down */
  private async connectTo(port: number): Promise<Client | undefined> {
    // Everything that the environment (PGSSLMODE, PGOPTIONS...) could otherwise decide is given.
    const client = new Client({
      host: LOOPBACK,
      port,
      user: CLUSTER_USER,
      password: this.password,
      database: LOCK_DATABASE,
      ssl: false,
      options: '',
      application_name: 'auricle data folder lock',
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
    });
    // Without a listener, a lost connection would end the process.
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      if (isPassing(error)) return undefined;
      const remedy = codeOf(error) === INVALID_PASSWORD ? `. ${this.cluster.passwordRemedy}` : '';
      throw new DatabaseSetupError(
        `The embedded PostgreSQL in ${this.home} turned its gateway away: ${messageOf(error)}${remedy}`,
        { cause: error },
      );
    }
  }

  private async tryLock(client: Client): Promise<boolean> {
    try {
      const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [
        GATEWAY_LOCK,
      ]);
      return rows[0]?.taken ?? false;
    } catch (cause) {
      throw new DatabaseSetupError(
        `The embedded PostgreSQL in ${this.home} does not lend its lock: ${messageOf(cause)}`,
        { cause },
      );
    }
  }

  private async ensureDatabase(client: Client): Promise<void> {
    try {
      const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
      if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
    } catch (cause) {
      throw new DatabaseSetupError(
        `The embedded PostgreSQL in ${this.home} cannot create its database: ${messageOf(cause)}`,
        { cause },
      );
    }
  }

  private async takeLock(client: Client, signal: AbortSignal): Promise<void> {
    const deadline = Date.now() + LOCK_PATIENCE_MS;
    for (;;) {
      if (await this.tryLock(client)) return;
      signal.throwIfAborted();
      if (Date.now() > deadline) break;
      await delay(RETRY_MS);
    }
    throw new DatabaseSetupError(
      `Another Auricle is already using the data folder ${dirname(this.home)}. ` +
        `Stop it, choose another DATA_DIR for this one, or run PostgreSQL yourself and give both its DATABASE_URL.`,
    );
  }
}

/** Makes `<dataDir>/postgres` and answers its path without symbolic links. */
async function openHome(dataDir: string): Promise<string> {
  const home = resolve(dataDir, 'postgres');
  try {
    await mkdir(home, { recursive: true });
    await access(home, constants.R_OK | constants.W_OK | constants.X_OK);
    return await realpath(home);
  } catch (cause) {
    const who = process.getuid ? `uid ${process.getuid()}` : 'this user';
    throw new DatabaseSetupError(
      `The data folder ${dataDir} cannot be written by ${who} (${messageOf(cause)}). ` +
        `Give it to that user, choose another DATA_DIR, or set DATABASE_URL to use another PostgreSQL.`,
      { cause },
    );
  }
}

/** Removes what it can; the next start tries the rest again. An orphaned initdb may still be filling its folder. */
async function removeFolders(home: string, isUseless: (name: string) => boolean): Promise<void> {
  const useless = (await readdir(home).catch(() => [])).filter(isUseless);
  await Promise.allSettled(
    useless.map((name) => rm(join(home, name), { recursive: true, force: true, maxRetries: 5 })),
  );
}

/** Whether a failed connection only says that the server is on its way up or down. */
function isPassing(error: unknown): boolean {
  // Not `instanceof`: the errors of Node's own sockets come from another realm where the code runs in a vm, as in jest.
  if (!isNativeError(error)) return false;
  // 57P03: the database system is starting up, shutting down or in recovery.
  if ('code' in error) return ['57P03', 'ECONNREFUSED', 'ECONNRESET'].includes(String(error.code));
  // pg's own words, without a code, for a connection that broke off or came too slowly.
  return error.message.startsWith('Connection terminated') || error.message === 'timeout expired';
}

function codeOf(error: unknown): unknown {
  return isNativeError(error) && 'code' in error ? error.code : undefined;
}

function messageOf(error: unknown): string {
  return isNativeError(error) ? error.message : String(error);
}
