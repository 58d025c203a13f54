import { PieceList } from './piece-list.js';

const numbered = (size: number): Buffer => Buffer.from(Array.from({ length: size }, (_, index) => index % 251));

describe('PieceList', () => {
  it.each([
    ['large ones', [8192, 8192]],
    ['small ones', [1, 2, 3]],
    ['small ones between large ones', [8192, 1, 8192, 4095, 4096, 40_000, 1]],
    ['nothing', []],
    ['empty ones', [0, 5, 0]],
  ])('gives back %s in their order', (_what, sizes) => {
    const bytes = numbered(sizes.reduce((sum, size) => sum + size, 0));
    const list = new PieceList();
    let at = 0;
    for (const size of sizes) list.push(bytes.subarray(at, (at += size)));
    expect(Buffer.concat(list.takeAll())).toEqual(bytes);
    expect(list.takeAll()).toEqual([]);
  });

  it('keeps a large one as it is, without a copy', () => {
    const piece = numbered(4096);
    const list = new PieceList();
    list.push(piece);
    expect(list.takeWhole()[0]).toBe(piece);
  });

  it('copies many bytes that come one by one into few pieces', () => {
    const list = new PieceList();
    const bytes = numbered(100_000);
    for (let at = 0; at < bytes.length; at += 1) list.push(bytes.subarray(at, at + 1));
    const pieces = list.takeAll();
    expect(pieces).toHaveLength(7);
    expect(Buffer.concat(pieces)).toEqual(bytes);
  });

  it('does not give out what is still being added to', () => {
    const list = new PieceList();
    list.push(Buffer.from('a'));
    expect(list.takeWhole()).toEqual([]);
    list.push(Buffer.from('b'));
    expect(Buffer.concat(list.takeAll()).toString()).toBe('ab');
  });
});
