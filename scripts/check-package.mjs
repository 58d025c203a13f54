// Proves that the release tarball is all that an operator needs, in both ways to use it: installed into an empty folder,
// and unpacked. Nothing of the checkout is used but the tarball itself: node scripts/check-package.mjs [--built]
// --built: what is in dist is packed, and not built anew.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { proveGateway, sizeMib } from './gateway-process.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'auricle-package-'));
// PostgreSQL runs as another user when this script is run by root, and must reach its programs.
chmodSync(folder, 0o755);
try {
  const flags = process.argv.includes('--built') ? ['--ignore-scripts'] : [];
  npm(root, 'pack', '--silent', '--pack-destination', folder, ...flags);
  const tarball = join(
    folder,
    readdirSync(folder).find((name) => name.endsWith('.tgz')),
  );

  const installed = join(folder, 'installed');
  mkdirSync(installed);
  npm(installed, 'install', '--no-audit', '--no-fund', '--prefer-offline', tarball);
  console.log(`The tarball brings ${sizeMib(join(installed, 'node_modules'))} MiB of modules.`);
  await prove('installed', ['node_modules/.bin/auricle'], installed, join(installed, 'node_modules', 'auricle'));

  execFileSync('tar', ['-xzf', tarball, '-C', folder]);
  const unpacked = join(folder, 'package');
  // What "npm install --omit=dev" brings here was installed a moment ago.
  renameSync(join(installed, 'node_modules'), join(unpacked, 'node_modules'));
  // What "npm start" runs, without npm in between, which does not wait for what it has started when it is told to stop.
  const { scripts } = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8'));
  await prove('unpacked', scripts.start.split(' '), unpacked, unpacked);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function npm(cwd, ...words) {
  execFileSync('npm', words, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
}

async function prove(how, command, cwd, home) {
  await proveGateway(command, { cwd, dataDir: join(folder, `${how}-data`), audio: join(home, 'assets', 'speech.wav') });
  console.log(`The tarball, ${how}, starts, transcribes and stops.`);
}
