import { seededRandom } from '../support/seeded-random.js';
import { readCommitted, readManifest } from './committed.js';
import { fuzz, type FuzzBase } from './fuzz-run.js';
import { sniffedContainer } from './verdict.js';

/** `npm run test:media` tries more of them, and others. */
const RUNS = 4000;
const SEED = 1;

it(`does no harm with any of ${RUNS} changed recordings`, async () => {
  const committed = readCommitted();
  const bases: FuzzBase[] = [];
  for (const file of Object.keys(readManifest())) {
    const bytes = committed.get(file) ?? Buffer.alloc(0);
    const container = await sniffedContainer(bytes);
    if (container) bases.push({ file, container, bytes });
  }
  const faults = await fuzz(bases, seededRandom(SEED), (done) => done < RUNS);
  expect(faults.map(({ about }) => about)).toEqual([]);
});
