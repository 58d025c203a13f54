import { once } from 'node:events';
import { createServer } from 'node:net';

/** The only address that the embedded server listens on. */
export const LOOPBACK = '127.0.0.1';

/**
 * A port of 127.0.0.1 that is free at this moment: the preferred one if it is, else one that the system chooses.
 * @throws Error when the system has no port left
 */
export async function findFreePort(preferred: number | undefined): Promise<number> {
  if (preferred !== undefined && (await isPortFree(preferred))) return preferred;
  return await listenBriefly(0);
}

/** Whether a port of 127.0.0.1 could be listened on at this moment. */
export async function isPortFree(port: number): Promise<boolean> {
  return await listenBriefly(port).then(
    () => true,
    () => false,
  );
}

async function listenBriefly(port: number): Promise<number> {
  const server = createServer();
  server.listen(port, LOOPBACK);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a TCP server without a port');
  return address.port;
}
