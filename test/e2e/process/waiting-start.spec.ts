import { chmodSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { makeWav } from '../../support/audio.js';
import { createTestDatabase, onDatabase, type TestDatabase } from '../../support/database.js';
import { DatabaseProxy } from '../../support/database-proxy.js';
import { quietPort } from '../../support/quiet-port.js';
import { until } from '../../support/upload-server.js';
import { buildGateway, GatewayProcess } from './gateway-process.js';

beforeAll(() => buildGateway());
afterAll(() => GatewayProcess.killAll());

// The tests run side by side, because most of their time is waiting: each has a place of its own.
interface Place extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly environment: Readonly<Record<string, string>>;
}

async function makePlace(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'auricle-wait-'));
  chmodSync(folder, 0o755);
  const database = await createTestDatabase();
  return {
    database,
    environment: { DATA_DIR: folder, LOG_FORMAT: 'json' },
    async [Symbol.asyncDispose]() {
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function atPort({ database }: Place, port: number): { url: string; name: string } {
  const url = new URL(database.url);
  url.port = String(port);
  return { url: url.href, name: `PostgreSQL at 127.0.0.1:${port}${url.pathname}` };
}

const passwordOf = (url: string) => decodeURIComponent(new URL(url).password);
const linesOf = ({ output }: GatewayProcess, text: string) => output.split('\n').filter((line) => line.includes(text));

it.concurrent(
  'waits for a database that comes later, with its port closed, and says so without the password',
  async () => {
    await using place = await makePlace();
    const [port, databasePort] = [await quietPort(), await quietPort()];
    const { url, name } = atPort(place, databasePort);
    await using gateway = GatewayProcess.launch({ ...place.environment, PORT: String(port), DATABASE_URL: url });
    await gateway.says(`Waiting for ${name}, for at most 60 s: connect ECONNREFUSED`);
    await gateway.says(`Still waiting for ${name} after `);
    await expect(fetch(`http://127.0.0.1:${port}/health/live`)).rejects.toThrow('fetch failed');
    await using _database = await DatabaseProxy.start(place.database.url, databasePort);
    await gateway.says('Auricle is ready.');
    expect(linesOf(gateway, 'Waiting for')).toHaveLength(1);
    expect(linesOf(gateway, `${name} is there, after `)).toHaveLength(1);
    expect(gateway.output + gateway.errors).not.toContain(passwordOf(url));
    gateway.kill('SIGTERM');
    expect(await gateway.ended).toEqual({ code: 0, signal: null });
  },
);

it.concurrent('waits for a server that is full', async () => {
  await using place = await makePlace();
  const { database, environment } = place;
  const server = new Client({ connectionString: onDatabase(database.url, 'postgres') });
  await server.connect();
  const name = new URL(database.url).pathname.slice(1);
  const role = `limited_${name}`;
  await server.query(`CREATE ROLE ${role} LOGIN PASSWORD 'p' CONNECTION LIMIT 0`);
  await server.query(`ALTER DATABASE ${name} OWNER TO ${role}`);
  const url = new URL(database.url);
  url.username = role;
  url.password = 'p';
  try {
    await using gateway = GatewayProcess.launch({ ...environment, DATABASE_URL: url.href });
    await gateway.says(`too many connections for role`);
    gateway.kill('SIGTERM');
    expect(await gateway.ended).toEqual({ code: 0, signal: null });
  } finally {
    await server.query(`ALTER DATABASE ${name} OWNER TO CURRENT_USER`);
    await server.query(`DROP ROLE ${role}`);
    await server.end();
  }
});

it.concurrent.each([
  ['refuses', false],
  ['accepts and is silent', true],
])('ends at once, with exit code 0, by SIGTERM while it waits for one that %s', async (_, isSilent) => {
  await using place = await makePlace();
  await using proxy = await DatabaseProxy.start(place.database.url);
  proxy.freeze();
  const { url } = isSilent ? proxy : atPort(place, await quietPort());
  await using gateway = GatewayProcess.launch({ ...place.environment, LOG_LEVEL: 'debug', DATABASE_URL: url });
  if (isSilent) await proxy.opened;
  else await gateway.says('Waiting for');
  gateway.kill('SIGTERM');
  await gateway.says('SIGTERM: the start is broken off');
  expect({ ...(await gateway.ended), errors: gateway.errors }).toEqual({ code: 0, signal: null, errors: '' });
});

it.concurrent('gives up in the end, with exit code 1 and the reason', async () => {
  await using place = await makePlace();
  const { url, name } = atPort(place, await quietPort());
  const gateway = await GatewayProcess.fail({
    ...place.environment,
    DATABASE_URL: url,
    DATABASE_CONNECT_TIMEOUT_SECONDS: '1',
  });
  expect(gateway.code).toBe(1);
  expect(gateway.output).toContain(`Waiting for ${name}, for at most 1 s`);
  expect(gateway.errors).toMatch(
    /Auricle cannot start\.\nCannot connect to PostgreSQL at \S+: connect ECONNREFUSED \S+ \(waited for 1 s: DATABASE_CONNECT_TIMEOUT_SECONDS\)/,
  );
  expect(gateway.output + gateway.errors).not.toContain(passwordOf(url));
});

it.concurrent.each<[string, (url: URL) => void, Record<string, string>, RegExp]>([
  ['it shall not', (url) => (url.port = '1'), { DATABASE_CONNECT_TIMEOUT_SECONDS: '0' }, /ECONNREFUSED/],
  ['the password is wrong', (url) => (url.password = 'wrong-one'), {}, /password authentication failed/],
  ['the database is missing', (url) => (url.pathname = '/missing'), {}, /database "missing" does not exist/],
  ['TLS is not to be had', (url) => url.searchParams.set('sslmode', 'require'), {}, /does not support SSL/],
])('does not wait where %s', async (_, change, more, words) => {
  await using place = await makePlace();
  const url = new URL(place.database.url);
  change(url);
  const gateway = await GatewayProcess.fail({ ...place.environment, ...more, DATABASE_URL: url.href });
  expect(gateway.code).toBe(1);
  expect(gateway.errors).toMatch(words);
  expect(gateway.output).not.toContain('Waiting for');
  expect(gateway.errors).not.toContain('waited for');
  expect(gateway.output + gateway.errors).not.toContain('wrong-one');
});

it.concurrent.each<[string, (proxy: DatabaseProxy) => void]>([
  ['is frozen', (proxy) => proxy.freeze()],
  ['is slow', (proxy) => proxy.slowDown(30_000)],
  [
    'accepts connections and never answers',
    (proxy) => {
      proxy.freeze();
      proxy.cut();
    },
  ],
])('a gateway ends by SIGTERM, within its limits, although the database %s', async (_, fail) => {
  await using place = await makePlace();
  await using proxy = await DatabaseProxy.start(place.database.url);
  await using gateway = await GatewayProcess.start({
    ...place.environment,
    DATABASE_URL: proxy.url,
    DATABASE_TIMEOUT_SECONDS: '2',
    SHUTDOWN_TIMEOUT_SECONDS: '1',
  });
  const list = () => gateway.fetch('/v1/models', {}, 'sk-aur-unknown');
  await until(async () => (await list()).status === 401);
  fail(proxy);
  // Questions are under way, to the ledger as well.
  expect((await gateway.fetch('/v1/models', {}, 'sk-aur-another')).status).toBe(503);
  const form = new FormData();
  form.append('model', 'sandbox');
  form.append('file', new File([Uint8Array.from(makeWav({ durationSeconds: 1, toneHz: 440 }))], 'speech.wav'));
  const asked = await gateway.fetch('/v1/audio/transcriptions', { method: 'POST', body: form });
  expect(asked.status).toBe(200);
  await asked.text();
  gateway.kill('SIGTERM');
  expect(await gateway.ended).toEqual({ code: 0, signal: null });
});
