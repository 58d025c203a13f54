// What the ledger's journal costs a request: the log made and encoded without a journal, and with each way of syncing, in rounds
// that take turns: npm run bench:journal -- [requests in a round, 5000 when none are given]
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { register } from 'node:module';

register('../test/support/typescript-hooks.mjs', import.meta.url);
const { encodeLog } = await import('../src/ledger/entry/ledger-record.ts');
const { Journal } = await import('../src/ledger/journal/journal.ts');
const { logEntry } = await import('../test/support/log-entries.ts');

const count = Number(process.argv[2] ?? 5000);
const ROUNDS = 5;
const AT_ONCE = 32;

/** As a request of twenty seconds with one failed attempt leaves it: 2.4 kB. */
const attempt = {
  deployment_id: '0193a4f2-0000-7000-8000-000000000001',
  model: 'whisper',
  provider: 'openai',
  upstream_model: 'whisper-1',
  outcome: 'success',
  upstream_status: 200,
  upstream_request_id: 'req_0123456789abcdef0123456789abcdef',
  latency_ms: 840,
  cost_usd: 0.002,
  cost_estimated: false,
  error: null,
};
const entry = () =>
  logEntry({
    audioSeconds: 20,
    audioBytes: 640_044,
    costNanoUsd: 2_000_000n,
    attempts: [{ ...attempt, outcome: 'timeout', upstream_status: null, error: 'no answer within 5 s' }, attempt],
    plan: { candidates: [{ model: 'whisper', deployment_id: attempt.deployment_id, format: 'native' }], left_out: [] },
    transcript: 'The beach was a popular spot on a hot summer day. '.repeat(8),
    userAgent: 'OpenAI/Python 2.8.0',
  });

const folder = mkdtempSync(join(tmpdir(), 'auricle-bench-journal-'));
const ways = {
  'no journal': undefined,
  never: new Journal({ folder: join(folder, 'never'), fsync: 'never', maxBytes: Infinity }),
  interval: new Journal({ folder: join(folder, 'interval'), fsync: 'interval', maxBytes: Infinity }),
  always: new Journal({ folder: join(folder, 'always'), fsync: 'always', maxBytes: Infinity }),
};

/** One request after the other, or many at once; the milliseconds that each waited for the journal. */
async function round(journal, atOnce) {
  const waited = [];
  const one = async () => {
    const log = encodeLog(entry());
    const startedAt = performance.now();
    encodeLog(entry());
    if (journal) {
      await journal.open(log);
      await journal.close(log);
    }
    waited.push(performance.now() - startedAt);
  };
  for (let done = 0; done < count; done += atOnce) await Promise.all(Array.from({ length: atOnce }, one));
  return waited;
}

const results = new Map();
for (let turn = 0; turn < ROUNDS; turn += 1) {
  for (const atOnce of [1, AT_ONCE]) {
    for (const [name, journal] of Object.entries(ways)) {
      const key = `${name}, ${atOnce} at once`;
      results.set(key, [...(results.get(key) ?? []), ...(await round(journal, atOnce))]);
    }
  }
}
console.log(
  `Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model}, ${count} requests x ${ROUNDS} rounds, milliseconds:`,
);
for (const [name, waited] of results) {
  const sorted = waited.toSorted((left, right) => left - right);
  const at = (share) => sorted[Math.floor(share * (sorted.length - 1))].toFixed(4);
  console.log(`${name.padEnd(24)} p50 ${at(0.5)}  p99 ${at(0.99)}`);
}
for (const journal of Object.values(ways)) await journal?.shut();
rmSync(folder, { recursive: true });
