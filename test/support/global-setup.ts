import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

declare global {
  /** The keeper of the run's PostgreSQL, from global setup to global teardown. */
  var testDatabaseServer: ChildProcess | undefined;
}

/**
 * Starts the run's PostgreSQL and names it in TEST_DATABASE_URL, which the workers inherit. It runs in a process of its
 * own, see `database-server.ts`; jest would also not find this module's `.js` imports outside its tests.
 */
export default async function globalSetup({ rootDir }: { rootDir: string }): Promise<void> {
  const hooks = join(rootDir, 'test/support/typescript-hooks.mjs');
  const keeper = spawn(process.execPath, ['--import', hooks, join(rootDir, 'test/support/database-server.ts')], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  process.env['TEST_DATABASE_URL'] = await new Promise<string>((resolve, reject) => {
    keeper.once('message', (url) => resolve(String(url)));
    keeper.once('exit', (code) => reject(new Error(`the test database did not start (exit code ${code})`)));
    keeper.once('error', reject);
  });
  keeper.unref();
  keeper.channel?.unref();
  globalThis.testDatabaseServer = keeper;
}
