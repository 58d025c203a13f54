import { readFileSync } from 'node:fs';
import { generatedParts, withPart } from './generated-parts.js';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe.each(generatedParts.map((part) => [part.file, part.name, part] as const))('%s, %s', (file, _, part) => {
  it('is what npm run docs writes', () => {
    // Not `toBe`: the difference of two long documents takes jest minutes.
    const lines = read(file).split('\n');
    const rendered = withPart(read(file), part).split('\n');
    const stale = rendered.find((line, index) => line !== lines[index]);
    expect({ stale, lines: lines.length }).toEqual({ stale: undefined, lines: rendered.length });
  });
});

describe('withPart', () => {
  const part = { file: 'a.md', name: 'x', render: () => 'new\n' };

  it('replaces what stands between the markers, and nothing else', () => {
    const document = 'before\n<!-- x:start -->\nold\n<!-- x:end -->\nafter\n';
    expect(withPart(document, part)).toBe('before\n<!-- x:start -->\n\nnew\n\n<!-- x:end -->\nafter\n');
    expect(withPart('#A=\n# x:start\n# x:end\n', { ...part, file: '.env.example' })).toBe(
      '#A=\n# x:start\n\nnew\n\n# x:end\n',
    );
  });

  it.each(['', '<!-- x:start -->\n', '<!-- x:end -->', '<!-- x:start -->\n<!-- x:start -->\n<!-- x:end -->'])(
    'refuses a document with the markers %j',
    (document) => {
      expect(() => withPart(document, part)).toThrow('once each');
    },
  );
});
