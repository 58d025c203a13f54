import { readFileSync } from 'node:fs';
import { migrationTables, settingTables, withMigrationTables } from './migration-table.js';
import { providerPrefixes, unservedPrefixes } from './provider-prefix.js';
import { knownNames, noteOf } from './settings/setting.js';

describe('the tables of settings', () => {
  it.each(settingTables.map((table) => [table.place, table] as const))(
    '%s says something about each key once',
    (_, table) => {
      const names = knownNames(table);
      expect(names.length).toBeGreaterThan(0);
      expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
      const notes = [
        ...Object.keys(table.schema.shape).map((name) => noteOf(table, name).note),
        ...table.unsupported.values(),
      ];
      expect(notes.filter((note) => !/^[^|\n]{8,}\.$/.test(note))).toEqual([]);
    },
  );

  it('serves no prefix that it does not serve', () => {
    expect(Object.keys(providerPrefixes).filter((name) => unservedPrefixes.has(name))).toEqual([]);
  });

  it('has every key in the document', () => {
    const tables = migrationTables();
    const names = settingTables.flatMap((table) => [...knownNames(table)]);
    expect(names.filter((name) => !tables.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('docs/migrating-from-litellm.md', () => {
  it('has the tables of today; if not, run scripts/write-migration-table.mjs', () => {
    const document = readFileSync(new URL('../../../docs/migrating-from-litellm.md', import.meta.url), 'utf8');
    expect(document).toBe(withMigrationTables(document));
  });

  it('is not written without its markers', () => {
    expect(() => withMigrationTables('# Nothing here')).toThrow('markers');
  });
});
