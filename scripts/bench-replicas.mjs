// What the shared stores take from many gateways: npm run bench:replicas -- [--gateways 2,10,100] [--seconds 6] [--per-second 5]
// [--at-once 200] [--provider-ms 1000] [--idle-seconds 20] [--processes 1] [--seed 1] [--quick].
// Simulated gateways (scripts/bench-replicas/gateway.mjs) with the gateway's own classes, each with an identity and connections of its own, in
// processes beside an embedded PostgreSQL and a Redis of the bench's own (REDIS_SERVER), and PgBouncer (PGBOUNCER) before PostgreSQL for
// the most of them. First idle, then each shape of load (scripts/bench-replicas/shapes.mjs): `--per-second` requests of each gateway by
// chance, whatever has become of those before, each `--provider-ms` with its provider; then as many as there is room for, `--at-once` of all gateways together. Once
// a second an administrator changes what every gateway holds in memory. Limits are counted in PostgreSQL and then in Redis. At last all
// gateways fill a limit and a budget to the brim at once. `--quick` is for whether it works, with few keys and without PgBouncer.
// Whatever is in the stores must be what the requests took: limits and budgets are never exceeded, every request has its log once, and
// sums, spend and budgets are those of the logs, by the gateway's own `ledger verify`; else the exit code is 1. Linux, for CPU time.
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { machineFacts } from '../bench/machine.mjs';
import { familyOf } from '../bench/usage.mjs';
import { Fleet } from './bench-replicas/fleet.mjs';
import { AUDIO_SECONDS, COST_NANO_USD, redisOf } from './bench-replicas/gateway.mjs';
import { HEAD, lineOf, slowestLines } from './bench-replicas/report.mjs';
import { GATEWAY_BUDGETS, logsOf, prepare, prepareBrim, shapes, sumsOf } from './bench-replicas/shapes.mjs';
import { Stores } from './bench-replicas/stores.mjs';

const { startEmbeddedPostgres } = await import('../src/database/embedded-postgres.ts');
const { migrate } = await import('../src/database/migrator.ts');
const { PrismaService } = await import('../src/database/prisma.service.ts');
const { SqlConnection } = await import('../src/database/sql-connection.ts');
const { formatFinding } = await import('../src/ledger/verify/verification-report.ts');
const { verifyLedger } = await import('../src/ledger/verify/verification.ts');
const { VerificationRepository } = await import('../src/ledger/verify/verification.repository.ts');
const { hasPgBouncer, PgBouncer } = await import('../test/support/pgbouncer.ts');
const { hasRedis, RedisServer } = await import('../test/support/redis-server.ts');

const { values: options } = parseArgs({
  options: {
    gateways: { type: 'string' },
    seconds: { type: 'string' },
    'per-second': { type: 'string', default: '5' },
    'at-once': { type: 'string' },
    'provider-ms': { type: 'string' },
    'idle-seconds': { type: 'string' },
    processes: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    quick: { type: 'boolean', default: false },
  },
});
const isQuick = options.quick;
const sizes = (options.gateways ?? (isQuick ? '2' : '2,10,100')).split(',').map(Number);
const seconds = Number(options.seconds ?? (isQuick ? 0.4 : 6));
/** For so long there is load before it is measured. */
const leadSeconds = isQuick ? 0.1 : 2;
const perSecond = Number(options['per-second']);
const allAtOnce = Number(options['at-once'] ?? (isQuick ? 8 : 200));
const providerMs = Number(options['provider-ms'] ?? (isQuick ? 10 : 1000));
const idleSeconds = Number(options['idle-seconds'] ?? (isQuick ? 0.2 : 20));
const processes = Number(options.processes);
const measuredShapes = isQuick ? ['keys spread', 'gateway budget'] : Object.keys(shapes);
/** As many as PgBouncer opens to PostgreSQL. */
const POOL = 40;
const BRIM = isQuick ? 20 : 400;
const CHANGE_EVERY_MS = 1000;
/** Windows of a day end then, and with them what was counted in them. */
const DAY_MS = 86_400_000;

const wrong = [];
const details = [];
const dataDir = await mkdtemp(join(tmpdir(), 'auricle-bench-'));
// PostgreSQL runs as another user when this is run by root.
await chmod(dataDir, 0o755);
const log = { info: () => undefined, warn: console.warn };
const machine = machineFacts('bench:replicas --');
const server = await startEmbeddedPostgres({
  dataDir,
  log,
  settings: {
    max_connections: String(40 + 12 * Math.max(...sizes)),
    shared_preload_libraries: 'pg_stat_statements',
  },
});
const redisServer = hasRedis ? await RedisServer.start() : undefined;
const redis = redisServer && redisOf(redisServer.url);
let prisma;
let version = 0;
let runs = 0;
try {
  await migrate({ url: server.url, log });
  prisma = new PrismaService(server.url, 60_000);
  await redis?.start();
  const prepared = [];
  for (const name of measuredShapes) prepared.push(await prepare(prisma, name, isQuick ? 50 : Infinity));
  say(
    `${machine.cpus}, Node ${machine.node}, commit ${machine.commit}, ${machine.date}, load ${loadavg()[0].toFixed(1)}`,
  );
  say(`${machine.command}\n`);
  say(HEAD);
  for (const gateways of sizes) {
    await measure(gateways, 'PostgreSQL', prepared);
    if (redisServer)
      await measure(
        gateways,
        'Redis',
        prepared.filter(({ name }) => shapes[name].limits),
      );
  }
  if (!hasPgBouncer) say('there is no pgbouncer here');
  else if (!isQuick) await measurePooled(Math.max(...sizes), prepared);
  if (!redisServer) say('there is no redis-server here');
  say('');
  for (const line of details) say(line);
  await verify();
  say(`\nload ${loadavg()[0].toFixed(1)} at the end; ${wrong.length === 0 ? 'everything adds up' : 'WRONG:'}`);
  for (const what of wrong) say(`- ${what}`);
  if (wrong.length > 0) process.exitCode = 1;
} finally {
  await redis?.stop();
  await prisma?.onApplicationShutdown();
  await redisServer?.close();
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
}

async function measurePooled(gateways, prepared) {
  const before = new Set(familyOf(process.pid));
  const limits = [`default_pool_size = ${POOL}`, 'max_client_conn = 5000', 'server_login_retry = 1'];
  const bouncer = await PgBouncer.start(server.url, limits);
  try {
    const bouncerPid = familyOf(process.pid).find((pid) => !before.has(pid));
    await measure(gateways, 'PostgreSQL', prepared, { url: bouncer.url, bouncerPid });
  } finally {
    await bouncer.close();
  }
}

/** All shapes, by gateways that count limits in one place. */
async function measure(gateways, counted, prepared, { url = server.url, bouncerPid } = {}) {
  runs += 1;
  const stores = await Stores.open({ url: server.url, dataDir, redis: redisServer, bouncerPid });
  const fleet = await Fleet.fork(Math.min(processes, gateways));
  const name = `${counted}${bouncerPid ? ', PgBouncer' : ''}`;
  try {
    const before = await stores.done();
    const redisUrl = counted === 'Redis' ? redisServer.url : undefined;
    const folder = join(dataDir, `run-${runs}`);
    await fleet.start(gateways, { url, directUrl: server.url, redisUrl, folder });
    const place = counted === 'Redis' ? 'redis' : 'database';
    await eventually(async () => (await fleet.all('places')).flat().every((it) => it === place || gateways === 1));
    await seenByAll(fleet);
    const started = await stores.done();
    const facts = { gateways, name, stores, fleet };
    if (counted === 'PostgreSQL') {
      say(
        `${gateways} gateways started in ${((started.atMs - before.atMs) / 1000).toFixed(1)} s, ` +
          `with ${started.statements - before.statements} statements`,
      );
      await idle(facts);
    }
    for (const shape of prepared) {
      const isOfGateway = shapes[shape.name].budgetOf === 'gateway';
      if (isOfGateway) await fleet.first('replaceBudgets', { budgets: GATEWAY_BUDGETS });
      await seenByAll(fleet);
      // What runs for the first times is slow, in every gateway and on every connection: PostgreSQL plans the batch of logs anew until its sixth.
      await fleet.all('warmUp', { secrets: shape.secrets, times: isQuick ? 1 : shape === prepared[0] ? 10 : 2 });
      await fleet.all('settle');
      await stores.slowest(0);
      say(lineOf(await load(facts, shape, { perSecond, providerMs })));
      say(lineOf(await load(facts, shape, { atOnce: Math.ceil(allAtOnce / gateways) })));
      if (!isQuick)
        for (const line of slowestLines(await stores.slowest(4)))
          details.push(`${shape.name}, ${gateways}, ${name}:${line}`);
      if (isOfGateway) await fleet.first('replaceBudgets', { budgets: [] });
    }
    await seenByAll(fleet);
    await fillToTheBrim(facts, `brim ${runs}`);
    if ((await fleet.all('places')).flat().some((it) => it !== place && gateways > 1))
      wrong.push(`${name}: limits were not counted there all the time`);
  } finally {
    await fleet.stop();
    await stores.close();
  }
}

async function idle({ gateways, name, stores, fleet }) {
  const used = await during(idleSeconds, stores, fleet);
  const changes = [];
  for (let count = 0; count < (isQuick ? 1 : 5); count += 1) changes.push(await seenByAll(fleet));
  say(lineOf({ gateways, name, shape: 'idle', used, changes }));
}

/** One shape of load. @returns what its line tells */
async function load({ gateways, name, stores, fleet }, shape, { perSecond = 0, atOnce = 0, providerMs = 0 }) {
  await awayFromMidnight();
  const { limits, budgetOf } = shapes[shape.name];
  const before = await sumsOf(shape, prisma, redis);
  const startsAtMs = Date.now() + 50;
  const countsAtMs = startsAtMs + 1000 * leadSeconds;
  const times = { startsAtMs, countsAtMs, endsAtMs: countsAtMs + 1000 * seconds };
  const loading = fleet.load({
    ...times,
    secrets: shape.secrets,
    seed: Number(options.seed),
    perSecond,
    atOnce,
    providerMs,
  });
  await delay(countsAtMs - Date.now());
  const changes = [];
  const isOver = new AbortController();
  const changing = changeOften(fleet, changes, isOver.signal);
  const used = await during(seconds, stores, fleet);
  isOver.abort();
  await changing;
  const done = await loading;
  await fleet.all('settle');
  // The places that the last requests leave are told without anybody waiting for it.
  const sums = await sumsOf(shape, prisma, redis);
  const what = `${gateways} gateways, ${name}, ${shape.name}, ${perSecond > 0 ? 'offered' : 'at most'}`;
  const count = BigInt(done.letIn);
  const spent = count * COST_NANO_USD;
  check(what, 'failures', done.failures.join(), '');
  check(what, 'refused', done.refused, 0);
  check(what, 'logs by their ids', await logsOf(done.ids, prisma), done.ids.length);
  check(what, 'logs', sums.logs - before.logs, done.ids.length);
  check(what, 'spend of keys', sums.spentByKeys - before.spentByKeys, spent);
  check(what, 'spent in budgets', sums.spentInBudgets - before.spentInBudgets, budgetOf ? spent : 0n);
  check(what, 'reserved', sums.reserved, 0n);
  check(what, 'reservations', sums.reservations, 0);
  check(what, 'audio counted', sums.audioMs - before.audioMs, limits ? count * BigInt(1000 * AUDIO_SECONDS) : 0n);
  const waitedMs = done.waitedMs.toSorted();
  const at = (part) => waitedMs[Math.min(Math.floor(part * waitedMs.length), waitedMs.length - 1)];
  return {
    gateways,
    name,
    shape: shape.name,
    used,
    changes,
    offered: perSecond > 0 ? perSecond * gateways : `${atOnce * gateways} at once`,
    decided: done.inTime,
    waited: { p50: at(0.5), p99: at(0.99) },
  };
}

/** What the stores and the simulation use in so many seconds. */
async function during(seconds, stores, fleet) {
  await fleet.all('lateness');
  await stores.startCounting();
  const [fleetBefore, before] = [fleet.cpuMs, await stores.done()];
  const written = async () => (await fleet.all('written')).reduce((sum, count) => sum + count, 0);
  const writtenBefore = await written();
  await delay(1000 * seconds);
  const after = await stores.done();
  const used = Object.fromEntries(Object.entries(after).map(([field, value]) => [field, value - before[field]]));
  const fleetCpuMs = fleet.cpuMs - fleetBefore;
  const logs = (await written()) - writtenBefore;
  return { ...used, fleetCpuMs, logs, lateMs: Math.max(...(await fleet.all('lateness'))), ...stores.stopCounting() };
}

/** Changes what every gateway holds in memory. @returns after how many milliseconds the last of them knew */
async function seenByAll(fleet) {
  version += 1;
  const beganAtMs = await fleet.first('change', { version });
  let known;
  await eventually(async () => {
    known = await fleet.all('knownAt', { version });
    return !known.includes(undefined);
  });
  return Math.max(...known.flat()) - beganAtMs;
}

async function changeOften(fleet, changes, signal) {
  while (!signal.aborted) {
    const next = delay(CHANGE_EVERY_MS, undefined, { signal }).catch(() => undefined);
    changes.push(await seenByAll(fleet));
    await next;
  }
}

/** Many more requests than a limit and a budget have room for, of all gateways at once: as many as they say are let in. */
async function fillToTheBrim({ gateways, name, fleet }, prefix) {
  await awayFromMidnight();
  for (const { of, secret, ...owner } of await prepareBrim(prisma, prefix, BRIM)) {
    const before = await sumsOf(owner, prisma, redis);
    const times = Math.ceil((2 * BRIM) / gateways);
    const stormed = await fleet.all('storm', { secret, times });
    const letIn = stormed.reduce((sum, it) => sum + it.letIn, 0);
    const ids = stormed.flatMap((it) => it.ids);
    await fleet.all('settle');
    const sums = await sumsOf(owner, prisma, redis);
    const what = `${gateways} gateways, ${name}, a ${of} of ${BRIM} filled to the brim`;
    const spent = COST_NANO_USD * BigInt(BRIM);
    check(what, 'let in', letIn, BRIM);
    check(what, 'logs by their ids', await logsOf(ids, prisma), times * gateways);
    check(what, 'spend', sums.spentByKeys - before.spentByKeys, spent);
    check(what, 'spent in budgets', sums.spentInBudgets, of === 'budget' ? spent : 0n);
    check(what, 'reserved', sums.reserved, 0n);
  }
}

/** Holds sums, spend and budgets against the rows, as `auricle ledger verify` does. */
async function verify() {
  const connection = new SqlConnection(server.url, { connectMs: 10_000, statementMs: 60_000 });
  try {
    const { differences, days, keys } = await verifyLedger({
      repository: new VerificationRepository(connection),
      journal: undefined,
      repair: false,
      write: () => Promise.reject(new Error('nothing is repaired')),
      onFinding: (finding) => wrong.push(formatFinding(finding)),
      onProgress: () => undefined,
    });
    say(`\nledger verify: ${keys} keys, ${days} days, ${differences} differences`);
  } finally {
    connection.close();
  }
}

function check(what, field, actual, expected) {
  if (actual !== expected) wrong.push(`${what}: ${field} ${actual}, and not ${expected}`);
}

async function awayFromMidnight() {
  const leftMs = DAY_MS - (Date.now() % DAY_MS);
  if (leftMs < 1000 * (2 * (leadSeconds + seconds) + 30)) await delay(leftMs + 1000);
}

async function eventually(isSo) {
  for (const endsAtMs = performance.now() + 60_000; !(await isSo());) {
    if (performance.now() > endsAtMs) throw new Error(`it did not become so in a minute: ${isSo}`);
    await delay(10);
  }
}

function say(line) {
  console.log(line);
}
