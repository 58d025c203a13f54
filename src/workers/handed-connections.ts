import type { ChildProcess } from 'node:child_process';

/**
 * Remembers which connections a supervisor has handed to a worker that has not confirmed them. Node forgets them when the
 * worker is killed meanwhile (lib/internal/cluster/round_robin_handle.js closes a connection only when it is answered), and their clients
 * would wait for ever. It hands over one at a time from each port.
 * @returns closes what was handed over last: what was confirmed is closed here already, and is not concerned
 */
export function rememberHanded(process: ChildProcess): () => void {
  const handed = new Map<unknown, { close(): void }>();
  process.send = new Proxy(process.send, {
    apply(send, self, words: readonly unknown[]): unknown {
      const [message, handle] = words;
      if (isConnection(handle)) handed.set(keyOf(message), handle);
      return Reflect.apply(send, self, words);
    },
  });
  return () => {
    for (const handle of handed.values()) handle.close();
    handed.clear();
  };
}

function isConnection(handle: unknown): handle is { close(): void } {
  return typeof handle === 'object' && handle !== null && 'close' in handle && typeof handle.close === 'function';
}

/** Node's name of a port. */
function keyOf(message: unknown): unknown {
  return typeof message === 'object' && message !== null && 'key' in message ? message.key : undefined;
}
