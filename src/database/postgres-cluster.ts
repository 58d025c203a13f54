import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from './atomic-folder.js';
import type { DatabaseLog } from './database-log.js';
import { DatabaseSetupError } from './database-setup-error.js';
import { findFreePort, isPortFree, LOOPBACK } from './loopback-port.js';
import type { PostgresAccount } from './os-account.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import { runTool } from './postgres-tool.js';
import { findRunningServer } from './postmaster-pid.js';

/** The database's superuser, the only role there is. */
export const CLUSTER_USER = 'auricle';

const START_TIMEOUT_SECONDS = 60;
const STOP_TIMEOUT_SECONDS = 60;

/** What a cluster consists of and how its server is run. */
export interface ClusterOptions {
  /** The folder that holds (or will hold) the cluster: `data/`, `password` and `port`. Absolute, no symbolic links. */
  readonly folder: string;
  readonly account: PostgresAccount | undefined;
  readonly binaries: PostgresBinaries;
  /** Server settings beside our own. */
  readonly settings: Readonly<Record<string, string>>;
  readonly log: DatabaseLog;
}

/** One PostgreSQL data folder and the server on it, driven by PostgreSQL's own `initdb` and `pg_ctl`. */
export class PostgresCluster {
  constructor(private readonly options: ClusterOptions) {}

  /** PostgreSQL's data folder. */
  get data(): string {
    return join(this.options.folder, 'data');
  }

  /** The server's own log, for the administrator. */
  get serverLog(): string {
    return join(this.data, 'server.log');
  }

  /** The superuser's password. */
  async password(): Promise<string> {
    return await readFile(join(this.options.folder, 'password'), 'utf8');
  }

  /**
   * Makes the cluster unless it exists.
   * @throws DatabaseSetupError when initdb fails
   */
  async create(): Promise<void> {
    await makeFolder(this.options.folder, async (attempt) => await this.initialize(attempt));
  }

  /** The port of the server that is running, if one is; undefined also while it has not written its port down. */
  async runningPort(): Promise<number | undefined> {
    return (await findRunningServer(this.data))?.port;
  }

  /**
   * Starts the server unless one is running. Returns without one when the start failed for a passing reason (the port
   * was taken, the last server's processes are still leaving): the caller tries again.
   * @param fixedPort the only port that will do; undefined = the remembered port if it is free, else any
   * @returns whether this call started it
   * @throws DatabaseSetupError with the server's own words when it does not start
   */
  async launch(fixedPort: number | undefined): Promise<boolean> {
    if (await findRunningServer(this.data)) return false;
    const { account, binaries, folder, settings } = this.options;
    const port = fixedPort ?? (await findFreePort(await this.rememberedPort()));
    const logStart = await sizeOf(this.serverLog);
    const serverOptions = toServerOptions({
      listen_addresses: LOOPBACK,
      port: String(port),
      // A socket's path may be no longer than about 100 characters, and data folders are.
      unix_socket_directories: '',
      log_checkpoints: 'off',
      ...settings,
    });
    const wait = ['-w', '-t', String(START_TIMEOUT_SECONDS)];
    const { code, output } = await runTool(
      binaries.pgCtl,
      ['start', '-s', ...wait, '-D', this.data, '-l', this.serverLog, '-o', serverOptions],
      { account, cwd: dirname(folder), quiet: true },
    );
    if (code === 0) {
      await this.rememberPort(port);
      return true;
    }
    // Recovery after a crash may outlast pg_ctl's patience, or a second gateway may have been faster.
    if (await findRunningServer(this.data)) return false;
    const words = await readFrom(this.serverLog, logStart);
    if (fixedPort === undefined && !(await isPortFree(port))) return false;
    if (words.includes('still in use')) return false;
    throw new DatabaseSetupError(`The embedded PostgreSQL in ${folder} does not start. ${words || output}`);
  }

  /**
   * Stops the server, disconnecting its clients. Does nothing when none is running.
   * @throws DatabaseSetupError when it goes on running
   */
  async stop(): Promise<void> {
    const { account, binaries, folder } = this.options;
    const { output } = await runTool(
      binaries.pgCtl,
      ['stop', '-s', '-m', 'fast', '-w', '-t', String(STOP_TIMEOUT_SECONDS), '-D', this.data],
      { account, cwd: dirname(folder) },
    );
    // pg_ctl also complains when there is nothing to stop.
    if (await findRunningServer(this.data)) {
      throw new DatabaseSetupError(`The embedded PostgreSQL in ${folder} does not stop. ${output}`);
    }
  }

  private async initialize(attempt: string): Promise<void> {
    const { account, binaries, folder, log, settings } = this.options;
    log.info(`Creating the embedded PostgreSQL database in ${folder}`);
    const data = join(attempt, 'data');
    const password = join(attempt, 'password');
    await mkdir(data, { mode: 0o700 });
    await writeFile(password, randomBytes(24).toString('base64url'), { mode: 0o600 });
    if (account) {
      await chmod(attempt, 0o711);
      await chown(data, account.uid, account.gid);
      await chown(password, account.uid, account.gid);
    }
    // Text sorts by code point and yet É is the capital of é, the same on every platform.
    const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
    const access = [`--username=${CLUSTER_USER}`, `--pwfile=${password}`, '--auth=scram-sha-256'];
    const durability = settings['fsync'] === 'off' ? ['--no-sync'] : [];
    const { code, output } = await runTool(
      binaries.initdb,
      ['-D', data, ...locale, ...access, '--no-instructions', ...durability],
      { account, cwd: attempt },
    );
    if (code !== 0) {
      throw new DatabaseSetupError(`The embedded PostgreSQL could not create its database in ${data}. ${output}`);
    }
  }

  /** Keeps the port for the next start, so that an administrator's tools find the database where it was. */
  private async rememberPort(port: number): Promise<void> {
    const file = join(this.options.folder, 'port');
    // Made anew and never written through: the folder may belong to a lesser user, who could have planted a link.
    await rm(file, { force: true });
    await writeFile(file, String(port), { flag: 'wx' });
  }

  private async rememberedPort(): Promise<number | undefined> {
    const text = await readFile(join(this.options.folder, 'port'), 'utf8').catch(() => '');
    return Number.parseInt(text, 10) || undefined;
  }
}

/**
 * Settings as `pg_ctl -o` wants them: one string that a shell will split.
 * @throws RangeError for anything that the shell could read otherwise
 */
function toServerOptions(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => {
      if (!/^[\w.]+$/.test(name) || !/^[\w.:/-]*$/.test(value))
        throw new RangeError(`unsafe setting: ${name}=${value}`);
      return `-c ${name}=${value}`;
    })
    .join(' ');
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.size ?? 0;
}

/** What was appended to a log since it had this size, as one line. */
async function readFrom(file: string, start: number): Promise<string> {
  const content = await readFile(file).catch(() => Buffer.alloc(0));
  const words = content.subarray(start).toString().trim();
  return words && `Its log says: ${words.replaceAll(/\s*\n\s*/g, ' | ')}`;
}
