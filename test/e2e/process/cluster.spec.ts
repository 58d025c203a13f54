import { ClusterRun } from '../../chaos/cluster-run.js';
import { hasRedis } from '../../support/redis-server.js';
import { buildGateway, GatewayProcess } from './gateway-process.js';

beforeAll(() => buildGateway());
afterAll(() => GatewayProcess.killAll());

// The long form is "npm run test:cluster", which also asserts how soon changes are seen.
it(`three gateways lose, double and overspend nothing, and fail no client that asks twice, whatever is killed meanwhile${
  hasRedis ? '' : ' (without Redis: redis-server is not there)'
}`, async () => {
  await using run = await ClusterRun.start({ seed: 7 });
  await run.cause('kill a gateway');
  await run.cause('block and unblock a key');
  if (run.hasRedis) await run.cause('kill Redis');
  await run.cause('kill PostgreSQL');
  await run.cause('make and delete a model');
  await run.cause('raise the budget and change limits');
  await run.answers(100, 20);
  const verdict = await run.judge(Number.POSITIVE_INFINITY);
  expect(verdict.faults).toEqual([]);
  expect(verdict.changes.count).toBe(4);
  expect(verdict.served).toBeGreaterThan(100);
  expect(verdict.streamed).toBeGreaterThan(20);
  // Nine starts of processes beside all other tests.
}, 480_000);
