import { Client } from 'pg';
import { PrismaService } from '../../../src/database/prisma.service.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

describe('PrismaService', () => {
  let database: TestDatabase;
  let prisma: PrismaService;

  beforeEach(async () => {
    database = await createTestDatabase();
    prisma = new PrismaService(database.url);
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
    await prisma.onModuleInit();
    expect(await prisma.pendingMigrations()).toEqual([]);
    await administer(`DELETE FROM _prisma_migrations`);
    expect(await prisma.pendingMigrations()).toEqual([
      expect.stringMatching(/^\d{14}_init$/),
      '20261126055000_settings_in_snake_case',
    ]);
    await administer(`DROP TABLE _prisma_migrations`);
    expect(await prisma.pendingMigrations()).toEqual([
      expect.stringMatching(/^\d{14}_init$/),
      '20261126055000_settings_in_snake_case',
    ]);
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
    await administer(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'auricle'`);
    // The first query may still meet the dead connection; the pool must not hand it out for ever.
    await prisma.ping().catch(() => undefined);
    await expect(prisma.ping()).resolves.toBeUndefined();
  });

  it('names the database, not its password, when it cannot be used', async () => {
    const url = new URL(database.url);
    url.password = 'wrong-secret';
    const unreachable = new PrismaService(url.href);
    const failure = await unreachable.onModuleInit().catch((error: unknown) => error);
    await unreachable.onApplicationShutdown();
    expect(failure).toMatchObject({ name: 'DatabaseSetupError' });
    expect(String(failure)).toMatch(
      `Cannot use PostgreSQL at 127.0.0.1:${url.port}${url.pathname}: Raw query failed. Code: \`28P01\`. Message: `,
    );
    expect(String(failure)).not.toContain('wrong-secret');
  });
});
