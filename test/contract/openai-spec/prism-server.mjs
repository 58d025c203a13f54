// Serves an OpenAPI document with Prism as `prism mock --errors` does, on a free port of 127.0.0.1.
// Started with an IPC channel: sends `{ address }` when it listens, and ends with its parent.
import { createRequire } from 'node:module';

// Prism is CommonJS; its parts come with @stoplight/prism-cli.
const fromHere = createRequire(import.meta.url);
const fromPrism = createRequire(fromHere.resolve('@stoplight/prism-cli/package.json'));
const { createLogger } = fromPrism('@stoplight/prism-core');
const { getHttpOperationsFromSpec } = fromPrism('@stoplight/prism-http');
const { createServer } = fromPrism('@stoplight/prism-http-server');

process.on('disconnect', () => process.exit(0));

const operations = await getHttpOperationsFromSpec(process.argv[2]);
const server = createServer(operations, {
  cors: false,
  config: {
    isProxy: false,
    checkSecurity: true,
    validateRequest: true,
    validateResponse: true,
    errors: true,
    upstreamProxy: undefined,
    mock: { dynamic: false },
  },
  components: { logger: createLogger('prism', { level: 'silent' }) },
});
process.send({ address: await server.listen(0, '127.0.0.1') });
