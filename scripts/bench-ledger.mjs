// How fast a full ledger is read: npm run bench:ledger -- [--rows 5000000] [--folder /tmp/...] [--only search] [--plans]
// [--heap-mb 256].
// Fills an embedded PostgreSQL of its own, asks the admin API of a gateway on it everything that it can be asked, and prints how
// long that took, and with --plans how PostgreSQL went about it; then exports a million logs. A folder that is named is kept,
// and its rows are used again.
import { readFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { plansOf, timeOf } from './bench-ledger/measure.mjs';
import { questionsOf } from './bench-ledger/questions.mjs';
import { withFilledGateway } from './filled-gateway.mjs';

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
await withFilledGateway(
  {
    rows: Number(options.rows),
    folder: options.folder,
    heapMb: Number(options['heap-mb']),
    settings: { shared_buffers: '2GB', effective_cache_size: '6GB', max_wal_size: '4GB', random_page_cost: '1.1' },
  },
  async (gateway) => {
    console.log(
      `\n${cpus().length} x ${cpus()[0]?.model}, load ${loadavg()[0]?.toFixed(1)}, ${new Date().toISOString()}`,
    );
    await askEverything(gateway);
    await askAnalytics(gateway);
    await exportMany(gateway);
  },
);

async function askEverything({ get, databaseUrl }) {
  const client = new Client({ connectionString: databaseUrl });
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
    for (const plan of await plansOf(databaseUrl, query)) console.log(`${plan}\n`);
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
