// Kills a gateway and its PostgreSQL under load, again and again, and compares what clients were answered with what the ledger has:
// npm run test:chaos -- [kills, 50 when none are given] [seed]
import { register } from 'node:module';

register('../test/support/typescript-hooks.mjs', import.meta.url);
const { ChaosRun, disturbances } = await import('../test/chaos/chaos-run.ts');

const [kills = '50', seed = '1'] = process.argv.slice(2);
const wanted = Number(kills);
if (!Number.isInteger(wanted) || wanted < 1) {
  console.error('usage: npm run test:chaos -- [kills] [seed]');
  process.exit(2);
}
/** Kills by far the most, because they cost the least time; PostgreSQL stays away for half a minute once. */
const round = [
  'kill the gateway',
  'kill the gateway',
  'kill PostgreSQL',
  'kill the gateway',
  'kill the gateway while PostgreSQL is away',
  'kill the gateway',
  ...disturbances,
];
const LONG_OUTAGE_MS = 30_000;

const startedAt = performance.now();
const run = await ChaosRun.start(Number(seed));
let verdict;
try {
  await run.disturb('take PostgreSQL away', LONG_OUTAGE_MS);
  for (let turn = 0; run.killed < wanted; turn += 1) {
    const disturbance = round[turn % round.length];
    await run.disturb(disturbance, 1500);
    console.log(`${String(Math.round((performance.now() - startedAt) / 1000)).padStart(5)} s  ${disturbance}`);
  }
  verdict = await run.judge();
} finally {
  await run[Symbol.asyncDispose]();
}
console.log(
  JSON.stringify({ ...verdict, seconds: Math.round((performance.now() - startedAt) / 1000), seed }, undefined, 2),
);
const isSound = verdict.missing.length === 0 && verdict.doubled === 0 && verdict.wrongSums.length === 0;
if (!isSound || verdict.upstreamRows < verdict.upstreamRequests) process.exitCode = 1;
