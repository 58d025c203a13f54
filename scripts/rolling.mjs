// A rolling update under load, from the version before to this one, back by one gateway, and forward again, and whether a request fails:
// npm run test:rolling -- [--from REF] [--pgbouncer] [--requests 400] [--seed 1]
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { register } from 'node:module';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

register('../test/support/typescript-hooks.mjs', import.meta.url);
const { lastRelease } = await import('../test/support/last-release.ts');
const { RollingRun } = await import('../test/chaos/rolling-run.ts');
const { hasPgBouncer } = await import('../test/support/pgbouncer.ts');

/** What is promised, as long as PostgreSQL is there. */
const CHANGE_WITHIN_MS = 1000;

function refuse(message) {
  console.error(message);
  process.exit(2);
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        from: { type: 'string' },
        pgbouncer: { type: 'boolean', default: false },
        requests: { type: 'string', default: '400' },
        seed: { type: 'string', default: '1' },
      },
    });
    const [requests, seed] = [Number(values.requests), Number(values.seed)];
    return [requests, seed].every((number) => Number.isInteger(number) && number > 0)
      ? { from: values.from, withPgBouncer: values.pgbouncer, requests, seed }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Undefined where git is not there, or says no. */
function git(...words) {
  const { status, stdout } = spawnSync('git', words, { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/** The commit of the version before: of `--from`, of the newest tag of a version, or the one that is recorded. */
function commitBefore(from) {
  const tag = git('tag', '--list', 'v*', '--sort=-version:refname', '--merged', 'HEAD', '--no-contains', 'HEAD')?.split(
    '\n',
  )[0];
  const ref = from ?? (tag || lastRelease.commit);
  const commit = git('rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`);
  if (!commit) {
    refuse(
      `The version before, ${ref}, is not there: it is built from git's history, which a tarball or a shallow clone does not have ` +
        '("git fetch --unshallow --tags"). --from names another.',
    );
  }
  return { ref, commit };
}

/** Builds a commit in a folder of its own, by its own script, with its own packages. */
function build(commit, folder) {
  const archive = join(folder, 'source.tar');
  if (git('archive', '--output', archive, commit) === undefined) refuse(`git cannot write out ${commit}`);
  execFileSync('tar', ['-x', '-f', archive, '-C', folder]);
  for (const words of [
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund'],
    ['run', '--silent', 'build'],
  ]) {
    const { status, stdout, stderr } = spawnSync('npm', words, { cwd: folder, encoding: 'utf8' });
    if (status !== 0) refuse(`The version before does not build:\n${stdout}${stderr}`);
  }
}

const options = readOptions();
if (!options) refuse('usage: npm run test:rolling -- [--from REF] [--pgbouncer] [--requests 400] [--seed 1]');
if (options.withPgBouncer && !hasPgBouncer) refuse('PgBouncer is not there: PGBOUNCER names the program');
const { ref, commit } = commitBefore(options.from);
const before = mkdtempSync(join(tmpdir(), 'auricle-before-'));
process.once('SIGINT', () => process.exit(130));
process.once('exit', () => rmSync(before, { recursive: true, force: true }));
console.log(`building ${ref} (${commit.slice(0, 7)})`);
build(commit, before);

const startedAt = performance.now();
const seconds = () => Math.round((performance.now() - startedAt) / 1000);
const load = () =>
  loadavg()
    .map((average) => average.toFixed(1))
    .join(' ');
const knowsRedis = readFileSync(join(before, '.env.example'), 'utf8').includes('REDIS_URL');
const run = await RollingRun.start({ ...options, before, knowsRedis });
console.log(`${knowsRedis ? 'with Redis, where it is there' : 'without Redis'}; load average ${load()}`);
let verdict;
try {
  const step = async (what, act) => {
    await act();
    console.log(`${String(seconds()).padStart(5)} s  ${what}`);
  };
  const serve = (what) => step(`${options.requests} requests by ${what}`, () => run.serve(options.requests));
  await serve('the version before');
  await step('one by this version, which migrates', () => run.replace('now'));
  await serve('both');
  await step('changes made at both', () => run.change());
  await step('the second by this version', () => run.replace('now'));
  await step('the third by this version', () => run.replace('now'));
  await serve('this version');
  await step('back: one by the version before, on the new schema', () => run.replace('before'));
  await serve('both');
  await step('changes made at both', () => run.change());
  await step('forward again', () => run.replace('now'));
  await serve('this version');
  verdict = await run.judge(CHANGE_WITHIN_MS);
} finally {
  await run[Symbol.asyncDispose]();
}
const { seed, withPgBouncer } = options;
console.log(
  JSON.stringify(
    { ...verdict, from: commit, seconds: seconds(), seed, withPgBouncer, loadAverage: load() },
    undefined,
    2,
  ),
);
if (verdict.faults.length > 0) process.exitCode = 1;
