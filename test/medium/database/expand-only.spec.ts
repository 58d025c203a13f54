import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { migrate } from '../../../src/database/migrator.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { excused, lastRelease } from '../../support/last-release.js';
import { narrowings, readCatalogue } from '../../support/schema-catalogue.js';

const log = { info: () => undefined, warn: () => undefined };
const committed = 'prisma/migrations';

let database: TestDatabase;
let client: Client;
beforeAll(async () => {
  database = await createTestDatabase({ template: 'template0' });
  client = new Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

describe('narrowings', () => {
  const before = `
    CREATE TABLE parent (id INT PRIMARY KEY);
    CREATE TABLE thing (id INT PRIMARY KEY, name VARCHAR(20) NOT NULL DEFAULT 'x', note TEXT, size BIGINT NOT NULL, parent_id INT);
    CREATE UNIQUE INDEX thing_note ON thing (note);
    CREATE TYPE mood AS ENUM ('good', 'bad');
    CREATE FUNCTION half(n INT) RETURNS INT LANGUAGE sql AS 'SELECT n / 2';
    CREATE FUNCTION look() RETURNS TRIGGER LANGUAGE plpgsql AS 'BEGIN RAISE NOTICE ''seen''; RETURN NULL; END';
    CREATE FUNCTION refuse() RETURNS TRIGGER LANGUAGE plpgsql AS 'BEGIN RAISE ''no''; END';`;

  /** What a migration takes away; nothing of it stays. */
  async function found(migration: string): Promise<string[]> {
    await client.query('BEGIN');
    try {
      await client.query(before);
      const was = await readCatalogue(client);
      await client.query(migration);
      return narrowings(was, await readCatalogue(client));
    } finally {
      await client.query('ROLLBACK');
    }
  }

  it.each([
    ['DROP TABLE thing', 'thing: the table is gone'],
    ['ALTER TABLE thing RENAME TO item', 'thing: the table is gone'],
    ['ALTER TABLE thing DROP COLUMN size', 'thing: the column size is gone'],
    ['ALTER TABLE thing RENAME COLUMN size TO extent', 'thing: the column size is gone'],
    ['ALTER TABLE thing ALTER COLUMN parent_id SET NOT NULL', 'thing: parent_id may be null no longer'],
    ['ALTER TABLE thing ALTER COLUMN size DROP NOT NULL', 'thing: size may be null, which nobody expects who reads it'],
    ['ALTER TABLE thing ALTER COLUMN name DROP DEFAULT', 'thing: name has no default any more'],
    ['ALTER TABLE thing ALTER COLUMN size TYPE INT', 'thing: size was bigint and is integer'],
    [
      'ALTER TABLE thing ALTER COLUMN name TYPE VARCHAR(10)',
      'thing: name was character varying(20) and is character varying(10)',
    ],
    ['ALTER TABLE thing ADD COLUMN kind TEXT NOT NULL', 'thing: the new column kind must be written'],
    ['CREATE UNIQUE INDEX thing_size ON thing (size)', 'thing: the rule thing_size is new: btree (size)'],
    ['ALTER TABLE thing ADD CONSTRAINT one UNIQUE (name)', 'thing: the rule one is new: btree (name)'],
    [
      `ALTER TABLE thing ADD COLUMN kind TEXT NOT NULL DEFAULT 'a', ADD CONSTRAINT one UNIQUE (kind)`,
      'thing: the rule one is new: btree (kind)',
    ],
    ['ALTER TABLE thing ADD CONSTRAINT more CHECK (size > 0)', 'thing: the rule more is new: CHECK ((size > 0))'],
    [
      'ALTER TABLE thing ADD CONSTRAINT child FOREIGN KEY (parent_id) REFERENCES parent',
      'thing: the rule child is new: FOREIGN KEY (parent_id) REFERENCES parent(id)',
    ],
    ['DROP INDEX thing_note', 'thing: the unique index thing_note is gone, which ON CONFLICT may name'],
    [
      'CREATE TRIGGER no BEFORE INSERT ON thing EXECUTE FUNCTION refuse()',
      'thing: the trigger no may refuse what is written',
    ],
    [
      'CREATE TRIGGER drop_it BEFORE INSERT ON thing FOR EACH ROW EXECUTE FUNCTION look()',
      'thing: the trigger drop_it may drop what is written',
    ],
    ['ALTER TABLE thing ENABLE ROW LEVEL SECURITY', 'thing: row security hides rows'],
    ['DROP FUNCTION half', 'half(n integer): the function is gone, or returns something else'],
    [
      `DROP FUNCTION half; CREATE FUNCTION half(n INT, m INT) RETURNS INT LANGUAGE sql AS 'SELECT n / m'`,
      'half(n integer): the function is gone, or returns something else',
    ],
    ['DROP TYPE mood', 'mood: the value good is gone'],
    [`ALTER TYPE mood RENAME VALUE 'bad' TO 'worse'`, 'mood: the value bad is gone'],
  ])('finds what %s takes away', async (migration, narrowing) => {
    expect(await found(migration)).toContain(narrowing);
  });

  it('finds nothing in what is only added or widened', async () => {
    const migration = `
      CREATE TABLE other (id INT PRIMARY KEY, size INT NOT NULL CHECK (size > 0));
      ALTER TABLE thing ADD COLUMN a TEXT, ADD COLUMN b INT NOT NULL DEFAULT 1 CHECK (b > 0), ADD COLUMN c INT REFERENCES parent UNIQUE;
      ALTER TABLE thing ALTER COLUMN name TYPE TEXT;
      CREATE INDEX thing_size ON thing (size);
      CREATE OR REPLACE FUNCTION half(n INT) RETURNS INT LANGUAGE sql AS 'SELECT n >> 1';
      CREATE TRIGGER looked_at AFTER INSERT ON thing EXECUTE FUNCTION look();
      ALTER TYPE mood ADD VALUE 'fair';`;
    expect(await found(migration)).toEqual([]);
  });
});

it('leaves the version before all that it reads and writes, by the migrations since then', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'auricle-release-'));
  try {
    const names = (await readdir(committed, { withFileTypes: true }))
      .filter((it) => it.isDirectory())
      .map((it) => it.name);
    expect(names).toContain(lastRelease.lastMigration);
    for (const name of names.filter((it) => it <= lastRelease.lastMigration)) {
      await cp(join(committed, name), join(folder, name), { recursive: true });
    }
    await migrate({ url: database.url, log, folder });
    const before = await readCatalogue(client);
    expect(Object.keys(before.tables)).toContain('request_log');
    await migrate({ url: database.url, log });
    const taken = narrowings(before, await readCatalogue(client));
    expect(taken.filter((what) => !Object.hasOwn(excused, what))).toEqual([]);
    // What is excused and not there any more is no excuse for the next.
    expect(Object.keys(excused).filter((what) => !taken.includes(what))).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
