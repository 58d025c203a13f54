import { readdirSync } from 'node:fs';
import { Logger } from '@nestjs/common';
import { Client } from 'pg';
import { PrismaService } from '../../../src/database/prisma.service.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { DatabaseProxy } from '../../support/database-proxy.js';
import { until } from '../../support/upload-server.js';

beforeAll(() => Logger.overrideLogger(false));

describe('PrismaService', () => {
  let database: TestDatabase;
  let prisma: PrismaService;

  beforeEach(async () => {
    database = await createTestDatabase();
    prisma = new PrismaService(database.url, 2000);
  });
  afterEach(async () => {
    await prisma.onApplicationShutdown();
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

  it('finds the schema complete', async () => {
    const committed = readdirSync('prisma/migrations').filter((name) => /^\d{14}_\w+$/.test(name));
    expect(committed.toSorted()[0]).toMatch(/_init$/);
    await prisma.onModuleInit();
    expect(await prisma.pendingMigrations()).toEqual([]);
    await administer(`DELETE FROM _prisma_migrations`);
    expect(await prisma.pendingMigrations()).toEqual(committed.toSorted());
    await administer(`DROP TABLE _prisma_migrations`);
    expect(await prisma.pendingMigrations()).toEqual(committed.toSorted());
  });

  it('reads and writes the same instants whatever time zone the server keeps', async () => {
    await administer(
      `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET TimeZone TO ''Asia/Kolkata''', current_database()); END $$`,
    );
    const expiresAt = new Date('2030-06-01T12:34:56.789Z');
    const { id } = await prisma.virtualKey.create({ data: { name: 'a', hash: 'h', preview: 'p', expiresAt } });
    expect((await prisma.virtualKey.findUniqueOrThrow({ where: { id } })).expiresAt).toEqual(expiresAt);
    expect(await administer(`SELECT expires_at = '2030-06-01T12:34:56.789Z' AS same FROM virtual_key`)).toEqual([
      { same: true },
    ]);
  });

  it('goes on after the server has dropped its connections', async () => {
    await prisma.ping();
    // Tests beside this one have databases of their own on the same server.
    await administer(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'auricle' AND datname = current_database()`,
    );
    // The first query may still meet the dead connection; the pool must not hand it out for ever.
    await prisma.ping().catch(() => undefined);
    await expect(prisma.ping()).resolves.toBeUndefined();
  });

  // A raw query has PostgreSQL's own code, a query of the client Prisma's.
  it.each(['40P01', '40001', '23503', '23505'])('says of %s that another change came between', async (state) => {
    const raise = `DO $$ BEGIN RAISE EXCEPTION 'overtaken' USING ERRCODE = '${state}'; END $$`;
    await expect(prisma.ask(() => prisma.$executeRawUnsafe(raise))).rejects.toMatchObject({ status: 409 });
    await expect(
      prisma.ask(() => prisma.$transaction((transaction) => transaction.$executeRawUnsafe(raise))),
    ).rejects.toMatchObject({ status: 409 });
  });

  it('leaves what is our own mistake as it is', async () => {
    await expect(prisma.ask(() => prisma.$executeRawUnsafe('SELECT nonsense'))).rejects.not.toMatchObject({
      status: 409,
    });
  });

  it('gives no connection up before its patience is at an end, however long an answer takes', async () => {
    const patient = new PrismaService(database.url, 30_000);
    await expect(patient.ask(() => patient.$executeRaw`SELECT pg_sleep(10.5)`)).resolves.toBe(1);
    await patient.onApplicationShutdown();
  });

  describe('once it did not get an answer in time', () => {
    let proxy: DatabaseProxy;
    let impatient: PrismaService;
    let holder: Client;
    beforeEach(async () => {
      proxy = await DatabaseProxy.start(database.url);
      impatient = new PrismaService(proxy.url, 300);
      holder = new Client({ connectionString: database.url });
      await holder.connect();
      // A busy machine may need more than its patience for the first.
      const isThere = () =>
        impatient
          .ask(() => impatient.virtualKey.count())
          .then(
            () => true,
            () => false,
          );
      await until(isThere);
    });
    afterEach(async () => {
      await holder.end();
      await impatient.onApplicationShutdown();
      await proxy.close();
    });

    it.each([
      ['is frozen', () => proxy.freeze(), () => proxy.thaw()],
      ['is slow', () => proxy.slowDown(1000), () => proxy.slowDown(0)],
      [
        'lets nobody read the keys',
        async () => await holder.query('BEGIN; LOCK TABLE virtual_key IN ACCESS EXCLUSIVE MODE'),
        async () => await holder.query('COMMIT'),
      ],
    ])('asks nobody else while the database %s, and finds out by itself when that is over', async (_, begin, end) => {
      await begin();
      const count = () => impatient.ask(() => impatient.virtualKey.count());
      await expect(count()).rejects.toMatchObject({ status: 503, code: 'database_unavailable' });
      let asked = 0;
      const question = () => {
        asked += 1;
        return impatient.virtualKey.count();
      };
      const answers = await Promise.allSettled(Array.from({ length: 50 }, () => impatient.ask(question)));
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 'rejected'));
      expect(asked).toBe(0);
      expect(impatient.isAway).toBe(true);
      // The question that waited in vain has one connection, the attempt to find out has another.
      expect(proxy.connections).toBeLessThanOrEqual(2);
      await end();
      await until(() => !impatient.isAway);
      await until(async () => (await count().catch(() => undefined)) === 0);
    });

    it('goes on when every connection has been cut', async () => {
      proxy.cut();
      await impatient.ask(() => impatient.virtualKey.count()).catch(() => undefined);
      await until(() => !impatient.isAway);
      expect(await impatient.ask(() => impatient.virtualKey.count())).toBe(0);
    });
  });

  it('names the database, not its password, when it cannot be used', async () => {
    const url = new URL(database.url);
    url.password = 'wrong-secret';
    const unreachable = new PrismaService(url.href, 2000);
    const failure = await unreachable.onModuleInit().catch((error: unknown) => error);
    await unreachable.onApplicationShutdown();
    expect(failure).toMatchObject({ name: 'DatabaseSetupError' });
    expect(String(failure)).toMatch(
      `Cannot use PostgreSQL at 127.0.0.1:${url.port}${url.pathname}: Raw query failed. Code: \`28P01\`. Message: `,
    );
    expect(String(failure)).not.toContain('wrong-secret');
  });
});
