import { Client } from 'pg';
import { askUntil } from '../../../src/acting/asker.js';
import { ReadOnlyPool, type Ask } from '../../../src/database/read-only-pool.js';
import { DatabaseProxy } from '../../support/database-proxy.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { hasPgBouncer, PgBouncer } from '../../support/pgbouncer.js';
import { until } from '../../support/upload-server.js';

/** A statement that nobody would wait for. */
const LONG = 'SELECT pg_sleep(600)';
const CONNECTIONS = 2;
const NAME = 'auricle test';

let database: TestDatabase;
let watcher: Client;
const open: ReadOnlyPool[] = [];
beforeAll(async () => {
  database = await createTestDatabase({ template: 'template0' });
  watcher = new Client({ connectionString: database.url });
  await watcher.connect();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((pool) => pool.onApplicationShutdown()));
});
afterAll(async () => {
  await watcher.end();
  await database.drop();
});

function poolAt(url: string, connectMs = 60_000): ReadOnlyPool {
  const pool = new ReadOnlyPool(
    url,
    { connectMs, statementMs: 600_000 },
    { connections: CONNECTIONS, applicationName: NAME, database: { isAway: false } },
  );
  open.push(pool);
  return pool;
}

/** How many of the pool's statements are under way, or of its transactions open. */
async function underWay(): Promise<number> {
  const { rows } = await watcher.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = $1 AND state <> 'idle'`,
    [NAME],
  );
  return rows[0]?.count ?? -1;
}
const untilUnderWay = (wanted: number) => until(async () => (await underWay()) === wanted);

/** Of the pool's connections at the server. */
async function pids(): Promise<unknown[]> {
  const { rows } = await watcher.query<{ pid: number }>(
    'SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1',
    [NAME],
  );
  return rows.map(({ pid }) => pid);
}

/** A client that may leave. */
class Asker {
  readonly reason = new Error('the client has gone');
  private readonly controller = new AbortController();

  read(pool: ReadOnlyPool, questions: (ask: Ask) => Promise<unknown>): Promise<unknown> {
    return askUntil(this.controller.signal, () => pool.read(questions));
  }

  ask(pool: ReadOnlyPool, sql = LONG): Promise<unknown> {
    return this.read(pool, (ask) => ask(sql, []));
  }

  /** Its question, as it ends. */
  lost(pool: ReadOnlyPool, sql = LONG): Promise<unknown> {
    return this.ask(pool, sql).catch((error: unknown) => error);
  }

  leave(): void {
    this.controller.abort(this.reason);
  }
}

/** Ends what the server does not know to be over. */
async function endAll(): Promise<void> {
  for (const pid of await pids()) await watcher.query('SELECT pg_terminate_backend($1)', [pid]);
}

const pidOf = (pool: ReadOnlyPool) => pool.read((ask) => ask('SELECT pg_backend_pid() AS pid', []));

const ways = [
  ['PostgreSQL', () => Promise.resolve({ url: database.url, close: () => Promise.resolve() })],
  ...(hasPgBouncer
    ? ([['PgBouncer in transaction mode', () => PgBouncer.start(database.url, ['default_pool_size = 2'])]] as const)
    : []),
] as const;

describe.each(ways)('a question at %s whose client leaves', (_, start) => {
  let server: { readonly url: string; close(): Promise<void> };
  beforeAll(async () => {
    server = await start();
  });
  afterAll(async () => {
    await server.close();
  });

  it('ends there, and gives its connection to others', async () => {
    const pool = poolAt(server.url);
    const [first, second, third] = [new Asker(), new Asker(), new Asker()];
    const lost = [first.lost(pool), second.lost(pool)];
    await untilUnderWay(CONNECTIONS);
    const waiting = third.ask(pool, `SELECT 'answered' AS said`);
    first.leave();
    // By the connection of the first, while the second still has its own.
    expect(await waiting).toEqual([{ said: 'answered' }]);
    await untilUnderWay(1);
    second.leave();
    expect(await Promise.all(lost)).toEqual([first.reason, second.reason]);
    await untilUnderWay(0);
  });

  it('ends there also where a cancellation was passed over', async () => {
    const pool = poolAt(server.url);
    const asker = new Asker();
    const lost = asker.lost(
      pool,
      'DO $$ BEGIN PERFORM pg_sleep(600); EXCEPTION WHEN query_canceled THEN PERFORM pg_sleep(600); END $$',
    );
    await untilUnderWay(1);
    asker.leave();
    expect(await lost).toBe(asker.reason);
    await untilUnderWay(0);
  });

  it('is asked nothing more, whether or not what it was asked last has come', async () => {
    const pool = poolAt(server.url);
    const asker = new Asker();
    const said: unknown[] = [];
    const read = asker.read(pool, async (ask) => {
      said.push(await ask('SELECT 1 AS one', []));
      asker.leave();
      said.push(await ask('SELECT 2 AS two', []));
    });
    await expect(read).rejects.toBe(asker.reason);
    expect(said).toEqual([[{ one: 1 }]]);
    await untilUnderWay(0);
  });

  it('leaves no connection behind that a late cancellation could hit', async () => {
    const pool = poolAt(server.url);
    const asker = new Asker();
    const lost = asker.lost(pool);
    await untilUnderWay(1);
    const [cancelled] = await pids();
    asker.leave();
    await lost;
    await until(async () => !(await pids()).includes(cancelled));
    expect((await Promise.all([pidOf(pool), pidOf(pool)])).flat()).toHaveLength(2);
  });
});

describe('a question whose client leaves', () => {
  it('before it has its turn is never asked', async () => {
    const pool = poolAt(database.url);
    const holders = [new Asker(), new Asker()];
    const held = holders.map((asker) => asker.lost(pool));
    await untilUnderWay(CONNECTIONS);
    const gone = new Asker();
    const lost = gone.lost(pool, 'SELECT pg_sleep(601)');
    const after = pidOf(pool);
    gone.leave();
    holders[0]?.leave();
    expect(await lost).toBe(gone.reason);
    expect(await after).toHaveLength(1);
    await untilUnderWay(1);
    holders[1]?.leave();
    await Promise.all(held);
  });

  it('before it comes here opens no connection', async () => {
    await using proxy = await DatabaseProxy.start(database.url);
    const asker = new Asker();
    asker.leave();
    expect(await asker.lost(poolAt(proxy.url))).toBe(asker.reason);
    expect(proxy.connections).toBe(0);
  });

  it('while it is committed is no reason to cancel anything', async () => {
    await using proxy = await DatabaseProxy.start(database.url);
    const pool = poolAt(proxy.url);
    const asker = new Asker();
    let isAsked = false;
    const read = asker.read(pool, async (ask) => {
      const rows = await ask('SELECT 1 AS one', []);
      proxy.freeze();
      isAsked = true;
      return rows;
    });
    await until(() => isAsked);
    asker.leave();
    proxy.thaw();
    expect(await read).toEqual([{ one: 1 }]);
    expect(await pidOf(pool)).toHaveLength(1);
    expect(proxy.connections).toBe(1);
  });

  it('gives its connection away though the database is silent', async () => {
    await using proxy = await DatabaseProxy.start(database.url);
    const pool = poolAt(proxy.url, 500);
    const asker = new Asker();
    const lost = asker.lost(pool);
    await untilUnderWay(1);
    proxy.freeze();
    asker.leave();
    expect(await lost).toBe(asker.reason);
    proxy.thaw();
    expect(await pidOf(pool)).toHaveLength(1);
    await endAll();
  });

  it('is nobody else who asks the same pool', async () => {
    const pool = poolAt(database.url);
    const [gone, stays] = [new Asker(), new Asker()];
    const lost = gone.lost(pool);
    let goOn = (): void => undefined;
    const going = new Promise<void>((resolve) => (goOn = resolve));
    const kept = stays.read(pool, async (ask) => {
      await going;
      return await ask('SELECT 2 AS two', []);
    });
    await untilUnderWay(2);
    gone.leave();
    expect(await lost).toBe(gone.reason);
    goOn();
    expect(await kept).toEqual([{ two: 2 }]);
  });
});

it('a connection that breaks under a question is a database that does not answer', async () => {
  await using proxy = await DatabaseProxy.start(database.url);
  const pool = poolAt(proxy.url);
  const broken = new Asker().ask(pool, LONG);
  await untilUnderWay(1);
  proxy.cut();
  await expect(broken).rejects.toMatchObject({ status: 503, code: 'database_unavailable' });
  expect(await pidOf(pool)).toHaveLength(1);
  await endAll();
});
