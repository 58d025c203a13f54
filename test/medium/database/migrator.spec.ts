import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { migrate, pendingMigrations, type RunQuery } from '../../../src/database/migrator.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { DatabaseProxy } from '../../support/database-proxy.js';
import { until } from '../../support/upload-server.js';

const log = { info: () => undefined, warn: () => undefined };
const committed = 'prisma/migrations';

describe('migrate', () => {
  let database: TestDatabase;
  let client: Client;
  let folder: string;
  const query: RunQuery = async (sql) => (await client.query(sql)).rows;

  beforeEach(async () => {
    database = await createTestDatabase({ template: 'template0' });
    client = new Client({ connectionString: database.url });
    await client.connect();
    folder = await mkdtemp(join(tmpdir(), 'auricle-migrations-'));
    await addMigration('20300101000000_first', 'CREATE TABLE first (id INT); INSERT INTO first VALUES (1);');
    await addMigration('20300102000000_second', 'ALTER TABLE first RENAME TO second;');
    await writeFile(join(folder, 'migration_lock.toml'), 'provider = "postgresql"\n');
  });
  afterEach(async () => {
    await client.end();
    await database.drop();
    await rm(folder, { recursive: true });
  });

  async function addMigration(name: string, sql: string): Promise<void> {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'migration.sql'), sql);
  }
  const run = async () => (await migrate({ url: database.url, log, folder })).applied;
  const records = async () =>
    await query(
      `SELECT migration_name, checksum, applied_steps_count, logs, rolled_back_at, finished_at >= started_at AS finished
       FROM _prisma_migrations ORDER BY migration_name`,
    );
  const tables = async () =>
    (await query(`SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`)).map(
      (row) => (row as { tablename: string }).tablename,
    );

  it('applies the migrations in order and records them as Prisma does', async () => {
    expect(await run()).toEqual(['20300101000000_first', '20300102000000_second']);
    expect(await tables()).toEqual(['_prisma_migrations', 'second']);
    const sql = await readFile(join(folder, '20300101000000_first', 'migration.sql'));
    expect((await records())[0]).toEqual({
      migration_name: '20300101000000_first',
      checksum: createHash('sha256').update(sql).digest('hex'),
      applied_steps_count: 1,
      logs: null,
      rolled_back_at: null,
      finished: true,
    });
  });

  it('applies nothing the second time, and only what is new the third time', async () => {
    await run();
    expect(await run()).toEqual([]);
    await addMigration('20300103000000_third', 'CREATE TABLE third (id INT);');
    expect(await pendingMigrations(query, folder)).toEqual(['20300103000000_third']);
    expect(await run()).toEqual(['20300103000000_third']);
    expect(await pendingMigrations(query, folder)).toEqual([]);
  });

  it('applies each migration once when four processes start at the same moment', async () => {
    const applied = await Promise.all([run(), run(), run(), run()]);
    expect(applied.flat().toSorted()).toEqual(['20300101000000_first', '20300102000000_second']);
    expect(await query('SELECT id FROM second')).toEqual([{ id: 1 }]);
    expect(await records()).toHaveLength(2);
  });

  it('works where Prisma looks, whatever search path the role has', async () => {
    await client.query(`CREATE SCHEMA elsewhere`);
    await client.query(
      `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path TO elsewhere', current_database()); END $$`,
    );
    await run();
    expect(await tables()).toEqual(['_prisma_migrations', 'second']);
    expect(await pendingMigrations(query, folder)).toEqual([]);
  });

  it('keeps nothing of a migration that fails, and goes on once it is mended', async () => {
    await addMigration('20300103000000_third', 'CREATE TABLE third (id INT); SELECT 1 / 0;');
    await expect(run()).rejects.toThrow(
      'The migration 20300103000000_third failed, and nothing of it was kept: division by zero',
    );
    expect(await tables()).toEqual(['_prisma_migrations', 'second']);
    expect(await records()).toHaveLength(2);
    expect(await pendingMigrations(query, folder)).toEqual(['20300103000000_third']);

    await writeFile(join(folder, '20300103000000_third', 'migration.sql'), 'CREATE TABLE third (id INT);');
    expect(await run()).toEqual(['20300103000000_third']);
  });

  it('goes on with a database that a newer version has used, and says so', async () => {
    await run();
    await rm(join(folder, '20300102000000_second'), { recursive: true });
    const warnings: string[] = [];
    const log = { info: () => undefined, warn: (message: string) => void warnings.push(message) };
    expect(await migrate({ url: database.url, log, folder })).toEqual({ applied: [] });
    expect(warnings).toEqual([expect.stringContaining('the migration 20300102000000_second of a newer version')]);
    expect(await pendingMigrations(query, folder)).toEqual([]);
  });

  const refusals: { title: string; change: () => Promise<unknown>; message: string }[] = [
    {
      title: 'a migration that was changed after it was applied',
      change: () => writeFile(join(folder, '20300101000000_first', 'migration.sql'), 'CREATE TABLE other (id INT);'),
      message: 'The migration 20300101000000_first was changed after it was applied',
    },
    {
      title: 'a migration of another line of development',
      change: () => rm(join(folder, '20300102000000_second'), { recursive: true }),
      message: 'The database has the migration 20300102000000_second, which this version of Auricle does not know',
    },
    {
      title: 'a migration that Prisma began and did not finish',
      change: () => client.query(`UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name ~ 'second'`),
      message: 'The migration 20300102000000_second was begun on this database and did not finish',
    },
  ];
  it.each(refusals)('refuses $title and changes nothing', async ({ change, message }) => {
    await run();
    await addMigration('20300103000000_third', 'CREATE TABLE third (id INT);');
    await change();
    const before = await records();
    await expect(run()).rejects.toThrow(message);
    expect(await records()).toEqual(before);
    expect(await tables()).toEqual(['_prisma_migrations', 'second']);
  });

  it('forgets an attempt that was marked as rolled back', async () => {
    await run();
    await client.query(
      `UPDATE _prisma_migrations SET finished_at = NULL, rolled_back_at = now() WHERE migration_name ~ 'second'`,
    );
    await client.query('ALTER TABLE second RENAME TO first');
    expect(await run()).toEqual(['20300102000000_second']);
  });

  it('lets go of the lock, also after a failure', async () => {
    await addMigration('20300103000000_third', 'nonsense');
    await expect(run()).rejects.toThrow('syntax error');
    // Prisma's own lock; held by nobody, it is ours at once.
    expect(await query('SELECT pg_try_advisory_lock(72707369) AS free')).toEqual([{ free: true }]);
  });

  describe('while somebody else has the lock', () => {
    const messages: string[] = [];
    const told = { info: (message: string) => void messages.push(message), warn: () => undefined };
    const hold = async () => {
      messages.length = 0;
      const [row] = await query('SELECT pg_backend_pid() AS pid, pg_advisory_lock(72707369)');
      return (row as { pid: number }).pid;
    };

    it('says for whom it waits and for how long, and goes on when the lock is free', async () => {
      const pid = await hold();
      const migrating = migrate({ url: database.url, log: told, folder });
      await until(() => messages.length > 0);
      expect(messages).toEqual([
        expect.stringMatching(
          new RegExp(
            `^Another process migrates this database .*held by process ${pid}, from 127.0.0.1, idle.*at most 60 s$`,
          ),
        ),
      ]);
      expect(await tables()).toEqual([]);
      await query('SELECT pg_advisory_unlock(72707369)');
      expect((await migrating).applied).toHaveLength(2);
    });

    it('gives up when it is kept, and changes nothing', async () => {
      const pid = await hold();
      const refused = migrate({ url: database.url, log: told, folder, lockTimeoutSeconds: 1 });
      await expect(refused).rejects.toThrow(
        new RegExp(`still taken after 1 s: held by process ${pid}.*DIRECT_DATABASE_URL`),
      );
      await expect(refused).rejects.toMatchObject({ name: 'DatabaseSetupError' });
      expect(await tables()).toEqual([]);
    });

    it('ends at once when it is told to', async () => {
      await hold();
      const stopping = new AbortController();
      const migrating = migrate({ url: database.url, log: told, folder, signal: stopping.signal });
      await until(() => messages.length > 0);
      stopping.abort(new Error('told to stop'));
      await expect(migrating).rejects.toThrow('told to stop');
    });
  });

  it('ends at once when it is told to, also where the server does not answer', async () => {
    const proxy = await DatabaseProxy.start(database.url);
    const stopping = new AbortController();
    await addMigration('20300103000000_third', 'SELECT pg_sleep(600);');
    const migrating = migrate({ url: proxy.url, log, folder, signal: stopping.signal });
    await until(
      async () => (await query(`SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%'`)).length > 1,
    );
    proxy.freeze();
    stopping.abort(new Error('told to stop'));
    await expect(migrating).rejects.toThrow('told to stop');
    await proxy.close();
  });

  it.each(['takes leave with its client, as PostgreSQL does', 'does not even do that'])(
    'ends at once when it is told to while it connects to a server that %s',
    async (manners) => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      const url = new URL(database.url);
      url.port = String((server.address() as AddressInfo).port);
      const stopping = new AbortController();
      const connected = once(server, 'connection');
      const migrating = migrate({ url: url.href, log, folder, signal: stopping.signal });
      const [socket] = await connected;
      if (manners.startsWith('takes')) socket.resume();
      stopping.abort(new Error('told to stop'));
      await expect(migrating).rejects.toThrow('told to stop');
      socket.destroy();
      server.close();
    },
  );

  it('names the database, not its password, when it cannot be reached', async () => {
    const url = new URL(database.url);
    url.password = 'wrong-secret';
    const failure = await migrate({ url: url.href, log, folder }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'DatabaseSetupError' });
    expect(String(failure)).toContain(`Cannot connect to PostgreSQL at 127.0.0.1:${url.port}${url.pathname}`);
    expect(String(failure)).not.toContain('wrong-secret');
  });

  it("says in PostgreSQL's words what the role may not do, and names the database", async () => {
    const url = new URL(database.url);
    url.searchParams.set('options', '-c default_transaction_read_only=on');
    const failure: unknown = await migrate({ url: url.href, log, folder }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'DatabaseSetupError' });
    expect(String(failure)).toMatch(
      /Cannot migrate PostgreSQL at .*: cannot execute CREATE TABLE in a read-only transaction$/,
    );
  });

  it("finds the package's own migrations", async () => {
    const names = (await readdir(committed)).filter((name) => name !== 'migration_lock.toml');
    expect(await pendingMigrations(query)).toEqual(names.toSorted());
    await rm(folder, { recursive: true });
    await cp(committed, folder, { recursive: true });
    expect((await migrate({ url: database.url, log })).applied).toEqual(names.toSorted());
    expect(await tables()).toContain('request_log');
  });
});
