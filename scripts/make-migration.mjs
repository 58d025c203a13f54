// Authors a migration from the difference between the committed schema and the working one, in Prisma's own layout:
//   npm run migration -- add_teams
// It runs Prisma's schema engine as WebAssembly, because the native engine is a download that not every machine may make.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import * as engineModule from '@prisma/schema-engine-wasm/schema_engine_bg';

const name = process.argv[2];
if (!/^[a-z][a-z0-9_]*$/.test(name ?? '')) {
  console.error('usage: npm run migration -- <snake_case_name>');
  process.exit(2);
}
const schemaPath = 'prisma/schema.prisma';
const migrations = 'prisma/migrations';
const current = readFileSync(schemaPath, 'utf8');
const isFirst =
  !existsSync(migrations) || !readdirSync(migrations, { withFileTypes: true }).some((e) => e.isDirectory());
if (!isFirst && git('status', '--porcelain', '--', migrations)) {
  console.error(`Commit (or remove) what is new in ${migrations} first: the difference is taken from the last commit.`);
  process.exit(1);
}
const previous = isFirst ? undefined : git('show', `HEAD:${schemaPath}`);

const wasmPath = fileURLToPath(
  import.meta.resolve('@prisma/schema-engine-wasm/schema_engine_bg').replace(/js$/, 'wasm'),
);
const { instance } = await WebAssembly.instantiate(readFileSync(wasmPath), { './schema_engine_bg.js': engineModule });
engineModule.__wbg_set_wasm(instance.exports);

// The engine insists on a connection, although a difference of schemas asks the database nothing.
const { url, discard } = await openDatabase();
const stdout = await difference(url).finally(discard);
if (!stdout?.trim() || stdout.includes('This is an empty migration')) {
  console.log('The schema has not changed since the last commit.');
  process.exit(0);
}
const stamp = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14);
const folder = `${migrations}/${stamp}_${name}`;
mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}/migration.sql`, stdout);
writeFileSync(`${migrations}/migration_lock.toml`, 'provider = "postgresql"\n');
console.log(`Wrote ${folder}/migration.sql`);

function git(...args) {
  return execFileSync('git', args, { encoding: 'utf8' });
}

async function difference(connectionString) {
  const factory = bindMigrationAwareSqlAdapterFactory(new PrismaPg({ connectionString }, { schema: 'public' }));
  const engine = await engineModule.SchemaEngine.new({ datamodels: [[schemaPath, current]] }, () => {}, factory);
  const schema = (content) => ({ tag: 'schemaDatamodel', files: [{ path: schemaPath, content }], configDir: 'prisma' });
  const result = await engine.diff({
    from: previous ? schema(previous) : { tag: 'empty' },
    to: schema(current),
    script: true,
    shadowDatabaseUrl: null,
    exitCode: false,
    filters: { externalTables: [], externalEnums: [] },
  });
  // The schema is always there, and to "create" it a role needs more rights than it may have.
  return result.stdout?.replace('-- CreateSchema\nCREATE SCHEMA IF NOT EXISTS "public";\n\n', '');
}

async function openDatabase() {
  if (process.env.DATABASE_URL) return { url: process.env.DATABASE_URL, discard: () => {} };
  await import('../test/support/typescript-hooks.mjs');
  const { startEmbeddedPostgres } = await import('../src/database/embedded-postgres.ts');
  const dataDir = mkdtempSync(join(tmpdir(), 'auricle-migration-'));
  // PostgreSQL runs as another user when this script is run by root.
  chmodSync(dataDir, 0o755);
  const server = await startEmbeddedPostgres({ dataDir, log: console, settings: { fsync: 'off' } });
  return {
    url: server.url,
    async discard() {
      await server.stop();
      rmSync(dataDir, { recursive: true });
    },
  };
}
