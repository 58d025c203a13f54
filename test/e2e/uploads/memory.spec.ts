import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { type MemoryVerdict, runMemory } from '../../soak/memory-run.js';
import { buildGateway, GatewayProcess } from '../process/gateway-process.js';

const UPLOADS = 40;
const FILE_MIB = 12;
/** What all uploads together may hold in memory. */
const UPLOAD_MEMORY_MIB = 64;
// The first is of one upload, the second of all.
const uploadSettings = {
  UPLOAD_MEMORY_MB: String(UPLOAD_MEMORY_MIB),
};
/** What one upload may have under way beside it: pieces of 64 KiB in sockets, parser, file and upstream. */
const UNDER_WAY_MIB = 1;
/** The heap's own growth, and what has been let go but not collected yet: 40 to 110 MiB were seen. */
const RUNTIME_MIB = 160;
/** Far less than one copy of all uploads, which is 480 MiB. */
const GROWTH_BOUND_MIB = UPLOAD_MEMORY_MIB + UPLOADS * UNDER_WAY_MIB + RUNTIME_MIB;

const onLinux = process.platform === 'linux' ? describe : describe.skip;

// The long form is "npm run test:memory".
onLinux('forty uploads of 12 MiB that come side by side', () => {
  let database: TestDatabase;
  let verdict: MemoryVerdict;
  beforeAll(async () => {
    buildGateway();
    database = await createTestDatabase();
    verdict = await runMemory({
      uploads: UPLOADS,
      fileMib: FILE_MIB,
      environment: uploadSettings,
      databaseUrl: database.url,
    });
  });
  afterAll(async () => {
    await GatewayProcess.killAll();
    await database.drop();
  });

  it('take no more memory than the setting allows', () => {
    expect(verdict.failures).toEqual([]);
    expect(verdict.peakMib - verdict.idleMib).toBeLessThan(GROWTH_BOUND_MIB);
  });

  it('leave nothing behind', () => {
    expect(verdict.left).toEqual({ uploadFiles: [], upstreamSockets: 0, upstreamRequests: 0 });
    expect(verdict.descriptorsLeft).toBe(0);
  });
});
