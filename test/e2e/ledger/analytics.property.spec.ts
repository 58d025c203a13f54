import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { v7 } from 'uuid';
import { SqlConnection } from '../../../src/database/sql-connection.js';
import { tokenUsage } from '../../../src/domain/usage.js';
import type { LogEntry } from '../../../src/ledger/entry/log-entry.js';
import { ClosedDaysRepository } from '../../../src/ledger/rollups/closed-days.repository.js';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { LedgerRows } from '../../support/ledger-rows.js';
import { logEntry } from '../../support/log-entries.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Clocks go back in Berlin on 25 October 2026, and in New York on 1 November. */
const FIRST = Date.UTC(2026, 9, 23);
const LAST = Date.UTC(2026, 10, 4);
const ROWS = 400;
const KEYS = ['019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3a', '019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3b'] as const;

const TEAMS = ['019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2c3a', '019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2c3b'] as const;

/** Where edges are, and anywhere. */
const moments = fc.oneof(
  fc.integer({ min: FIRST, max: LAST - 1 }),
  fc.integer({ min: 0, max: ((LAST - FIRST) / HOUR) * 2 - 1 }).map((halves) => FIRST + (halves * HOUR) / 2),
  fc.integer({ min: 1, max: (LAST - FIRST) / HOUR }).map((hours) => FIRST + hours * HOUR - 1),
);

const nullable = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });
const milliseconds = fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 500_000 }));

const rows: fc.Arbitrary<LogEntry> = fc
  .record({
    moment: moments,
    keyId: fc.constantFrom(null, ...KEYS),
    teamId: fc.constantFrom(null, ...TEAMS),
    model: nullable(fc.constantFrom('whisper', 'nova', 'scribe', 'nope')),
    modelKnown: fc.boolean(),
    provider: nullable(fc.constantFrom('openai', 'deepgram')),
    deploymentId: nullable(fc.constantFrom('d1', 'd2')),
    task: fc.constantFrom('transcribe' as const, 'translate' as const),
    status: fc.constantFrom(...(['success', 'success', 'success', 'failure', 'refused', 'cancelled', 'lost'] as const)),
    httpStatus: fc.constantFrom(200, 404, 502),
    errorCode: nullable(fc.constantFrom('rate_limit_exceeded', 'model_not_found')),
    language: nullable(fc.constantFrom('en', 'de')),
    responseFormat: nullable(fc.constantFrom('json', 'srt')),
    endUser: nullable(fc.constantFrom('u1', 'u2', 'u3')),
    tags: fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 3 }),
    costNanoUsd: nullable(fc.bigInt({ min: 0n, max: 5_000_000_000_000n })),
    audioSeconds: nullable(fc.oneof(fc.integer({ min: 0, max: 7200 }), fc.constantFrom(0.001, 8.47, 0.25))),
    latencyMs: milliseconds,
    providerLatencyMs: nullable(milliseconds),
    overheadMs: nullable(milliseconds),
    retries: fc.integer({ min: 0, max: 3 }),
    fallbacks: fc.integer({ min: 0, max: 2 }),
    rescued: fc.boolean(),
    cache: fc.constantFrom(null, 'hit' as const, 'miss' as const),
    tokens: nullable(fc.tuple(fc.nat(100_000), fc.nat(100_000))),
  })
  .map(({ moment, tokens, ...row }) => {
    const id = v7({ msecs: moment, random: randomBytes(16) });
    const usage = tokens && tokenUsage({ audio: tokens[0], text: 0, output: tokens[1] });
    return logEntry({ ...row, id, createdAt: new Date(moment), usage });
  });

type Row = LogEntry;
const groupings: Record<string, (row: Row) => readonly (string | null)[]> = {
  model: (row) => [row.modelKnown ? row.model : null],
  provider: (row) => [row.provider],
  deployment: (row) => [row.deploymentId],
  key: (row) => [row.keyId],
  team: (row) => [row.teamId],
  user: (row) => [row.endUser],
  tag: (row) => (row.tags.length === 0 ? [null] : [...new Set(row.tags)]),
  language: (row) => [row.language],
  format: (row) => [row.responseFormat],
  status: (row) => [row.status],
  error_code: (row) => [row.errorCode],
  task: (row) => [row.task],
};

const filters: Record<string, { values: readonly string[]; holds: (row: Row, value: string) => boolean }> = {
  model: { values: ['whisper', 'nope'], holds: (row, value) => row.model === value },
  provider: { values: ['openai'], holds: (row, value) => row.provider === value },
  deployment_id: { values: ['d1'], holds: (row, value) => row.deploymentId === value },
  team_id: { values: [TEAMS[0], 'none'], holds: (row, value) => (row.teamId ?? 'none') === value },
  key_id: { values: [KEYS[0], 'master'], holds: (row, value) => (row.keyId ?? 'master') === value },
  task: { values: ['translate'], holds: (row, value) => row.task === value },
  status: { values: ['success', 'failure'], holds: (row, value) => row.status === value },
  language: { values: ['de'], holds: (row, value) => row.language === value },
  tag: { values: ['a'], holds: (row, value) => row.tags.includes(value) },
  http_status: { values: ['5xx'], holds: (row) => row.httpStatus === 502 },
  had_retry: { values: ['true'], holds: (row) => row.retries > 0 },
};

const sum = (rows: readonly Row[], of: (row: Row) => number) => rows.reduce((total, row) => total + of(row), 0);
const count = (rows: readonly Row[], holds: (row: Row) => boolean) => rows.filter(holds).length;
const paceOf = ({ audioSeconds, latencyMs }: Row) =>
  audioSeconds !== null && audioSeconds > 0.001 ? latencyMs / audioSeconds : null;
const isError = ({ status }: Row) => status === 'failure' || status === 'lost';
const millis = (seconds: number) => Math.round(seconds * 1000);

/** Exact metrics, of all requests. */
const exact: Record<string, (rows: readonly Row[]) => number | null> = {
  requests: (rows) => rows.length,
  audio_seconds: (rows) => sum(rows, ({ audioSeconds }) => millis(audioSeconds ?? 0)) / 1000,
  cost_usd: (rows) => usd(rows.reduce((total, { costNanoUsd }) => total + (costNanoUsd ?? 0n), 0n)),
  unpriced_requests: (rows) => count(rows, ({ costNanoUsd }) => costNanoUsd === null),
  errors: (rows) => count(rows, isError),
  error_rate: (rows) => (rows.length === 0 ? null : count(rows, isError) / rows.length),
  input_tokens: (rows) => sum(rows, ({ usage }) => (usage?.type === 'tokens' ? usage.input_tokens : 0)),
  output_tokens: (rows) => sum(rows, ({ usage }) => (usage?.type === 'tokens' ? usage.output_tokens : 0)),
  retries: (rows) => sum(rows, ({ retries }) => retries),
  fallbacks: (rows) => sum(rows, ({ fallbacks }) => fallbacks),
  rescued_requests: (rows) => count(rows, ({ rescued }) => rescued),
  cache_hits: (rows) => count(rows, ({ cache }) => cache === 'hit'),
  keys: (rows) => new Set(rows.flatMap(({ keyId }) => keyId ?? [])).size,
  users: (rows) => new Set(rows.flatMap(({ endUser }) => endUser ?? [])).size,
};

/** What is measured of each request. */
const measured: Record<string, (row: Row) => number | null> = {
  latency_ms: ({ latencyMs }) => latencyMs,
  provider_latency_ms: ({ providerLatencyMs }) => providerLatencyMs,
  overhead_ms: ({ overheadMs }) => overheadMs,
  real_time_factor: paceOf,
};

function usd(nanoUsd: bigint): number {
  const digits = nanoUsd.toString().padStart(10, '0');
  return Number(`${digits.slice(0, -9)}.${digits.slice(-9)}`);
}

const METRICS = [
  ...Object.keys(exact),
  ...Object.keys(measured).flatMap((name) => ['avg', 'p50', 'p90', 'p95', 'p99'].map((it) => `${name}_${it}`)),
];

/** Holds the values of an answer against the rows that they are of. */
function check(values: Record<string, number | null>, rows: readonly Row[], timesOfAll: boolean, where: unknown): void {
  const timed = timesOfAll ? rows : rows.filter(({ status }) => status === 'success');
  for (const [name, value] of Object.entries(values)) {
    const [, measure = '', statistic = ''] = /^(.*)_(avg|p\d\d)$/.exec(name) ?? [];
    const told = { where, name, value };
    const naive = exact[name];
    if (naive) {
      const expected = naive(rows);
      if (name === 'error_rate' && expected !== null) expect(Math.abs((value ?? -1) - expected)).toBeLessThan(1e-6);
      else expect(told).toEqual({ ...told, value: expected });
      continue;
    }
    const unit = measure === 'real_time_factor' ? 1000 : 1;
    const of = timed.flatMap((row) => measured[measure]?.(row) ?? []).toSorted((one, other) => one - other);
    if (of.length === 0) {
      expect(told).toEqual({ ...told, value: null });
    } else if (statistic === 'avg') {
      const mean = of.reduce((total, it) => total + (unit === 1000 ? Math.round(it) : it), 0) / of.length;
      expect(Math.abs((value ?? -1) * unit - mean)).toBeLessThan(1);
    } else {
      const nearest = of[Math.ceil((of.length * Number(statistic.slice(1))) / 100) - 1] ?? 0;
      const off = Math.abs((value ?? -1) * unit - Math.min(nearest, 600_000));
      expect({ ...told, nearest, isNear: off <= Math.max(0.2401 * nearest, 1) }).toEqual({
        ...told,
        nearest,
        isNear: true,
      });
    }
  }
}

const queries = fc.record({
  from: moments,
  length: fc.oneof(
    fc.integer({ min: 1, max: 6 * DAY }),
    fc.integer({ min: 1, max: 6 * 24 }).map((it) => it * HOUR),
  ),
  bucket: fc.constantFrom(undefined, 'hour', 'day', 'week', 'month'),
  time_zone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe'),
  group_by: fc.uniqueArray(fc.constantFrom(...Object.keys(groupings)), { maxLength: 2 }),
  top: fc.constantFrom(1, 2, 10),
  filters: fc.uniqueArray(
    fc.constantFrom(
      ...Object.entries(filters).flatMap(([name, { values }]) => values.map((value) => ({ name, value }))),
    ),
    { maxLength: 2, selector: ({ name }) => name },
  ),
  metrics: fc.uniqueArray(fc.constantFrom(...METRICS), { minLength: 1, maxLength: 6 }),
});
type Query = typeof queries extends fc.Arbitrary<infer It> ? It : never;

/** A name that was no model's, where the sums of days are corrected by rows. */
const EXAMPLES: [Query][] = ['whisper', 'nope'].flatMap((value) =>
  (['UTC', 'Asia/Kolkata'] as const).map((time_zone): [Query] => [
    {
      from: FIRST + HOUR - 1,
      length: 4 * DAY + 12 * HOUR + 1,
      bucket: 'day',
      time_zone,
      group_by: [],
      top: 1,
      filters: [{ name: 'model', value }],
      metrics: ['requests', 'cost_usd'],
    },
  ]),
);

/** Sums of teams are kept apart, those of no team are what is left of the others. */
const OF_TEAMS: [Query][] = [
  { group_by: ['team', 'key'], filters: [] },
  { group_by: ['team'], filters: [{ name: 'team_id', value: TEAMS[0] }] },
  { group_by: ['key'], filters: [{ name: 'team_id', value: 'none' }] },
].map((asked): [Query] => [
  {
    ...asked,
    from: FIRST + HOUR / 2,
    length: 9 * DAY,
    bucket: 'day',
    time_zone: 'Asia/Kolkata',
    top: 2,
    metrics: ['requests', 'cost_usd', 'audio_seconds', 'keys', 'latency_ms_p95'],
  },
]);

let gateway: TestGateway;
let stored: LogEntry[];
beforeAll(async () => {
  gateway = await startTestGateway();
  const ledger = new LedgerRows(gateway.databaseUrl);
  stored = fc.sample(rows, ROWS);
  // In batches of any size, some rows twice, in one batch and in two.
  let written = 0;
  for (let index = 0; index < stored.length;) {
    const size = 1 + ((randomBytes(1)[0] ?? 0) % 60);
    const batch = stored.slice(Math.max(index - 5, 0), index + size);
    written += await ledger.append([...batch, ...batch.slice(0, 3)]);
    index += size;
  }
  expect(written).toBe(ROWS);
  ledger.close();
  // Every other day is closed, as if somebody had added to the others since.
  const connection = new SqlConnection(gateway.databaseUrl, { connectMs: 10_000, statementMs: 10_000 });
  const days = new ClosedDaysRepository(connection);
  for (const [index, day] of (await days.openDays(new Date(LAST))).entries()) if (index % 2) await days.close(day);
  connection.close();
});
afterAll(() => gateway.close());

const sources = new Set<string>();

async function holdAgainstRows({ from, length, filters: wanted, ...query }: Query): Promise<void> {
  const parameters = new URLSearchParams({
    from: new Date(from).toISOString(),
    to: new Date(from + length).toISOString(),
    time_zone: query.time_zone,
    top: String(query.top),
    metrics: query.metrics.join(','),
    ...(query.bucket && { bucket: query.bucket }),
    ...(query.group_by.length > 0 && { group_by: query.group_by.join(',') }),
    ...Object.fromEntries(wanted.map(({ name, value }) => [name, value])),
  });
  const { status, body } = await gateway.admin('GET', `analytics?${parameters}`);
  expect({ query: String(parameters), status, ...(status !== 200 && { body }) }).toEqual({
    query: String(parameters),
    status: 200,
  });
  sources.add(body.source);

  const found = stored.filter(
    (row) =>
      row.createdAt.getTime() >= from &&
      row.createdAt.getTime() < from + length &&
      wanted.every(({ name, value }) => filters[name]?.holds(row, value)),
  );
  const groupsOf = (row: Row): string[] => {
    const [one = [], other = []] = query.group_by.map((name) => groupings[name]?.(row) ?? []);
    const pairs = query.group_by.length === 2 ? one.flatMap((a) => other.map((b) => [a, b])) : one.map((a) => [a]);
    return pairs.map((pair) => JSON.stringify(pair));
  };
  const told = body.groups
    .filter(({ group }: { group: unknown }) => group !== null)
    .map(({ group }: { group: Record<string, string> }) => JSON.stringify(query.group_by.map((name) => group[name])));
  const all = new Set(query.group_by.length > 0 ? found.flatMap(groupsOf) : []);
  expect(told.length).toBe(Math.min(all.size, query.top));
  expect(body.groups.length).toBe(told.length + (all.size > query.top ? 1 : 0));

  const timesOfAll = body.times_of === 'all';
  const starts = body.series.map(({ starts_at }: { starts_at: string }) => Date.parse(starts_at));
  const checkSeries = (series: typeof body.series, rows: readonly Row[]) => {
    for (const [index, { starts_at, values }] of series.entries()) {
      const [start, next = Infinity] = [starts[index], starts[index + 1]];
      const within = rows.filter(({ createdAt }) => createdAt.getTime() >= start && createdAt.getTime() < next);
      check(values, within, timesOfAll, [String(parameters), starts_at]);
    }
  };
  check(body.totals, found, timesOfAll, String(parameters));
  checkSeries(body.series, found);
  for (const [index, { group, totals, series }] of body.groups.entries()) {
    const isOther = group === null;
    const of = found.filter((row) => groupsOf(row).some((it) => (isOther ? !told.includes(it) : it === told[index])));
    check(totals, of, timesOfAll, [String(parameters), group]);
    checkSeries(series, of);
  }
}

it('answers what the rows say, whatever is asked', async () => {
  await fc.assert(fc.asyncProperty(queries, holdAgainstRows), { numRuns: 120, examples: [...EXAMPLES, ...OF_TEAMS] });
  expect([...sources].toSorted()).toEqual(['both', 'rollups', 'rows']);
});
