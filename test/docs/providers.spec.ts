import { readFileSync } from 'node:fs';

const document = readFileSync(new URL('../../docs/providers.md', import.meta.url), 'utf8');

describe('docs/providers.md', () => {
  it('tells native from made from refused', () => {
    const rows = document.split('\n').filter((line) => /\| transcribe +\|/.test(line));
    const row = (start: RegExp) =>
      rows
        .find((line) => start.test(line))
        ?.split(/ *\| */)
        .slice(4, 10);
    expect(row(/^\| openai .*`whisper-1`/)).toEqual([
      'native, synthesised',
      'native, synthesised',
      'native, whole',
      'native, whole',
      'native, whole',
      'refused',
    ]);
    expect(row(/^\| openai .*`gpt-4o-transcribe-diarize`/)).toEqual([
      'native, relayed',
      'native, relayed',
      'synthesised, whole',
      'synthesised, whole',
      'synthesised, whole',
      'native, relayed',
    ]);
  });
});
