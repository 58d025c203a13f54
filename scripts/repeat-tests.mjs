// Runs the tests again and again and says of each run how long it took and what failed, to find tests that chance or
// speed decides: npm run test:repeat -- <times> [--busy <loops>] [-- <arguments of jest>]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';

const [own, ofJest] = split(process.argv.slice(2));
const { values, positionals } = parseArgs({
  args: own,
  allowPositionals: true,
  options: { busy: { type: 'string', default: '0' } },
});
const times = Number(positionals[0] ?? 10);
const loops = Number(values.busy);
if (!(Number.isInteger(times) && times > 0 && Number.isInteger(loops) && loops >= 0)) {
  console.error('usage: npm run test:repeat -- <times> [--busy <loops>] [-- <arguments of jest>]');
  process.exit(2);
}

const folder = await mkdtemp(join(tmpdir(), 'auricle-repeat-'));
const busy = Array.from({ length: loops }, () => spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }));
let tests;
process.once('exit', () => {
  for (const loop of busy) loop.kill('SIGKILL');
  tests?.kill();
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

let failedRuns = 0;
for (let run = 1; run <= times; run += 1) {
  const { seconds, faults } = await runTests(join(folder, `${run}.json`));
  if (faults.length > 0) failedRuns += 1;
  console.log(`run ${run} of ${times}: ${seconds} s, ${faults.length === 0 ? 'passed' : 'FAILED'}`);
  for (const fault of faults) console.log(`  ${fault}`);
}
await rm(folder, { recursive: true });
console.log(`Node ${process.version}, ${loops} busy loops: ${times - failedRuns} of ${times} runs passed`);
process.exit(failedRuns === 0 ? 0 : 1);

/** One run: what failed by name, and what else was wrong with it. */
async function runTests(resultsFile) {
  const startedAtMs = Date.now();
  const jest = ['node_modules/jest/bin/jest.js', '--json', `--outputFile=${resultsFile}`, ...ofJest];
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  tests = spawn(process.execPath, [...flags, ...jest], { stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  tests.stderr.on('data', (chunk) => (output += chunk));
  const [code] = await once(tests, 'close');
  const faults = await failuresIn(resultsFile);
  if (code !== 0 && faults.length === 0) faults.push(`jest ended with ${code}:\n${output}`);
  return { seconds: Math.round((Date.now() - startedAtMs) / 1000), faults };
}

/** Every failed test, and every file that could not be run. */
async function failuresIn(resultsFile) {
  const { testResults } = await readFile(resultsFile, 'utf8').then(JSON.parse, () => ({ testResults: [] }));
  return testResults
    .filter(({ status }) => status === 'failed')
    .flatMap(({ name, message, assertionResults }) => {
      const failed = assertionResults.filter(({ status }) => status === 'failed');
      const lines = failed.map(({ fullName, failureMessages }) => `${fullName}: ${firstLines(failureMessages[0])}`);
      return (lines.length > 0 ? lines : [firstLines(message)]).map((line) => `${relative('.', name)}: ${line}`);
    });
}

function firstLines(text = '') {
  return text.split('\n').slice(0, 20).join('\n    ');
}

/** Our arguments, and those after the first `--`. */
function split(args) {
  const at = args.indexOf('--');
  return at === -1 ? [args, []] : [args.slice(0, at), args.slice(at + 1)];
}
