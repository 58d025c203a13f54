import type { Cluster } from './cluster.js';
import type { ClusterClients } from './cluster-clients.js';
import { AT_ONCE, REQUESTS_PER_MINUTE } from './cluster-load.js';
import {
  atOnceOf,
  budgetFaults,
  changeFaults,
  ledgerFaults,
  minutesOf,
  type Most,
  type Spent,
} from './cluster-verdict.js';
import { ledgerWith, wrongSums } from './ledger-checks.js';

/** What was found at the end of a run. */
export interface ClusterFindings {
  /** All that is otherwise than promised; empty = sound. */
  readonly faults: readonly string[];
  readonly served: number;
  readonly streamed: number;
  /** Refused by a limit or a budget, by application and code. */
  readonly bounded: Readonly<Record<string, number>>;
  readonly rows: number;
  readonly lostRequests: number;
  readonly changes: {
    readonly count: number;
    readonly medianMs: number | undefined;
    readonly maxMs: number | undefined;
  };
  /** Of requests that began and ended within a minute of the clock: the most of the limited key that one had. */
  readonly mostInMinute: Most;
  readonly mostAtOnce: Most;
  readonly budget: Spent;
  readonly verify: string;
}

/** Waits until the ledger has all that clients were told, and compares. @param changeWithinMs how late a change may be seen */
export async function judgeCluster(
  cluster: Cluster,
  clients: ClusterClients,
  changeWithinMs: number,
): Promise<ClusterFindings> {
  await using database = await cluster.database.connect();
  const answered = [...clients.served, ...clients.bounded].map(({ id }) => id);
  const ids = await ledgerWith(database, answered, () => cluster.isWritten());
  const budget = await budgetOf(cluster);
  const verify = await cluster.verifyLedger();
  const { rows } = await database.query<{ lost: number }>(
    `SELECT count(*)::int AS lost FROM request_log WHERE status = 'lost'`,
  );
  const limited = clients.served.filter(({ application }) => application === 'limited');
  const minutes = minutesOf(limited, cluster.disturbed, REQUESTS_PER_MINUTE);
  const atOnce = atOnceOf(cluster.peaks, cluster.disturbed, AT_ONCE);
  const latencies = cluster.changes.flatMap(({ seenMs }) => seenMs ?? []).toSorted((a, b) => a - b);
  return {
    faults: [
      ...ledgerFaults(answered, ids),
      ...(await wrongSums(database)).map((what) => `not the sum of its rows: ${what}`),
      ...(verify.code === 0 ? [] : [`ledger verify: ${verify.output}${verify.errors}`]),
      ...budgetFaults(budget),
      ...minutes.faults,
      ...atOnce.faults,
      ...changeFaults(cluster.changes, changeWithinMs),
    ],
    served: clients.served.length,
    streamed: clients.served.filter(({ isStreamed }) => isStreamed).length,
    bounded: counted(clients.bounded.map(({ application, code }) => `${application}: ${code}`)),
    rows: ids.size,
    lostRequests: rows[0]?.lost ?? 0,
    changes: {
      count: cluster.changes.length,
      medianMs: latencies[Math.floor(latencies.length / 2)],
      maxMs: latencies.at(-1),
    },
    mostInMinute: minutes.most,
    mostAtOnce: atOnce.most,
    budget,
    verify: verify.output.trim().split('\n').at(-1) ?? '',
  };
}

/** What is spent now of the budget of the key `budgeted`. */
export async function budgetOf(cluster: Cluster): Promise<Spent> {
  await using database = await cluster.database.connect();
  const { rows } = await database.query<{ counted: number; rows: number; limit: number }>(
    `SELECT (spent_nano_usd / 1e9)::float AS counted, (limit_nano_usd / 1e9)::float AS limit,
       (SELECT coalesce(sum(cost_nano_usd), 0) / 1e9 FROM request_log WHERE key_id = key.id)::float AS rows
     FROM budget_period JOIN budget ON budget.id = budget_id JOIN virtual_key key ON key.id = budget.key_id WHERE key.name = 'budgeted'`,
  );
  const { counted = 0, rows: ofRows = 0, limit = 0 } = rows[0] ?? {};
  return { countedUsd: counted, rowsUsd: ofRows, limitUsd: limit };
}

function counted(words: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return Object.fromEntries(counts);
}
