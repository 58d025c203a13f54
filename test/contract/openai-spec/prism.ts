import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A running Prism. */
export interface Prism {
  readonly origin: string;
  stop(): Promise<void>;
}

/**
 * Starts Prism on an OpenAPI document in a process of its own, which ends with this one at the latest.
 * @throws Error when it ends before it listens
 */
export async function startPrism(document: string): Promise<Prism> {
  const child = fork(join(import.meta.dirname, 'prism-server.mjs'), [document], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  const exited = once(child, 'exit');
  const origin = await Promise.race([
    once(child, 'message').then(([message]: { address: string }[]) => message?.address),
    exited.then(() => undefined),
  ]);
  if (!origin) throw new Error(`Prism did not start: ${complaint}`);
  return {
    origin,
    stop: async () => {
      child.kill();
      await exited;
    },
  };
}
