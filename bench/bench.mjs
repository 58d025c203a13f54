// Auricle beside the runtime's limit and other gateways, in front of one upstream:
// npm run bench -- [--quick] [--rounds 3] [--seconds 5] [--sizes 32KiB,1MiB] [--connections 1,8,32] [--url name=http://.../v1]
// [--key K] [--out FOLDER] [--profile FOLDER] [--workers N [--core-share S]]. With --workers, one process of Auricle and N of them stand beside
// each other, and nobody else but Node's own limit; with --core-share each process of Auricle that serves has so much of a core and no more, so that
// what several bring is seen on a machine that has no core free for each. Contestants take turns, so that all of them meet what else the machine does; the medians of the
// rounds are told.
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { atUrl, startAuricle, startPassThrough, startPortkey, startUpstream } from './contestants.mjs';
import { limitToShare } from './core-share.mjs';
import { machineFacts } from './machine.mjs';
import { chartOf, tableOf } from './report.mjs';
import { cpuMsOf, familyOf, peakMibOf, resetPeak } from './usage.mjs';

const KIB = 1024;
const SIZES = { '32KiB': 32 * KIB, '1MiB': KIB * KIB, '10MiB': 10 * KIB * KIB, '25MiB': 25 * KIB * KIB };

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    'warm-up': { type: 'string' },
    sizes: { type: 'string' },
    connections: { type: 'string' },
    url: { type: 'string', multiple: true, default: [] },
    key: { type: 'string' },
    out: { type: 'string' },
    profile: { type: 'string' },
    workers: { type: 'string' },
    'core-share': { type: 'string' },
  },
});
// Quick is for whether it works, not for how fast anything is.
const quick = { rounds: '1', seconds: '1', 'warm-up': '1', sizes: '32KiB,1MiB', connections: '8' };
const long = { rounds: '3', seconds: '5', 'warm-up': '10', sizes: Object.keys(SIZES).join(','), connections: '1,8,32' };
const chosen = { ...(options.quick ? quick : long), ...options };
const roundMs = Number(chosen.seconds) * 1000;

const machine = machineFacts('bench');

const upstream = await startUpstream();
const origin = `http://127.0.0.1:${upstream.port}`;
const contestants = [];
const results = [];
const unlimit = [];
try {
  const many = (at) => startAuricle(at, undefined, Number(options.workers));
  const last = options.workers === undefined ? startPortkey : many;
  const starts = [startPassThrough, (at) => startAuricle(at, options.profile), last];
  for (const start of starts) contestants.push(await start(origin));
  for (const url of options.url) contestants.push(atUrl(url, options.key));
  const share = options['core-share'];
  for (const { servingPids = [] } of share === undefined ? [] : contestants) {
    unlimit.push(...servingPids.map((pid) => limitToShare(pid, Number(share))));
  }
  // A machine for JavaScript is fast only after some thousand requests.
  for (const contestant of contestants) await measure(contestant, SIZES['32KiB'], 8, Number(chosen['warm-up']) * 1000);
  machine.loadBefore = loadavg()[0];
  for (const size of chosen.sizes.split(',')) {
    for (const connections of chosen.connections.split(',').map(Number)) {
      for (let round = 1; round <= Number(chosen.rounds); round += 1) {
        for (const contestant of contestants) {
          const measured = await measure(contestant, SIZES[size], connections);
          results.push({ size, connections, round, name: contestant.name, ...measured });
          process.stderr.write(
            `${size} c=${connections} round ${round} ${contestant.name}: ${measured.requestsPerSecond.toFixed(0)}/s\n`,
          );
        }
      }
    }
  }
  machine.loadAfter = loadavg()[0];
} finally {
  for (const contestant of contestants) await contestant.stop();
  await upstream.stop();
  for (const end of unlimit) end();
}

const report = { machine, results };
const table = tableOf(report);
console.log(table);
if (options.out) {
  await mkdir(options.out, { recursive: true });
  await writeFile(join(options.out, 'bench.json'), `${JSON.stringify(report, undefined, 2)}\n`);
  await writeFile(join(options.out, 'bench.md'), `${table}\n`);
  await writeFile(join(options.out, 'bench.svg'), chartOf(report));
}
const failed = results.filter(({ requests, failures }) => requests === 0 || Object.keys(failures).length > 0);
for (const { size, connections, name, failures } of failed) {
  console.error(`${name} failed at ${size} c=${connections}: ${JSON.stringify(failures)}`);
}
if (failed.length > 0) process.exitCode = 1;

async function measure(
  { port, path, headers, pid, hasChildren, databasePid },
  sizeBytes,
  connections,
  measureMs = roundMs,
) {
  // Long enough for a few of the largest requests on each connection.
  const warmUpMs = measureMs / 4;
  const family = pid === undefined ? [] : hasChildren ? familyOf(pid) : [pid];
  for (const it of family) resetPeak(it);
  const load = spawn(
    process.execPath,
    [
      fileURLToPath(new URL('load.mjs', import.meta.url)),
      JSON.stringify({ port, path, headers, sizeBytes, connections, warmUpMs, measureMs }),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let output = '';
  load.stdout.on('data', (chunk) => (output += chunk));
  const over = new Promise((resolve) => load.once('close', resolve));
  await delay(warmUpMs);
  const before = usageOf(pid, databasePid, hasChildren);
  await delay(measureMs);
  const after = usageOf(pid, databasePid, hasChildren);
  await over;
  const told = JSON.parse(output);
  const perRequest = (name) =>
    pid === undefined || told.requests === 0 ? null : (after[name] - before[name]) / told.requests;
  return {
    ...told,
    cpuMs: perRequest('gateway'),
    cpuWithDatabaseMs: databasePid ? perRequest('withDatabase') : null,
    peakMib: pid === undefined ? null : family.reduce((sum, it) => sum + peakMibOf(it), 0),
  };
}

function usageOf(pid, databasePid, withChildren = false) {
  if (pid === undefined) return {};
  const gateway = cpuMsOf(pid, { withChildren });
  if (databasePid === undefined) return { gateway };
  return { gateway, withDatabase: gateway + cpuMsOf(databasePid, { withChildren: true }) };
}

function delay(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
