import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { Client } from 'pg';
import type { LogEntry } from '../../../src/ledger/entry/log-entry.js';
import { newRequestId } from '../../../src/http/request-id.js';
import { MASTER_KEY, startTestGateway, type TestGateway } from '../../support/gateway.js';
import { logEntry } from '../../support/log-entries.js';
import { writeLogs } from '../../support/written-logs.js';

let gateway: TestGateway;
let database: Client;
beforeAll(async () => {
  gateway = await startTestGateway();
  database = new Client({ connectionString: gateway.databaseUrl });
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await gateway.close();
});

const write = (...entries: readonly LogEntry[]) => writeLogs(gateway, ...entries);

/** A client that follows the ledger. */
class Follower implements AsyncDisposable {
  private readonly events: EventSourceMessage[] = [];
  private readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  private readonly parser = createParser({ onEvent: (event) => this.events.push(event) });

  private constructor(body: ReadableStream<Uint8Array>) {
    this.reader = body.getReader();
  }

  static async open(query: string, headers: Record<string, string> = {}, { url } = gateway): Promise<Follower> {
    const answer = await fetch(`${url}/admin/v1/logs/stream?${query}`, {
      headers: { authorization: `Bearer ${MASTER_KEY}`, ...headers },
    });
    if (!answer.ok || !answer.body) throw new Error(`${answer.status} ${await answer.text()}`);
    const follower = new Follower(answer.body);
    // The first comment comes when it is decided where the stream begins.
    await follower.reader.read();
    return follower;
  }

  /** The next so many events' ids. */
  async ids(count: number): Promise<(string | undefined)[]> {
    while (this.events.length < count && (await this.read()));
    return this.events.splice(0, count).map(({ id }) => id);
  }

  async event(): Promise<EventSourceMessage | undefined> {
    while (this.events.length === 0 && (await this.read()));
    return this.events.shift();
  }

  /** @returns false when it has ended */
  async read(): Promise<boolean> {
    const { done, value } = await this.reader.read();
    if (value) this.parser.feed(new TextDecoder().decode(value));
    return !done;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.reader.cancel();
  }
}

it('sends new logs as they are written, in their lean form, and none of before', async () => {
  await write(logEntry({ model: 'live' }));
  await using follower = await Follower.open('model=live&fields=model,latency_ms');
  const log = logEntry({ model: 'live', latencyMs: 7 });
  await write(logEntry({ model: 'other' }), log);
  const event = await follower.event();
  expect(event).toMatchObject({ event: 'log', id: log.id });
  expect(JSON.parse(event?.data ?? '')).toEqual({ object: 'log', id: log.id, model: 'live', latency_ms: 7 });
});

it('goes on after the last log that was seen, in parts where it is much', async () => {
  const seen = logEntry({ model: 'resumed' });
  await write(seen);
  const missed = Array.from({ length: 450 }, () => logEntry({ model: 'resumed' }));
  await write(...missed);
  await using follower = await Follower.open('model=resumed&fields=id', { 'last-event-id': seen.id });
  const ids = missed.map(({ id }) => id).toSorted();
  expect(await follower.ids(450)).toEqual(ids);
  const log = logEntry({ model: 'resumed' });
  await write(log);
  expect(await follower.ids(1)).toEqual([log.id]);
});

it('skips no log that is written after younger ones', async () => {
  await using follower = await Follower.open('model=late&fields=id');
  const [old, young, next] = [newRequestId(), newRequestId(), newRequestId()].map((id) =>
    logEntry({ id, model: 'late' }),
  );
  if (!old || !young || !next) throw new Error('three were made');
  await write(young);
  expect(await follower.ids(1)).toEqual([young.id]);
  await write(old);
  expect(await follower.ids(1)).toEqual([old.id]);
  // Neither does who comes again between the two.
  await using again = await Follower.open('model=late&fields=id', { 'last-event-id': young.id });
  expect(await again.ids(1)).toEqual([old.id]);
});

it('waits for a transaction that began before others which have ended, and then has all in one order', async () => {
  await using follower = await Follower.open('model=open&fields=id');
  const [first, second] = [logEntry({ model: 'open' }), logEntry({ model: 'open' })];
  await database.query('BEGIN');
  await database.query('SELECT pg_current_xact_id()');
  await write(second);
  await database.query(
    `INSERT INTO request_log (id, created_at, key_name, task, model, status, http_status, latency_ms)
     VALUES ($1, $2, 'master', 'transcribe', 'open', 'success', 200, 1)`,
    [first.id, first.createdAt],
  );
  await database.query('COMMIT');
  expect(await follower.ids(2)).toEqual([first.id, second.id]);
  await using again = await Follower.open('model=open&fields=id', { 'last-event-id': first.id });
  expect(await again.ids(1)).toEqual([second.id]);
});

it('begins behind what is written already, whatever transaction of before is still open', async () => {
  await database.query('BEGIN');
  await database.query('SELECT pg_current_xact_id()');
  await write(logEntry({ model: 'beginning' }));
  await using follower = await Follower.open('model=beginning&fields=id');
  const log = logEntry({ model: 'beginning' });
  await write(log);
  await database.query('COMMIT');
  expect(await follower.ids(1)).toEqual([log.id]);
});

it('refuses a last id that is none, or of no log', async () => {
  await expect(Follower.open('', { 'last-event-id': 'x' })).rejects.toThrow(/^400.*last-event-id/);
  await expect(Follower.open('', { 'last-event-id': newRequestId() })).rejects.toThrow(/^404/);
  await expect(Follower.open('colour=red')).rejects.toThrow(/^400.*colour/);
});

it('ends properly when the gateway stops, which does not wait for it', async () => {
  const other = await startTestGateway({ SHUTDOWN_TIMEOUT_SECONDS: '60' });
  const follower = await Follower.open('', {}, other);
  const closed = other.close();
  while (await follower.read());
  await closed;
});

it('ends when its admin key is deleted, also where nothing is written', async () => {
  const { body } = await gateway.admin('POST', 'admin_keys', { name: 'follower', role: 'viewer' });
  await using follower = await Follower.open('', { authorization: `Bearer ${body.key}` });
  expect((await gateway.admin('DELETE', `admin_keys/${body.id}`)).status).toBe(200);
  while (await follower.read());
});

it('takes so many at once, and others when they have gone', async () => {
  const followers: Follower[] = [];
  for (let index = 0; index < 20; index += 1) followers.push(await Follower.open(''));
  await expect(Follower.open('')).rejects.toThrow(/^503.*too_many_listeners/);
  for (const follower of followers) await follower[Symbol.asyncDispose]();
});
