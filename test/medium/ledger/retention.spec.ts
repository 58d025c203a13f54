import { Logger } from '@nestjs/common';
import { Client } from 'pg';
import { v7 } from 'uuid';
import { PrismaService } from '../../../src/database/prisma.service.js';
import { SqlConnection } from '../../../src/database/sql-connection.js';
import { LAXEST } from '../../../src/domain/privacy.js';
import { systemClock } from '../../../src/http/clock.js';
import { ErasureRepository } from '../../../src/ledger/erasure/erasure.repository.js';
import type { LogEntry } from '../../../src/ledger/entry/log-entry.js';
import { OutlivedRepository } from '../../../src/ledger/retention/outlived.repository.js';
import { RetentionKeeper } from '../../../src/ledger/retention/retention.keeper.js';
import { VerificationRepository } from '../../../src/ledger/verify/verification.repository.js';
import { verifyLedger, type Finding } from '../../../src/ledger/verify/verification.js';
import { byTest } from '../../support/acting.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { LedgerRows } from '../../support/ledger-rows.js';
import { logEntry } from '../../support/log-entries.js';

const NOW = new Date('2026-11-27T12:00:00Z');
const DAY_MS = 86_400_000;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

beforeAll(() => Logger.overrideLogger(false));

let database: TestDatabase;
let client: Client;
let ledger: LedgerRows;
let prisma: PrismaService;
let keys: string[];
let team: string;
beforeEach(async () => {
  database = await createTestDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
  ledger = new LedgerRows(database.url);
  prisma = new PrismaService(database.url, 60_000);
  const { rows } = await client.query<{ id: string }>(
    `INSERT INTO virtual_key (id, name, hash, preview, created_at) SELECT gen_random_uuid(), 'key ' || n, 'hash ' || n, 'p', '2026-01-01'
     FROM generate_series(1, 3) AS n RETURNING id`,
  );
  keys = rows.map(({ id }) => id);
  const { rows: made } = await client.query<{ id: string }>(
    `INSERT INTO team (id, name, created_at) VALUES (gen_random_uuid(), 'team', '2026-01-01') RETURNING id`,
  );
  team = made[0]?.id ?? '';
});
afterEach(async () => {
  ledger.close();
  await prisma.$disconnect();
  await client.end();
  await database.drop();
});

const newKeeper = (of = prisma) => new RetentionKeeper(new OutlivedRepository(of), systemClock);

/** A log of so many days ago. */
function log(daysAgo: number, fields: Partial<LogEntry> = {}): LogEntry {
  const id = v7({ msecs: NOW.getTime() - daysAgo * DAY_MS });
  const segments = [{ text: 'said', startSeconds: 0, endSeconds: 1 }];
  return logEntry({ id, costNanoUsd: 5n, transcript: 'said', segments, ...fields });
}

async function write(...entries: LogEntry[]): Promise<readonly string[]> {
  for (let at = 0; at < entries.length; at += 200) await ledger.append(entries.slice(at, at + 200));
  return entries.map(({ id }) => id);
}

async function set(table: 'virtual_key' | 'team', id: string, privacy: object): Promise<void> {
  await client.query(`UPDATE ${table} SET privacy = $1 WHERE id = $2`, [JSON.stringify({ ...LAXEST, ...privacy }), id]);
}

async function setGateway(privacy: object): Promise<void> {
  await client.query(
    'INSERT INTO gateway_setting (id, privacy) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET privacy = excluded.privacy',
    [JSON.stringify({ ...LAXEST, ...privacy })],
  );
}

/** The ids that are left, in their order. */
async function left(table: 'request_log' | 'transcript' | 'cached_answer' | 'deleted_log'): Promise<string[]> {
  const column = table === 'request_log' || table === 'deleted_log' ? 'id' : 'request_id';
  const { rows } = await client.query<{ id: string }>(`SELECT ${column}::text AS id FROM ${table} ORDER BY ${column}`);
  return rows.map(({ id }) => id);
}

async function cache(...ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    await client.query(
      `INSERT INTO cached_answer (key, form, model, request_id, answer, bytes, expires_at)
       VALUES (decode(md5($1), 'hex'), 'json', 'whisper', $1::text::uuid, '', 0, now() + interval '1 day')`,
      [id],
    );
  }
}

/** What `auricle ledger verify` finds wrong. */
async function findings(repair = false): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  const connection = new SqlConnection(database.url, { connectMs: 60_000, statementMs: 60_000 }, 'test');
  await verifyLedger({
    repository: new VerificationRepository(connection),
    journal: undefined,
    repair,
    write: () => Promise.resolve(),
    onFinding: (it) => found.push(it),
    onProgress: () => undefined,
  });
  connection.close();
  return found;
}

async function sums(): Promise<unknown> {
  const { rows } = await client.query(
    `SELECT (SELECT sum(requests)::int FROM usage_rollup WHERE grain = 'day') AS requests,
       (SELECT sum(cost_nano_usd)::int FROM usage_rollup WHERE grain = 'hour') AS cost,
       (SELECT sum(spend_nano_usd)::int FROM virtual_key) AS keys, (SELECT spend_nano_usd::int FROM team) AS team`,
  );
  return rows[0];
}

const teamName = 'team';
const keyName = 'key';

it('deletes at the boundary of the fewest days of key, team and gateway, with all that hangs on a log', async () => {
  const [own = '', ofTeam = '', plain = ''] = keys;
  await set('virtual_key', own, { log_retention_days: 10, transcript_retention_days: 3 });
  await set('team', team, { log_retention_days: 20 });
  await setGateway({ log_retention_days: 30, transcript_retention_days: 25 });
  const inTeam = { teamId: team, teamName };
  const of = (keyId: string | null, days: number, fields = {}) => log(days, { keyId, keyName, ...fields });
  const second = 1000 / DAY_MS;
  const entries = {
    ownOld: of(own, 10 + second),
    ownYoung: of(own, 10 - second),
    ownWords: of(own, 3 - second),
    // The key's own days are fewer.
    ownInTeam: of(own, 11, inTeam),
    teamOld: of(ofTeam, 20 + second, inTeam),
    teamYoung: of(ofTeam, 20 - second, inTeam),
    // It has left the team since then, or its key is gone: the row tells.
    gone: of('019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3a', 21, inTeam),
    plainOld: of(plain, 30 + second),
    plainYoung: of(plain, 30 - second),
    masterWords: of(null, 25 - second),
    masterNoWords: of(null, 25 + second),
  };
  await write(...Object.values(entries));
  await cache(entries.ownYoung.id, entries.ownOld.id, entries.masterWords.id);
  await client.query(
    `INSERT INTO feedback (id, trace_id, value, created_at, updated_at)
     SELECT gen_random_uuid(), unnest($1::text[]), 1, $2, now()`,
    [[entries.ownOld.id, entries.ownYoung.id], NOW],
  );
  const before = await sums();
  expect(await newKeeper().keep(NOW)).toEqual({ logs: 5, transcripts: 3, isDone: true });
  const { ownYoung, ownWords, teamYoung, plainYoung, masterWords, masterNoWords } = entries;
  const stay = [ownYoung, ownWords, teamYoung, plainYoung, masterWords, masterNoWords].map(({ id }) => id);
  expect(await left('request_log')).toEqual(stay.toSorted());
  expect(await left('transcript')).toEqual([ownWords, teamYoung, masterWords].map(({ id }) => id).toSorted());
  expect(await left('cached_answer')).toEqual([masterWords.id]);
  const { rows } = await client.query(`SELECT trace_id FROM feedback`);
  expect(rows).toEqual([{ trace_id: ownYoung.id }]);
  // The money still adds up, and nobody finds fault with it.
  expect(await sums()).toEqual(before);
  expect(await findings()).toEqual([]);
  expect(await newKeeper().keep(NOW)).toEqual({ logs: 0, transcripts: 0, isDone: true });
  const { rows: events } = await client.query(
    `SELECT actor_kind, actor_name, action, after FROM audit_event WHERE kind = 'outlived_logs'`,
  );
  expect(events).toEqual([
    { actor_kind: 'job', actor_name: 'retention', action: 'delete', after: { logs: 5, transcripts: 3 } },
  ]);
});

it('deletes by what is set now, and nothing by what is not understood', async () => {
  const [key = ''] = keys;
  const [id] = await write(log(40, { keyId: key, keyName }));
  await client.query(
    `UPDATE virtual_key SET privacy = '{"log_retention_days": 1, "of_the_future": true}' WHERE id = $1`,
    [key],
  );
  expect(await newKeeper().keep(NOW)).toMatchObject({ logs: 0, isDone: true });
  await set('virtual_key', key, { zero_retention: true, keep_transcripts: false });
  expect(await newKeeper().keep(NOW)).toMatchObject({ logs: 0, transcripts: 0 });
  await set('virtual_key', key, { log_retention_days: 41 });
  expect(await newKeeper().keep(NOW)).toMatchObject({ logs: 0 });
  await set('virtual_key', key, { log_retention_days: 39 });
  await client.query('DELETE FROM virtual_key WHERE id = $1', [key]);
  // The days of a key that is gone are unknown.
  expect(await newKeeper().keep(NOW)).toMatchObject({ logs: 0 });
  await setGateway({ log_retention_days: 39 });
  expect(await newKeeper().keep(NOW)).toMatchObject({ logs: 1 });
  expect(await left('deleted_log')).toEqual([id]);
});

it('a log that was deleted does not come back, and is counted once', async () => {
  const [key = ''] = keys;
  await set('virtual_key', key, { log_retention_days: 10 });
  const old = log(20, { keyId: key, keyName, teamId: team, teamName });
  const late = log(20, { keyId: key, keyName, teamId: team, teamName });
  await write(old);
  await newKeeper().keep(NOW);
  // As from the journal of a gateway that was away: one that it had written, and one that it had not.
  expect(await ledger.append([old, late])).toBe(1);
  expect(await sums()).toEqual({ requests: 2, cost: 10, keys: 10, team: 10 });
  expect(await newKeeper().keep(NOW)).toMatchObject({ logs: 1 });
  expect(await ledger.append([old, late])).toBe(0);
  expect(await left('request_log')).toEqual([]);
  expect(await findings(true)).toEqual([]);
  expect(await sums()).toEqual({ requests: 2, cost: 10, keys: 10, team: 10 });
});

it('is done in batches beside writers, by one gateway at a time', async () => {
  const [key = '', other = ''] = keys;
  await set('virtual_key', key, { log_retention_days: 10 });
  await set('virtual_key', other, { transcript_retention_days: 10 });
  const many = 10_000;
  await client.query(`SELECT ensure_ledger_partitions($1, $1)`, [new Date(NOW.getTime() - 20 * DAY_MS)]);
  await client.query(
    `INSERT INTO request_log (id, created_at, key_id, key_name, task, status, http_status, latency_ms, cost_nano_usd)
     SELECT encode(set_byte(uuid_send(first_request_id(at)) , 15, n % 256) , 'hex')::uuid, at, CASE WHEN n % 2 = 0 THEN $2::uuid ELSE $3::uuid END, 'key',
       'transcribe', 'success', 200, 1, 5
     FROM (SELECT n, $1::timestamptz + n * interval '10 ms' AS at FROM generate_series(1, $4) AS n) AS rows`,
    [new Date(NOW.getTime() - 20 * DAY_MS), key, other, many],
  );
  await client.query(`INSERT INTO transcript (request_id, text) SELECT id, 'said' FROM request_log`);
  const second = new PrismaService(database.url, 60_000);
  const keepers = [newKeeper(), newKeeper(second)];
  const stopped = new AbortController();
  let written = 0;
  const writing = (async () => {
    while (!stopped.signal.aborted) {
      written += await ledger.append([log(1, { keyId: key, keyName }), log(30, { keyId: other, keyName })]);
    }
  })();
  // A reader that stays open holds nobody up, and is not held up.
  await client.query('BEGIN');
  await client.query('SELECT count(*) FROM request_log');
  const runs = [];
  do {
    for (const run of await Promise.all(keepers.map((keeper) => keeper.keep(NOW)))) runs.push(run);
  } while (!runs.slice(-2).every((run) => run.isDone));
  await client.query('COMMIT');
  stopped.abort();
  await writing;
  await second.$disconnect();
  expect(runs.reduce((sum, { logs }) => sum + logs, 0)).toBe(many / 2);
  const { rows } = await client.query(
    `SELECT count(*) FILTER (WHERE key_id = $1)::int AS own, count(*) FILTER (WHERE key_id = $2)::int AS others FROM request_log`,
    [key, other],
  );
  expect(written).toBeGreaterThan(0);
  expect(rows).toEqual([{ own: written / 2, others: many / 2 + written / 2 }]);
  // What was written behind the place meanwhile goes within a day.
  await newKeeper().keep(NOW);
  const words = await client.query(
    `SELECT count(*)::int AS words FROM transcript JOIN request_log ON id = request_id WHERE key_id = $1`,
    [other],
  );
  expect(words.rows).toEqual([{ words: 0 }]);
});

describe('what is erased of somebody', () => {
  const told = {
    endUser: 'alice',
    metadata: { room: 'alice’s' },
    tags: ['alice'],
    traceId: 'trace-of-alice',
    clientIp: '192.0.2.7',
    userAgent: 'alice/1.0',
    errorMessage: 'alice said it wrong',
    question: 'who is alice?',
    transcript: 'I am alice',
    segments: [{ text: 'I am alice', startSeconds: 0, endSeconds: 1, speaker: 'alice' }],
  };

  async function eraseAll(repository: ErasureRepository, subject: { endUser: string } | { keyId: string }) {
    const before = await byTest(() => repository.note([subject]));
    let changed = 0;
    for (let after: string | null = FIRST_ID; after !== null;) {
      const done = await repository.erase({ subject, before, after, limit: 3 });
      changed += done.changed;
      after = done.last;
    }
    return changed;
  }

  it('goes from rows, words, cached answers and feedback, and the money stays', async () => {
    const [key = ''] = keys;
    const repository = new ErasureRepository(prisma);
    const ids = await write(...Array.from({ length: 10 }, () => log(2, { ...told, keyId: key, keyName })));
    const [other = ''] = await write(
      log(2, { ...told, endUser: 'bob', keyId: key, keyName, metadata: null, tags: [], traceId: null }),
    );
    await cache(ids[0] ?? '', other);
    await client.query(
      `INSERT INTO feedback (id, trace_id, key_id, value, metadata, created_at, updated_at)
       VALUES (gen_random_uuid(), 'trace-of-alice', $1, 1, '{"_user": "alice"}', now(), now())`,
      [key],
    );
    const before = await sums();
    expect(await eraseAll(repository, { endUser: 'alice' })).toBe(10);
    const { rows } = await client.query<{ line: string }>(
      `SELECT row_to_json(r)::text AS line FROM request_log r WHERE id = ANY($1) UNION ALL SELECT row_to_json(f)::text FROM feedback f
       UNION ALL SELECT row_to_json(e)::text FROM erasure e`,
      [ids],
    );
    expect(rows.map(({ line }) => line).join('\n')).not.toMatch(/alice|192\.0\.2\.7/i);
    expect(await left('transcript')).toEqual([other]);
    expect(await left('cached_answer')).toEqual([other]);
    expect(await sums()).toEqual(before);
    expect(await findings()).toEqual([]);
    // Again: nothing is left to do.
    expect(await eraseAll(repository, { endUser: 'alice' })).toBe(0);
    // By the key, whoever it was for.
    expect(await eraseAll(repository, { keyId: key })).toBe(1);
    expect(await eraseAll(repository, { keyId: key })).toBe(0);
    expect(await left('transcript')).toEqual([]);
  });

  it('does not come back from a journal', async () => {
    const repository = new ErasureRepository(prisma);
    await eraseAll(repository, { endUser: 'alice' });
    const attempt = { deployment_id: 'd', outcome: 'unknown', error: 'alice' };
    // What a gateway that was away has not written before, of before the erasure and after it.
    const [before = '', after = ''] = await write(
      logEntry({
        ...told,
        id: v7({ msecs: Date.now() - 60_000 }),
        attempts: [attempt as LogEntry['attempts'][number]],
      }),
      logEntry({ ...told, id: v7({ msecs: Date.now() + 60_000 }) }),
    );
    const { rows } = await client.query(
      `SELECT end_user, metadata, tags, trace_id, client_ip, user_agent, error_message, attempts FROM request_log WHERE id = $1`,
      [before],
    );
    expect(rows).toEqual([
      {
        end_user: null,
        metadata: null,
        tags: [],
        trace_id: null,
        client_ip: null,
        user_agent: null,
        error_message: 'erased',
        attempts: [{ ...attempt, error: null }],
      },
    ]);
    expect(await left('transcript')).toEqual([after]);
  });
});
