import { once } from 'node:events';
import { createServer } from 'node:net';
import { explainListenError } from './http/connection/listen-error.js';

/**
 * A port of an address that is free at this moment, for several processes to listen on.
 * @throws ListenError when the address has none
 */
export async function freePortOf(host: string, portVariable: string): Promise<number> {
  const server = createServer();
  try {
    server.listen(0, host);
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('a TCP server without a port');
    return address.port;
  } catch (error) {
    throw explainListenError(error, { port: 0, host, portVariable });
  } finally {
    server.close();
  }
}
