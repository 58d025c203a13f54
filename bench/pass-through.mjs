// The runtime's limit: what comes in by node:http goes out by undici, and back, and nothing is looked at.
import { createServer } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { Agent, request as ask } from 'undici';

const [upstream] = process.argv.slice(2);
const dispatcher = new Agent();

const server = createServer((request, response) => {
  const { host: _, connection: __, ...headers } = request.headers;
  void ask(`${upstream}${request.url}`, { method: request.method, headers, body: request, dispatcher })
    .then(async (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      await pipeline(answer.body, response);
    })
    .catch(() => response.destroy());
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
