import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { spool as spoolWith } from './memory-or-temp-file.js';
import { TempFolder } from './temp-folder.js';
import { UploadMemory } from './upload-memory.js';

const KIB = 1024;

describe('spool', () => {
  let root: string;
  let folder: TempFolder;
  let memory: UploadMemory;
  beforeEach(async () => {
    // Room for one small block, beside the quarter that is left for those who cannot go to a file.
    memory = new UploadMemory(96 * KIB);
    root = await mkdtemp(join(tmpdir(), 'spool-'));
    folder = new TempFolder(root);
  });
  afterEach(() => rm(root, { recursive: true }));

  const spool = (source: AsyncIterable<Buffer>) =>
    spoolWith(source, { limit: { maxBytes: 1000 * KIB }, folder, memory });
  async function* chunks(...kibibytes: number[]): AsyncGenerator<Buffer> {
    for (const [index, size] of kibibytes.entries()) yield Buffer.alloc(size * KIB, index + 1);
  }
  async function readAll(source: AsyncIterable<Buffer>): Promise<Buffer> {
    const read: Buffer[] = [];
    for await (const chunk of source) read.push(chunk);
    return Buffer.concat(read);
  }

  it.each<[string, number[], number]>([
    ['nothing', [], 0],
    ['as much as memory takes', [24, 40], 0],
    ['one byte more', [24, 40, 1 / KIB], 1],
    ['a lot', [4, 500, 400, 96], 1],
  ])('gives back %s, as often as asked, until it is disposed', async (_what, sizes, files) => {
    const bytes = await spool(chunks(...sizes));
    expect(await readdir(root)).toHaveLength(files);
    const expected = await readAll(chunks(...sizes));
    expect(bytes.sizeBytes).toBe(expected.length);
    const [inMemory, onDisk] = files > 0 ? [0, expected.length] : [sizes.length > 0 ? 64 * KIB : 0, 0];
    expect([memory.usedBytes, folder.usedBytes]).toEqual([inMemory, onDisk]);
    const [first, second] = await Promise.all([readAll(bytes.stream()), readAll(bytes.stream())]);
    expect(first).toEqual(expected);
    expect(second).toEqual(expected);
    await bytes[Symbol.asyncDispose]();
    await bytes[Symbol.asyncDispose]();
    expect(await readdir(root)).toEqual([]);
    expect(folder.usedBytes).toBe(0);
  });

  it('stops at the limit and leaves nothing', async () => {
    const tooMuch = spool(chunks(500, 500, 1));
    await expect(tooMuch).rejects.toMatchObject({ status: 413, code: 'file_too_large' });
    expect(await readdir(root)).toEqual([]);
    expect([memory.usedBytes, folder.usedBytes]).toEqual([0, 0]);
  });

  it('leaves nothing when the source fails', async () => {
    const failing = async function* (): AsyncGenerator<Buffer> {
      yield* chunks(70, 70);
      throw new Error('cut');
    };
    await expect(spool(failing())).rejects.toThrow('cut');
    expect(await readdir(root)).toEqual([]);
  });

  it.each<[string, () => AsyncIterable<Buffer>]>([
    ['a stream', () => Readable.from(chunks(4, 70, 4), { objectMode: false })],
    ['what comes one after the other', () => chunks(4, 70, 4)],
  ])('takes %s', async (_what, source) => {
    const bytes = await spool(source());
    expect(await readAll(bytes.stream())).toEqual(await readAll(chunks(4, 70, 4)));
    await bytes[Symbol.asyncDispose]();
    expect(await readdir(root)).toEqual([]);
  });

  it('waits for its file also where a stream ends at once', async () => {
    const source = new PassThrough();
    const spooling = spool(source);
    source.emit('data', Buffer.alloc(70 * KIB, 1));
    source.end();
    const bytes = await spooling;
    expect(await readdir(root)).toHaveLength(1);
    expect(await readAll(bytes.stream())).toEqual(Buffer.alloc(70 * KIB, 1));
    await bytes[Symbol.asyncDispose]();
    expect(await readdir(root)).toEqual([]);
  });

  it('lets a stream come no faster than the disk takes it', async () => {
    const large = 3 * KIB * KIB;
    const source = new PassThrough({ highWaterMark: large });
    const spooling = spoolWith(source, { limit: { maxBytes: 10 * large }, folder, memory });
    source.write(Buffer.alloc(large));
    await setImmediate();
    expect(source.isPaused()).toBe(true);
    source.end(Buffer.alloc(5));
    const bytes = await spooling;
    expect(bytes.sizeBytes).toBe(large + 5);
    expect(folder.usedBytes).toBe(large + 5);
    await bytes[Symbol.asyncDispose]();
  });

  it.each([0, 1, 5])('leaves no file of a stream that breaks off %d turns after it went to one', async (turns) => {
    const source = new PassThrough();
    const spooling = spool(source);
    const outcome = spooling.catch(String);
    source.write(Buffer.alloc(70 * KIB));
    for (let turn = 0; turn < turns; turn += 1) await setImmediate();
    source.destroy(new Error('cut'));
    expect(await outcome).toBe('Error: cut');
    expect(await readdir(root)).toEqual([]);
    expect([memory.usedBytes, folder.usedBytes]).toEqual([0, 0]);
  });

  it('tells what the disk says, and leaves nothing', async () => {
    await rm(root, { recursive: true });
    await expect(spool(chunks(70))).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(spool(Readable.from(chunks(70, 70), { objectMode: false }))).rejects.toMatchObject({ code: 'ENOENT' });
    expect([memory.usedBytes, folder.usedBytes]).toEqual([0, 0]);
    await mkdir(root);
  });

  it('goes to a file, however small, where others have taken the memory, and gives back what it took', async () => {
    const first = await spool(chunks(3, 3));
    const second = await spool(chunks(4, 4));
    expect(await readdir(root)).toHaveLength(1);
    expect(await readAll(second.stream())).toEqual(await readAll(chunks(4, 4)));
    expect(memory.usedBytes).toBe(64 * KIB);
    expect(memory.take(24 * KIB)).toBe(true);
    memory.give(24 * KIB);
    for (const bytes of [first, first, second, second]) await bytes[Symbol.asyncDispose]();
    expect(await readdir(root)).toEqual([]);
    expect(memory.usedBytes).toBe(0);
  });

  it('gives out nothing that another upload may write to, and nothing at all of what it has given back', async () => {
    const first = await spool(chunks(40));
    const [kept] = first.copies?.() ?? [];
    const late = first.copies?.();
    const stream = first.stream();
    await first[Symbol.asyncDispose]();
    const second = await spool(chunks(0, 40));
    expect(await readAll(second.stream())).toEqual(Buffer.alloc(40 * KIB, 2));
    expect(kept).toEqual(Buffer.alloc(40 * KIB, 1));
    expect(() => [...(late ?? [])]).toThrow('disposed');
    await expect(readAll(stream)).rejects.toThrow('disposed');
    await second[Symbol.asyncDispose]();
  });

  it('gives back what a source had that failed', async () => {
    const failing = async function* (): AsyncGenerator<Buffer> {
      yield* chunks(4, 4);
      throw new Error('cut');
    };
    await expect(spool(failing())).rejects.toThrow('cut');
    expect(memory.usedBytes).toBe(0);
  });
});
