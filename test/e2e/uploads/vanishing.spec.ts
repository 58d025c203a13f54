import { runVanishing, type VanishingVerdict } from '../../soak/vanishing-run.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { buildGateway, GatewayProcess } from '../process/gateway-process.js';

const CLIENTS = 150;

const onLinux = process.platform === 'linux' ? describe : describe.skip;

// The long form is "npm run test:vanish".
onLinux('a gateway whose clients vanish in every phase of a request', () => {
  let database: TestDatabase;
  let verdict: VanishingVerdict;
  beforeAll(async () => {
    buildGateway();
    database = await createTestDatabase();
    verdict = await runVanishing({ clients: CLIENTS, seed: 7, databaseUrl: database.url });
  });
  afterAll(async () => {
    await GatewayProcess.killAll();
    await database.drop();
  });

  it('has no file, no connection to a provider and nothing else open that was not before', () => {
    expect(Object.values(verdict.gone)).toEqual(Array(6).fill(CLIENTS / 6));
    expect(verdict.left).toEqual({ uploadFiles: [], upstreamSockets: 0, upstreamRequests: 0 });
    expect(verdict.openTargets).toEqual([]);
    expect(verdict.descriptorsAfter).toBeLessThanOrEqual(verdict.descriptorsBefore);
  });

  it('has one log of every request that has reached a provider', () => {
    const { upstreamRequests, upstreamLogs, wrongTags } = verdict.logs;
    // Those of the last three phases at least.
    expect(upstreamRequests).toBeGreaterThanOrEqual(CLIENTS / 2);
    expect(wrongTags).toEqual([]);
    expect(upstreamLogs).toBeGreaterThanOrEqual(upstreamRequests);
  });
});
