import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spool } from './memory-or-temp-file.js';
import { TempFolder } from './temp-folder.js';

describe('spool', () => {
  let root: string;
  let folder: TempFolder;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'spool-'));
    folder = new TempFolder(root);
  });
  afterEach(() => rm(root, { recursive: true }));

  const limits = { memoryBytes: 10, maxBytes: 1000 };
  async function* chunks(...sizes: number[]): AsyncGenerator<Buffer> {
    for (const [index, size] of sizes.entries()) yield Buffer.alloc(size, index + 1);
  }
  async function readAll(source: AsyncIterable<Buffer>): Promise<Buffer> {
    const read: Buffer[] = [];
    for await (const chunk of source) read.push(chunk);
    return Buffer.concat(read);
  }

  it.each<[string, number[], number]>([
    ['nothing', [], 0],
    ['as much as memory takes', [4, 6], 0],
    ['one byte more', [4, 6, 1], 1],
    ['a lot', [4, 500, 400, 96], 1],
  ])('gives back %s, as often as asked, until it is disposed', async (_what, sizes, files) => {
    const bytes = await spool(chunks(...sizes), limits, folder);
    expect(await readdir(root)).toHaveLength(files);
    const expected = await readAll(chunks(...sizes));
    expect(bytes.sizeBytes).toBe(expected.length);
    const [first, second] = await Promise.all([readAll(bytes.stream()), readAll(bytes.stream())]);
    expect(first).toEqual(expected);
    expect(second).toEqual(expected);
    await bytes[Symbol.asyncDispose]();
    await bytes[Symbol.asyncDispose]();
    expect(await readdir(root)).toEqual([]);
  });

  it('stops at the limit and leaves nothing', async () => {
    const tooMuch = spool(chunks(500, 500, 1), limits, folder);
    await expect(tooMuch).rejects.toMatchObject({ status: 413, code: 'file_too_large' });
    expect(await readdir(root)).toEqual([]);
  });

  it('leaves nothing when the source fails', async () => {
    const failing = async function* (): AsyncGenerator<Buffer> {
      yield* chunks(20, 20);
      throw new Error('cut');
    };
    await expect(spool(failing(), limits, folder)).rejects.toThrow('cut');
    expect(await readdir(root)).toEqual([]);
  });

  it('takes no more from its source before the disk has taken what it had', async () => {
    const sizes: number[] = [];
    const watching = async function* (): AsyncGenerator<Buffer> {
      for (let index = 0; index < 4; index += 1) {
        const [name] = await readdir(root);
        sizes.push(name ? (await stat(join(root, name))).size : 0);
        yield Buffer.alloc(20);
      }
    };
    await (await spool(watching(), limits, folder))[Symbol.asyncDispose]();
    expect(sizes).toEqual([0, 20, 40, 60]);
  });
});
