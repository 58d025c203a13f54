// Three gateways, one PostgreSQL and one Redis under load, to which everything happens in turn, and whether all that they promise holds:
// npm run test:cluster -- [--minutes 20] [--seed 1] [--pgbouncer] [--sabotage WHAT]
// With --sabotage the cluster is harmed from outside, so that the exit code must be 1: what is judged can fail.
import { register } from 'node:module';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';

register('../test/support/typescript-hooks.mjs', import.meta.url);
const { ClusterRun, clusterEvents, redisEvents } = await import('../test/chaos/cluster-run.ts');
const { isSabotage, sabotage, sabotages } = await import('../test/chaos/sabotage.ts');
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
        sabotage: { type: 'string' },
      },
    });
    const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
    const isKnown = values.sabotage === undefined || isSabotage(values.sabotage);
    return minutes > 0 && Number.isInteger(seed) && seed > 0 && isKnown
      ? { minutes, seed, withPgBouncer: values.pgbouncer, harm: values.sabotage }
      : undefined;
  } catch {
    return undefined;
  }
}
const options = readOptions();
if (!options) {
  console.error('usage: npm run test:cluster -- [--minutes 20] [--seed 1] [--pgbouncer] [--sabotage WHAT]');
  console.error(`WHAT: ${Object.keys(sabotages).join(', ')}`);
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
const harmed = new AbortController();
const harming = options.harm && sabotage(options.harm, run.cluster, harmed.signal);
try {
  // However long the start took.
  const endsAt = performance.now() + options.minutes * 60_000;
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
  harmed.abort();
  await harming;
  verdict = await run.judge(CHANGE_WITHIN_MS);
} finally {
  harmed.abort();
  await run[Symbol.asyncDispose]();
}
console.log(
  JSON.stringify(
    {
      ...verdict,
      seconds: seconds(),
      seed: options.seed,
      withPgBouncer: options.withPgBouncer,
      sabotage: options.harm,
      loadAverage: load(),
    },
    undefined,
    2,
  ),
);
if (verdict.faults.length > 0) process.exitCode = 1;
