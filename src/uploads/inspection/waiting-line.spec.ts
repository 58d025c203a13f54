import { WaitingLine } from './waiting-line.js';

const MEBIBYTE = 1024 * 1024;

function takeAll<T>(line: WaitingLine<T>): T[] {
  const taken: T[] = [];
  for (let next = line.take(); next !== undefined; next = line.take()) taken.push(next);
  return taken;
}

it('serves those of one size as they came', () => {
  const line = new WaitingLine<number>();
  for (let count = 0; count < 50; count += 1) line.add(count, 5 * MEBIBYTE);
  expect(takeAll(line)).toEqual(Array.from({ length: 50 }, (_, count) => count));
  expect(line.length).toBe(0);
});

it('serves a small one before the large ones that came earlier', () => {
  const line = new WaitingLine<string>();
  line.add('large', 90 * MEBIBYTE);
  line.add('larger', 100 * MEBIBYTE);
  line.add('medium', 10 * MEBIBYTE);
  line.add('small', 20_000);
  expect(takeAll(line)).toEqual(['small', 'medium', 'large', 'larger']);
});

it('lets a large one wait for no more small ones than it has mebibytes, however many come', () => {
  const line = new WaitingLine<string>();
  line.add('large', 90 * MEBIBYTE);
  let passed = 0;
  for (;;) {
    line.add('small', 1_000);
    line.add('small', 1_000);
    if (line.take() === 'large') break;
    passed += 1;
  }
  expect(passed).toBe(89);
});

it('forgets one that has left, and only that', () => {
  const line = new WaitingLine<string>();
  for (const name of ['a', 'b', 'c']) line.add(name, 1);
  line.leave('b');
  line.leave('b');
  expect([line.length, ...takeAll(line)]).toEqual([2, 'a', 'c']);
});
