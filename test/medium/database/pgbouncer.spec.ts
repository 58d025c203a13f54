import { Client } from 'pg';
import { migrate } from '../../../src/database/migrator.js';
import { PrismaService } from '../../../src/database/prisma.service.js';
import { SqlConnection } from '../../../src/database/sql-connection.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { hasPgBouncer, PgBouncer } from '../../support/pgbouncer.js';

const log = { info: () => undefined, warn: () => undefined };

(hasPgBouncer ? describe : describe.skip)('behind PgBouncer in transaction mode', () => {
  let database: TestDatabase;
  let bouncer: PgBouncer;
  beforeEach(async () => {
    database = await createTestDatabase({ template: 'template0' });
    bouncer = await PgBouncer.start(database.url);
  });
  afterEach(async () => {
    await bouncer.close();
    await database.drop();
  });

  async function administer(sql: string): Promise<unknown[]> {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  }

  it('any number of gateways start at once and one after the other, and no lock stays behind', async () => {
    const start = async () => (await migrate({ url: bouncer.url, log, lockTimeoutSeconds: 20 })).applied;
    const applied = await Promise.all([start(), start(), start()]);
    expect(new Set(applied.flat()).size).toBe(applied.flat().length);
    expect(await start()).toEqual([]);
    expect(
      await administer(
        `SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 72707369
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      ),
    ).toEqual([]);
  });

  it('statements are carried out that another server keeps by that name, or does not', async () => {
    const connections = Array.from(
      { length: 4 },
      () => new SqlConnection(bouncer.url, { connectMs: 60_000, statementMs: 60_000 }),
    );
    // In turn and at once, so that they change servers.
    for (let round = 0; round < 20; round += 1) {
      const answers = connections.map(async (connection, index) => {
        const sql = 'SELECT $1::int AS asked, pg_sleep(0.001 * $1)';
        return (await connection.query<{ asked: number }>(sql, [(index + round) % 4], 'kept'))[0]?.asked;
      });
      expect(await Promise.all(answers)).toEqual([0, 1, 2, 3].map((index) => (index + round) % 4));
    }
    for (const connection of connections) connection.close();
  });

  it('instants are read as they were written, on whichever connection', async () => {
    await administer(
      `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET TimeZone TO ''Asia/Kolkata''', current_database()); END $$`,
    );
    await migrate({ url: bouncer.url, log });
    const [first, second] = [new PrismaService(bouncer.url, 5000), new PrismaService(bouncer.url, 5000)];
    const expiresAt = new Date('2030-06-01T12:34:56.789Z');
    const names = Array.from({ length: 20 }, (_, index) => `key ${index}`);
    await Promise.all(
      names.map((name, index) =>
        (index % 2 ? first : second).virtualKey.create({ data: { name, hash: name, preview: 'p', expiresAt } }),
      ),
    );
    const read = await Promise.all(names.map((name) => first.virtualKey.findUniqueOrThrow({ where: { name } })));
    expect(read.map((row) => row.expiresAt)).toEqual(names.map(() => expiresAt));
    expect(
      await administer(`SELECT DISTINCT expires_at = '${expiresAt.toISOString()}' AS same FROM virtual_key`),
    ).toEqual([{ same: true }]);
    await Promise.all([first.onApplicationShutdown(), second.onApplicationShutdown()]);
  });
});
