import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { LedgerRows } from '../../support/ledger-rows.js';
import { logEntry } from '../../support/log-entries.js';
import { CURRENT_DATE } from '../../../src/pricing/current-date.js';
import { firstIdAt } from '../../../src/http/request-id.js';
import { LedgerBench } from './ledger-bench.js';

const NOW = new Date('2026-11-26T12:34:56.789Z');

let gateway: TestGateway;
let ledger: LedgerRows;
beforeAll(async () => {
  gateway = await startTestGateway({}, [{ provide: CURRENT_DATE, useValue: () => NOW }]);
  ledger = new LedgerRows(gateway.databaseUrl);
});
afterAll(async () => {
  ledger.close();
  await gateway.close();
});

/** A moment in the id and in the row. */
const at = (moment: string) => ({ id: firstIdAt(new Date(moment)), createdAt: new Date(moment) });

describe('what cannot be answered', () => {
  it.each<[string, string, RegExp]>([
    ['metrics=requests,nonsense', 'metrics', /no metric 'nonsense'/],
    ['metrics=', 'metrics', /no metric ''/],
    ['metrics=requests&metrics=errors', 'metrics', /string/],
    ['metrics=__proto__', 'metrics', /no metric/],
    ['bucket=year', 'bucket', /minute/],
    ['time_zone=Berlin', 'time_zone', /Europe\/Berlin/],
    ['time_zone=%2B05:30', 'time_zone', /IANA/],
    ['time_zone=UTC%00', 'time_zone', /NUL/],
    ['group_by=colour', 'group_by', /no dimension 'colour'/],
    ['group_by=model,key,user', 'group_by', /at most 2/],
    ['top=0', 'top', /1/],
    ['top=101', 'top', /100/],
    ['top=many', 'top', /number/],
    ['from=yesterday', 'from', /ISO 8601/],
    ['from=2026-11-26T13:00:00Z', 'from', /past/],
    ['from=2026-11-02T00:00:00Z&to=2026-11-02T00:00:00Z', 'to', /after 'from'/],
    ['from=2026-11-02T00:00:00Z&to=2026-11-01T00:00:00Z', 'to', /after 'from'/],
    ['from=2010-01-01T00:00:00Z', 'from', /ten years/],
    ['from=2026-11-01T00:00:00Z&bucket=minute', 'bucket', /2000 buckets of a minute/],
    ['from=2026-10-01T00:00:00Z&bucket=hour&group_by=model&top=100', 'top', /too much/],
    ['key_id=nobody', 'key_id', /id/i],
    ['status=fine', 'status', /success/],
    ['colour=red', 'colour', /Unknown field/],
  ])('%s is refused with the name of the field', async (query, param, message) => {
    const { status, body } = await gateway.admin('GET', `analytics?${query}`);
    expect({ query, status, ...body.error }).toMatchObject({
      query,
      status: 400,
      type: 'invalid_request_error',
      param,
      message: expect.stringMatching(message),
    });
  });
});

it('tells what was asked, over the last thirty days, where nothing more is said', async () => {
  const { status, body } = await gateway.admin('GET', 'analytics');
  expect({ status, body }).toEqual({
    status: 200,
    body: {
      object: 'analytics',
      from: '2026-10-28T00:00:00.000Z',
      to: '2026-11-26T12:34:56.790Z',
      bucket: null,
      time_zone: 'UTC',
      group_by: [],
      ranked_by: null,
      source: 'both',
      times_of: 'success',
      percentile_error: 0.24,
      totals: { requests: 0, audio_seconds: 0, cost_usd: 0, errors: 0 },
      series: [],
      groups: [],
    },
  });
});

it.each([
  ['minute', 60, '2026-11-26T11:35:00.000Z', '2026-11-26T12:34:00.000Z'],
  ['hour', 48, '2026-11-24T13:00:00.000Z', '2026-11-26T12:00:00.000Z'],
  ['day', 30, '2026-10-27T23:00:00.000Z', '2026-11-25T23:00:00.000Z'],
  ['week', 13, '2026-08-30T22:00:00.000Z', '2026-11-22T23:00:00.000Z'],
  ['month', 12, '2025-11-30T23:00:00.000Z', '2026-10-31T23:00:00.000Z'],
])('tells the last buckets of a %s, with those in which there was nothing', async (bucket, count, first, last) => {
  const { body } = await gateway.admin(
    'GET',
    `analytics?bucket=${bucket}&time_zone=Europe/Berlin&metrics=requests,error_rate`,
  );
  expect(body.series).toHaveLength(count);
  expect(body.series[0]).toEqual({ starts_at: first, values: { requests: 0, error_rate: null } });
  expect(body.series.at(-1).starts_at).toBe(last);
});

it('has a bucket for the part of one in which the range begins', async () => {
  const { body } = await gateway.admin(
    'GET',
    'analytics?bucket=month&from=2026-10-15T10:20:30Z&to=2026-11-01T00:00:01Z',
  );
  expect(body.series.map(({ starts_at }: { starts_at: string }) => starts_at)).toEqual([
    '2026-10-01T00:00:00.000Z',
    '2026-11-01T00:00:00.000Z',
  ]);
});

it('names groups, ranks them by the first metric, and adds up the others', async () => {
  const { id } = await gateway.createKey({ name: 'podcasts' });
  const day = (hour: number) => at(`2025-03-01T0${hour}:00:00Z`);
  await ledger.append([
    logEntry({ ...day(1), keyId: id, model: 'whisper', costNanoUsd: 3n }),
    logEntry({ ...day(2), keyId: id, model: 'whisper', costNanoUsd: 1n }),
    logEntry({ ...day(3), model: 'nova', costNanoUsd: 9_007_199_254_740_993n }),
    logEntry({ ...day(4), model: 'made up', modelKnown: false, status: 'refused' }),
  ]);
  const range = 'from=2025-03-01T00:00:00Z&to=2025-03-02T00:00:00Z';
  const byCost = await gateway.admin('GET', `analytics?${range}&metrics=cost_usd,requests&group_by=model,key&top=2`);
  expect(byCost.body).toMatchObject({ ranked_by: 'cost_usd', source: 'rollups' });
  expect(byCost.body.groups).toEqual([
    {
      group: { model: 'nova', key: null, key_name: null },
      totals: { cost_usd: 9_007_199.254740993, requests: 1 },
      series: [],
    },
    { group: { model: 'whisper', key: id, key_name: 'podcasts' }, totals: { cost_usd: 4e-9, requests: 2 }, series: [] },
    { group: null, totals: { cost_usd: 0, requests: 1 }, series: [] },
  ]);
  // A name that was no model's is no group, but can be asked for.
  const madeUp = await gateway.admin('GET', `analytics?${range}&metrics=requests&group_by=model&model=made%20up`);
  expect(madeUp.body).toMatchObject({
    totals: { requests: 1 },
    groups: [{ group: { model: null }, totals: { requests: 1 } }],
  });
});

it('takes times of successes, or of all where it is asked how requests ended', async () => {
  const day = (hour: number) => at(`2025-04-01T0${hour}:00:00Z`);
  await ledger.append([
    logEntry({ ...day(1), latencyMs: 1000, audioSeconds: 10 }),
    logEntry({ ...day(2), latencyMs: 3000, status: 'refused' }),
    logEntry({ ...day(3), latencyMs: 5000, status: 'lost' }),
  ]);
  const range =
    'from=2025-04-01T00:00:00Z&to=2025-04-02T00:00:00Z&metrics=latency_ms_avg,real_time_factor_avg,errors,error_rate';
  const plain = await gateway.admin('GET', `analytics?${range}`);
  expect(plain.body).toMatchObject({
    times_of: 'success',
    totals: { latency_ms_avg: 1000, real_time_factor_avg: 0.1, errors: 1, error_rate: 0.333333 },
  });
  const all = await gateway.admin('GET', `analytics?${range}&group_by=status`);
  expect(all.body).toMatchObject({ times_of: 'all', totals: { latency_ms_avg: 3000 } });
  const refused = await gateway.admin('GET', `analytics?${range}&status=refused`);
  expect(refused.body).toMatchObject({ times_of: 'all', totals: { latency_ms_avg: 3000, real_time_factor_avg: null } });
});

it('knows at once what has been answered', async () => {
  const bench = await LedgerBench.start();
  try {
    const { id, key } = await bench.gateway.createKey();
    await bench.transcribe(key);
    const { body } = await bench.gateway.admin('GET', `analytics?metrics=requests,cost_usd&key_id=${id}`);
    expect(body.totals).toEqual({ requests: 1, cost_usd: 0.0009 });
  } finally {
    await bench.close();
  }
});
