import { UploadMemory } from './upload-memory.js';

describe('UploadMemory', () => {
  it('gives a block again that was given back', () => {
    const memory = new UploadMemory(1000);
    const block = memory.takeBlock(100);
    expect(block).toHaveLength(100);
    expect(memory.usedBytes).toBe(100);
    if (block) memory.giveBlock(block);
    expect(memory.usedBytes).toBe(0);
    expect(memory.takeBlock(200)).not.toBe(block);
    expect(memory.takeBlock(100)).toBe(block);
  });

  it('leaves a quarter for what cannot go elsewhere', () => {
    const memory = new UploadMemory(1000);
    expect(memory.takeBlock(750)).toBeDefined();
    expect(memory.takeBlock(1)).toBeUndefined();
    expect(memory.take(250)).toBe(true);
    expect(memory.take(1)).toBe(false);
  });

  it('lets go of blocks that nobody uses where others need the memory', () => {
    const memory = new UploadMemory(1000);
    const [one, other] = [memory.takeBlock(300), memory.takeBlock(300)];
    if (one && other) for (const block of [one, other]) memory.giveBlock(block);
    expect(memory.take(500)).toBe(true);
    memory.give(500);
    const again = [memory.takeBlock(300), memory.takeBlock(300)];
    expect(again.filter((block) => block === one || block === other)).toHaveLength(1);
  });
});
