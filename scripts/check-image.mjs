// Does what the Dockerfile does, without a Docker engine: the same files, the same commands, and at the end the same
// process with the same folders. It proves that the gateway runs on what the image ships, without a development
// dependency or a source file. What it cannot prove: the base image, the user, the volume and the health check.
import { execSync, spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const START_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 30_000;

const folder = mkdtempSync(join(tmpdir(), 'auricle-image-'));
// PostgreSQL runs as another user when this script is run by root, and must reach its programs.
chmodSync(folder, 0o755);
try {
  const [build, image] = readStages(join(root, 'Dockerfile'));
  const buildFolder = join(folder, 'build');
  const imageFolder = join(folder, 'image');
  for (const step of build) {
    if (step.type === 'copy') copy(root, step, buildFolder);
    else execSync(step.command, { cwd: buildFolder, stdio: ['ignore', 'ignore', 'inherit'] });
  }
  // Commands of the second stage are about users and folders of the image.
  for (const step of image.filter(({ type }) => type === 'copy')) {
    copy(step.fromBuild ? buildFolder : root, step, imageFolder);
  }
  rmSync(buildFolder, { recursive: true });
  await run(imageFolder, join(folder, 'data'));
  console.log('The gateway starts and stops on what the image ships.');
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The COPY and RUN steps of each stage. Knows the Dockerfile's own dialect only, and fails on any other. */
function readStages(dockerfile) {
  const stages = [];
  const lines = readFileSync(dockerfile, 'utf8').replaceAll('\\\n', ' ').split('\n');
  for (const line of lines) {
    const [instruction, ...words] = line.split(' ');
    if (instruction === 'FROM') stages.push([]);
    if (instruction === 'RUN') stages.at(-1).push({ type: 'run', command: words.join(' ') });
    if (instruction !== 'COPY') continue;
    const fromBuild = words[0] === '--from=build';
    const paths = words.slice(fromBuild ? 1 : 0).map((path) => path.replace(/^\/app\//, ''));
    if (paths.some((path) => path.startsWith('/') || path.startsWith('--'))) throw new Error(`cannot follow: ${line}`);
    stages.at(-1).push({ type: 'copy', fromBuild, sources: paths.slice(0, -1), target: paths.at(-1) });
  }
  if (stages.length !== 2) throw new Error(`expected two stages, found ${stages.length}`);
  return stages;
}

function copy(from, { sources, target }, to) {
  for (const source of sources) {
    const destination = target === './' ? join(to, source) : join(to, target);
    mkdirSync(dirname(destination), { recursive: true });
    cpSync(join(from, source), destination, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !path.includes(join('src', 'database', 'generated')),
    });
  }
}

/** Starts the gateway, waits until it is ready, and stops it as Docker would. */
async function run(cwd, dataDir) {
  const { PATH } = process.env;
  const gateway = spawn(process.execPath, ['dist/main.js'], {
    cwd,
    env: { PATH, NODE_ENV: 'production', DATA_DIR: dataDir, PORT: '0', LOG_FORMAT: 'json' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => gateway.once('exit', (code, signal) => resolve(signal ?? code)));
  let output = '';
  gateway.stdout.on('data', (chunk) => (output += chunk));
  try {
    const origin = await poll(() => /API base\s+(\S+)\/v1/.exec(output)?.[1], ended);
    const ready = await fetch(`${origin}/health/ready`);
    if (!ready.ok) throw new Error(`/health/ready answers ${ready.status}`);
    gateway.kill('SIGTERM');
    const patience = setTimeout(() => gateway.kill('SIGKILL'), STOP_TIMEOUT_MS);
    const end = await ended;
    clearTimeout(patience);
    if (end !== 0) throw new Error(`the gateway ended with ${end} after SIGTERM`);
  } catch (error) {
    console.error(output);
    gateway.kill('SIGTERM');
    throw error;
  }
}

async function poll(read, ended) {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const found = read();
    if (found) return found;
    const end = await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 100))]);
    if (end !== undefined) throw new Error(`the gateway ended with ${end} before it was ready`);
  }
  throw new Error('the gateway did not become ready');
}
