import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { seededRandom } from '../support/seeded-random.js';
import type { SimulatorServer } from '../support/simulator-server.js';
import { modelBodyOf, simulators } from '../support/simulators.js';
import { HostileForms, type HostileRequest } from './hostile-form.js';

/** `npm run test:fuzz` sends more of them, and others. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 400);
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);
/** Requests under way at once. */
const ABREAST = 8;
/** What has not been answered by then hangs; nothing in these requests takes a second. */
const PATIENCE_MS = 60_000;

let gateway: TestGateway;
let servers: SimulatorServer[];
let key: { readonly id: string; readonly key: string };
beforeAll(async () => {
  gateway = await startTestGateway();
  servers = await Promise.all(simulators.map((simulator) => simulator.start()));
  for (const [index, simulator] of simulators.entries()) {
    const server = servers[index];
    const { status, body } = await gateway.admin('POST', 'models', server && modelBodyOf(simulator, server));
    if (status !== 201) throw new Error(JSON.stringify(body));
  }
  key = await gateway.createKey();
});
afterAll(async () => {
  await gateway.close();
  for (const server of servers) await server.close();
});

it(
  `survives ${RUNS} requests: none is answered by 500, none hangs, each leaves one log`,
  async () => {
    const models = [...simulators.map(({ provider }) => `simulated-${provider}`), 'sandbox'];
    const forms = new HostileForms(seededRandom(SEED), models);
    for (let sent = 0; sent < RUNS; sent += ABREAST) {
      const requests = Array.from({ length: ABREAST }, () => forms.next());
      const answers = await Promise.all(requests.map(send));
      for (const [index, answer] of answers.entries()) {
        // Who ends a body before its time need not get an answer, and leaves a log all the same.
        if (answer === '' && isCut(requests[index])) continue;
        if (!/^HTTP\/1\.1 (?:2|4|502|503|504)/.test(answer)) throw new Error(tell(requests, index, answer));
      }
      for (const [index, answer] of answers.entries()) {
        const id = /^x-request-id: (\S+)/im.exec(answer)?.[1];
        if (id !== undefined && !(await isLogged(id))) throw new Error(`no log: ${tell(requests, index, answer)}`);
      }
      for (const { requests: received } of servers) received.splice(0);
    }
    const pages: unknown[] = [];
    for (let cursor = ''; ;) {
      const { body } = await gateway.admin('GET', `logs?limit=100&key_id=${key.id}${cursor}`);
      pages.push(...body.data);
      if (!body.has_more) break;
      cursor = `&cursor=${body.next_cursor}`;
    }
    expect(pages).toHaveLength(Math.ceil(RUNS / ABREAST) * ABREAST);
    expect(await gateway.spooledFiles()).toEqual([]);
    expect((await fetch(`${gateway.url}/health/live`)).status).toBe(200);
  },
  PATIENCE_MS + 200 * RUNS,
);

/** What is no HTTP is answered before the request that it follows has left its log. */
async function isLogged(id: string): Promise<boolean> {
  const endsAtMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const { status } = await gateway.admin('GET', `logs/${id}`);
    if (status === 200) return true;
    if (performance.now() > endsAtMs) return false;
    await delay(20);
  }
}

function isCut({ headers, body }: HostileRequest = { path: '', headers: {}, body: Buffer.alloc(0) }): boolean {
  return Number(headers['content-length']) > body.length;
}

function tell(requests: readonly HostileRequest[], index: number, answer: string): string {
  const { path, headers, body } = requests[index] ?? {};
  return `seed ${SEED}: ${JSON.stringify({ path, headers, body: body?.toString('latin1') })}\nanswered: ${answer.slice(0, 2000)}`;
}

/** Sends a request, and hangs up where its body is shorter than it says; gives back all that was answered. */
async function send(request: HostileRequest): Promise<string> {
  const { path, headers, body } = request;
  const { hostname, port } = new URL(gateway.url);
  const lines = Object.entries({ ...headers, authorization: `Bearer ${key.key}`, connection: 'close' });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return await new Promise((resolve) => {
    let received = '';
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true, timeout: PATIENCE_MS });
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => (received += text));
    socket.on('error', () => undefined);
    socket.on('timeout', () => socket.destroy());
    socket.on('end', () => socket.end());
    socket.on('close', () => resolve(received.replace('HTTP/1.1 100 Continue\r\n\r\n', '')));
    socket.write(Buffer.from(`POST ${path} HTTP/1.1\r\nhost: a\r\n${head}\r\n`, 'latin1'));
    if (isCut(request)) socket.end(body);
    else socket.write(body);
  });
}
