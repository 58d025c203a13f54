// Sends many changed forms to a gateway in front of simulated providers: `npm run test:fuzz -- [requests] [seed]`. The seed
// is said, so that what was found can be found again.
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';

const [runs = '20000', seed = String(randomInt(1, 2_147_483_646))] = process.argv.slice(2);
process.stdout.write(`${runs} requests, seed ${seed}\n`);
const words = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
  'test/fuzz',
];
const env = { ...process.env, FUZZ_RUNS: runs, FUZZ_SEED: seed };
const { status } = spawnSync(process.execPath, words, { stdio: 'inherit', env });
process.exit(status ?? 1);
