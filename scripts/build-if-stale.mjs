import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Every build writes it anew; a build that fails leaves none. */
const BUILT = 'dist/main.js';
const COMPILER = 'node_modules/rolldown';
const SOURCES = [
  'src',
  'prisma/schema.prisma',
  'package.json',
  'scripts/bundle-gateway.mjs',
  'scripts/swc-options.mjs',
  'web/index.html',
  'web/package.json',
  'web/public',
  'web/src',
  'web/vite.config.ts',
];
/** Products of the build, not sources: the generated client, and the types of the API. */
const GENERATED = [join('src', 'database', 'generated'), join('web', 'src', 'api', 'generated')];

/**
 * Builds when a source is newer than the last build. What ships only `dist` is never built again, and without the
 * development dependencies there is nothing to build with: what was built before is then what runs.
 */
export function buildIfStale() {
  if (!existsSync('src')) return;
  const isBuilt = existsSync(BUILT);
  if (isBuilt && newest(SOURCES) <= statSync(BUILT).mtimeMs) return;
  if (!existsSync(COMPILER)) {
    if (!isBuilt)
      fail('Nothing was built yet, and the compiler is not installed. Run "npm ci && npm run build" first.');
    console.log('Starting what was built before the last change: the compiler is not installed.');
    return;
  }
  console.log('Building ...');
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', 'build'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status !== 0) fail(`${stdout}${stderr}\nThe build has failed.`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

function newest(paths) {
  return Math.max(
    0,
    ...paths.filter(existsSync).map((path) => {
      const stats = statSync(path);
      if (GENERATED.includes(path)) return 0;
      if (!stats.isDirectory()) return stats.mtimeMs;
      return newest(readdirSync(path).map((name) => join(path, name)));
    }),
  );
}
