import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { MAX_JUDGED_LENGTH } from '../src/providers/error-rules.js';
import { isLinear, patternsIn, type Pattern } from './support/patterns.js';

const SOURCES = fileURLToPath(new URL('../src', import.meta.url));

const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.spec.ts') && !path.startsWith('database/generated'))
  .map((path) => ({ path, ...patternsIn({ path, text: readFileSync(join(SOURCES, path), 'utf8') }) }));
const patterns = files.flatMap(({ written }) => written);

/** Where a provider's error is judged. */
const JUDGES = /^providers\/.*(?:-errors|no-speech|\.rule)\.ts$/;

/** Who may make patterns when the program runs, and why that is harmless. */
const MAKERS: Readonly<Record<string, string>> = {
  'providers/says.ts': 'the builder itself: what it is given is tested where it is called',
  'uploads/temp-folder.ts': 'a constant of the file, for names in a folder of our own, which have 255 bytes at most',
};

it('finds patterns, and tells linear ones from the others', () => {
  expect(patterns.length).toBeGreaterThan(100);
  expect(isLinear({ source: '^data:[^,]*,', flags: '' })).toBe(true);
  expect(isLinear({ source: '/+$', flags: '' })).toBe(false);
  expect(isLinear({ source: '^\\d*\\.?\\d+$', flags: '' })).toBe(false);
  // It would take for ever: when it is stopped makes no difference.
  expect(isLinear({ source: '^[a-z]{2}(?:[-_]\\w+)*$', flags: 'i' }, { maxMs: 1000 })).toBe(false);
});

it('sees what patterns are made of', () => {
  const text = "const a = /x/g; says('a+$', `b`); new RegExp('c'); RegExp(d); says(e); globalThis.RegExp('f');";
  const { written, made } = patternsIn({ path: 'x.ts', text });
  expect(written.map(({ source, flags }) => [source, flags])).toEqual([
    ['x', 'g'],
    ['a+$', 'i'],
    ['b', 'i'],
  ]);
  expect(made).toEqual(["new RegExp('c')", 'RegExp(d)', 'says(e)', "globalThis.RegExp('f')"]);
});

it('has only patterns that are written out', () => {
  const makers = files.filter(({ made }) => made.length > 0).map(({ path, made }) => [path, made.length]);
  expect(makers.toSorted()).toEqual(Object.keys(MAKERS).map((path) => [path, 1]));
});

// A client or a provider chooses the text, and everybody waits while one of them is read.
it('has only patterns that take time in proportion to the text', () => {
  // Of a provider's error only the beginning is judged.
  const limitsOf = ({ path }: Pattern) => (JUDGES.test(path) ? { length: MAX_JUDGED_LENGTH } : {});
  expect(patterns.filter((pattern) => !isLinear(pattern, limitsOf(pattern)))).toEqual([]);
});
