import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { ChangeFeed, changeSubjects, type ChangeSubject } from '../../../src/database/change-feed.js';
import { PrismaService } from '../../../src/database/prisma.service.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { DatabaseProxy } from '../../support/database-proxy.js';
import { hasPgBouncer, PgBouncer } from '../../support/pgbouncer.js';
import { until } from '../../support/upload-server.js';

/** Answers are waited for as long as a busy machine takes; what a test waits for in vain is shorter. */
const TIMES = { patienceMs: 60_000, pingMs: 20, retryMs: 20, rereadMs: 3_600_000 };

let database: TestDatabase;
let proxy: DatabaseProxy;
let prisma: PrismaService;
let writer: Client;
let feeds: ChangeFeed[];
beforeEach(async () => {
  database = await createTestDatabase();
  proxy = await DatabaseProxy.start(database.url);
  prisma = new PrismaService(database.url, 60_000);
  writer = new Client({ connectionString: database.url });
  await writer.connect();
  feeds = [];
});
afterEach(async () => {
  for (const feed of feeds) feed.onModuleDestroy();
  await writer.end();
  await prisma.onApplicationShutdown();
  await proxy.close();
  await database.drop();
});

/** A feed of which is noted what it tells. */
function open(url: string, times: Partial<typeof TIMES> = {}) {
  const told = new Map<ChangeSubject, (readonly string[])[]>(changeSubjects.map((subject) => [subject, []]));
  const noted = { unsure: 0, of: (subject: ChangeSubject) => told.get(subject) ?? [] };
  const feed = new ChangeFeed(url, prisma, { ...TIMES, ...times });
  for (const subject of changeSubjects) {
    const changed = (ids: ReadonlySet<string>): void => void noted.of(subject).push([...ids].toSorted());
    feed.on(subject, { changed, unsure: () => (noted.unsure += 1) });
  }
  feeds.push(feed);
  feed.onApplicationBootstrap();
  return noted;
}

/** One that hears: it has read everything once, for every subject. */
async function hearing(url = database.url) {
  const noted = open(url);
  await until(() => noted.unsure === changeSubjects.length);
  return noted;
}

const newKey = (id = randomUUID()): Promise<unknown> =>
  writer.query('INSERT INTO virtual_key (id, name, hash, preview) VALUES ($1::uuid, $1::text, $1::text, $1::text)', [
    id,
  ]);

it('tells of what is made, changed and deleted, and not of what the ledger adds up', async () => {
  const noted = await hearing();
  const [id, teamId, modelId] = [randomUUID(), randomUUID(), randomUUID()];
  await newKey(id);
  await until(() => noted.of('virtual_key').length === 1);
  await writer.query('UPDATE virtual_key SET spend_nano_usd = 7, last_used_at = now()');
  await writer.query('INSERT INTO team (id, name) VALUES ($1::uuid, $1::text)', [teamId]);
  // What is told at once is told together.
  await until(() => noted.of('team').length === 1);
  await writer.query('UPDATE team SET spend_nano_usd = 7');
  await writer.query('UPDATE team SET blocked = true');
  await until(() => noted.of('team').length === 2);
  await writer.query('UPDATE virtual_key SET blocked = true');
  await until(() => noted.of('virtual_key').length === 2);
  await writer.query('INSERT INTO model (id, name) VALUES ($1::uuid, $1::text)', [modelId]);
  await until(() => noted.of('catalogue').length === 1);
  await writer.query('DELETE FROM virtual_key');
  await until(() => noted.of('virtual_key').length === 3);
  expect(noted.of('virtual_key')).toEqual([[id], [id], [id]]);
  expect(noted.of('team')).toEqual([[teamId], [teamId]]);
  expect(noted.of('catalogue')).toEqual([[]]);
});

it('tells of a budget by whom it belongs to', async () => {
  const [id, teamId] = [randomUUID(), randomUUID()];
  await newKey(id);
  await writer.query('INSERT INTO team (id, name) VALUES ($1::uuid, $1::text)', [teamId]);
  const noted = await hearing();
  const budget = (owner: string): Promise<unknown> =>
    writer.query(
      `INSERT INTO budget (id, period, time_zone, position, ${owner})
       VALUES (gen_random_uuid(), 'day', 'UTC', 0, $1)`,
      [owner === 'key_id' ? id : teamId],
    );
  await budget('key_id');
  await until(() => noted.of('virtual_key').length === 1);
  await budget('team_id');
  await until(() => noted.of('team').length === 1);
  await writer.query(
    `INSERT INTO budget (id, period, time_zone, position) VALUES (gen_random_uuid(), 'day', 'UTC', 0)`,
  );
  await until(() => noted.of('gateway').length === 1);
  await writer.query('DELETE FROM budget WHERE key_id = $1', [id]);
  await until(() => noted.of('virtual_key').length === 2);
  expect([noted.of('virtual_key'), noted.of('team')]).toEqual([[[id], [id]], [[teamId]]]);
});

it('tells of nothing that was not committed, and of many changes at once', async () => {
  const noted = await hearing();
  await writer.query('BEGIN');
  await newKey();
  await writer.query('ROLLBACK');
  await writer.query('BEGIN');
  const ids = Array.from({ length: 500 }, () => randomUUID()).toSorted();
  for (const id of ids) await newKey(id);
  await writer.query('COMMIT');
  await until(() => noted.of('virtual_key').flat().length >= ids.length);
  expect(noted.of('virtual_key').flat().toSorted()).toEqual(ids);
  // As many as arrive together, not one by one.
  expect(noted.of('virtual_key').length).toBeLessThan(100);
});

it.each<[string, () => void, () => void]>([
  ['cut', () => proxy.cut(), () => undefined],
  ['gone', () => proxy.goAway(), () => proxy.comeBack()],
])('has everything read again after it was %s, and hears again', async (_, goAway, comeBack) => {
  const noted = await hearing(proxy.url);
  goAway();
  await newKey();
  comeBack();
  await until(() => noted.unsure >= 2 * changeSubjects.length);
  const id = randomUUID();
  await newKey(id);
  await until(() => noted.of('virtual_key').some((ids) => ids.includes(id)));
});

it('finds out that its connection is dead although nobody says so', async () => {
  const noted = open(proxy.url, { patienceMs: 500 });
  await until(() => noted.unsure >= changeSubjects.length);
  const { connections } = proxy;
  proxy.freeze();
  await until(() => proxy.connections > connections);
  proxy.thaw();
  await until(() => noted.unsure >= 2 * changeSubjects.length);
});

it('finds out that its connection leads to another server connection, on which nobody listens', async () => {
  const noted = await hearing(proxy.url);
  const { connections } = proxy;
  proxy.say('UNLISTEN *');
  await until(() => noted.unsure === 2 * changeSubjects.length);
  expect(proxy.connections).toBe(connections + 1);
  const id = randomUUID();
  await newKey(id);
  await until(() => noted.of('virtual_key').some((ids) => ids.includes(id)));
});

it('has things read again from time to time where it cannot listen, though the database is there', async () => {
  proxy.goAway();
  const noted = open(proxy.url, { rereadMs: 30 });
  await until(() => noted.unsure >= 3 * changeSubjects.length);
});

(hasPgBouncer ? it : it.skip)(
  'has things read again from time to time behind a pool that delivers nothing',
  async () => {
    const bouncer = await PgBouncer.start(database.url);
    const noted = open(bouncer.url, { patienceMs: 500, rereadMs: 30 });
    await until(() => noted.unsure >= 3 * changeSubjects.length);
    feeds[0]?.onModuleDestroy();
    await bouncer.close();
  },
);

it('leaves no connection behind, whenever it is stopped', async () => {
  const count = async () =>
    (
      await writer.query(
        `SELECT FROM pg_stat_activity WHERE application_name = 'auricle changes' AND datname = current_database()`,
      )
    ).rowCount;
  open(database.url);
  feeds[0]?.onModuleDestroy();
  await hearing();
  expect(await count()).toBe(1);
  feeds[1]?.onModuleDestroy();
  await until(async () => (await count()) === 0);
});
