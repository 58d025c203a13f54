// npm run simulators: starts a simulation of every provider on 127.0.0.1, to try the gateway by hand without a single key.
// They are what the tests use: strict about requests, deaf to audio, always the same in their answers. With --json it only
// prints the bodies of POST /admin/v1/models that make models of them.
import { parseArgs } from 'node:util';
import '../test/support/typescript-hooks.mjs';

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
const { modelBodyOf, simulators, speechModelBodyOf } = await import('../test/support/simulators.ts');

const bodiesOf = (simulator) => {
  const server = { origin: `http://127.0.0.1:${simulator.port}` };
  return [modelBodyOf(simulator, server), speechModelBodyOf(simulator, server)].filter(Boolean);
};

if (values.json) console.log(JSON.stringify(simulators.flatMap(bodiesOf), null, 2));
else await startAll();

async function startAll() {
  const servers = [];
  const stop = () => Promise.all(servers.map((it) => it.close()));
  for (const simulator of simulators) {
    const server = await simulator.start();
    servers.push(server);
    try {
      await server.moveTo(simulator.port);
    } catch (error) {
      servers.pop();
      await stop();
      console.error(`The simulated ${simulator.provider} cannot listen on port ${simulator.port}: ${error.message}`);
      process.exitCode = 1;
      return;
    }
  }
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);
  for (const simulator of simulators) {
    console.log(`\n${simulator.provider}  port ${simulator.port}  key ${simulator.apiKey}`);
    for (const body of bodiesOf(simulator)) console.log(`  ${JSON.stringify(body)}`);
  }
  console.log(`
Each JSON is the body of POST /admin/v1/models, which the master key opens:
  curl localhost:4000/admin/v1/models -H "authorization: Bearer $MASTER_KEY" -H 'content-type: application/json' -d 'JSON'
Ctrl-C stops the simulators.`);
}
