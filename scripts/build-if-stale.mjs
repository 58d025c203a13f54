import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const STAMP = 'dist/.built';
const SOURCES = ['src', 'prisma/schema.prisma', 'tsconfig.json', 'tsconfig.build.json', 'package.json'];

/** Builds when a source is newer than the last build. An image that ships only `dist` is never built again. */
export function buildIfStale() {
  if (!existsSync('src')) return;
  const builtAt = existsSync(STAMP) ? statSync(STAMP).mtimeMs : 0;
  if (newest(SOURCES) <= builtAt) return;
  console.log('Building ...');
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', 'build'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    console.error(`${stdout}${stderr}\nThe build has failed.`);
    process.exit(1);
  }
  writeFileSync(STAMP, '');
}

function newest(paths) {
  return Math.max(
    0,
    ...paths.filter(existsSync).map((path) => {
      const stats = statSync(path);
      // The generated client is a product of the build, not a source.
      if (!stats.isDirectory() || path === join('src', 'database', 'generated')) {
        return stats.isDirectory() ? 0 : stats.mtimeMs;
      }
      return newest(readdirSync(path).map((name) => join(path, name)));
    }),
  );
}
