import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newRequestId } from '../../http/request-id.js';
import { gatherJournals, journalFolderOf } from './left-journals.js';
import { segmentName } from './segment-name.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auricle-left-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const work = (name: string) => join(folder, name);

async function write(name: string, files: Record<string, string>): Promise<void> {
  await mkdir(journalFolderOf(work(name)), { recursive: true });
  for (const [file, text] of Object.entries(files)) await writeFile(join(journalFolderOf(work(name)), file), text);
}

it('moves the segments of all that are left, and leaves what was set aside', async () => {
  const [one, other, own] = [newRequestId(), newRequestId(), newRequestId()];
  await write('1', { [segmentName(own, 1)]: 'own' });
  await write('2', { [segmentName(one, 1)]: 'first', [segmentName(one, 2)]: 'second', reserve: '0000' });
  await write('3', { [segmentName(other, 1)]: 'third', 'refused.log': 'kept', reserve: '0000' });
  expect(await gatherJournals([work('2'), work('3'), work('4')], work('1'))).toBe(3);
  const journal = journalFolderOf(work('1'));
  const texts = await Promise.all(
    (await readdir(journal)).toSorted().map((name) => readFile(join(journal, name), 'utf8')),
  );
  expect(texts).toEqual(['first', 'second', 'third', 'own']);
  expect(await readdir(journalFolderOf(work('3')))).toEqual(['refused.log']);
  await expect(readdir(journalFolderOf(work('2')))).rejects.toThrow('ENOENT');
  expect(await gatherJournals([work('2'), work('3')], work('1'))).toBe(0);
});

it('makes the folder of who comes first', async () => {
  const boot = newRequestId();
  await write('old', { [segmentName(boot, 1)]: 'text' });
  expect(await gatherJournals([work('old')], work('new/1'))).toBe(1);
  expect(await readdir(journalFolderOf(work('new/1')))).toEqual([segmentName(boot, 1)]);
});

it('says what is wrong where they cannot be moved', async () => {
  await write('2', { [segmentName(newRequestId(), 1)]: 'text' });
  await mkdir(work('1'));
  await writeFile(journalFolderOf(work('1')), 'no folder');
  await expect(gatherJournals([work('2')], work('1'))).rejects.toThrow(
    "What earlier workers have left of the ledger's journal cannot be moved to",
  );
});
