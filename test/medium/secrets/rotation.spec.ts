import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { Client } from 'pg';
import { v7 } from 'uuid';
import { replaceKeptKeys } from '../../../src/config/encryption-key-file.js';
import { lockFolder } from '../../../src/config/folder-lock.js';
import { readConfiguration } from '../../../src/configuration.js';
import { SqlConnection } from '../../../src/database/sql-connection.js';
import { rotate } from '../../../src/models/credentials/rotation/rotation.js';
import { sealedColumns } from '../../../src/models/credentials/rotation/sealed-columns.js';
import { SealedRepository } from '../../../src/models/credentials/rotation/sealed.repository.js';
import { SecretBox } from '../../../src/models/credentials/secret-box.js';
import { createLogger } from '../../../src/process-log/process-logger.js';
import { runRotateCommand, type RotateCommandOptions } from '../../../src/rotate-command.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

const [before, current] = [randomBytes(32), randomBytes(32)];
const old = new SecretBox({ encryptionKey: before });
const box = new SecretBox({ encryptionKey: current, previousEncryptionKeys: [before] });
const alone = new SecretBox({ encryptionKey: current });

let database: TestDatabase;
let client: Client;
let connection: SqlConnection;
let repository: SealedRepository;
beforeAll(async () => {
  database = await createTestDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
});
beforeEach(async () => {
  await client.query('TRUNCATE provider_credential CASCADE');
  connection = new SqlConnection(database.url, { connectMs: 10_000, statementMs: 60_000 });
  repository = new SealedRepository(connection);
});
afterEach(() => connection.close());
afterAll(async () => {
  await client.end();
  await database.drop();
});

async function store(secrets: readonly string[], by = old): Promise<string[]> {
  const ids = secrets.map(() => v7());
  await client.query(
    `INSERT INTO provider_credential (id, name, provider, ciphertext, preview, updated_at)
     SELECT id, 'c ' || id, 'openai', box, '...', '2026-01-01' FROM unnest($1::uuid[], $2::bytea[]) AS t (id, box)`,
    [ids, secrets.map((secret) => Buffer.from(by.seal(secret).ciphertext))],
  );
  return ids;
}

async function stored(): Promise<Buffer[]> {
  const { rows } = await client.query<{ ciphertext: Buffer }>('SELECT ciphertext FROM provider_credential ORDER BY id');
  return rows.map(({ ciphertext }) => ciphertext);
}

const opened = async () => (await stored()).map((it) => alone.open(it));
const names = (count: number) => Array.from({ length: count }, (_, index) => `sk-${index}`);

it('is the list of everything that is encrypted: other bytes in the database are hashes and answers', async () => {
  const { rows } = await client.query<{ name: string }>(`
    SELECT relname || '.' || attname AS name FROM pg_attribute
    JOIN pg_class ON pg_class.oid = attrelid JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname = 'public' AND relkind IN ('r', 'p') AND NOT relispartition AND atttypid = 'bytea'::regtype AND attnum > 0
    ORDER BY 1`);
  const sealed = sealedColumns.map(({ table, column }) => `${table}.${column}`);
  const others = ['cached_answer.answer', 'cached_answer.key', 'open_question.key'];
  expect(rows.map(({ name }) => name)).toEqual([...sealed, ...others].toSorted());
});

it('gives every secret the current key, changes nothing else, and nothing the second time', async () => {
  const ids = await store(names(7));
  await store(['already'], box);
  expect(await rotate({ repository, box, dryRun: true, batchRows: 3 })).toEqual({ rotated: 7, unreadable: [] });
  await expect(opened()).rejects.toThrow('another ENCRYPTION_KEY');
  expect(await rotate({ repository, box, dryRun: false, batchRows: 3 })).toEqual({ rotated: 7, unreadable: [] });
  expect(await opened()).toEqual([...names(7), 'already']);
  const bytes = await stored();
  expect(await rotate({ repository, box, dryRun: false, batchRows: 3 })).toEqual({ rotated: 0, unreadable: [] });
  expect(await stored()).toEqual(bytes);
  const { rows } = await client.query('SELECT DISTINCT updated_at FROM provider_credential');
  expect(rows).toHaveLength(1);
  const { rows: events } = await client.query(
    `SELECT subject_id, actor_kind, actor_name, after FROM audit_event WHERE action = 'update' ORDER BY id`,
  );
  const event = { actor_kind: 'job', actor_name: 'rotate-encryption-key', after: { secret: 'changed' } };
  expect(events).toEqual(ids.map((subject_id) => ({ subject_id, ...event })));
});

it.each([0, 1, 2, 3])('goes on where one was ended after %i batches', async (batches) => {
  await store(names(10));
  let left = batches;
  const killed = {
    othersThan: repository.othersThan.bind(repository),
    replace: async (...args: Parameters<SealedRepository['replace']>) => {
      if (left === 0) throw new Error('killed');
      left -= 1;
      return await repository.replace(...args);
    },
  };
  await expect(rotate({ repository: killed, box, dryRun: false, batchRows: 3 })).rejects.toThrow('killed');
  // Meanwhile whoever has both keys reads all of them.
  expect((await stored()).map((it) => box.open(it))).toEqual(names(10));
  expect(await rotate({ repository, box, dryRun: false, batchRows: 3 })).toEqual({
    rotated: 10 - 3 * batches,
    unreadable: [],
  });
  expect(await opened()).toEqual(names(10));
});

it('overwrites nothing that has changed meanwhile, and misses nothing', async () => {
  const ids = await store(names(5));
  let changes = 0;
  const disturbed = {
    othersThan: repository.othersThan.bind(repository),
    replace: async (...args: Parameters<SealedRepository['replace']>) => {
      changes += 1;
      // A gateway that has not the new key yet, one that has it, and one that deletes.
      if (changes === 1) {
        const change = 'UPDATE provider_credential SET ciphertext = $2 WHERE id = $1';
        await client.query(change, [ids[0], Buffer.from(old.seal('by the old').ciphertext)]);
        await client.query(change, [ids[1], Buffer.from(box.seal('by the new').ciphertext)]);
        await client.query('DELETE FROM provider_credential WHERE id = $1', [ids[2]]);
      }
      return await repository.replace(...args);
    },
  };
  expect(await rotate({ repository: disturbed, box, dryRun: false })).toEqual({ rotated: 3, unreadable: [] });
  expect(await opened()).toEqual(['by the old', 'by the new', 'sk-3', 'sk-4']);
});

it('two at once come to the same', async () => {
  await store(names(40));
  const both = await Promise.all([
    rotate({ repository, box, dryRun: false, batchRows: 3 }),
    rotate({ repository, box, dryRun: false, batchRows: 5 }),
  ]);
  expect(both[0].rotated + both[1].rotated).toBe(40);
  expect(await opened()).toEqual(names(40));
});

it('leaves what it cannot read, and says which and why', async () => {
  const [good = ''] = await store(['good']);
  const [stranger] = await store(['x'], new SecretBox({ encryptionKey: randomBytes(32) }));
  const [damaged, foreign] = await store(['y', 'z']);
  await client.query(
    'UPDATE provider_credential SET ciphertext = set_byte(ciphertext, 20, get_byte(ciphertext, 20) # 1) WHERE id = $1',
    [damaged],
  );
  await client.query(`UPDATE provider_credential SET ciphertext = '\\x09' WHERE id = $1`, [foreign]);
  const bytes = await stored();
  const { rotated, unreadable } = await rotate({ repository, box, dryRun: false, batchRows: 1 });
  expect(rotated).toBe(1);
  expect(unreadable).toMatchObject([
    {
      id: stranger,
      name: `openai c ${stranger}`,
      reason: 'the stored secret was encrypted with another ENCRYPTION_KEY',
    },
    { id: damaged, reason: 'the stored secret is damaged', keyId: old.header.toString('hex').slice(2) },
    { id: foreign, reason: 'the stored secret has an unknown format', keyId: '' },
  ]);
  expect((await stored()).slice(1)).toEqual(bytes.slice(1));
  expect(good).not.toBe('');
});

describe('the command', () => {
  /** What it says, and how it ends. */
  async function run(
    variables: Record<string, string>,
    options: Partial<RotateCommandOptions> = {},
  ): Promise<{ said: string; result: unknown }> {
    const said: string[] = [];
    const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      said.push(String(text));
      return true;
    });
    const result: unknown = await runRotateCommand(
      readConfiguration({ DATA_DIR: folder, DATABASE_URL: database.url, ...variables }),
      {
        mode: 'rotate',
        newKey: false,
        json: false,
        logger: createLogger({ level: 'silent' }),
        signal: new AbortController().signal,
        ...options,
      },
    ).catch((error: unknown) => error);
    write.mockRestore();
    return { said: said.join(''), result };
  }

  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'auricle-rotate-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  const ENCRYPTION_KEY = current.toString('hex');
  const ENCRYPTION_KEY_PREVIOUS = before.toString('hex');

  it('says which secrets it cannot read, and that nothing is left to do', async () => {
    await store(['a', 'b']);
    const without = await run({ ENCRYPTION_KEY });
    expect(without.result).toBe(false);
    expect(without.said).toMatch(
      /^provider_credential  [0-9a-f-]{36}  openai c [0-9a-f-]{36}: the stored secret was encrypted with another ENCRYPTION_KEY \(key [0-9a-f]{8}\); left as it is\n/,
    );
    expect(without.said).toMatch(
      /\nprovider_credential: 2 of a key that is not set here \([0-9a-f]{8}\)\n0 secrets encrypted anew; 2 have another key\n$/,
    );
    const both = { ENCRYPTION_KEY, ENCRYPTION_KEY_PREVIOUS };
    expect(await run(both, { mode: 'dry-run' })).toEqual({
      result: true,
      said: expect.stringContaining('2 secrets would be encrypted anew, 0 cannot be read\n'),
    });
    expect(await run(both, { mode: 'check' })).toEqual({
      result: false,
      said: expect.stringMatching(/^provider_credential: 2 of a previous key .*\n2 have another key\n$/),
    });
    expect(await run(both, { json: true })).toEqual({
      result: true,
      said: expect.stringContaining('{"kind":"verdict","mode":"rotate","rotated":2,"unreadable":0,"left":0}\n'),
    });
    expect(await run({ ENCRYPTION_KEY }, { mode: 'check' })).toMatchObject({ result: true });
    expect(await opened()).toEqual(['a', 'b']);
  });

  it.each<[string, Record<string, string>, Partial<RotateCommandOptions>, string]>([
    ['a key that is set', { ENCRYPTION_KEY }, { newKey: true }, '--new-key is for a key that the gateway keeps'],
    ['no key', {}, {}, 'There is no key: neither ENCRYPTION_KEY nor'],
    [
      'no database',
      { ENCRYPTION_KEY, DATABASE_URL: 'postgresql://nobody:s3cret@127.0.0.1:1/none' },
      {},
      'The secrets in PostgreSQL at 127.0.0.1:1/none cannot be gone through to the end',
    ],
  ])('says what is to be done with %s', async (_, variables, options, told) => {
    await store(['a']);
    const bytes = await stored();
    const { said, result } = await run(variables, options);
    expect([said, String(result)]).toEqual(['', expect.stringContaining(told)]);
    expect(String(result)).not.toContain('s3cret');
    expect(await stored()).toEqual(bytes);
    expect(await readdir(folder)).toEqual([]);
  });

  it('is at work once', async () => {
    const turn = await repository.takeTurn();
    expect(String((await run({ ENCRYPTION_KEY })).result)).toContain(
      'Another auricle rotate-encryption-key is at work',
    );
    expect(await run({ ENCRYPTION_KEY }, { mode: 'check' })).toMatchObject({ result: true });
    await turn?.[Symbol.asyncDispose]();
    for (let time = 0; time < 20; time += 1) expect((await run({ ENCRYPTION_KEY })).result).toBe(true);
  });

  it('makes one new key, however often it is ended and started again, and drops the old when nothing has it', async () => {
    await store(['a', 'b']);
    const file = join(folder, 'encryption-key');
    await writeFile(file, `${ENCRYPTION_KEY_PREVIOUS}\n`);
    // Ended right after the key was made: the turn is taken by whoever was ended.
    await replaceKeptKeys(file, [ENCRYPTION_KEY, ENCRYPTION_KEY_PREVIOUS]);
    // One that nobody knows stays as it is, and does not keep the old key.
    await store(['c'], new SecretBox({ encryptionKey: randomBytes(32) }));
    const again = await run({}, { newKey: true });
    expect(again.result).toBe(false);
    expect(await readFile(file, 'utf8')).toBe(`${ENCRYPTION_KEY}\n`);
    expect((await stored()).slice(0, 2).map((it) => alone.open(it))).toEqual(['a', 'b']);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });
  it('leaves everything as it is while a gateway runs that has not read the new key', async () => {
    await store(['a']);
    const file = join(folder, 'encryption-key');
    await writeFile(file, `${ENCRYPTION_KEY_PREVIOUS}\n`);
    const ran = await lockFolder(folder);
    const begun = await run({}, { newKey: true });
    expect(begun).toEqual({ result: true, said: expect.stringContaining('Restart the gateway, then run auricle') });
    const [made = '', kept] = (await readFile(file, 'utf8')).trim().split('\n');
    expect([made.length, kept]).toEqual([64, ENCRYPTION_KEY_PREVIOUS]);
    for (const newKey of [false, true]) {
      const { said, result } = await run({}, { newKey });
      expect([said, String(result)]).toEqual(['', expect.stringContaining('has not read')]);
    }
    expect((await stored()).map((it) => old.open(it))).toEqual(['a']);
    await ran[Symbol.asyncDispose]();
    await using _restarted = await lockFolder(folder);
    expect((await run({}, { newKey: true })).result).toBe(true);
    expect(await readFile(file, 'utf8')).toBe(`${made}\n`);
    const [box] = await stored();
    expect(new SecretBox({ encryptionKey: Buffer.from(made, 'hex') }).open(box ?? Buffer.alloc(0))).toBe('a');
  });
});
