import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

/** A database with every migration applied and no rows, which is copied for each test. */
export const TEMPLATE_DATABASE = 'auricle_template';

/** A database of a test's own. */
export interface TestDatabase {
  readonly url: string;
  /** Removes it, and whoever is still connected to it. */
  drop(): Promise<void>;
}

/**
 * Makes a database in milliseconds, on the server that `global-setup.ts` started for this run.
 * @param options.template `template0` for one without our tables
 */
export async function createTestDatabase({ template = TEMPLATE_DATABASE } = {}): Promise<TestDatabase> {
  const serverUrl = process.env['TEST_DATABASE_URL'];
  if (!serverUrl) throw new Error('TEST_DATABASE_URL is missing: run the tests through jest.config.mjs');
  const name = `test_${randomBytes(8).toString('hex')}`;
  await run(serverUrl, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  return {
    url: onDatabase(serverUrl, name),
    drop: async () => await run(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

/** The same server, another database. */
export function onDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

async function run(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
