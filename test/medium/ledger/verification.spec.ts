import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { v7 } from 'uuid';
import { SqlConnection } from '../../../src/database/sql-connection.js';
import { encodeLog, type EncodedLog } from '../../../src/ledger/entry/ledger-record.js';
import type { LogEntry } from '../../../src/ledger/entry/log-entry.js';
import { encodeLine } from '../../../src/ledger/journal/journal-record.js';
import { segmentName } from '../../../src/ledger/journal/segment-name.js';
import { ClosedDaysRepository } from '../../../src/ledger/rollups/closed-days.repository.js';
import { readJournalFiles } from '../../../src/ledger/verify/journal-files.js';
import { verifyLedger, type Finding, type Verdict } from '../../../src/ledger/verify/verification.js';
import { VerificationRepository } from '../../../src/ledger/verify/verification.repository.js';
import {
  encodeFinding,
  encodeVerdict,
  formatFinding,
  formatVerdict,
} from '../../../src/ledger/verify/verification-report.js';
import { LedgerRepository } from '../../../src/ledger/writer/ledger.repository.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { logEntry } from '../../support/log-entries.js';

const NOON = Date.UTC(2026, 10, 20, 12);

let database: TestDatabase;
let client: Client;
let connections: SqlConnection[];
let ledger: LedgerRepository;
let keys: string[];
let teams: string[];
beforeEach(async () => {
  database = await createTestDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
  connections = [];
  ledger = new LedgerRepository(connect());
  const { rows } = await client.query<{ id: string }>(
    `INSERT INTO virtual_key (id, name, hash, preview, created_at) SELECT gen_random_uuid(), 'key ' || n, 'hash ' || n, 'p', '2026-11-01' FROM generate_series(1, 3) AS n RETURNING id`,
  );
  keys = rows.map(({ id }) => id).toSorted();
  const { rows: made } = await client.query<{ id: string }>(
    `INSERT INTO team (id, name, created_at) SELECT gen_random_uuid(), 'team ' || n, '2026-11-01' FROM generate_series(1, 2) AS n RETURNING id`,
  );
  teams = made.map(({ id }) => id).toSorted();
});
afterEach(async () => {
  for (const connection of connections) connection.close();
  await client.end();
  await database.drop();
});

function connect(): SqlConnection {
  const connection = new SqlConnection(database.url, { connectMs: 10_000, statementMs: 60_000 });
  connections.push(connection);
  return connection;
}

function entryAt(msecs: number, fields: Partial<LogEntry> = {}): EncodedLog {
  return encodeLog(
    logEntry({ id: v7({ msecs }), keyId: keys[0] ?? null, costNanoUsd: 1000n, audioSeconds: 2, ...fields }),
  );
}

/** Rows of several hours, days, keys, teams and models. */
function someRows(): EncodedLog[] {
  return Array.from({ length: 60 }, (_, index) =>
    entryAt(NOON + index * 1_700_000, {
      keyId: [keys[0], keys[1], null][index % 3] ?? null,
      teamId: [teams[0], null, teams[1]][index % 4] ?? null,
      model: ['a', 'b'][index % 2] ?? null,
      costNanoUsd: index % 7 === 0 ? null : BigInt(index) * 1_000_003n,
      latencyMs: index * 37,
      audioSeconds: index % 5 === 0 ? null : index / 3,
      providerLatencyMs: index * 30,
      retries: index % 3,
      rescued: index % 4 === 0,
      cache: index % 6 === 0 ? 'hit' : null,
      usage: {
        type: 'tokens',
        input_tokens: index,
        input_token_details: { text_tokens: 0, audio_tokens: index },
        output_tokens: 2 * index,
        total_tokens: 3 * index,
      },
    }),
  );
}

async function verify(
  repair = false,
  journal?: { rows: AsyncIterable<EncodedLog>; isFree: boolean },
): Promise<Verdict & { findings: readonly Finding[] }> {
  const findings: Finding[] = [];
  const verdict = await verifyLedger({
    repository: new VerificationRepository(connect()),
    journal,
    repair,
    write: async (logs) => await ledger.append(logs),
    onFinding: (finding) => findings.push(finding),
    onProgress: () => undefined,
  });
  return { ...verdict, findings };
}

async function sums(): Promise<unknown[]> {
  const tables = ['usage_rollup', 'team_rollup'].map((table) =>
    client.query(`SELECT * FROM ${table} ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9`),
  );
  return (await Promise.all(tables)).map(({ rows }) => rows);
}

async function closeDays(): Promise<void> {
  const days = new ClosedDaysRepository(connect());
  for (const day of await days.openDays(new Date('2026-12-01T00:00:00Z'))) await days.close(day);
}

async function expectEqual(): Promise<void> {
  expect(await verify()).toMatchObject({ differences: 0, findings: [] });
}

it('finds nothing in an empty ledger, nor in one that the gateway has written', async () => {
  await expectEqual();
  await ledger.append(someRows());
  expect(await verify()).toEqual({
    journalled: undefined,
    notYetWritten: 0,
    written: 0,
    days: 2,
    keys: 3,
    teams: 2,
    budgets: 0,
    differences: 0,
    repaired: 0,
    keptSince: new Date('2026-11-01T00:00:00Z'),
    findings: [],
  });
});

it.each([
  [
    'a sum of an hour',
    `UPDATE usage_rollup SET cost_nano_usd = cost_nano_usd + 1 WHERE grain = 'hour' AND starts_at = '2026-11-20 13:00Z' AND model = 'a'`,
  ],
  ['a count in a range', `UPDATE usage_rollup SET l10 = coalesce(l10, 0) + 1 WHERE grain = 'hour'`],
  ['a sum of a day', `UPDATE usage_rollup SET requests = requests - 1 WHERE grain = 'day'`],
  ['missing hours', `DELETE FROM usage_rollup WHERE grain = 'hour' AND starts_at > '2026-11-20 14:00Z'`],
  ['missing days', `DELETE FROM usage_rollup WHERE grain = 'day'`],
  [
    'a sum without rows, on a day without any',
    `INSERT INTO usage_rollup SELECT (jsonb_populate_record(u, '{"starts_at": "2026-11-25T10:00:00Z"}')).* FROM usage_rollup AS u WHERE grain = 'hour' LIMIT 1`,
  ],
  ['a sum of a team', `UPDATE team_rollup SET audio_ms = audio_ms + 1 WHERE grain = 'hour'`],
  ['missing days of teams', `DELETE FROM team_rollup WHERE grain = 'day'`],
  ['everything, as after the first upgrade', `TRUNCATE usage_rollup, team_rollup`],
  ['a sum of a closed day', `UPDATE closed_rollup SET latency_ms = latency_ms + 1 WHERE scope = 'team'`],
  ['missing sums of a closed day', `DELETE FROM closed_rollup WHERE scope = 'all'`],
  ['rows that nobody added up', `DELETE FROM request_log WHERE id IN (SELECT id FROM request_log LIMIT 7)`],
])('finds and repairs %s', async (what, damage) => {
  await ledger.append(someRows());
  if (damage.includes('closed_rollup')) await closeDays();
  const before = await sums();
  await client.query(damage);
  // What is repaired afterwards has to open them again.
  if (what === 'a sum of a day') await closeDays();
  const found = await verify();
  expect(found.differences).toBeGreaterThan(0);
  expect(found.repaired).toBe(0);
  const mended = await verify(true);
  expect(mended).toMatchObject({ differences: found.differences, repaired: found.differences });
  expect(found.findings.map(({ kind }) => kind)).toEqual(mended.findings.map(({ kind }) => kind));
  if (what !== 'rows that nobody added up') expect(await sums()).toEqual(before);
  await expectEqual();
});

it.each([1n, -1n, 9_000_000_000_000n])('finds and repairs a spend that is off by %s', async (off) => {
  await ledger.append(someRows());
  await client.query('UPDATE virtual_key SET spend_nano_usd = greatest(spend_nano_usd + $2, 0) WHERE id = $1', [
    keys[1],
    String(off),
  ]);
  const { findings } = await verify();
  expect(findings).toMatchObject([
    { kind: 'spend', owner: 'key', repaired: false, spend: { id: keys[1], isOlder: false } },
  ]);
  expect(await verify(true)).toMatchObject({ differences: 1, repaired: 1 });
  await expectEqual();
});

it('finds and repairs the spend of a team', async () => {
  await ledger.append(someRows());
  await client.query('UPDATE team SET spend_nano_usd = spend_nano_usd + 3 WHERE id = $1', [teams[1]]);
  const { findings } = await verify();
  expect(findings).toMatchObject([{ kind: 'spend', owner: 'team', repaired: false, spend: { id: teams[1] } }]);
  expect(await verify(true)).toMatchObject({ differences: 1, repaired: 1 });
  await expectEqual();
});

describe('when a month of rows is gone', () => {
  beforeEach(async () => {
    await client.query(`UPDATE virtual_key SET created_at = '2026-08-01'`);
    await client.query(`UPDATE team SET created_at = '2026-08-01'`);
    await ledger.append([
      entryAt(Date.UTC(2026, 8, 10), { teamId: teams[0] ?? null }),
      entryAt(Date.UTC(2026, 8, 11), { keyId: keys[1] ?? null }),
    ]);
    await ledger.append(someRows());
    await client.query('DROP TABLE request_log_2026_09, transcript_2026_09');
  });

  it('keeps its sums, and counts them where keys are', async () => {
    const before = await sums();
    expect(await verify(true)).toMatchObject({ differences: 0, findings: [] });
    expect(await sums()).toEqual(before);
    await client.query('UPDATE virtual_key SET spend_nano_usd = spend_nano_usd + 5 WHERE id = $1', [keys[0]]);
    await client.query('UPDATE team SET spend_nano_usd = spend_nano_usd + 5 WHERE id = $1', [teams[0]]);
    expect(await verify(true)).toMatchObject({ differences: 2, repaired: 2 });
    await expectEqual();
  });

  it('leaves a key that may have spent more then as it is, where there are no sums', async () => {
    await client.query(`DELETE FROM usage_rollup WHERE starts_at < '2026-10-01'`);
    await client.query(`DELETE FROM team_rollup WHERE starts_at < '2026-10-01'`);
    const { findings, differences } = await verify(true);
    expect(differences).toBe(0);
    expect(findings).toMatchObject([
      { kind: 'uncertain', spend: { id: keys[0] } },
      { kind: 'uncertain', spend: { id: keys[1] } },
      { kind: 'uncertain', owner: 'team', spend: { id: teams[0] } },
    ]);
    // Less than is in the logs is wrong whatever was before.
    await client.query('UPDATE virtual_key SET spend_nano_usd = 1');
    expect(await verify(true)).toMatchObject({ differences: 2, repaired: 2 });
  });
});

describe('with a journal', () => {
  async function* journalled(rows: readonly EncodedLog[]): AsyncGenerator<EncodedLog> {
    yield* rows;
  }

  it('tells what is not yet written, and writes it where no gateway does', async () => {
    const rows = someRows();
    await ledger.append(rows.slice(0, 50));
    const busy = await verify(true, { rows: journalled(rows), isFree: false });
    expect(busy).toMatchObject({ journalled: 60, notYetWritten: 10, written: 0, differences: 0 });
    expect(busy.findings).toEqual(rows.slice(50).map(({ id }) => ({ kind: 'journal', id, repaired: false })));
    expect(await verify(false, { rows: journalled(rows), isFree: true })).toMatchObject({ written: 0 });
    const free = await verify(true, { rows: journalled([...rows, ...rows]), isFree: true });
    expect(free).toMatchObject({ written: 10, differences: 0 });
    await expectEqual();
    expect((await client.query('SELECT FROM request_log')).rowCount).toBe(60);
  });
});

it('reads the journal of a gateway, but for what is open, damaged or set aside', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'auricle-journal-'));
  const [first, open, last, refused] = [entryAt(NOON), entryAt(NOON), entryAt(NOON), entryAt(NOON)];
  const lines = [
    encodeLine({ kind: 'c', ...first }),
    encodeLine({ kind: 'o', ...open }),
    Buffer.from('damaged\n'),
    encodeLine({ kind: 'c', ...last }),
    encodeLine({ kind: 'c', ...open }).subarray(0, 40),
  ];
  await writeFile(join(folder, segmentName(v7(), 1)), Buffer.concat(lines));
  await writeFile(join(folder, 'refused.log'), encodeLine({ kind: 'c', ...refused }));
  const { notYetWritten, findings } = await verify(false, { rows: readJournalFiles(folder), isFree: false });
  expect(notYetWritten).toBe(2);
  expect(findings.map((finding) => finding.kind === 'journal' && finding.id)).toEqual([first.id, last.id]);
  expect(await verify(false, { rows: readJournalFiles(join(folder, 'missing')), isFree: true })).toMatchObject({
    journalled: 0,
  });
  await rm(folder, { recursive: true });
});

it('counts nothing twice and loses nothing while a gateway writes', async () => {
  await ledger.append(someRows());
  const over = new AbortController();
  const writing = (async () => {
    const writer = new LedgerRepository(connect());
    let written = 0;
    for (; !over.signal.aborted || written < 20; written += 1) {
      await writer.append(
        Array.from({ length: 10 }, (_, n) =>
          entryAt(NOON + (n + written) * 500_000, { keyId: keys[n % 2] ?? null, teamId: teams[n % 3] ?? null }),
        ),
      );
    }
    return written;
  })();
  for (let round = 0; round < 6; round += 1) {
    // Beside a writer an untouched ledger always adds up.
    expect(await verify()).toMatchObject({ differences: 0 });
    await client.query(`DELETE FROM usage_rollup WHERE grain = 'hour' AND starts_at < '2026-11-20 14:00Z'`);
    await client.query('UPDATE virtual_key SET spend_nano_usd = spend_nano_usd + 7 WHERE id = $1', [keys[round % 2]]);
    await client.query(`DELETE FROM team_rollup WHERE grain = 'day'`);
    await client.query('UPDATE team SET spend_nano_usd = spend_nano_usd + 7 WHERE id = $1', [teams[round % 2]]);
    await verify(true);
    await verify(true);
  }
  over.abort();
  expect(await writing).toBeGreaterThanOrEqual(20);
  await expectEqual();
});

it('says it for people and in JSON', async () => {
  await ledger.append([entryAt(NOON, { teamId: teams[0] ?? null })]);
  await client.query(`UPDATE usage_rollup SET requests = 3, cost_nano_usd = 0 WHERE grain = 'hour'`);
  await client.query('UPDATE virtual_key SET spend_nano_usd = 5000000000 WHERE id = $1', [keys[0]]);
  await client.query(`UPDATE team_rollup SET requests = 3 WHERE grain = 'day'`);
  await client.query('UPDATE team SET spend_nano_usd = 0 WHERE id = $1', [teams[0]]);
  const { findings, ...verdict } = await verify();
  expect(findings.map(formatFinding).map((line) => line.replace(/(key|team) \d:/, '$1 N:'))).toEqual([
    `hour     2026-11-20T12:00Z  key ${keys[0]}, model whisper, provider openai, deployment -, transcribe, success: requests 3 -> 1; cost $0 -> $0.000001; columns requests, cost_nano_usd`,
    `day      2026-11-20T00:00Z  team ${teams[0]}, key ${keys[0]}, model whisper, provider openai, deployment -, transcribe, success: requests 3 -> 1; columns requests`,
    `spend    key ${keys[0]}  key N: $5 -> $0.000001`,
    `spend    team ${teams[0]}  team N: $0 -> $0.000001`,
  ]);
  expect(findings.map((finding) => JSON.parse(encodeFinding(finding)))).toMatchObject([
    { kind: 'rollup', difference: { grain: 'hour', kept_requests: '3', counted_requests: '1' }, repaired: false },
    { kind: 'rollup', difference: { table: 'team_rollup', team_id: teams[0] } },
    { kind: 'spend', owner: 'key', spend: { id: keys[0], kept: '5000000000', counted: '1000' }, repaired: false },
    { kind: 'spend', owner: 'team', spend: { id: teams[0] } },
  ]);
  expect(formatVerdict(verdict)).toBe(
    'compared: the sums of 1 days and the spend of 3 keys, 2 teams and 0 periods of budgets, of logs that are kept since 2026-11-01\n4 differences, none of them repaired',
  );
  expect(JSON.parse(encodeVerdict(verdict))).toMatchObject({ kind: 'verdict', differences: 4, repaired: 0, days: 1 });
});

describe('what was spent in the periods of budgets', () => {
  const give = async (fields: string, owner = `'${keys[0]}', NULL`) => {
    const { rows } = await client.query<{ id: string }>(
      `INSERT INTO budget (id, key_id, team_id, period, time_zone, model, limit_nano_usd, position)
       VALUES (gen_random_uuid(), ${owner}, ${fields}, 1, 0) RETURNING id`,
    );
    return rows[0]?.id ?? '';
  };

  it('is compared with the ledger, told, and repaired', async () => {
    const day = await give(`'day', 'Asia/Kathmandu', NULL`);
    const team = await give(`'month', 'UTC', 'a'`, `NULL, '${teams[0]}'`);
    await give(`'total', 'UTC', NULL`, 'NULL, NULL');
    await ledger.append(someRows());
    expect(await verify()).toMatchObject({ differences: 0, budgets: 4, findings: [] });
    await client.query('UPDATE budget_period SET spent_nano_usd = spent_nano_usd + 5 WHERE budget_id = $1', [day]);
    await client.query('UPDATE budget_period SET spent_audio_ms = 1 WHERE budget_id = $1', [team]);
    const { findings } = await verify();
    expect(findings.map(({ kind }) => kind)).toEqual(['budget', 'budget', 'budget']);
    const told = findings.map((finding) => `${formatFinding(finding)} ${encodeFinding(finding)}`).join('\n');
    expect(told).toMatch(
      new RegExp(`budget   ${day}  key ${keys[0]}, the day from 2026-11-\\d\\dT18:15Z: \\$[\\d.]+ -> \\$[\\d.]+`),
    );
    expect(told).toMatch(
      new RegExp(`budget   ${team}  team ${teams[0]}, model a, the month from 2026-11-01T00:00Z: 0.001 s -> `),
    );
    expect(await verify(true)).toMatchObject({ differences: 3, repaired: 3 });
    expect(await verify()).toMatchObject({ differences: 0, findings: [] });
  });

  it('may be of a model that had another name, which is no difference', async () => {
    const id = await give(`'total', 'UTC', 'a'`);
    await ledger.append(someRows());
    await client.query(`UPDATE budget SET model = 'renamed' WHERE id = $1`, [id]);
    const { findings, differences } = await verify(true);
    expect([differences, findings.map(({ kind }) => kind)]).toEqual([0, ['renamed']]);
    expect(findings.map(formatFinding).join()).toContain('its model may have had another name');
  });

  it('may be in the period in which a request was reserved that came in the one before', async () => {
    const id = await give(`'day', 'UTC', NULL`);
    const midnight = Date.UTC(2026, 10, 21);
    const late = entryAt(midnight - 5000, { latencyMs: 9000 });
    await client.query(
      `INSERT INTO budget_reservation VALUES ($1, ARRAY[$2::uuid], ARRAY['2026-11-21'::timestamptz], 0, 0, now())`,
      [late.id, id],
    );
    await ledger.append([late, entryAt(midnight - 100_000, { latencyMs: 9000 })]);
    const { rows } = await client.query('SELECT spent_nano_usd::int AS spent FROM budget_period ORDER BY starts_at');
    expect(rows).toEqual([{ spent: 1000 }, { spent: 1000 }]);
    expect(await verify()).toMatchObject({ differences: 0, budgets: 2 });
    await client.query(`UPDATE budget_period SET spent_nano_usd = 3001`);
    expect(await verify()).toMatchObject({ differences: 2 });
  });
});
