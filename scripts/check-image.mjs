// Does what the Dockerfile does, without a Docker engine: the same files, the same commands, and at the end the same
// process with the same folders. It proves that the gateway runs on what the image ships, without a development
// dependency or a source file, and that it ships no more than it needs. What it cannot prove: the base image, its
// ffmpeg, the user, the volume and the health check.
import { execSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { proveGateway, sizeMib } from './gateway-process.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What the image may add to its base. The Prisma CLI alone would double it; OpenTelemetry takes 20, Redis' client 6. */
const BUDGET_MIB = 221;

/** What `.dockerignore` keeps out of the folders that are copied. */
const IGNORED = [
  join('src', 'database', 'generated'),
  join('web', 'node_modules'),
  join('web', 'src', 'api', 'generated'),
];

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
  const size = sizeMib(imageFolder);
  console.log(`The image ships ${size} MiB, ${sizeMib(join(imageFolder, 'node_modules'))} of them node_modules.`);
  if (size > BUDGET_MIB)
    throw new Error(`the image may ship ${BUDGET_MIB} MiB: see what its node_modules has that is not needed`);
  await proveGateway([process.execPath, 'dist/main.js'], {
    cwd: imageFolder,
    dataDir: join(folder, 'data'),
    audio: join(imageFolder, 'assets', 'speech.wav'),
  });
  console.log('The gateway starts, transcribes and stops on what the image ships.');
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
    const destination = target.endsWith('/') ? join(to, target, basename(source)) : join(to, target);
    mkdirSync(dirname(destination), { recursive: true });
    cpSync(join(from, source), destination, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !IGNORED.some((ignored) => path.includes(ignored)),
    });
  }
}
