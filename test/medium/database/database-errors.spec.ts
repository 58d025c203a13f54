import { Logger } from '@nestjs/common';
import { Client } from 'pg';
import { isDatabaseUnavailable, meaningOf } from '../../../src/database/database-errors.js';
import { PrismaService } from '../../../src/database/prisma.service.js';
import { createTestDatabase, onDatabase, type TestDatabase } from '../../support/database.js';

/** Enough that connections end while they are idle, asked, in a transaction, between two statements, and being opened. */
const ROUNDS = 40;
const AT_ONCE = 12;

let database: TestDatabase;
let prisma: PrismaService;
let operator: Client;
beforeAll(() => Logger.overrideLogger(false));
beforeEach(async () => {
  database = await createTestDatabase();
  prisma = new PrismaService(database.url, 5000);
  operator = new Client({ connectionString: onDatabase(database.url, 'postgres') });
  await operator.connect();
});
afterEach(async () => {
  await operator.end();
  await prisma.onApplicationShutdown();
  await database.drop();
});

const questions: readonly (() => Promise<unknown>)[] = [
  () => prisma.virtualKey.count(),
  () => prisma.$queryRaw`SELECT 1 FROM pg_sleep(0.002)`,
  () => prisma.$transaction([prisma.team.count(), prisma.virtualKey.count()]),
  () =>
    prisma.$transaction(async (transaction) => {
      await transaction.$executeRaw`SELECT pg_sleep(0.001)`;
      return await transaction.team.count();
    }),
];

/** Asks in every way until told to stop. @returns what failed, as it came */
async function askOnAndOn(until: AbortSignal, ask: () => Promise<unknown>): Promise<unknown[]> {
  const failures: unknown[] = [];
  while (!until.aborted) await ask().catch((error: unknown) => failures.push(error));
  return failures;
}

it.each([
  ['every connection is ended', false],
  ['the database lets nobody in', true],
])('means that the database is away, whatever a connection was doing when %s', async (_, isShut) => {
  const name = new URL(database.url).pathname.slice(1);
  const letIn = (yes: boolean) => operator.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS ${String(yes)}`);
  const over = new AbortController();
  const asking = Array.from({ length: AT_ONCE / questions.length }, () =>
    questions.map((ask) => askOnAndOn(over.signal, ask)),
  ).flat();
  for (let round = 0; round < ROUNDS; round += 1) {
    await prisma.ping().catch(() => undefined);
    if (isShut) await letIn(false);
    await operator.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
    if (isShut) await letIn(true);
  }
  over.abort();
  const failures = (await Promise.all(asking)).flat();
  expect(failures).not.toEqual([]);
  const mistaken = failures.filter((error) => !isDatabaseUnavailable(meaningOf(error)));
  expect([...new Set(mistaken.map(String))]).toEqual([]);
});
