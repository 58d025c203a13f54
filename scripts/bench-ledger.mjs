// How fast a full ledger is read: npm run bench:ledger -- [--rows 5000000] [--folder /tmp/...] [--only search] [--plans]
// [--heap-mb 256].
// Fills an embedded PostgreSQL of its own, asks the admin API of a gateway on it everything that it can be asked, and prints how
// long that took, and with --plans how PostgreSQL went about it; then exports a million logs. A folder that is named is kept,
// and its rows are used again.
import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import '../test/support/typescript-hooks.mjs';
import { fillLedger } from './bench-ledger/fill.mjs';
import { plansOf, timeOf } from './bench-ledger/measure.mjs';
import { questionsOf } from './bench-ledger/questions.mjs';
import { ROLLUP_OF_ROWS } from './bench-ledger/rollup-of-rows.mjs';

const MASTER_KEY = 'sk-bench-of-the-ledger';
/** What a page, a search and a month's analytics may take. */
const TARGET_MS = 200;

const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '5000000' },
    folder: { type: 'string' },
    only: { type: 'string', default: '' },
    plans: { type: 'boolean', default: false },
    'export-rows': { type: 'string', default: '1000000' },
    // What the gateway's JavaScript heap may come to: an export that held what it has sent would end it.
    'heap-mb': { type: 'string', default: '256' },
  },
});
const { startEmbeddedPostgres } = await import('../src/database/embedded-postgres.ts');
const { migrate } = await import('../src/database/migrator.ts');

const root = fileURLToPath(new URL('..', import.meta.url));
const dataDir = options.folder ?? (await mkdtemp(join(tmpdir(), 'auricle-bench-')));
await mkdir(dataDir, { recursive: true });
// PostgreSQL runs as another user when this is run by root.
await chmod(dataDir, 0o755);
const log = { info: () => undefined, warn: console.warn };
const settings = { shared_buffers: '2GB', effective_cache_size: '6GB', max_wal_size: '4GB', random_page_cost: '1.1' };
const server = await startEmbeddedPostgres({ dataDir, log, settings });
try {
  await migrate({ url: server.url, log });
  await fillIfEmpty();
  await withGateway(async (gateway) => {
    console.log(
      `\n${cpus().length} x ${cpus()[0]?.model}, load ${loadavg()[0]?.toFixed(1)}, ${new Date().toISOString()}`,
    );
    await askEverything(gateway);
    await askAnalytics(gateway);
    await exportMany(gateway);
  });
} finally {
  await server.stop();
  if (!options.folder) await rm(dataDir, { recursive: true, force: true });
}

async function fillIfEmpty() {
  const client = new Client({ connectionString: server.url });
  await client.connect();
  try {
    const { rows } = await client.query('SELECT FROM request_log LIMIT 1');
    if (rows.length > 0) return;
    await fillLedger(client, Number(options.rows), { rollup: ROLLUP_OF_ROWS, say: console.log });
  } finally {
    await client.end();
  }
}

/** A gateway in a process of its own, whose memory can be told. */
async function withGateway(use) {
  const folder = await mkdtemp(join(tmpdir(), 'auricle-bench-gateway-'));
  const heap = `--max-old-space-size=${options['heap-mb']}`;
  const gateway = spawn(process.execPath, [heap, '--import', './test/support/typescript-hooks.mjs', 'src/main.ts'], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: '0',
      DATA_DIR: folder,
      DATABASE_URL: server.url,
      DATABASE_TIMEOUT_SECONDS: '60',
      MASTER_KEY,
      LOG_FORMAT: 'json',
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    let output = '';
    const origin = await new Promise((resolve, reject) => {
      gateway.once('exit', (code) => reject(new Error(`the gateway ended with ${code}: ${output}`)));
      gateway.stdout.on('data', (chunk) => {
        output += chunk;
        const found = /API base\s+(\S+)\/v1/.exec(output)?.[1];
        if (found) resolve(found);
      });
    });
    const get = async (path) => {
      const answer = await fetch(`${origin}/admin/v1/${path}`, { headers: { authorization: `Bearer ${MASTER_KEY}` } });
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
      return answer;
    };
    await use({ get, pid: gateway.pid });
  } finally {
    gateway.removeAllListeners('exit');
    gateway.kill('SIGTERM');
    await new Promise((resolve) => gateway.once('exit', resolve));
    await rm(folder, { recursive: true, force: true });
  }
}

async function askEverything({ get }) {
  const client = new Client({ connectionString: server.url });
  await client.connect();
  const { rows } = await client.query(
    `SELECT (SELECT id FROM request_log WHERE id > first_request_id(now() - interval '90 days') ORDER BY id LIMIT 1) AS cursor, (SELECT sum(reltuples)::bigint FROM pg_class WHERE relname LIKE 'request_log_2%' AND relkind = 'r') AS logs,
       (SELECT sum(reltuples)::bigint FROM pg_class WHERE relname LIKE 'transcript_2%' AND relkind = 'r') AS transcripts,
       pg_size_pretty(pg_database_size(current_database())) AS size`,
  );
  await client.end();
  const [{ cursor, ...facts }] = rows;
  console.log(`${facts.logs} logs, ${facts.transcripts} transcripts, ${facts.size}\n`);
  console.log('| Asked | p50 ms | p95 ms | Logs | Total |\n| --- | ---: | ---: | ---: | ---: |');
  const slow = [];
  for (const [name, query] of questionsOf(cursor).filter(([name]) => name.includes(options.only))) {
    const { p50, p95, answer } = await timeOf(async () => await (await get(`logs?${query}`)).json());
    const total =
      answer.total_estimate === null ? '' : `${answer.total_is_exact ? '' : 'about '}${answer.total_estimate}`;
    console.log(
      `| ${name} | ${p50.toFixed(1)} | ${p95.toFixed(1)}${p95 > TARGET_MS ? ' !' : ''} | ${answer.data.length} | ${total} |`,
    );
    if (options.plans || p95 > TARGET_MS) slow.push([name, query]);
  }
  for (const [name, query] of slow) {
    console.log(`\n### ${name}\n`);
    for (const plan of await plansOf(server.url, query)) console.log(`${plan}\n`);
  }
}

async function askAnalytics({ get }) {
  const day = (ago) => new Date(Date.now() - ago * 86_400_000).toISOString();
  const query = `analytics?from=${day(30)}&to=${day(0)}&bucket=day&metrics=requests,cost_usd,errors,latency_ms_p95&group_by=model`;
  try {
    const { p50, p95 } = await timeOf(async () => await (await get(query)).json());
    console.log(`\nA month's analytics by model and day: p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms`);
  } catch (error) {
    console.log(`\nNo analytics: ${String(error).slice(0, 200)}`);
  }
}

/** How many logs, how fast, and what the gateway's memory comes to. */
async function exportMany({ get, pid }) {
  const wanted = Number(options['export-rows']);
  if (wanted === 0) return;
  for (const query of ['format=ndjson', 'format=csv', 'format=ndjson&fields=all']) {
    const before = await rssOf(pid);
    let peak = before;
    const watch = setInterval(async () => (peak = Math.max(peak, await rssOf(pid))), 50);
    const began = performance.now();
    const answer = await get(`logs/export?${query}`);
    let [lines, bytes] = [0, 0];
    for await (const chunk of answer.body) {
      bytes += chunk.length;
      for (const byte of chunk) if (byte === 10) lines += 1;
      if (lines >= wanted) break;
    }
    clearInterval(watch);
    const seconds = (performance.now() - began) / 1000;
    console.log(
      `export ${query}: ${lines} lines, ${(bytes / 1e6).toFixed(0)} MB in ${seconds.toFixed(0)} s; resident memory ${before.toFixed(0)} MB before, ${peak.toFixed(0)} MB at most`,
    );
  }
}

async function rssOf(pid) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}
