import { Client } from 'pg';
import { TimeZone } from '../../../src/domain/time-zone.js';
import { firstIdAt } from '../../../src/http/request-id.js';
import { forecastDays, forecastPeriods } from '../../../src/ledger/analytics/forecast-days.js';
import { CURRENT_DATE } from '../../../src/pricing/current-date.js';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { LedgerRows } from '../../support/ledger-rows.js';
import { logEntry } from '../../support/log-entries.js';

/** The Thursday before the last Sunday of October, on which clocks go back in Berlin: there it is half past one. */
let now = new Date('2026-10-22T23:30:00Z');
const USD = 1_000_000_000n;

let gateway: TestGateway;
let ledger: LedgerRows;
beforeAll(async () => {
  gateway = await startTestGateway({}, [{ provide: CURRENT_DATE, useValue: () => now }]);
  ledger = new LedgerRows(gateway.databaseUrl);
  // At half an hour before the midnight of each day in Berlin, from Friday, 25 September: ten dollars, on Sundays two.
  const spent = Array.from({ length: 28 }, (_, index) => {
    const moment = new Date(Date.UTC(2026, 8, 25 + index, 21, 30));
    return logEntry({
      id: firstIdAt(moment),
      createdAt: moment,
      model: 'whisper',
      costNanoUsd: (index % 7 === 2 ? 2n : 10n) * USD,
    });
  });
  const today = new Date('2026-10-22T22:15:00Z');
  const other = new Date('2026-10-22T22:16:00Z');
  await ledger.append([
    ...spent,
    logEntry({ id: firstIdAt(today), createdAt: today, model: 'whisper', costNanoUsd: 3n * USD }),
    logEntry({ id: firstIdAt(other), createdAt: other, model: 'nova', costNanoUsd: null }),
  ]);
});
afterAll(async () => {
  ledger.close();
  await gateway.close();
});

const forecast = async (query: string) => await gateway.admin('GET', `analytics/forecast?${query}`);

it('carries on what weekdays have cost, by days as Berlin has them', async () => {
  const { status, body } = await forecast('time_zone=Europe/Berlin');
  // Of the 1st to the 22nd: 19 days of ten dollars and three Sundays; and three dollars of today.
  expect({ status, body }).toMatchObject({
    status: 200,
    body: {
      object: 'spend_forecast',
      period: 'month',
      month: '2026-10',
      from: '2026-09-30T22:00:00.000Z',
      to: '2026-10-31T23:00:00.000Z',
      as_of: '2026-10-22T23:30:00.000Z',
      spent_usd: 199,
      unpriced_requests: 1,
      method: 'weekday_mean',
      explanation: expect.stringMatching(/mean of the same weekday/),
    },
  });
  expect(body.basis).toHaveLength(28);
  expect(body.basis.slice(0, 3)).toEqual([
    { date: '2026-09-25', spent_usd: 10 },
    { date: '2026-09-26', spent_usd: 10 },
    { date: '2026-09-27', spent_usd: 2 },
  ]);
  expect(body.days).toEqual([
    { date: '2026-10-23', expected_usd: 7 },
    { date: '2026-10-24', expected_usd: 10 },
    { date: '2026-10-25', expected_usd: 2 },
    ...[26, 27, 28, 29, 30, 31].map((day) => ({ date: `2026-10-${day}`, expected_usd: 10 })),
  ]);
  expect([body.forecast_usd, body.low_usd, body.high_usd]).toEqual([278, 278, 278]);
});

it('reaches to the end of the day and of the week, as budgets have them', async () => {
  const week = await forecast('time_zone=Europe/Berlin&period=week');
  // Four days of ten dollars, three of today, and what is expected of Friday, Saturday, and a Sunday of 25 hours.
  expect(week.body).toMatchObject({
    period: 'week',
    month: null,
    from: '2026-10-18T22:00:00.000Z',
    to: '2026-10-25T23:00:00.000Z',
    spent_usd: 43,
    forecast_usd: 62,
    days: [{ expected_usd: 7 }, { expected_usd: 10 }, { expected_usd: 2 }],
  });
  const day = await forecast('time_zone=Europe/Berlin&period=day');
  expect(day.body).toMatchObject({
    from: '2026-10-22T22:00:00.000Z',
    to: '2026-10-23T22:00:00.000Z',
    spent_usd: 3,
    forecast_usd: 10,
    days: [{ date: '2026-10-23', expected_usd: 7 }],
  });
});

it('begins and ends its periods in the moments in which those of budgets do', async () => {
  const moments = ['2026-10-22T23:30:00Z', '2026-03-29T00:59:59.999Z', '2026-04-23T21:30:00Z', '2026-09-06T03:30:00Z'];
  // Where midnight does not exist on some days, and where days are shifted by odd amounts.
  const zones = ['UTC', 'Europe/Berlin', 'Africa/Cairo', 'America/Santiago', 'Asia/Kathmandu', 'Pacific/Kiritimati'];
  const client = new Client({ connectionString: gateway.databaseUrl });
  await client.connect();
  try {
    for (const [period, zone, moment] of forecastPeriods.flatMap((period) =>
      zones.flatMap((zone) => moments.map((moment) => [period, zone, moment] as const)),
    )) {
      const { rows } = await client.query(
        `SELECT starts_at AS from, budget_period_end($1, $2, starts_at) AS to
         FROM budget_period_start($1, $2, $3) AS period(starts_at)`,
        [period, zone, moment],
      );
      const { fromMs, toMs } = forecastDays({ period }, new TimeZone(zone), new Date(moment));
      expect({ period, zone, moment, from: new Date(fromMs), to: new Date(toMs) }).toEqual({
        period,
        zone,
        moment,
        ...rows[0],
      });
    }
  } finally {
    await client.end();
  }
});

it('is of what is filtered', async () => {
  const { body } = await forecast('time_zone=Europe/Berlin&model=nova');
  expect(body).toMatchObject({ spent_usd: 0, unpriced_requests: 1, method: 'none', forecast_usd: null, days: [] });
});

it('says what was spent in a month that is over, and estimates one to come', async () => {
  const over = await forecast('time_zone=Europe/Berlin&month=2026-09');
  expect(over.body).toMatchObject({ method: 'complete', spent_usd: 52, forecast_usd: 52, low_usd: 52, high_usd: 52 });
  // Thirty days with five Sundays.
  const ahead = await forecast('time_zone=Europe/Berlin&month=2026-11');
  expect(ahead.body).toMatchObject({ spent_usd: 0, forecast_usd: 260, from: '2026-10-31T23:00:00.000Z' });
  expect(ahead.body.days).toHaveLength(30);
});

it('has the last moment of a month in it, and nothing to estimate then but the rest of the day', async () => {
  now = new Date('2026-10-31T22:59:59.999Z');
  const { body } = await forecast('time_zone=Europe/Berlin');
  expect(body).toMatchObject({ month: '2026-10', spent_usd: 199, days: [{ date: '2026-10-31' }] });
});

it.each([
  ['month=2026-13', 'month', /2026-11/],
  ['month=2026-11-01', 'month', /2026-11/],
  ['month=1969-12', 'month', /2026-11/],
  ['month=2026-11&period=week', 'month', /period month/],
  ['period=total', 'period', /week/],
  ['time_zone=Mars', 'time_zone', /IANA/],
  ['from=2026-11-01T00:00:00Z', 'from', /Unknown field/],
])('%s is refused', async (query, param, message) => {
  const { status, body } = await forecast(query);
  expect({ status, ...body.error }).toMatchObject({ status: 400, param, message: expect.stringMatching(message) });
});
