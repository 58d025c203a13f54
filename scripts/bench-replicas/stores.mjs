// What the stores that gateways share have done, and what is in them.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { cpuMsOf } from '../../bench/usage.mjs';

/** How often connections are counted. */
const COUNT_MS = 250;

/** Looks at PostgreSQL, on a database of its own so that what it asks is not counted, and at Redis and PgBouncer where they are. */
export class Stores {
  #client;
  #counts = [];
  #timer;

  /** @param options.url of the database whose use is looked at */
  static async open({ url, dataDir, redis, bouncerPid }) {
    const own = new URL(url);
    own.pathname = '/postgres';
    const stores = new Stores();
    stores.database = new URL(url).pathname.slice(1);
    stores.redis = redis;
    stores.bouncerPid = bouncerPid;
    const [pid] = (await readFile(join(dataDir, 'postgres/cluster/data/postmaster.pid'), 'utf8')).split('\n');
    stores.postmasterPid = Number(pid);
    stores.#client = new Client({ connectionString: own.href, application_name: 'bench' });
    await stores.#client.connect();
    await stores.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
    if (redis) stores.redisPid = Number(field(await redis.ask('INFO server'), /process_id:(\d+)/));
    return stores;
  }

  async close() {
    clearInterval(this.#timer);
    await this.#client.end();
  }

  /** What was done until now: numbers that only grow. */
  async done() {
    const [row] = await this.query(
      `SELECT (SELECT coalesce(sum(calls), 0) FROM pg_stat_statements WHERE toplevel AND dbid = d.oid)::float8 AS statements,
         pg_snapshot_xmax(pg_current_snapshot())::text::float8 AS writes,
         pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 AS "walBytes"
       FROM pg_database AS d WHERE datname = $1`,
      [this.database],
    );
    return {
      ...row,
      atMs: performance.now(),
      databaseCpuMs: cpuMsOf(this.postmasterPid, { withChildren: true }),
      bouncerCpuMs: this.bouncerPid ? cpuMsOf(this.bouncerPid) : 0,
      redisCpuMs: this.redisPid ? cpuMsOf(this.redisPid) : 0,
      redisCalls: this.redis ? await this.#redisCalls() : 0,
    };
  }

  /** Begins to count connections and what they wait for, again and again until {@link stopCounting}. */
  async startCounting() {
    this.#counts = [];
    await this.#count();
    this.#timer = setInterval(() => void this.#count(), COUNT_MS);
  }

  /** @returns the most connections at a time; of the rest the mean */
  stopCounting() {
    clearInterval(this.#timer);
    const mean = (field) => this.#counts.reduce((sum, { [field]: count }) => sum + count, 0) / this.#counts.length;
    const connections = Math.max(...this.#counts.map((it) => it.connections));
    return { connections, busy: mean('busy'), waitForRows: mean('waitForRows'), waitForLog: mean('waitForLog') };
  }

  /** The statements that took longest in all since they were forgotten last, and forgets all. */
  async slowest(count) {
    const slowest = await this.query(
      `SELECT calls::float8, mean_exec_time AS "meanMs", total_exec_time / sum(total_exec_time) OVER () AS part, query
       FROM pg_stat_statements AS s JOIN pg_database AS d ON d.oid = s.dbid AND d.datname = $1
       WHERE toplevel ORDER BY total_exec_time DESC LIMIT $2`,
      [this.database, count],
    );
    await this.query('SELECT pg_stat_statements_reset()');
    return slowest;
  }

  async query(sql, values = []) {
    return (await this.#client.query(sql, values)).rows;
  }

  async #count() {
    const [counts] = await this.query(
      `SELECT count(*)::int AS connections, (count(*) FILTER (WHERE state <> 'idle'))::int AS busy,
         (count(*) FILTER (WHERE state <> 'idle' AND wait_event_type = 'Lock'))::int AS "waitForRows",
         (count(*) FILTER (WHERE state <> 'idle' AND wait_event ILIKE 'WAL%'))::int AS "waitForLog"
       FROM pg_stat_activity WHERE datname = $1`,
      [this.database],
    );
    this.#counts.push(counts);
  }

  async #redisCalls() {
    const told = await this.redis.ask('INFO commandstats');
    return Number(field(told, /cmdstat_evalsha:calls=(\d+)/) ?? 0);
  }
}

function field(text, pattern) {
  return pattern.exec(text)?.[1];
}
