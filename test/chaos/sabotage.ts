import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from './cluster.js';

/** What can be harmed from outside. */
type Harmed = Pick<Cluster, 'database' | 'redis' | 'front'>;

/** How a cluster is harmed, once or again and again. */
interface Harm {
  /** Milliseconds from one time to the next; absent = once. */
  readonly everyMs?: number;
  /** @returns whether there was something to harm */
  readonly act: (harmed: Harmed) => Promise<boolean>;
}

/** Longer than a client waits before its second try. */
const BROKEN_MS = 3000;
/** Of an answer that a client has got: nothing is killed yet when the first is there. */
const AN_ANSWER = `SELECT id FROM request_log WHERE status = 'success' ORDER BY id LIMIT 1`;

/** Harm that a sound cluster does not have, of each promise that the verdict judges. The verdict knows nothing of it. */
export const sabotages = {
  'lost-row': {
    act: ({ database }) => sql(database, `DELETE FROM request_log WHERE id = (${AN_ANSWER})`),
  },
  'wrong-spend': {
    act: ({ database }) =>
      sql(
        database,
        `UPDATE virtual_key SET spend_nano_usd = spend_nano_usd + 1 WHERE name = 'free' AND spend_nano_usd > 0`,
      ),
  },
  'wrong-hour': {
    act: ({ database }) => sql(database, `UPDATE usage_rollup SET requests = requests + 1 WHERE grain = 'hour'`),
  },
  // Of these, only `ledger verify` asks.
  'wrong-team-hour': {
    act: ({ database }) => sql(database, `UPDATE team_rollup SET requests = requests + 1 WHERE grain = 'hour'`),
  },
  'forgotten-budget': {
    everyMs: 500,
    act: ({ database }) =>
      sql(
        database,
        `UPDATE budget_period SET spent_nano_usd = 0 WHERE budget_id IN
           (SELECT budget.id FROM budget JOIN virtual_key key ON key.id = key_id WHERE key.name = 'budgeted')`,
      ),
  },
  'forgotten-limits': { everyMs: 200, act: (harmed) => forgetCounters(harmed, 'hash', 'limit_counter') },
  'forgotten-places': { everyMs: 50, act: (harmed) => forgetCounters(harmed, 'zset', 'limit_place') },
  'unheard-changes': {
    act: ({ database }) =>
      sql(
        database,
        `CREATE OR REPLACE FUNCTION tell_change() RETURNS TRIGGER LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'`,
      ),
  },
  'failed-requests': {
    act: async ({ front }) => {
      front.isBroken = true;
      await delay(BROKEN_MS);
      front.isBroken = false;
      return true;
    },
  },
} as const satisfies Readonly<Record<string, Harm>>;
export type Sabotage = keyof typeof sabotages;

export function isSabotage(word: string): word is Sabotage {
  return Object.hasOwn(sabotages, word);
}

/** Harms a cluster until the signal comes, or once. What is away at the moment is tried again. */
export async function sabotage(what: Sabotage, harmed: Harmed, signal: AbortSignal): Promise<void> {
  const { act, everyMs }: Harm = sabotages[what];
  while (!signal.aborted) {
    const isDone = await act(harmed).catch(() => false);
    if (isDone && everyMs === undefined) return;
    await delay(everyMs ?? 500, undefined, { signal }).catch(() => undefined);
  }
}

/** @returns whether a row was changed, or anything but rows */
async function sql(database: Harmed['database'], statement: string): Promise<boolean> {
  await using client = await database.connect();
  const { rowCount, command } = await client.query(statement);
  return command === 'CREATE' || (rowCount ?? 0) > 0;
}

/** Counters of Redis are hashes, places sorted sets; without Redis both are tables. */
async function forgetCounters({ redis, database }: Harmed, type: 'hash' | 'zset', table: string): Promise<boolean> {
  if (!redis) return await sql(database, `DELETE FROM ${table}`);
  const script = `for _, k in ipairs(redis.call('KEYS', '*:limit:*')) do if redis.call('TYPE', k).ok == '${type}' then redis.call('DEL', k) end end`;
  await redis.ask(`EVAL "${script}" 0`);
  return true;
}
