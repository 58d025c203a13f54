import { once } from 'node:events';

/** Lets the run's PostgreSQL go, and waits until it has cleaned up. */
export default async function globalTeardown(): Promise<void> {
  const keeper = globalThis.testDatabaseServer;
  if (!keeper?.connected) return;
  keeper.ref();
  const gone = once(keeper, 'exit');
  keeper.disconnect();
  await gone;
}
