import { ALERT_TIME, type AlertTime } from '../../../src/alerts/alert-time.js';
import { alertEventSchema } from '../../../src/alerts/events/alert-events.js';
import { RETRY_DELAYS_MS } from '../../../src/alerts/deliveries/delivery-backoff.js';
import { AlertQueue } from '../../../src/alerts/events/alert-queue.js';
import { AlertWatch } from '../../../src/alerts/watch/alert-watch.js';
import { CLOCK } from '../../../src/http/clock.js';
import { Catalogue } from '../../../src/models/catalogue.js';
import { makeWav } from '../../support/audio.js';
import { MASTER_KEY, startTestGateway, type TestGateway } from '../../support/gateway.js';
import { ManualClock } from '../../support/manual-clock.js';
import { SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { errorAnswer } from '../../support/simulator-answers.js';
import { until } from '../../support/upload-server.js';
import { isSignedBy, WebhookReceiver, type ReceivedWebhook } from '../../support/webhook-receiver.js';
import { COST_NANO_USD, LedgerBench } from '../ledger/ledger-bench.js';

const COST_USD = Number(COST_NANO_USD) / 1e9;
const ENCRYPTION_KEY = '0123456789abcdef'.repeat(4);
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const clock = new ManualClock();
const time: AlertTime = { now: () => new Date(clock.nowMs()), moment: () => new Date(clock.nowMs()) };
const replacements = [
  { provide: CLOCK, useValue: clock },
  { provide: ALERT_TIME, useValue: time },
];

let bench: LedgerBench;
/** Another gateway on the same database. */
let second: TestGateway;
let receiver: WebhookReceiver;
beforeAll(async () => {
  receiver = await WebhookReceiver.start();
  bench = await LedgerBench.start({ ENCRYPTION_KEY, COOLDOWN_SECONDS: '30', JOURNAL_MAX_MB: '0.05' }, replacements);
  second = await startTestGateway({ ENCRYPTION_KEY, DATABASE_URL: bench.gateway.databaseUrl }, replacements);
});
afterAll(async () => {
  await second.close();
  await bench.close();
  await receiver.close();
});
afterEach(async () => {
  for (const { id } of (await bench.gateway.admin('GET', 'alerts')).body.data) {
    await bench.gateway.admin('DELETE', `alerts/${id}`);
  }
});

let made = 0;
/** An alert of this test's own, and what it has received. */
async function newAlert(fields: Record<string, unknown> = {}) {
  made += 1;
  const path = `/hook-${made}`;
  const body = { name: `alert ${made}`, url: receiver.url(path), ...fields };
  const answer = await bench.gateway.admin('POST', 'alerts', body);
  expect({ status: answer.status, body: answer.body }).toMatchObject({ status: 201 });
  const { id, secret } = answer.body;
  const deliveries = async (query = '') =>
    (await bench.gateway.admin('GET', `alerts/${id}/deliveries?${query}`)).body.data;
  return { id: String(id), secret: String(secret), path, deliveries, received: () => receiver.at(path) };
}

/** The messages of an alert, once there are so many. */
async function messages({ received }: { received: () => ReceivedWebhook[] }, count: number) {
  await until(() => received().length >= count);
  return received().map(({ body }) => body);
}

/** Both gateways look at everything. */
async function look(): Promise<void> {
  for (const { app } of [bench.gateway, second]) await app.get(AlertWatch).look();
}

describe('an alert', () => {
  it('is made, shown without its secrets, changed, rotated and deleted', async () => {
    const url = receiver.url('/a-path-that-is-a-secret-itself');
    const { status, body } = await bench.gateway.admin('POST', 'alerts', { name: 'on-call', url });
    expect(status).toBe(201);
    const { secret, ...shown } = body;
    expect(secret).toMatch(/^whsec_[\w+/]{43}=$/);
    expect(shown).toMatchObject({
      object: 'alert',
      name: 'on-call',
      url_preview: `http://127.0.0.1:${receiver.port}/...self`,
      secret_preview: `...${secret.slice(-4)}`,
      event_types: null,
      format: 'standard',
      enabled: true,
    });
    expect((await bench.gateway.admin('GET', 'alerts/on-call')).body).toEqual(shown);
    expect((await bench.gateway.admin('GET', 'alerts')).body.data).toEqual([shown]);
    const changed = await bench.gateway.admin('PATCH', 'alerts/on-call', {
      name: 'night',
      event_types: ['budget.exhausted'],
      format: 'slack',
      enabled: false,
    });
    expect(changed.body).toMatchObject({ name: 'night', event_types: ['budget.exhausted'], format: 'slack' });
    const chosen = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const rotated = await bench.gateway.admin('POST', 'alerts/night/rotate', { secret: chosen, grace_seconds: 60 });
    expect(rotated.body).toMatchObject({
      secret: chosen,
      secret_preview: '...LaSw',
      previous_secret_expires_at: new Date(clock.nowMs() + 60_000).toISOString(),
    });
    const tested = await bench.gateway.admin('POST', 'alerts/night/test');
    expect(tested.body).toMatchObject({ outcome: 'delivered', http_status: 204, error: null });
    const [message] = receiver.at('/a-path-that-is-a-secret-itself');
    expect(message?.body.text).toBe("This is a test of the alert 'night'.");
    expect(message && [isSignedBy(secret, message), isSignedBy(chosen, message)]).toEqual([true, true]);
    clock.advance(60_000);
    await bench.gateway.admin('POST', 'alerts/night/test');
    const after = receiver.at('/a-path-that-is-a-secret-itself')[1];
    expect(after && [isSignedBy(secret, after), isSignedBy(chosen, after)]).toEqual([false, true]);
    const stored = await bench.database.query('SELECT * FROM alert');
    expect(JSON.stringify(stored.rows)).not.toContain('secret-itself');
    expect((await bench.gateway.admin('DELETE', 'alerts/night')).body).toMatchObject({
      object: 'alert',
      deleted: true,
    });
    expect((await bench.gateway.admin('GET', 'alerts/night')).status).toBe(404);
  });

  it.each([
    ['url', 'ftp://a.example/'],
    ['url', 'nowhere'],
    ['url', 'https://me:secret@a.example/'],
    ['url', 'http://169.254.169.254/latest/meta-data/'],
    ['url', 'http://[fe80::1]/'],
    ['url', 'http://[::ffff:169.254.169.254]/'],
    ['url', 'http://2852039166/'],
    ['secret', 'whsec_short'],
    ['event_types', []],
    ['event_types', ['nothing']],
    ['format', 'teams'],
  ])('is refused with the %s %j', async (field, value) => {
    const body = { name: 'x', url: receiver.url(), [field]: value };
    const answer = await bench.gateway.admin('POST', 'alerts', body);
    expect(answer.status).toBe(400);
    expect(answer.body.error.param).toMatch(new RegExp(`^${field}`));
    expect(JSON.stringify(answer.body)).not.toContain('me:secret');
  });

  it('is refused under a name that is taken', async () => {
    await newAlert({ name: 'taken' });
    expect((await bench.gateway.admin('POST', 'alerts', { name: 'taken', url: receiver.url() })).status).toBe(409);
  });

  it('says of a test why it has failed', async () => {
    const { id } = await newAlert({ enabled: false });
    receiver.statuses.push(302);
    const redirected = await bench.gateway.admin('POST', `alerts/${id}/test`);
    expect(redirected.body).toMatchObject({
      outcome: 'failed',
      http_status: 302,
      error: 'its server answered 302, and redirects are not followed',
    });
    expect(receiver.at('/elsewhere')).toEqual([]);
    await bench.gateway.admin('PATCH', `alerts/${id}`, { url: 'http://127.0.0.1:1/' });
    const unreachable = await bench.gateway.admin('POST', `alerts/${id}/test`);
    expect(unreachable.body).toMatchObject({ outcome: 'failed', error: 'its server cannot be reached' });
    await bench.gateway.admin('PATCH', `alerts/${id}`, { url: 'http://no-such-host.invalid/' });
    const unknown = await bench.gateway.admin('POST', `alerts/${id}/test`);
    expect(unknown.body).toMatchObject({ outcome: 'failed', error: 'its host has no address that may be called' });
  });
});

describe('a delivery', () => {
  it('is signed, tried again later and later with the same id, and listed', async () => {
    const alert = await newAlert({ event_types: ['key.expiring'] });
    receiver.statuses.push(500, 302);
    const expires_at = new Date(clock.nowMs() + 2 * DAY_MS).toISOString();
    const { id: keyId } = await bench.gateway.createKey({ name: 'soon over', expires_at, user: 'ada' });
    await look();
    for (const [index, status] of [500, 302].entries()) {
      await until(async () => (await alert.deliveries('status=pending'))[0]?.http_status === status);
      const delayMs = RETRY_DELAYS_MS[index] ?? 0;
      expect((await alert.deliveries())[0]).toMatchObject({
        attempts: index + 1,
        event_type: 'key.expiring',
        error: expect.stringContaining(`its server answered ${status}`),
        next_attempt_at: new Date(clock.nowMs() + delayMs).toISOString(),
      });
      // Gateways look every five seconds.
      clock.advance(delayMs - 1);
      clock.advance(5001);
    }
    await until(async () => (await alert.deliveries('status=delivered')).length === 1);
    const received = alert.received();
    expect(received).toHaveLength(3);
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(received.map(({ text }) => text)).size).toBe(1);
    for (const message of received) {
      expect(isSignedBy(alert.secret, message)).toBe(true);
      expect(alertEventSchema.parse(message.body)).toEqual(message.body);
    }
    expect(received[0]?.body).toEqual({
      type: 'key.expiring',
      timestamp: expect.any(String),
      data: { key: { id: keyId, name: 'soon over' }, team: null, user: 'ada', expires_at },
    });
    const [delivery] = await alert.deliveries('event_type=key.expiring');
    expect(delivery).toMatchObject({ status: 'delivered', attempts: 3, http_status: 204, error: null });
    expect(delivery.event).toEqual(received[0]?.body);
    expect(delivery.webhook_id).toBe(received[0]?.headers['webhook-id']);
    expect(await alert.deliveries('event_type=ledger.behind')).toEqual([]);

    const path = `alerts/${alert.id}/deliveries/${delivery.id}/retry`;
    expect((await bench.gateway.admin('POST', path)).body).toMatchObject({ status: 'pending', attempts: 0 });
    await messages(alert, 4);
    expect(alert.received()[3]?.headers['webhook-id']).toBe(delivery.webhook_id);
    const other = `alerts/${alert.id}/deliveries/${alert.id}/retry`;
    expect((await bench.gateway.admin('POST', other)).status).toBe(404);
  });

  it('is of an alert that another gateway has changed a moment ago', async () => {
    const alert = await newAlert({ enabled: false });
    // By now the ends that providers have announced may be near as well.
    const deployments = bench.gateway.app.get(Catalogue).deployments();
    const soon = new Date(clock.nowMs() + 20 * DAY_MS).toISOString().slice(0, 10);
    for (const { id, upstreamModel } of deployments.filter(({ provider }) => provider === 'openai')) {
      const patch = { routing: { retires_on: upstreamModel === 'whisper-1' ? soon : '2099-12-31' } };
      expect((await bench.gateway.admin('PATCH', `deployments/${id}`, patch)).status).toBe(200);
    }
    await second.admin('PATCH', `alerts/${alert.id}`, { enabled: true });
    await until(async () => {
      // Whoever is told for the first time hears of it at once, from whichever gateway looks first.
      await bench.gateway.app.get(AlertWatch).look();
      return alert.received().length > 0;
    });
    expect((await messages(alert, 1))[0]).toMatchObject({ type: 'model.retiring', data: { days_left: 20 } });
    expect(alert.received()).toHaveLength(1);
  });
});

describe('what is told', () => {
  it('of a budget: its soft limit and its end, once, however many gateways notice it', async () => {
    const alert = await newAlert({ event_types: ['budget.soft_limit', 'budget.exhausted'] });
    const budget = { limit_usd: 0.0027, soft_limit_usd: COST_USD, period: 'month', time_zone: 'Europe/Berlin' };
    const { id, key } = await bench.gateway.createKey({ name: 'spender', budgets: [budget] });
    for (const told of [0, 1, 2]) {
      expect((await bench.transcribe(key)).status).toBe(200);
      await bench.gateway.logs();
      await messages(alert, told);
    }
    for (const { url } of [bench.gateway, second, bench.gateway]) {
      const form = new FormData();
      form.append('model', 'whisper');
      form.append('file', new Blob([makeWav({ durationSeconds: 6 })]), 'speech.wav');
      const headers = { authorization: `Bearer ${key}` };
      const answer = await fetch(`${url}/v1/audio/transcriptions`, { method: 'POST', headers, body: form });
      expect(answer.status).toBe(429);
      await answer.text();
    }
    for (const { app } of [bench.gateway, second]) await app.get(AlertQueue).flush();
    const told = await messages(alert, 2);
    expect(told.map(({ type }) => type).toSorted()).toEqual(['budget.exhausted', 'budget.soft_limit']);
    expect(told.find(({ type }) => type === 'budget.soft_limit').data).toMatchObject({
      budget: { owner: 'key', key: { id, name: 'spender' }, team: null, soft_limit_usd: COST_USD, period: 'month' },
      spent_usd: 2 * COST_USD,
    });
    expect(told.find(({ type }) => type === 'budget.exhausted').data.spent_usd).toBe(0.0027);
    for (const body of told) expect(alertEventSchema.parse(body)).toEqual(body);
  });

  it('of a budget whose next request has no room', async () => {
    const alert = await newAlert({ event_types: ['budget.exhausted'] });
    const { key } = await bench.gateway.createKey({ budgets: [{ limit_usd: 1.5 * COST_USD, period: 'total' }] });
    expect((await bench.transcribe(key)).status).toBe(200);
    await bench.gateway.logs();
    expect((await bench.transcribe(key)).status).toBe(429);
    const [told] = await messages(alert, 1);
    expect(told.data).toMatchObject({ period_starts_at: null, resets_at: null, spent_usd: COST_USD });
  });

  it('of a deployment: that its credential is rejected, that it is down, and that it has recovered', async () => {
    const types = ['deployment.down', 'deployment.recovered', 'credential.rejected'];
    const alert = await newAlert({ event_types: types });
    const { key } = await bench.gateway.createKey();
    const wrong = errorAnswer(401, { message: 'Incorrect API key provided.', code: 'invalid_api_key' });
    bench.simulator.respondWith(wrong);
    expect((await bench.transcribe(key)).status).toBe(502);
    const [rejected] = await messages(alert, 1);
    expect(rejected).toMatchObject({
      type: 'credential.rejected',
      data: { provider: 'openai', credential: null, upstream_status: 401, deployment: { model: 'whisper' } },
    });
    expect(JSON.stringify(rejected)).not.toContain(SIMULATOR_KEY);
    const failing = bench.gateway.app
      .get(Catalogue)
      .deployments()
      .find(({ model }) => model === 'whisper');
    bench.simulator.respondWith(wrong);
    const tested = await bench.gateway.admin('POST', `deployments/${failing?.id}/test`);
    expect(tested.body.outcome).toBe('credential_rejected');
    await look();
    await look();
    expect((await messages(alert, 2))[1]).toMatchObject({
      type: 'deployment.down',
      data: { deployment: { model: 'whisper', upstream_model: 'whisper-1' }, reason: 'credential_rejected' },
    });
    const { body } = await bench.gateway.admin('GET', 'deployments/health');
    const { id } = body.data.find(({ model }: { model: string }) => model === 'whisper');
    await bench.gateway.admin('POST', `deployments/${id}/reset`);
    expect((await bench.transcribe(key)).status).toBe(200);
    await look();
    expect(alert.received()).toHaveLength(2);
    clock.advance(2 * MINUTE_MS);
    await look();
    const told = await messages(alert, 3);
    expect(told[2]).toMatchObject({ type: 'deployment.recovered', data: { deployment: { id }, lasted_seconds: 0 } });
    for (const event of told) expect(alertEventSchema.parse(event)).toEqual(event);
  });

  it('of a ledger that is full, and of its recovery', async () => {
    const alert = await newAlert({ event_types: ['ledger.behind', 'ledger.recovered'] });
    const { key } = await bench.gateway.createKey();
    const release = await bench.holdWrites();
    while ((await bench.transcribe(key)).status === 200);
    await look();
    expect((await messages(alert, 1))[0]).toMatchObject({ type: 'ledger.behind', data: { state: 'full' } });
    await release();
    await until(async () => (await bench.transcribe(key)).status === 200);
    clock.advance(2 * MINUTE_MS);
    await look();
    const told = await messages(alert, 2);
    expect(told[1].type).toBe('ledger.recovered');
    for (const event of told) expect(alertEventSchema.parse(event)).toEqual(event);
  });
});

it('costs nothing and writes nothing where there is no alert', async () => {
  const { key } = await bench.gateway.createKey({ budgets: [{ limit_usd: 0, period: 'day' }] });
  await bench.database.query('TRUNCATE alert_event, alert_delivery, alert_condition');
  expect((await bench.transcribe(key)).status).toBe(429);
  await look();
  expect(bench.gateway.app.get(AlertQueue).length).toBe(0);
  for (const table of ['alert_event', 'alert_delivery', 'alert_condition']) {
    expect((await bench.database.query(`SELECT FROM ${table}`)).rowCount).toBe(0);
  }
});

it('counts what was delivered', async () => {
  const answer = await fetch(`${bench.gateway.url}/metrics`, { headers: { authorization: `Bearer ${MASTER_KEY}` } });
  const text = await answer.text();
  expect(text).toMatch(/^auricle_alert_attempts_total\{outcome="delivered"\} [1-9]/m);
  expect(text).toMatch(/^auricle_alert_deliveries_pending 0$/m);
  expect(text).toMatch(/^auricle_alert_events_dropped_total 0$/m);
});
