// Asks a gateway that stands on a full ledger, and PostgreSQL for its plans.
import '../../test/support/typescript-hooks.mjs';

const { ReadOnlyPool } = await import('../../src/database/read-only-pool.ts');
const { LogsRepository } = await import('../../src/ledger/logs/logs.repository.ts');
const { withSearchedRange } = await import('../../src/ledger/logs/logs.service.ts');
const { logQuerySchema } = await import('../../src/ledger/logs/log-list.schema.ts');
const { heavyOf } = await import('../../src/ledger/logs/log-fields.ts');

/** How often each question is asked, after it has been asked once to warm up. */
const TIMES = 20;

/** Median and p95 of what an answer takes over HTTP, in milliseconds, and what it said. */
export async function timeOf(ask) {
  const answer = await ask();
  const times = [];
  for (let time = 0; time < TIMES; time += 1) {
    const began = performance.now();
    await ask();
    times.push(performance.now() - began);
  }
  times.sort((one, other) => one - other);
  return { p50: times[Math.floor(TIMES / 2)], p95: times[Math.ceil(TIMES * 0.95) - 1], answer };
}

/** The statements of a question, each with the plan by which PostgreSQL has carried it out. */
export async function plansOf(databaseUrl, query) {
  const pool = new ReadOnlyPool(
    databaseUrl,
    { connectMs: 60_000, statementMs: 60_000 },
    { connections: 1, applicationName: 'auricle bench', database: { isAway: false } },
  );
  const asked = [];
  const recorded = {
    read: (questions) =>
      pool.read((ask) =>
        questions((sql, values) => {
          if (!sql.startsWith('EXPLAIN')) asked.push([sql, values]);
          return ask(sql, values);
        }),
      ),
  };
  const { limit, cursor, fields, ...sent } = logQuerySchema.parse(parametersOf(query));
  const repository = new LogsRepository(recorded);
  const filter = withSearchedRange(sent, new Date());
  await repository.list(filter, { limit: limit + 1, cursor, heavy: heavyOf(fields) });
  const plans = await pool.read(async (ask) => {
    const told = [];
    for (const [sql, values] of asked) {
      // What is said to the planner holds for what comes after it.
      const isSetting = /^\s*(SET|RESET)\b/i.test(sql);
      const rows = await ask(isSetting ? sql : `EXPLAIN (ANALYZE, COSTS OFF, BUFFERS OFF) ${sql}`, values);
      if (!isSetting) told.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
    }
    return told;
  });
  await pool.onApplicationShutdown();
  return plans;
}

function parametersOf(query) {
  const parameters = {};
  for (const [name, value] of new URLSearchParams(query)) {
    parameters[name] = name in parameters ? [parameters[name], value].flat() : value;
  }
  return parameters;
}
