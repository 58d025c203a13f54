import { Client } from 'pg';
import { v7 } from 'uuid';
import { AlertsRepository } from '../../../src/alerts/alerts.repository.js';
import {
  DeliveriesRepository,
  LEASE_MS,
  type AttemptOutcome,
  type ClaimedDelivery,
} from '../../../src/alerts/deliveries/deliveries.repository.js';
import { EventsRepository, type NewEvent, type SeenCondition } from '../../../src/alerts/events/events.repository.js';
import { PrismaService } from '../../../src/database/prisma.service.js';
import { byTest } from '../../support/acting.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

const NOON = Date.UTC(2026, 10, 20, 12);
const at = (seconds: number) => new Date(NOON + 1000 * seconds);

let database: TestDatabase;
let client: Client;
/** Two gateways. */
let prismas: [PrismaService, PrismaService];
let senders: [DeliveriesRepository, DeliveriesRepository];
let events: [EventsRepository, EventsRepository];
let alerts: AlertsRepository;
beforeAll(async () => {
  database = await createTestDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
  prismas = [new PrismaService(database.url, 60_000), new PrismaService(database.url, 60_000)];
  senders = [new DeliveriesRepository(prismas[0]), new DeliveriesRepository(prismas[1])];
  events = [new EventsRepository(prismas[0]), new EventsRepository(prismas[1])];
  alerts = new AlertsRepository(prismas[0]);
});
afterAll(async () => {
  for (const prisma of prismas) await prisma.onApplicationShutdown();
  await client.end();
  await database.drop();
});
beforeEach(() => client.query('TRUNCATE alert, alert_event, alert_delivery, alert_condition, virtual_key CASCADE'));

async function newAlert(name: string, eventTypes: string[] = [], enabled = true): Promise<string> {
  const sealed = { ciphertext: new Uint8Array([1, 2, 3]), urlPreview: 'u', preview: 'p' };
  const row = await byTest(() =>
    alerts.create({ name, ...sealed, previousExpiresAt: null, eventTypes, format: 'standard', enabled }),
  );
  return row?.id ?? '';
}

function rejection(period: string, fields: Partial<NewEvent<'credential.rejected'>> = {}): NewEvent {
  return {
    type: 'credential.rejected',
    subject: 'credential c',
    period,
    occurredAt: at(0),
    relevantUntil: at(3600),
    data: {
      provider: 'openai',
      credential: 'c',
      api_key_preview: null,
      upstream_status: 401,
      deployment: { id: 'd', model: 'm', provider: 'openai', upstream_model: 'u' },
    },
    ...fields,
  };
}

const delivered: AttemptOutcome = { status: 'delivered', retryAfterMs: 0, httpStatus: 200, error: null, latencyMs: 5 };
const refused: AttemptOutcome = { ...delivered, status: 'pending', retryAfterMs: 5000, httpStatus: 500, error: 'no' };

async function types(): Promise<string[]> {
  const { rows } = await client.query<{ type: string }>(
    'SELECT e.type FROM alert_delivery JOIN alert_event AS e ON e.id = event_id ORDER BY e.occurred_at, e.id',
  );
  return rows.map(({ type }) => type);
}

describe('an event', () => {
  it('is told once in a period, whichever gateways notice it, to all that want it', async () => {
    await newAlert('all');
    await newAlert('some', ['credential.rejected']);
    await newAlert('others', ['ledger.behind']);
    await newAlert('disabled', [], false);
    const told = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        events[index % 2 === 0 ? 0 : 1].tell([rejection('1'), rejection('2'), rejection('1')]),
      ),
    );
    expect(told.reduce((sum, count) => sum + count, 0)).toBe(2);
    expect(await types()).toEqual(Array.from({ length: 4 }, () => 'credential.rejected'));
    expect(await events[0].tell([rejection('3')])).toBe(1);
  });

  it('leaves nothing where nobody wants it, and is told when somebody does', async () => {
    await newAlert('others', ['ledger.behind']);
    expect(await events[0].tell([rejection('1')])).toBe(0);
    expect((await client.query('SELECT FROM alert_event')).rowCount).toBe(0);
    await newAlert('all');
    expect(await events[0].tell([rejection('1')])).toBe(1);
  });
});

describe('deliveries', () => {
  it('are sent by one of two gateways each, however many both look for', async () => {
    await newAlert('one');
    await newAlert('other');
    await events[0].tell(
      Array.from({ length: 40 }, (_, index) => rejection(String(index))),
      at(0),
    );
    const taken: ClaimedDelivery[] = [];
    for (let round = 0; round < 12; round += 1) {
      const claims = await Promise.all(senders.flatMap((sender) => [sender.claim(16, at(0)), sender.claim(16, at(0))]));
      taken.push(...claims.flat());
    }
    expect(taken).toHaveLength(80);
    expect(new Set(taken.map(({ id }) => id)).size).toBe(80);
    expect(new Set(taken.map(({ event }) => event.id)).size).toBe(40);
  });

  it('are taken a few at a time of each alert, so that none waits behind a slow one', async () => {
    await newAlert('slow');
    await events[0].tell(
      Array.from({ length: 20 }, (_, index) => rejection(String(index))),
      at(0),
    );
    const fast = await newAlert('fast');
    await events[0].tell([rejection('last')], at(1));
    const claimed = await senders[0].claim(16, at(2));
    expect(claimed.filter(({ alert }) => alert.id === fast)).toHaveLength(1);
    expect(claimed).toHaveLength(5);
  });

  it('are taken over from a gateway that died when its lease ends, and not before', async () => {
    await newAlert('one');
    await events[0].tell([rejection('1')], at(0));
    const [dead] = await senders[0].claim(16, at(0));
    expect(await senders[1].claim(16, at(LEASE_MS / 1000 - 1))).toEqual([]);
    const [taken] = await senders[1].claim(16, at(LEASE_MS / 1000));
    expect(taken).toMatchObject({ id: dead?.id, attempts: 2, event: { id: dead?.event.id } });
    // The first was only slow: what it has to say does not count any more.
    expect(dead && (await senders[0].note(dead, delivered, at(70)))).toBe(false);
    expect(taken && (await senders[1].note(taken, refused, at(70)))).toBe(true);
    expect(await senders[0].claim(16, at(74))).toEqual([]);
    const [again] = await senders[0].claim(16, at(75));
    expect(again).toMatchObject({ attempts: 3 });
    expect(again && (await senders[0].note(again, delivered, at(76)))).toBe(true);
    expect(await senders[1].claim(16, at(86_400))).toEqual([]);
  });

  it('are repeated with the same id and from the first attempt on, after whoever is sending them', async () => {
    const alert = await newAlert('one');
    await events[0].tell([rejection('1')], at(0));
    const [sent] = await senders[0].claim(16, at(0));
    expect(sent && (await senders[1].repeat(alert, sent.id, at(1)))).toMatchObject({ status: 'pending', attempts: 0 });
    expect(await senders[1].claim(16, at(2))).toEqual([]);
    expect(sent && (await senders[0].note(sent, { ...refused, status: 'failed', retryAfterMs: 0 }, at(3)))).toBe(true);
    expect(sent && (await senders[1].repeat(alert, sent.id, at(4)))).toMatchObject({ status: 'pending' });
    const [again] = await senders[1].claim(16, at(5));
    expect(again).toMatchObject({ id: sent?.id, attempts: 1, event: { id: sent?.event.id } });
    expect(await senders[0].repeat(alert, v7())).toBeUndefined();
    expect(sent && (await senders[0].repeat(v7(), sent.id))).toBeUndefined();
  });

  it('wait while their alert is disabled, for a day, and are forgotten after a month', async () => {
    const alert = await newAlert('one');
    await events[0].tell([rejection('1')], at(0));
    await byTest(() => alerts.update(alert, () => ({ enabled: false })));
    expect(await senders[0].claim(16, at(10))).toEqual([]);
    await senders[0].tidy(at(86_399));
    expect(await senders[0].countPending()).toBe(1);
    await byTest(() => alerts.update(alert, () => ({ enabled: true })));
    expect(await senders[0].claim(16, at(86_400))).toEqual([]);
    await senders[0].tidy(at(86_400));
    expect(await senders[0].list(alert, { limit: 10 })).toMatchObject([{ status: 'failed' }]);
    await client.query('UPDATE alert_delivery SET created_at = $1', [at(0)]);
    await senders[0].tidy(at(31 * 86_400));
    expect(await senders[0].list(alert, { limit: 10 })).toEqual([]);
    expect((await client.query('SELECT FROM alert_event')).rowCount).toBe(0);
  });

  it('are forgotten without the events that must still be known', async () => {
    await newAlert('one');
    await events[0].tell([rejection('1', { relevantUntil: null }), rejection('2', { relevantUntil: at(40 * 86_400) })]);
    await client.query(`UPDATE alert_delivery SET status = 'delivered', created_at = $1`, [at(0)]);
    await senders[0].tidy(at(31 * 86_400));
    expect(await events[0].tell([rejection('1'), rejection('2')])).toBe(0);
    expect(await types()).toEqual([]);
    await senders[0].tidy(at(40 * 86_400 + 1));
    expect(await events[0].tell([rejection('1'), rejection('2')])).toBe(1);
  });
});

describe('a condition', () => {
  const down = (seconds: number): SeenCondition => ({
    kind: 'deployment',
    subject: 'd',
    type: 'deployment.down',
    occurredAt: at(seconds),
    data: { deployment: { id: 'd', model: 'm', provider: 'p', upstream_model: 'u' }, reason: 'unavailable' },
  });
  /** What a gateway does now and then. */
  async function end(gateway: 0 | 1, seconds: number): Promise<void> {
    const quiet = await events[gateway].quiet(at(seconds));
    const event = {
      type: 'deployment.recovered' as const,
      occurredAt: at(seconds),
      data: { deployment: { id: 'd', model: 'm', provider: 'p', upstream_model: 'u' }, since: '', lasted_seconds: 1 },
    };
    await events[gateway].end(
      quiet.map((condition) => ({ ...condition, event })),
      at(seconds),
    );
  }
  beforeEach(() => newAlert('one'));

  it('is told when the first gateway sees it, and its end when none has for two minutes', async () => {
    await Promise.all([events[0].see([down(0)], at(0)), events[1].see([down(0)], at(0))]);
    expect(await types()).toEqual(['deployment.down']);
    await events[1].see([down(100)], at(100));
    await end(0, 200);
    expect(await types()).toEqual(['deployment.down']);
    await Promise.all([end(0, 220), end(1, 220)]);
    expect(await types()).toEqual(['deployment.down', 'deployment.recovered']);
  });

  it('is told ever more seldom while it comes and goes', async () => {
    let told = 0;
    for (let second = 0; second < 7200; second += 10) {
      // A minute down, three minutes up.
      if (second % 240 < 60) await events[0].see([down(second)], at(second));
      await end(0, second);
      told = (await types()).length;
    }
    expect(told).toBeLessThanOrEqual(6);
    expect(await types()).toEqual(expect.arrayContaining(['deployment.down', 'deployment.recovered']));
  });

  it('ends without a word where there is no such thing any more', async () => {
    await events[0].see([down(0)], at(0));
    const quiet = await events[0].quiet(at(120));
    await events[0].end(
      quiet.map((condition) => ({ ...condition, event: null })),
      at(120),
    );
    expect(await types()).toEqual(['deployment.down']);
    await events[0].see([down(130)], at(130));
    expect(await types()).toEqual(['deployment.down', 'deployment.down']);
  });

  it('that is seen again at the last moment does not end', async () => {
    await events[0].see([down(0)], at(0));
    const quiet = await events[1].quiet(at(120));
    await events[0].see([down(119)], at(119));
    const data = { since: '', lasted_seconds: 1 };
    const event = { type: 'ledger.recovered' as const, occurredAt: at(120), data };
    expect(quiet).toHaveLength(1);
    expect(
      await events[1].end(
        quiet.map((condition) => ({ ...condition, event })),
        at(120),
      ),
    ).toBe(0);
  });
});

describe('a key that expires', () => {
  async function key(name: string, expiresSeconds: number, blocked = false): Promise<void> {
    await client.query(
      `INSERT INTO virtual_key (id, name, hash, preview, expires_at, blocked) VALUES (gen_random_uuid(), $1, $1, 'p', $2, $3)`,
      [name, at(expiresSeconds), blocked],
    );
  }
  async function tell(gateway: 0 | 1, seconds: number): Promise<string[]> {
    const found = await events[gateway].ofExpiringKeys(7, at(seconds), at(seconds));
    await events[gateway].tell(found, at(seconds));
    return found.map(({ data }) => data.key.name);
  }
  const DAY = 86_400;
  beforeEach(() => newAlert('one'));

  it('is told of within so many days, and once more within one', async () => {
    await key('soon', 8 * DAY);
    await key('never seen before', DAY / 2);
    await key('blocked', 2 * DAY, true);
    await key('expired', -1);
    expect(await tell(0, 0)).toEqual(['never seen before']);
    expect(await tell(1, DAY - 1)).toEqual([]);
    expect(await tell(0, DAY)).toEqual(['soon']);
    expect(await tell(1, DAY + 1)).toEqual([]);
    expect(await tell(1, 7 * DAY - 1)).toEqual([]);
    expect(await tell(1, 7 * DAY)).toEqual(['soon']);
    expect(await tell(0, 7 * DAY + 1)).toEqual([]);
  });

  it('is told of anew when it is given another time', async () => {
    await key('soon', 2 * DAY);
    expect(await tell(0, 0)).toEqual(['soon']);
    await client.query('UPDATE virtual_key SET expires_at = $1', [at(3 * DAY)]);
    expect(await tell(0, 0)).toEqual(['soon']);
  });
});
