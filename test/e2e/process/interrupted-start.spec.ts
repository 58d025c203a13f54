import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { createTestDatabase } from '../../support/database.js';
import { isLongForm } from '../../support/long-form.js';
import { processesIn } from '../../support/processes.js';
import { until } from '../../support/upload-server.js';
import { buildGateway, GatewayProcess } from './gateway-process.js';

/** Prisma's lock on migrations, which the gateway takes as well. */
const PRISMA_MIGRATE_LOCK = 72_707_369;

let folder: string;
let dataDir: string;
let home: string;
let environment: Record<string, string>;
beforeAll(() => buildGateway());

async function makeFolder(): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 'auricle-start-'));
  // PostgreSQL runs as another user when the tests are run by root.
  chmodSync(folder, 0o755);
  dataDir = join(folder, 'data');
  home = join(dataDir, 'postgres');
  environment = { DATA_DIR: dataDir, LOG_LEVEL: 'debug', LOG_FORMAT: 'json' };
}

async function removeFolder(): Promise<void> {
  await GatewayProcess.killAll();
  for (const process of processesIn(folder)) kill(Number(process.split(' ')[1]), 'SIGKILL');
  await until(() => processesIn(folder).length === 0);
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended with its postmaster.
  }
}

const unfinished = () => (existsSync(home) ? readdirSync(home).filter((name) => name.startsWith('unfinished-')) : []);
const inUnfinished = (path: string) => unfinished().some((name) => existsSync(join(home, name, path)));
const inCluster = (path: string) => existsSync(join(home, 'cluster', path));
const postmasterPid = () => Number.parseInt(readFileSync(join(home, 'cluster/data/postmaster.pid'), 'utf8'), 10);

interface Moment {
  /** When the start is broken off. */
  readonly when: string;
  /** What is to be seen by then, in the folder or in the log. */
  readonly sign: string | (() => boolean);
  /** Tried by this signal in the short form, too. */
  readonly by?: 'SIGTERM' | 'SIGINT';
}

/** In this order one folder does for all of them: each start is also the next one after the last, and gets a little further. */
const moments: readonly Moment[] = [
  { when: 'the folder of the new database is begun', sign: () => unfinished().length > 0 },
  { when: 'initdb has begun', sign: () => inUnfinished('data/PG_VERSION'), by: 'SIGTERM' },
  { when: 'initdb has loaded the catalogue', sign: () => inUnfinished('data/global/pg_control'), by: 'SIGINT' },
  { when: 'the new database is whole', sign: () => inCluster('data'), by: 'SIGTERM' },
  { when: 'the server is coming up', sign: () => inCluster('data/postmaster.pid'), by: 'SIGINT' },
  { when: 'the server is up', sign: () => inCluster('port'), by: 'SIGTERM' },
  { when: 'the gateway has its lock', sign: 'The embedded PostgreSQL in' },
  { when: 'migrations run', sign: 'Applied the migration', by: 'SIGTERM' },
  { when: 'the application is being made', sign: 'dependencies initialized' },
  { when: 'routes are made', sign: 'Mapped {', by: 'SIGTERM' },
];

/** Ended as it was told, and nothing of it is left: no process and no unfinished folder. */
async function expectCleanEnd(gateway: GatewayProcess): Promise<void> {
  expect({ ...(await gateway.ended), errors: gateway.errors }).toEqual({ code: 0, signal: null, errors: '' });
  expect(processesIn(folder)).toEqual([]);
  expect(unfinished()).toEqual([]);
  expect(inCluster('data/postmaster.pid')).toBe(false);
}

async function expectStart(): Promise<void> {
  const next = await GatewayProcess.start(environment);
  next.kill('SIGTERM');
  expect(await next.ended).toEqual({ code: 0, signal: null });
  expect(processesIn(folder)).toEqual([]);
}

const tried = (all: readonly Moment[], signal: Moment['by']): readonly Moment[] =>
  isLongForm ? all : all.filter(({ by }) => by === signal);

/** Starts the gateway, up to the moment. */
async function startUntil(sign: Moment['sign'], options?: { leadsGroup: boolean }): Promise<GatewayProcess> {
  // An earlier start may have left it, and it is a mark of this one.
  await rm(join(home, 'cluster/port'), { force: true });
  const gateway = GatewayProcess.launch(environment, options);
  await reach(gateway, sign);
  return gateway;
}

async function reach(gateway: GatewayProcess, sign: Moment['sign']): Promise<void> {
  await (typeof sign === 'string' ? gateway.says(sign) : until(sign));
}

describe('a start that is broken off leaves nothing behind', () => {
  beforeAll(() => makeFolder());
  afterEach(() => GatewayProcess.killAll());
  afterAll(() => removeFolder());

  it.each(tried(moments, 'SIGTERM'))('by SIGTERM when $when', async ({ sign }) => {
    const gateway = await startUntil(sign);
    gateway.kill('SIGTERM');
    await gateway.ended;
    expect(gateway.output.match(/SIGTERM: the start is broken off/g)).toHaveLength(1);
    expect(gateway.output).not.toContain('Auricle is ready');
    await expectCleanEnd(gateway);
  });

  it('and the next start goes through', () => expectStart());
});

describe('a start that is broken off by Ctrl-C, which reaches the whole process group, leaves nothing behind', () => {
  beforeAll(() => makeFolder());
  afterEach(() => GatewayProcess.killAll());
  afterAll(() => removeFolder());

  const inFolder = moments.filter(({ sign }) => typeof sign !== 'string').slice(1, 5);
  it.each(tried(inFolder, 'SIGINT'))('when $when', async ({ sign }) => {
    const gateway = await startUntil(sign, { leadsGroup: true });
    gateway.killGroup('SIGINT');
    await gateway.ended;
    expect(gateway.output).toContain('SIGINT: the start is broken off');
    await expectCleanEnd(gateway);
  });

  it('and the next start goes through', () => expectStart());
});

describe('a start in a folder of its own', () => {
  beforeEach(() => makeFolder());
  afterEach(() => removeFolder());

  it('is broken off while another process migrates the database', async () => {
    const database = await createTestDatabase();
    const other = new Client({ connectionString: database.url });
    await other.connect();
    try {
      await other.query('SELECT pg_advisory_lock($1)', [PRISMA_MIGRATE_LOCK]);
      const gateway = GatewayProcess.launch({ ...environment, DATABASE_URL: database.url });
      await gateway.says('Another process migrates this database');
      gateway.kill('SIGTERM');
      expect({ ...(await gateway.ended), errors: gateway.errors }).toEqual({ code: 0, signal: null, errors: '' });
    } finally {
      await other.end();
      await database.drop();
    }
  });

  it('ends at once on the second signal, and the next start takes what is left', async () => {
    const gateway = GatewayProcess.launch(environment);
    await until(() => inCluster('data/postmaster.pid') && postmasterPid() > 0);
    const postmaster = postmasterPid();
    // A server that does not stop: the gateway would wait for it.
    process.kill(postmaster, 'SIGSTOP');
    gateway.kill('SIGTERM');
    await gateway.says('the start is broken off');
    gateway.kill('SIGTERM');
    expect(await gateway.ended).toEqual({ code: 1, signal: null });
    expect(gateway.output).toContain('stopping at once');
    process.kill(postmaster, 'SIGCONT');
    const next = await GatewayProcess.start(environment);
    next.kill('SIGTERM');
    expect(await next.ended).toEqual({ code: 0, signal: null });
    expect(processesIn(folder)).toEqual([]);
  });

  it('leaves the server of another gateway alone', async () => {
    const first = await GatewayProcess.start(environment);
    const second = await GatewayProcess.fail(environment);
    expect(second.code).toBe(1);
    expect(second.errors).toContain(`Another gateway uses the data folder ${dataDir}`);
    expect((await first.fetch('/health/ready')).status).toBe(200);
    expect(first.output).not.toContain('bringing it back');
  });

  it('goes on, and can be stopped, when nobody reads what it writes any more', async () => {
    const reserved = createServer().listen(0, '127.0.0.1');
    await once(reserved, 'listening');
    const { port } = reserved.address() as AddressInfo;
    reserved.close();
    await once(reserved, 'close');
    const gateway = GatewayProcess.launch({ ...environment, PORT: String(port) });
    await gateway.says('Mapped {');
    gateway.stopReading();
    const isLive = async () => (await fetch(`http://127.0.0.1:${port}/health/live`)).ok;
    await until(async () => await isLive().catch(() => false));
    // After the banner.
    expect(await isLive()).toBe(true);
    gateway.kill('SIGTERM');
    expect(await gateway.ended).toEqual({ code: 0, signal: null });
    expect(processesIn(folder)).toEqual([]);
  });
});
