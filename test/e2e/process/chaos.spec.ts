import { ChaosRun } from '../../chaos/chaos-run.js';
import { buildGateway, GatewayProcess } from './gateway-process.js';

beforeAll(() => buildGateway());
afterAll(() => GatewayProcess.killAll());

// The long form is "npm run test:chaos".
it('loses and doubles nothing that a client has got, whatever is killed meanwhile, and its sums are those of its rows', async () => {
  await using run = await ChaosRun.start(7);
  await run.disturb('kill the gateway', 0);
  await run.disturb('kill PostgreSQL', 0);
  await run.disturb('kill the gateway while PostgreSQL is away', 1500);
  await run.disturb('freeze the connection to PostgreSQL', 1500);
  await run.disturb('stop the gateway for a second', 0);
  await run.disturb('kill the gateway', 0);
  await run.disturb('end the gateway in order', 0);
  await run.answers(100, 20);
  const verdict = await run.judge();
  expect(verdict).toMatchObject({ missing: [], doubled: 0, wrongSums: [], kills: 4 });
  expect(verdict.acknowledged).toBeGreaterThan(100);
  expect(verdict.streamed).toBeGreaterThan(20);
  // With whom the gateway was killed may have been billed.
  expect(verdict.upstreamRows).toBeGreaterThanOrEqual(verdict.upstreamRequests);
});
