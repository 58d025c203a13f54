// Three gateways, one PostgreSQL and one Redis under load, to which everything happens in turn, and whether all that they promise holds:
// npm run test:cluster -- [--minutes 20] [--seed 1] [--pgbouncer]
import { register } from 'node:module';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';

register('../test/support/typescript-hooks.mjs', import.meta.url);
const { ClusterRun, clusterEvents, redisEvents } = await import('../test/chaos/cluster-run.ts');
const { hasPgBouncer } = await import('../test/support/pgbouncer.ts');

/** What is promised, as long as PostgreSQL is there. */
const CHANGE_WITHIN_MS = 1000;

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        minutes: { type: 'string', default: '20' },
        seed: { type: 'string', default: '1' },
        pgbouncer: { type: 'boolean', default: false },
      },
    });
    const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
    return minutes > 0 && Number.isInteger(seed) && seed > 0
      ? { minutes, seed, withPgBouncer: values.pgbouncer }
      : undefined;
  } catch {
    return undefined;
  }
}
const options = readOptions();
if (!options) {
  console.error('usage: npm run test:cluster -- [--minutes 20] [--seed 1] [--pgbouncer]');
  process.exit(2);
}
if (options.withPgBouncer && !hasPgBouncer) {
  console.error('PgBouncer is not there: PGBOUNCER names the program');
  process.exit(2);
}

const startedAt = performance.now();
const seconds = () => Math.round((performance.now() - startedAt) / 1000);
const load = () =>
  loadavg()
    .map((average) => average.toFixed(1))
    .join(' ');
const run = await ClusterRun.start(options);
console.log(`${run.hasRedis ? 'with Redis' : 'redis-server is not there: without Redis'}; load average ${load()}`);
let verdict;
try {
  const endsAt = startedAt + options.minutes * 60_000;
  const ofRedis = clusterEvents.filter((event) => redisEvents.has(event));
  const others = clusterEvents.filter((event) => !redisEvents.has(event));
  for (let turn = 0; performance.now() < endsAt; turn += 1) {
    // What a limit may let in is promised for one absence of Redis within a minute, and every other minute is to have none.
    const isOdd = Math.floor(Date.now() / 60_000) % 2 === 1;
    const isForRedis = turn % 3 === 2 && isOdd && run.hasRedis && !run.wasDisturbedThisMinute;
    const event = isForRedis ? ofRedis.shift() : others.shift();
    (isForRedis ? ofRedis : others).push(event);
    const said = await run.cause(event);
    console.log(`${String(seconds()).padStart(5)} s  ${event}${said && `: ${said}`}`);
  }
  verdict = await run.judge(CHANGE_WITHIN_MS);
} finally {
  await run[Symbol.asyncDispose]();
}
const { changes, ...rest } = verdict;
const latencies = changes.map(({ seenMs }) => seenMs).toSorted((a, b) => a - b);
console.log(
  JSON.stringify(
    {
      ...rest,
      changes: {
        count: latencies.length,
        medianMs: latencies[Math.floor(latencies.length / 2)],
        maxMs: latencies.at(-1),
      },
      seconds: seconds(),
      seed: options.seed,
      withPgBouncer: options.withPgBouncer,
      loadAverage: load(),
    },
    undefined,
    2,
  ),
);
if (verdict.faults.length > 0) process.exitCode = 1;
