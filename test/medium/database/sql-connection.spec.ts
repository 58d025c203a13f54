import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Client } from 'pg';
import { SqlConnection } from '../../../src/database/sql-connection.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { DatabaseProxy } from '../../support/database-proxy.js';
import { until } from '../../support/upload-server.js';

const NAME = 'auricle sql test';

let database: TestDatabase;
let proxy: DatabaseProxy;
let connection: SqlConnection;
let observer: Client;
beforeEach(async () => {
  database = await createTestDatabase();
  proxy = await DatabaseProxy.start(database.url);
  connection = open();
  observer = new Client({ connectionString: database.url });
  await observer.connect();
});
afterEach(async () => {
  connection.close();
  await observer.end();
  await proxy.close();
  await database.drop();
});

const open = (timeouts = { connectMs: 400, statementMs: 400 }, url = proxy.url) =>
  new SqlConnection(url, timeouts, NAME);
const ask = async () => (await connection.query<{ one: number }>('SELECT 1 AS one'))[0]?.one;
const backends = async () =>
  (
    await observer.query<{ pid: number }>(
      'SELECT pid FROM pg_stat_activity WHERE application_name = $1 AND datname = current_database()',
      [NAME],
    )
  ).rows.map(({ pid }) => pid);

it('opens one connection when it is needed, also where several need it at once, and keeps it', async () => {
  expect(proxy.connections).toBe(0);
  expect(await Promise.all([ask(), ask(), ask()])).toEqual([1, 1, 1]);
  expect(await ask()).toBe(1);
  expect(proxy.connections).toBe(1);
});

it('keeps the connection when the server refuses a statement, with its words', async () => {
  await expect(connection.query('SELECT nonsense')).rejects.toMatchObject({ code: '42703' });
  await expect(connection.query('SELECT 1/0')).rejects.toMatchObject({ code: '22012' });
  expect(await ask()).toBe(1);
  expect(proxy.connections).toBe(1);
});

it('has the server keep a statement by its name, on the next connection, too', async () => {
  const askKept = async () => (await connection.query<{ one: number }>('SELECT $1::int AS one', [1], 'kept'))[0]?.one;
  const kept = () => connection.query('SELECT name FROM pg_prepared_statements');
  expect([await askKept(), await askKept()]).toEqual([1, 1]);
  expect(await kept()).toEqual([{ name: 'kept' }]);
  connection.close();
  expect(await askKept()).toBe(1);
  expect(await kept()).toEqual([{ name: 'kept' }]);
  expect(proxy.connections).toBe(2);
});

it('opens another one after a statement that was not answered in time', async () => {
  await expect(connection.query('SELECT pg_sleep(30)')).rejects.toThrow('Query read timeout');
  expect(await ask()).toBe(1);
  expect(proxy.connections).toBe(2);
});

it.each([
  ['frozen', () => proxy.freeze(), () => proxy.thaw()],
  ['too slow', () => proxy.slowDown(2000), () => proxy.slowDown(0)],
])('gives up, and is there again, when the database is %s', async (_, begin, end) => {
  expect(await ask()).toBe(1);
  begin();
  await expect(ask()).rejects.toThrow('Query read timeout');
  // Now while it connects.
  await expect(ask()).rejects.toThrow(/timeout expired|Connection terminated/);
  end();
  expect(await ask()).toBe(1);
});

it('survives the end of an idle connection, however it ends', async () => {
  const ends = [
    async () => void (await observer.query('SELECT pg_terminate_backend($1)', [(await backends())[0]])),
    () => Promise.resolve(proxy.cut()),
  ];
  for (const end of ends) {
    expect(await ask()).toBe(1);
    await end();
    await until(async () => (await backends()).length === 0);
    // It may not have heard of it yet.
    await ask().catch(() => undefined);
    expect(await ask()).toBe(1);
  }
});

it('fails what is under way when the connection is cut, and goes on', async () => {
  connection = open({ connectMs: 5000, statementMs: 60_000 });
  const asleep = connection.query('SELECT pg_sleep(60)');
  await until(async () => (await backends()).length === 1);
  proxy.cut();
  // What the other side had not read yet makes an end a reset.
  await expect(asleep).rejects.toThrow(/Connection terminated|ECONNRESET/);
  expect(await ask()).toBe(1);
  const again = connection.query('SELECT pg_sleep(60)');
  await until(async () => (await backends()).length > 0);
  connection.close();
  await expect(again).rejects.toThrow('Connection terminated');
});

it('does not take what comes after a close for what came before it', async () => {
  proxy.freeze();
  connection = open({ connectMs: 5000, statementMs: 5000 });
  const before = ask();
  connection.close();
  proxy.thaw();
  const after = ask();
  await expect(before).rejects.toThrow('Connection terminated');
  expect(await after).toBe(1);
  expect(await ask()).toBe(1);
});

it('asks again after it was turned away', async () => {
  const name = new URL(database.url).pathname.slice(1);
  const elsewhere = new Client({ connectionString: database.url.replace(name, 'postgres') });
  await elsewhere.connect();
  try {
    await elsewhere.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
    await expect(ask()).rejects.toMatchObject({ code: '55000' });
    await elsewhere.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
    expect(await ask()).toBe(1);
  } finally {
    await elsewhere.end();
  }
});

describe('in front of a server that', () => {
  let server: Server;
  let sockets: Socket[];
  let served: (socket: Socket) => void;
  beforeEach(async () => {
    sockets = [];
    server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      served(socket);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    connection = open({ connectMs: 300, statementMs: 300 }, `postgresql://u:p@127.0.0.1:${port}/d`);
  });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });

  const READY = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]);
  const AUTHENTICATED = READY.subarray(0, 9);

  it.each<[string, (socket: Socket) => void]>([
    ['closes at once', (socket) => socket.destroy()],
    ['resets the connection', (socket) => socket.resetAndDestroy()],
    ['ends when it was greeted', (socket) => socket.once('data', () => socket.end())],
    ['says half of its first word', (socket) => socket.once('data', () => socket.write(AUTHENTICATED.subarray(0, 4)))],
    ['ends after half of its first word', (socket) => socket.once('data', () => socket.end(READY.subarray(0, 4)))],
    ['says nothing', (socket) => socket.resume()],
    ['lets in and says no more', (socket) => socket.once('data', () => socket.write(AUTHENTICATED))],
    ['lets in and ends', (socket) => socket.once('data', () => socket.end(AUTHENTICATED))],
    ['is ready and ends', (socket) => socket.once('data', () => socket.end(READY))],
    ['is ready and never answers', (socket) => socket.once('data', () => socket.write(READY))],
    [
      'ends in the midst of an answer',
      (socket) => {
        socket.once('data', () => {
          socket.write(READY);
          socket.once('data', () => socket.end(Buffer.from([0x54, 0, 0, 0, 30, 0])));
        });
      },
    ],
    [
      'resets in the midst of an answer',
      (socket) => {
        socket.once('data', () => {
          socket.write(READY);
          socket.once('data', () => socket.resetAndDestroy());
        });
      },
    ],
  ])('%s, it fails in time and tries anew', async (_, serve) => {
    served = serve;
    for (const attempt of [1, 2]) {
      await expect(ask()).rejects.toThrow(/Connection terminated|timeout|ECONNRESET|EPIPE/);
      expect(sockets).toHaveLength(attempt);
    }
    await until(() => sockets.every((socket) => socket.destroyed || socket.readableEnded));
  });
});
