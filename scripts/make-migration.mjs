// Authors a migration from the difference between the committed schema and the working one, in Prisma's own layout:
//   npm run migration -- add_teams
// It runs Prisma's schema engine as WebAssembly, because the native engine is a download that not every machine may make.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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
const current = readFileSync(schemaPath, 'utf8');
const previous = committed(schemaPath);

const wasmPath = fileURLToPath(
  import.meta.resolve('@prisma/schema-engine-wasm/schema_engine_bg').replace(/js$/, 'wasm'),
);
const { instance } = await WebAssembly.instantiate(readFileSync(wasmPath), { './schema_engine_bg.js': engineModule });
engineModule.__wbg_set_wasm(instance.exports);

// The factory is never connected: a diff from schema to schema needs no database.
const factory = new PrismaPg({ connectionString: 'postgresql://unused' });
const engine = await engineModule.SchemaEngine.new(
  { datamodels: [[schemaPath, current]] },
  () => {},
  bindMigrationAwareSqlAdapterFactory(factory),
);
const asTarget = (content) => ({ tag: 'schemaDatamodel', files: [{ path: schemaPath, content }], configDir: 'prisma' });
const { stdout } = await engine.diff({
  from: previous ? asTarget(previous) : { tag: 'empty' },
  to: asTarget(current),
  script: true,
  shadowDatabaseUrl: null,
  exitCode: null,
  filters: { externalTables: [], externalEnums: [] },
});
if (!stdout?.trim() || stdout.includes('This is an empty migration')) {
  console.log('The schema has not changed since the last commit.');
  process.exit(0);
}
const stamp = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14);
const folder = `prisma/migrations/${stamp}_${name}`;
mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}/migration.sql`, stdout);
writeFileSync('prisma/migrations/migration_lock.toml', 'provider = "postgresql"\n');
console.log(`Wrote ${folder}/migration.sql`);

function committed(path) {
  try {
    return execFileSync('git', ['show', `HEAD:${path}`], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return undefined;
  }
}
