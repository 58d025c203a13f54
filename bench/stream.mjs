// Streams beside a load of small requests, through the runtime's limit and through Auricle in turn, in front of one upstream:
// npm run bench:stream -- [--quick] [--rounds 3] [--seconds 10] [--streams 200] [--events 50] [--gap-ms 100]
// [--requests-per-second 500] [--out FOLDER]. The medians of the rounds are told. Anything that fails makes the exit code 1.
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startAuricle, startPassThrough, startUpstream } from './contestants.mjs';
import { machineFacts } from './machine.mjs';
import { failuresOf, streamTableOf } from './report.mjs';
import { cpuMsOf, peakMibOf, resetPeak } from './usage.mjs';

const SIZE_BYTES = 32 * 1024;
const CONNECTIONS = 32;
/** We need next to no processor for waiting: whoever lets us wait longer than that has let everybody wait. */
const STANDSTILL_MS = 500;

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    streams: { type: 'string' },
    events: { type: 'string' },
    'gap-ms': { type: 'string' },
    'requests-per-second': { type: 'string' },
    out: { type: 'string' },
  },
});
// Quick is for whether it works, not for how fast anything is.
const quick = { rounds: '1', seconds: '1', streams: '8', events: '10', 'gap-ms': '20', 'requests-per-second': '50' };
const long = {
  rounds: '3',
  seconds: '10',
  streams: '200',
  events: '50',
  'gap-ms': '100',
  'requests-per-second': '500',
};
const chosen = { ...(options.quick ? quick : long), ...options };
const [events, gapMs] = [Number(chosen.events), Number(chosen['gap-ms'])];
const measureMs = Number(chosen.seconds) * 1000;
// All streams have begun by then.
const warmUpMs = events * gapMs * 1.2;

const machine = machineFacts('bench:stream');
const upstream = await startUpstream(`--events=${events}`, `--gap-ms=${gapMs}`);
const origin = `http://127.0.0.1:${upstream.port}`;
const contestants = [];
const results = [];
try {
  for (const start of [startPassThrough, startAuricle]) contestants.push(await start(origin));
  machine.loadBefore = loadavg()[0];
  for (let round = 1; round <= Number(chosen.rounds); round += 1) {
    for (const contestant of contestants) {
      const measured = await measure(contestant);
      results.push({ round, name: contestant.name, ...measured });
      process.stderr.write(
        `round ${round} ${contestant.name}: delay p99 ${measured.delayP99Ms?.toFixed(1)} ms, ${measured.requestsPerSecond.toFixed(0)} requests/s\n`,
      );
    }
  }
  machine.loadAfter = loadavg()[0];
} finally {
  for (const contestant of contestants) await contestant.stop();
  await upstream.stop();
}

const report = { machine, results };
const table = streamTableOf(report);
console.log(table);
if (options.out) {
  await mkdir(options.out, { recursive: true });
  await writeFile(join(options.out, 'stream.json'), `${JSON.stringify(report, undefined, 2)}\n`);
  await writeFile(join(options.out, 'stream.md'), `${table}\n`);
} else console.log(JSON.stringify(report));
for (const result of results) {
  const failures = failuresOf(result);
  if (failures.length === 0 && result.streams > 0 && result.requests > 0) continue;
  console.error(`${result.name} failed in round ${result.round}: ${failures.join(', ') || 'nothing was answered'}`);
  process.exitCode = 1;
}

async function measure({ port, path, headers, pid }) {
  const common = { port, path, headers, sizeBytes: SIZE_BYTES, warmUpMs, measureMs };
  resetPeak(pid);
  const streaming = run('stream-load.mjs', { ...common, connections: Number(chosen.streams), events, gapMs });
  const requesting = run('load.mjs', {
    ...common,
    connections: CONNECTIONS,
    requestsPerSecond: Number(chosen['requests-per-second']),
  });
  await delay(warmUpMs);
  const beforeMs = cpuMsOf(pid);
  const startedAt = performance.now();
  await delay(measureMs);
  const lateMs = performance.now() - startedAt - measureMs;
  if (lateMs > STANDSTILL_MS)
    console.error(`the machine stood still for ${(lateMs / 1000).toFixed(1)} s: measure again`);
  const cpuPercent = ((cpuMsOf(pid) - beforeMs) / measureMs) * 100;
  const { failures: streamFailures, ...ofStreams } = await streaming;
  const { failures: requestFailures, requests, requestsPerSecond, p50Ms, p99Ms } = await requesting;
  return {
    ...ofStreams,
    requests,
    requestsPerSecond,
    requestP50Ms: p50Ms,
    requestP99Ms: p99Ms,
    cpuPercent,
    peakMib: peakMibOf(pid),
    streamFailures,
    requestFailures,
  };
}

async function run(script, load) {
  const child = spawn(process.execPath, [fileURLToPath(new URL(script, import.meta.url)), JSON.stringify(load)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  await new Promise((resolve) => child.once('close', resolve));
  return JSON.parse(output);
}

function delay(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
