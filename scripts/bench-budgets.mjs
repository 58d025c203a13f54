// What budgets cost a request: npm run bench:budgets -- [--seconds 5].
// On an embedded PostgreSQL of its own: a request to which no budget applies, one that asks alone, and many on one budget
// at the same time, whose logs are written in batches beside it as by the gateway's writer.
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { v7 } from 'uuid';
import '../test/support/typescript-hooks.mjs';

const { values: options } = parseArgs({ options: { seconds: { type: 'string', default: '5' } } });
const { startEmbeddedPostgres } = await import('../src/database/embedded-postgres.ts');
const { migrate } = await import('../src/database/migrator.ts');
const { PrismaService } = await import('../src/database/prisma.service.ts');
const { SqlConnection } = await import('../src/database/sql-connection.ts');
const { Budgets } = await import('../src/budgets/budgets.service.ts');
const { BudgetsRepository } = await import('../src/budgets/budgets.repository.ts');
const { LedgerRepository } = await import('../src/ledger/writer/ledger.repository.ts');
const { encodeLog } = await import('../src/ledger/entry/ledger-record.ts');
const { systemClock } = await import('../src/http/clock.ts');
const { logEntry } = await import('../test/support/log-entries.ts');

/** What a request is reserved for, and costs. */
const COST_NANO_USD = 1000n;
/** As the gateway's writer. */
const FLUSH_MS = 200;

const dataDir = await mkdtemp(join(tmpdir(), 'auricle-bench-'));
// PostgreSQL runs as another user when this is run by root.
await chmod(dataDir, 0o755);
const log = { info: () => undefined, warn: console.warn };
const server = await startEmbeddedPostgres({ dataDir, log });
let prisma;
let connection;
try {
  await migrate({ url: server.url, log });
  prisma = new PrismaService(server.url, 60_000);
  connection = new SqlConnection(server.url, { connectMs: 10_000, statementMs: 60_000 });
  const repository = new BudgetsRepository(prisma);
  // Nobody changes anything meanwhile.
  const budgets = new Budgets(repository, { on: () => undefined }, systemClock, {
    budget_unknown_cost: 'refuse',
    auth_grace_seconds: 600,
  });
  const ledger = new LedgerRepository(connection);
  console.log(
    `${cpus().length} x ${cpus()[0]?.model}, Node ${process.versions.node}, load ${loadavg()[0]?.toFixed(1)}, ${new Date().toISOString()}`,
  );
  await withoutAny(budgets);
  for (const atOnce of [1, 32, 200]) await onOne(budgets, repository, ledger, atOnce);
} finally {
  connection?.close();
  await prisma?.onApplicationShutdown();
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
}

function requestOf(id) {
  const deployment = { provider: 'openai', upstreamModel: 'whisper-1' };
  return {
    id,
    model: 'whisper',
    candidates: [{ deployment, estimatedCostNanoUsd: COST_NANO_USD }],
    audioSeconds: 6,
    deadline: { remainingMs: 600_000 },
  };
}

async function withoutAny(budgets) {
  const caller = { kind: 'virtual_key', keyId: v7(), name: 'bench', team: null, budgets: [] };
  const request = requestOf(v7());
  const count = 200_000;
  await budgets.reserve(caller, request);
  const startedMs = performance.now();
  for (let index = 0; index < count; index += 1) await budgets.reserve(caller, request);
  console.log(`no budget: ${((1000 * (performance.now() - startedMs)) / count).toFixed(2)} us`);
}

async function onOne(budgets, repository, ledger, atOnce) {
  const { id: keyId } = await prisma.virtualKey.create({ data: { name: v7(), hash: v7(), preview: 'bench' } });
  const limits = { limitNanoUsd: 1_000_000_000_000n, softLimitNanoUsd: null, limitAudioMs: null };
  await prisma.budget.create({
    data: { keyId, period: 'month', timeZone: 'UTC', model: null, position: 0, ...limits },
  });
  const caller = {
    kind: 'virtual_key',
    keyId,
    name: 'bench',
    team: null,
    budgets: [{ model: null, limitsUsd: true, limitsAudio: false }],
  };
  const waited = [];
  let unwritten = [];
  const endsAtMs = performance.now() + 1000 * Number(options.seconds);
  const cpu = process.cpuUsage();
  const ask = async () => {
    while (performance.now() < endsAtMs) {
      const id = v7();
      const startedMs = performance.now();
      await budgets.reserve(caller, requestOf(id));
      waited.push(performance.now() - startedMs);
      unwritten.push(encodeLog(logEntry({ id, keyId, model: 'whisper', costNanoUsd: COST_NANO_USD })));
    }
  };
  const write = async () => {
    for (;;) {
      const isLast = performance.now() >= endsAtMs + FLUSH_MS;
      const batch = unwritten;
      unwritten = [];
      for (let from = 0; from < batch.length; from += 500) await ledger.append(batch.slice(from, from + 500));
      if (isLast) return;
      await new Promise((resolve) => setTimeout(resolve, FLUSH_MS));
    }
  };
  await Promise.all([...Array.from({ length: atOnce }, ask), write()]);
  const { user, system } = process.cpuUsage(cpu);
  waited.sort((one, other) => one - other);
  const at = (part) => waited[Math.min(Math.floor(part * waited.length), waited.length - 1)].toFixed(1);
  const [state] = (await repository.statesOf([keyId])).get(keyId);
  const isExact = state.spentNanoUsd === COST_NANO_USD * BigInt(waited.length) && state.reservedNanoUsd === 0n;
  console.log(
    `${String(atOnce).padStart(3)} at once: ${Math.round(waited.length / Number(options.seconds))}/s, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, ` +
      `${Math.round((user + system) / waited.length)} us of CPU each with its log, ${isExact ? 'spent what was reserved' : 'WRONG SUMS'}`,
  );
  if (!isExact) process.exitCode = 1;
}
