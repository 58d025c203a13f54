import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { actAs, type Acting } from '../../../src/acting/acting.js';
import { migrate } from '../../../src/database/migrator.js';
import { PrismaService } from '../../../src/database/prisma.service.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

const ADA: Acting = {
  actor: { kind: 'admin_key', id: randomUUID(), name: 'ada "the first"' },
  clientIp: '192.0.2.1',
  requestId: randomUUID(),
};

let database: TestDatabase;
let client: Client;
let prisma: PrismaService;
beforeAll(async () => {
  database = await createTestDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
  prisma = new PrismaService(database.url, 60_000);
});
afterAll(async () => {
  await prisma.onApplicationShutdown();
  await client.end();
  await database.drop();
});

interface Event {
  readonly id: string;
  readonly action: string;
  readonly kind: string;
  readonly subject_id: string | null;
  readonly subject_name: string | null;
  readonly owner_kind: string | null;
  readonly owner_id: string | null;
  readonly owner_name: string | null;
  readonly before: Record<string, unknown> | null;
  readonly after: Record<string, unknown> | null;
}

let seen = '00000000-0000-0000-0000-000000000000';
/** The events since the last time, oldest first. */
async function news(): Promise<Event[]> {
  const { rows } = await client.query<Event>('SELECT * FROM audit_event WHERE id > $1 ORDER BY id', [seen]);
  seen = rows.at(-1)?.id ?? seen;
  return rows;
}
beforeEach(news);

const NEW_KEY = { name: 'podcast', hash: 'a-hash', preview: 'sk-aur-...wxyz' };
const create = (fields: Partial<typeof NEW_KEY> & { teamId?: string } = {}) =>
  prisma.change((transaction) =>
    transaction.virtualKey.create({ data: { ...NEW_KEY, hash: randomUUID(), name: randomUUID(), ...fields } }),
  );
const made = (fields?: Parameters<typeof create>[0]) => actAs(ADA, () => create(fields));

it('tells who made, changed and deleted something, and what of it, without secrets', async () => {
  const { id } = await made(NEW_KEY);
  await actAs(ADA, () =>
    prisma.change((transaction) =>
      transaction.virtualKey.update({
        where: { id },
        data: { name: 'podcast-app', blocked: true, hash: 'another', previousHash: 'a-hash' },
      }),
    ),
  );
  await actAs(ADA, () => prisma.change((transaction) => transaction.virtualKey.delete({ where: { id } })));
  const events = await news();
  const who = {
    actor_kind: 'admin_key',
    actor_id: ADA.actor.id,
    actor_name: ADA.actor.name,
    client_ip: '192.0.2.1',
    request_id: ADA.requestId,
    kind: 'key',
    subject_id: id,
  };
  expect(events).toMatchObject([
    { ...who, action: 'create', subject_name: 'podcast', before: null, after: { name: 'podcast', blocked: false } },
    {
      ...who,
      action: 'update',
      subject_name: 'podcast-app',
      before: { name: 'podcast', blocked: false },
      after: { name: 'podcast-app', blocked: true, secret: 'changed' },
    },
    { ...who, action: 'delete', before: { name: 'podcast-app', blocked: true }, after: null },
  ]);
  expect(events[1]?.after).toEqual({ name: 'podcast-app', blocked: true, secret: 'changed' });
  expect(JSON.stringify(events)).not.toMatch(/a-hash|another|spend_nano_usd|last_used_at/);
});

it('is rolled back with its change, and the change with it', async () => {
  const gone = actAs(ADA, () =>
    prisma.change(async (transaction) => {
      await transaction.team.create({ data: { name: 'never' } });
      throw new Error('changed my mind');
    }),
  );
  await expect(gone).rejects.toThrow('changed my mind');
  expect(await news()).toEqual([]);

  await client.query('ALTER TABLE audit_event ADD CONSTRAINT full_disk CHECK (false) NOT VALID');
  await expect(made({ name: 'unaudited' })).rejects.toThrow('full_disk');
  await client.query('ALTER TABLE audit_event DROP CONSTRAINT full_disk');
  expect(await prisma.virtualKey.count({ where: { name: 'unaudited' } })).toBe(0);
});

it('refuses a change where nobody acts', async () => {
  await expect(create()).rejects.toThrow('nobody acts');
});

it('names who is connected where the gateway has not told who acts', async () => {
  await made();
  await news();
  await client.query(`INSERT INTO team (id, name) VALUES (gen_random_uuid(), 'by hand')`);
  const { rows } = await client.query('SELECT session_user AS name, host(inet_client_addr()) AS ip');
  expect(await news()).toMatchObject([
    { actor_kind: 'database', actor_name: rows[0].name, client_ip: rows[0].ip, actor_id: null, request_id: null },
  ]);
  // What was told ends with its transaction, also on the same connection.
  await prisma.$executeRaw`UPDATE team SET blocked = true WHERE name = 'by hand'`;
  expect(await news()).toMatchObject([{ actor_kind: 'database', action: 'update' }]);
});

it('tells of nothing that changes by itself, and of no change that changes nothing', async () => {
  const { id } = await made();
  await news();
  await client.query('UPDATE virtual_key SET spend_nano_usd = spend_nano_usd + 5, last_used_at = now() WHERE id = $1', [
    id,
  ]);
  await client.query('UPDATE virtual_key SET blocked = false, name = name WHERE id = $1', [id]);
  expect(await news()).toEqual([]);
});

it('is not even called by what changes by itself, and by every other column of an audited table', async () => {
  const { rows } = await client.query<{ table: string; fires: string[]; columns: string[] }>(`
    SELECT c.relname AS table,
      ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = c.oid AND attnum = ANY (t.tgattr) ORDER BY 1) AS fires,
      ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped ORDER BY 1) AS columns
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgname = 'Audit_change' ORDER BY 1`);
  // A table that has got a column needs "SELECT audit_table('...')" in the migration that adds it.
  const quiet = ['spend_nano_usd', 'last_used_at', 'updated_at', 'position'];
  expect(rows.map(({ table, fires }) => ({ table, fires }))).toEqual(
    rows.map(({ table, columns }) => ({ table, fires: columns.filter((column) => !quiet.includes(column)) })),
  );
});

/** What requests, jobs and gateways write: nobody's decision. */
const OF_NOBODY = new Set([
  '_prisma_migrations',
  'alert_condition',
  'alert_delivery',
  'alert_event',
  'audit_event',
  'budget_period',
  'budget_reservation',
  'cached_answer',
  'client_token',
  'closed_day',
  'closed_rollup',
  'configuration_file',
  'credential_use',
  'deleted_log',
  'erasure',
  'feedback',
  'gateway_instance',
  'limit_counter',
  'limit_place',
  'open_question',
  'request_log',
  'team_rollup',
  'transcript',
  'usage_rollup',
]);

it('audits every table that is not what requests and jobs write', async () => {
  const { rows } = await client.query<{ name: string; audited: boolean }>(`
    SELECT relname AS name, EXISTS (SELECT FROM pg_trigger WHERE tgrelid = c.oid AND tgname = 'Audit_change') AS audited
    FROM pg_class c WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace ORDER BY 1`);
  const wrong = rows.filter(({ name, audited }) => audited === OF_NOBODY.has(name));
  expect(wrong).toEqual([]);
});

it('names what something belongs to, also when both are deleted', async () => {
  const { id: teamId } = await actAs(ADA, () =>
    prisma.change((transaction) => transaction.team.create({ data: { name: 'newsroom' } })),
  );
  const { id: keyId } = await made({ name: 'of the newsroom', teamId });
  const limits = { period: 'day', timeZone: 'UTC', limitNanoUsd: 5n, position: 0 };
  await actAs(ADA, () => prisma.change((transaction) => transaction.budget.create({ data: { ...limits, keyId } })));
  await actAs(ADA, () => prisma.change((transaction) => transaction.budget.create({ data: limits })));
  expect(await news()).toMatchObject([
    { kind: 'team', subject_name: 'newsroom', owner_kind: null },
    { kind: 'key', owner_kind: 'team', owner_id: teamId, owner_name: 'newsroom' },
    { kind: 'budget', owner_kind: 'key', owner_id: keyId, owner_name: 'of the newsroom' },
    { kind: 'budget', owner_kind: 'gateway', owner_id: null, owner_name: null },
  ]);
  await actAs(ADA, () => prisma.change((transaction) => transaction.virtualKey.delete({ where: { id: keyId } })));
  expect(await news()).toMatchObject([
    { action: 'delete', kind: 'key', subject_name: 'of the newsroom' },
    { action: 'delete', kind: 'budget', owner_id: keyId, owner_name: 'of the newsroom' },
  ]);
});

it('takes the gateway for one thing, whether or not it has a row', async () => {
  const set = (redaction: string | null) =>
    client.query(
      'INSERT INTO gateway_setting (id, redaction) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET redaction = $1',
      [redaction],
    );
  await set(null);
  expect(await news()).toEqual([]);
  await set('{"kinds": ["email"]}');
  await client.query('DELETE FROM gateway_setting');
  const redaction = { kinds: ['email'] };
  expect(await news()).toMatchObject([
    { action: 'update', kind: 'gateway', subject_id: null, before: { redaction: null }, after: { redaction } },
    { action: 'update', kind: 'gateway', subject_id: null, before: { redaction }, after: { redaction: null } },
  ]);
});

it('tells neither a secret of a credential nor one in an address', async () => {
  const id = randomUUID();
  await client.query(
    `INSERT INTO provider_credential (id, name, provider, ciphertext, preview, api_base, updated_at)
     VALUES ($1, 'c', 'openai', 'ciphers', 'sk-...', 'https://user:hunter2@stt.example.org/v1', now())`,
    [id],
  );
  await client.query(`UPDATE provider_credential SET ciphertext = 'others', updated_at = now() WHERE id = $1`, [id]);
  const events = await news();
  expect(events).toMatchObject([
    { kind: 'credential', after: { api_base: '...', preview: 'sk-...' } },
    { action: 'update', before: {}, after: { secret: 'changed' } },
  ]);
  expect(events[1]?.after).toEqual({ secret: 'changed' });
  expect(JSON.stringify(events)).not.toMatch(/hunter2|ciphers|others|cipher/);
});

describe('an event', () => {
  it.each([
    ['changed', `UPDATE audit_event SET actor_name = 'nobody'`],
    [
      'changed by an upsert',
      `INSERT INTO audit_event SELECT * FROM audit_event LIMIT 1 ON CONFLICT (id) DO UPDATE SET kind = 'x'`,
    ],
    ['deleted', `DELETE FROM audit_event`],
    ['deleted where there is none', `DELETE FROM audit_event WHERE false`],
    ['truncated', `TRUNCATE audit_event`],
    ['deleted before it is a day old', `SET LOCAL auricle.audit_retention = 'on'; DELETE FROM audit_event`],
    ['changed by retention', `SET LOCAL auricle.audit_retention = 'on'; UPDATE audit_event SET kind = 'x'`],
    ['truncated by retention', `SET LOCAL auricle.audit_retention = 'on'; TRUNCATE audit_event`],
  ])('is not %s by the role of the gateway', async (_, sql) => {
    await made();
    const count = async () => (await client.query('SELECT count(*)::int AS count FROM audit_event')).rows[0].count;
    const before = await count();
    await expect(client.query(sql)).rejects.toThrow('audit events are neither changed nor deleted');
    expect(await count()).toBe(before);
  });

  it('is forgotten by retention, which leaves an event of that', async () => {
    const old = randomUUID();
    await client.query(
      `INSERT INTO audit_event (id, created_at, actor_kind, actor_name, action, kind, subject_id)
       SELECT first_request_id(now() - make_interval(days => days, hours => 12)), now() - make_interval(days => days, hours => 12), 'job', 'j', 'create', 'key', $1
       FROM generate_series(10, 14) AS days`,
      [old],
    );
    const forget = async () => (await client.query('SELECT forget_audit_events(11, 3) AS count')).rows[0].count;
    const left = async () =>
      (await client.query('SELECT count(*)::int AS count FROM audit_event WHERE subject_id = $1', [old])).rows[0].count;
    await news();
    expect([await forget(), await left()]).toEqual([3, 2]);
    expect([await forget(), await left()]).toEqual([1, 1]);
    expect([await forget(), await left()]).toEqual([0, 1]);
    expect(await news()).toMatchObject([
      { action: 'delete', kind: 'audit_events', after: { deleted: 3, older_than_days: 11 } },
      { action: 'delete', kind: 'audit_events', after: { deleted: 1 } },
    ]);
    // The switch ends with the function.
    await expect(client.query('BEGIN; SELECT forget_audit_events(1, 1); DELETE FROM audit_event')).rejects.toThrow(
      'neither changed nor deleted',
    );
    await client.query('ROLLBACK');
  });
});

it('is made, written and read by a role that owns its database and nothing else', async () => {
  const name = `ordinary_${randomUUID().slice(0, 8)}`;
  const own = await createTestDatabase({ template: 'template0' });
  const url = new URL(own.url);
  await client.query(`CREATE ROLE ${name} LOGIN PASSWORD 'p' NOSUPERUSER NOCREATEDB NOCREATEROLE`);
  await client.query(`ALTER DATABASE ${url.pathname.slice(1)} OWNER TO ${name}`);
  Object.assign(url, { username: name, password: 'p' });
  const ordinary = new Client({ connectionString: url.href });
  try {
    await migrate({ url: url.href, log: { info: () => undefined, warn: () => undefined } });
    await ordinary.connect();
    await ordinary.query(`INSERT INTO team (id, name) VALUES (gen_random_uuid(), 't')`);
    const { rows } = await ordinary.query('SELECT kind, actor_name FROM audit_event');
    expect(rows).toEqual([{ kind: 'team', actor_name: name }]);
    await expect(ordinary.query('TRUNCATE audit_event')).rejects.toThrow('neither changed nor deleted');
  } finally {
    await ordinary.end();
    await own.drop();
    await client.query(`DROP ROLE ${name}`);
  }
});
