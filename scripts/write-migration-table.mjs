// node scripts/write-migration-table.mjs, after a build: writes the tables of docs/migrating-from-litellm.md from the
// settings that the gateway file's reader knows. Its spec fails when they are stale.
import { readFileSync, writeFileSync } from 'node:fs';
import { withMigrationTables } from '../dist/config/config-file/migration-table.js';

const document = new URL('../docs/migrating-from-litellm.md', import.meta.url);
writeFileSync(document, withMigrationTables(readFileSync(document, 'utf8')));
