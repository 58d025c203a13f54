import { Client } from 'pg';
import { isTimeZone, TimeZone } from '../../../src/domain/time-zone.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

const HOUR_MS = 3_600_000;

let database: TestDatabase;
let client: Client;
beforeAll(async () => {
  database = await createTestDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

async function periodsAt(
  period: string,
  zone: string,
  moments: readonly string[],
): Promise<readonly (readonly [string | undefined, string | undefined])[]> {
  const { rows } = await client.query<{ start: Date; end: Date }>(
    `SELECT s AS start, budget_period_end($1, $2, s) AS end
     FROM unnest($3::timestamptz[]) WITH ORDINALITY AS m(moment, n), LATERAL budget_period_start($1, $2, m.moment) AS s ORDER BY n`,
    [period, zone, moments],
  );
  return rows.map(({ start, end }) => [plain(start), plain(end)]);
}

/** `2026-11-20T12:00Z`, with seconds where there are some. */
const plain = (moment: Date): string => moment.toISOString().replace(/(?::00)?\.000Z$/, 'Z');
const justBefore = (moment: string): string => new Date(Date.parse(moment) - 1).toISOString();

describe('a period', () => {
  it.each([
    ['day', 'UTC', '2026-11-20T00:00Z', '2026-11-21T00:00Z'],
    // 23 and 25 hours.
    ['day', 'Europe/Berlin', '2026-03-28T23:00Z', '2026-03-29T22:00Z'],
    ['day', 'Europe/Berlin', '2026-10-24T22:00Z', '2026-10-25T23:00Z'],
    ['day', 'America/New_York', '2026-03-08T05:00Z', '2026-03-09T04:00Z'],
    ['day', 'America/New_York', '2026-11-01T04:00Z', '2026-11-02T05:00Z'],
    // Half an hour of summer time.
    ['day', 'Australia/Lord_Howe', '2026-04-04T13:00Z', '2026-04-05T13:30Z'],
    ['day', 'Australia/Lord_Howe', '2026-10-03T13:30Z', '2026-10-04T13:00Z'],
    // There is no midnight: the day begins at one.
    ['day', 'America/Santiago', '2026-09-06T04:00Z', '2026-09-07T03:00Z'],
    ['day', 'America/Sao_Paulo', '2018-11-04T03:00Z', '2018-11-05T02:00Z'],
    ['day', 'Africa/Cairo', '2026-04-23T22:00Z', '2026-04-24T21:00Z'],
    ['day', 'Asia/Beirut', '2026-03-28T22:00Z', '2026-03-29T21:00Z'],
    // The hour before midnight comes twice, and in Havana the one after it.
    ['day', 'America/Sao_Paulo', '2018-02-17T02:00Z', '2018-02-18T03:00Z'],
    ['day', 'Africa/Cairo', '2026-10-28T21:00Z', '2026-10-29T22:00Z'],
    ['day', 'America/Havana', '2026-11-01T04:00Z', '2026-11-02T05:00Z'],
    ['day', 'America/Havana', '2026-10-31T04:00Z', '2026-11-01T04:00Z'],
    // A day that was left out.
    ['day', 'Pacific/Apia', '2011-12-29T10:00Z', '2011-12-30T10:00Z'],
    ['day', 'Asia/Kolkata', '2026-11-20T18:30Z', '2026-11-21T18:30Z'],
    ['day', 'Asia/Kathmandu', '2026-11-20T18:15Z', '2026-11-21T18:15Z'],
    ['day', 'Pacific/Kiritimati', '2026-11-20T10:00Z', '2026-11-21T10:00Z'],
    ['day', 'Etc/GMT+12', '2026-11-20T12:00Z', '2026-11-21T12:00Z'],
    ['day', 'UTC', '2028-02-29T00:00Z', '2028-03-01T00:00Z'],
    // 20 November 2026 is a Friday.
    ['week', 'UTC', '2026-11-16T00:00Z', '2026-11-23T00:00Z'],
    ['week', 'America/New_York', '2026-10-26T04:00Z', '2026-11-02T05:00Z'],
    ['week', 'UTC', '2026-12-28T00:00Z', '2027-01-04T00:00Z'],
    ['week', 'Pacific/Kiritimati', '2028-02-27T10:00Z', '2028-03-05T10:00Z'],
    ['month', 'UTC', '2028-02-01T00:00Z', '2028-03-01T00:00Z'],
    ['month', 'UTC', '2027-02-01T00:00Z', '2027-03-01T00:00Z'],
    ['month', 'Europe/Berlin', '2026-09-30T22:00Z', '2026-10-31T23:00Z'],
    ['month', 'Australia/Sydney', '2026-12-31T13:00Z', '2027-01-31T13:00Z'],
    ['month', 'America/Havana', '2026-11-01T04:00Z', '2026-12-01T05:00Z'],
    // Nobody knows these clocks.
    ['day', 'Mars/Olympus', '2026-11-20T00:00Z', '2026-11-21T00:00Z'],
    ['week', 'Mars/Olympus', '2026-11-16T00:00Z', '2026-11-23T00:00Z'],
  ])('of a %s in %s goes from %s until %s, to the millisecond', async (period, zone, start, end) => {
    const [before, first, last, after] = await periodsAt(period, zone, [
      justBefore(start),
      start,
      justBefore(end),
      end,
    ]);
    expect([first, last]).toEqual([
      [start, end],
      [start, end],
    ]);
    expect([before?.[1], after?.[0]]).toEqual([start, end]);
  });

  it.each([
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'America/Santiago',
    'America/Havana',
    'Australia/Lord_Howe',
    'Africa/Casablanca',
    'Asia/Kolkata',
    'Asia/Kathmandu',
    'Pacific/Kiritimati',
    'America/St_Johns',
  ])('of a day in %s begins where what tells of days elsewhere says so', async (zone) => {
    const clocks = new TimeZone(zone);
    // Two years that are over, so that nobody decides otherwise: every hour of the days around a change, and now and then between.
    const offsetMs = (moment: number): number => clocks.localMs(moment) - moment;
    const moments = Array.from({ length: 2 * 366 }, (_, day) => Date.UTC(2023, 0, 1) + 24 * day * HOUR_MS).flatMap(
      (day) => {
        const changes = offsetMs(day - 24 * HOUR_MS) !== offsetMs(day + 48 * HOUR_MS);
        return Array.from({ length: changes ? 24 : 1 }, (_, hour) => day + hour * HOUR_MS);
      },
    );
    const { rows } = await client.query<{ start: Date }>(
      `SELECT budget_period_start('day', $1, to_timestamp(ms / 1000.0)) AS start
       FROM unnest($2::bigint[]) WITH ORDINALITY AS m(ms, n) ORDER BY n`,
      [zone, moments],
    );
    const expected = moments.map((moment) => {
      const local = clocks.localMs(moment);
      return clocks.momentOf(local - (((local % (24 * HOUR_MS)) + 24 * HOUR_MS) % (24 * HOUR_MS)));
    });
    expect(rows.map(({ start }) => start.getTime())).toEqual(expected);
  });
});

describe('a time zone', () => {
  it.each([
    ['Europe/Berlin', true],
    ['europe/berlin', true],
    ['Etc/GMT+12', true],
    ['UTC', true],
    ['Japan', true],
    ['Mars/Olympus', false],
    // A fixed offset to PostgreSQL, and a zone with summer time to Node.
    ['CET', false],
    ['', false],
  ])('%s is known: %s', async (zone, isKnown) => {
    const { rows } = await client.query('SELECT budget_time_zone_is_known($1) AS known', [zone]);
    expect(rows).toEqual([{ known: isKnown }]);
  });

  it('of those that Node knows is known to PostgreSQL, but for a few that are new or old', async () => {
    const { rows } = await client.query<{ name: string }>(
      'SELECT name FROM unnest($1::text[]) AS name WHERE name NOT IN (SELECT name FROM pg_timezone_names)',
      [Intl.supportedValuesOf('timeZone').filter((name) => name.includes('/') && isTimeZone(name))],
    );
    // Its data is some releases older or newer than Node's; a place that it lacks is told when a budget is made.
    expect(rows.length).toBeLessThan(10);
  });
});
