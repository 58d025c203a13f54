import type { Server } from 'node:http';

/**
 * Makes a server say `100 Continue` only when somebody begins to read the body, not before: a client that asks first
 * (`Expect: 100-continue`, curl above one megabyte) then sends nothing that authentication would refuse.
 */
export function handleExpectContinue(server: Server): void {
  server.on('checkContinue', (request, response) => {
    request.once('resume', () => {
      if (!response.headersSent) response.writeContinue();
    });
    server.emit('request', request, response);
  });
}
