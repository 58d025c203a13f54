import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isNativeError } from 'node:util/types';
import { makeFolder } from './atomic-folder.js';
import type { DatabaseLog } from './database-log.js';
import { DatabaseSetupError } from './database-setup-error.js';
import { findFreePort, isPortFree, LOOPBACK } from './loopback-port.js';
import type { PostgresAccount } from './os-account.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import { runTool, type ToolResult } from './postgres-tool.js';
import { findRunningServer, pidFileOf, removeStalePidFile } from './postmaster-pid.js';

/** The database's superuser, the only role there is. */
export const CLUSTER_USER = 'auricle';

const START_TIMEOUT_SECONDS = 60;
const STOP_TIMEOUT_SECONDS = 60;
/** How soon a start that is broken off is noticed. */
const BREAK_OFF_MS = 50;

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

  /**
   * The superuser's password.
   * @throws DatabaseSetupError when its file is gone or damaged
   */
  async password(): Promise<string> {
    let fault = 'holds none';
    const text = await readFile(this.passwordFile, 'utf8').catch((error: unknown) => {
      fault = `cannot be read (${isNativeError(error) ? error.message : String(error)})`;
      return '';
    });
    const password = text.trim();
    // What a power cut leaves of a file may be NULs.
    if (/^[!-~]+$/.test(password)) return password;
    throw new DatabaseSetupError(
      `The file of the embedded PostgreSQL's password, ${this.passwordFile}, ${fault}. ${this.passwordRemedy}`,
    );
  }

  /** What an administrator can do about a password that is lost or does not fit. */
  get passwordRemedy(): string {
    const postgres = join(dirname(this.options.binaries.initdb), 'postgres');
    return (
      `Restore ${this.passwordFile} from a backup. Without one, write a new password of letters and digits into it, and ` +
      `tell PostgreSQL, as the owner of ${this.data}: ` +
      `echo "ALTER ROLE ${CLUSTER_USER} PASSWORD '...'" | ${postgres} --single -D ${this.data} postgres`
    );
  }

  private get passwordFile(): string {
    return join(this.options.folder, 'password');
  }

  /**
   * Makes the cluster unless it exists.
   * @throws DatabaseSetupError when initdb fails
   * @throws the signal's reason; then nothing is left
   */
  async create(signal: AbortSignal): Promise<void> {
    await makeFolder(this.options.folder, async (attempt) => await this.initialize(attempt, signal));
  }

  /** The port of the server that is running, if one is; undefined also while it has not written its port down. */
  async runningPort(): Promise<number | undefined> {
    return (await findRunningServer(this.data))?.port;
  }

  /**
   * Starts the server unless one is running. Returns without one when the start failed for a passing reason (the port
   * was taken, the last server's processes are still leaving): the caller tries again.
   * @param fixedPort the only port that will do; undefined = the remembered port if it is free, else any
   * @param signal stops a server that is still coming up; one that is up by then is the caller's
   * @returns whether this call started it
   * @throws DatabaseSetupError with PostgreSQL's own words when it does not start
   * @throws the signal's reason; then no server of ours is running
   */
  async launch(fixedPort: number | undefined, signal: AbortSignal): Promise<boolean> {
    if (await findRunningServer(this.data)) return false;
    signal.throwIfAborted();
    const { account, binaries, folder, settings, log } = this.options;
    await removeStalePidFile(this.data, log);
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
    const starting = runTool(
      binaries.pgCtl,
      ['start', '-s', ...wait, '-D', this.data, '-l', this.serverLog, '-o', serverOptions],
      { account, cwd: dirname(folder) },
    );
    const { code, output } = await this.stoppedWhenAborted(starting, signal);
    if (code === 0) {
      await this.rememberPort(port);
      return true;
    }
    // Recovery after a crash may outlast pg_ctl's patience, or a second gateway may have been faster.
    if (await findRunningServer(this.data)) return output.includes('did not start in time');
    signal.throwIfAborted();
    const words = await readFrom(this.serverLog, logStart);
    if (fixedPort === undefined && !(await isPortFree(port))) return false;
    // The processes of a server that was killed are still leaving: its memory is in use, or its own process half gone.
    if (/still in use|Is another postmaster/.test(words)) return false;
    throw new DatabaseSetupError(
      `The embedded PostgreSQL in ${folder} does not start. ${words || this.wordsOfPgCtl(output)}`,
    );
  }

  /** What pg_ctl says when the server has said nothing. */
  private wordsOfPgCtl(output: string): string {
    const words = `pg_ctl says: ${oneLine(output)}`;
    if (/PID file|lock file/.test(output)) {
      return `${words}. If no PostgreSQL is running there, remove ${pidFileOf(this.data)}.`;
    }
    // It only points to the log.
    if (!output.includes('Examine the log output')) return words;
    return `${words} Nothing was written into ${this.serverLog}: can it be written, and is there room on the disk?`;
  }

  /**
   * Waits for `pg_ctl start`. It is not killed half way, because its server would live on: once the server has written
   * itself down it is told to stop, at which pg_ctl ends as well.
   */
  private async stoppedWhenAborted(starting: Promise<ToolResult>, signal: AbortSignal): Promise<ToolResult> {
    for (;;) {
      const result = await Promise.race([starting, delay(BREAK_OFF_MS)]);
      if (result) return result;
      if (signal.aborted && (await findRunningServer(this.data))) await this.stop();
    }
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

  private async initialize(attempt: string, signal: AbortSignal): Promise<void> {
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
      { account, cwd: attempt, signal },
    );
    signal.throwIfAborted();
    if (code !== 0) {
      throw new DatabaseSetupError(
        `The embedded PostgreSQL could not create its database in ${folder}. initdb says: ${oneLine(output)}`,
      );
    }
  }

  /** Keeps the port for the next start, so that an administrator's tools find the database where it was. */
  private async rememberPort(port: number): Promise<void> {
    const file = join(this.options.folder, 'port');
    try {
      // Made anew and never written through: the folder may belong to a lesser user, who could have planted a link.
      await rm(file, { force: true });
      await writeFile(file, String(port), { flag: 'wx' });
    } catch (error) {
      const reason = isNativeError(error) ? error.message : String(error);
      this.options.log.warn(`The embedded PostgreSQL may have another port after the next start: ${reason}`);
    }
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
  return words && `Its log says: ${oneLine(words)}`;
}

function oneLine(words: string): string {
  return words
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .join(' | ');
}
