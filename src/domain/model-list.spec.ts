import { allows, canMeanTheSame, common, fits } from './model-list.js';

describe('an entry of an allow list', () => {
  it.each([
    ['*', ''],
    ['*', 'whisper-1'],
    ['**', 'whisper-1'],
    ['*'.repeat(200), 'whisper-1'],
    ['whisper-*', 'whisper-1'],
    ['whisper-*', 'whisper-'],
    ['groq/*', 'groq/openai/gpt-oss'],
    ['*-large*', 'whisper-large-v3'],
    ['*a*', 'banana'],
    ['a*a', 'aa'],
    ['*ab*ab*', 'abab'],
    ['*ab', 'abab'],
    ['w*s*r-1', 'whisper-1'],
    ['whisper-1', 'whisper-1'],
    ['*', 'x'.repeat(100_000)],
    ['x*', 'x'.repeat(100_000)],
  ])('%s means %s', (entry, name) => expect(fits(entry, name)).toBe(true));

  it.each([
    ['whisper', 'whisper-1'],
    ['whisper-1', 'Whisper-1'],
    ['whisper-*', 'whisper'],
    ['whisper-*', 'my-whisper-1'],
    ['*-1', 'whisper-12'],
    ['a*a', 'a'],
    ['ab*bc', 'abc'],
    ['*ab*ab*', 'aba'],
    ['a*b*a', 'aba*'],
    ['whisper.1', 'whisper-1'],
    ['whisper-?', 'whisper-1'],
    ['[a-z]*', 'whisper'],
    ['*a*', 'a'.repeat(100_000)],
    ['', 'whisper-1'],
  ])('%s does not mean %s', (entry, name) => expect(fits(entry, name)).toBe(false));

  it('is held against a name of a megabyte in no time to speak of', () => {
    const entry = `*${'a'.repeat(97)}b*${'a'.repeat(97)}c*`;
    const list = Array.from({ length: 1000 }, () => entry);
    expect(allows(list, 'a'.repeat(1_000_000))).toBe(false);
    expect(allows(list, 'a'.repeat(1000))).toBe(false);
  });
});

it.each([
  ['whisper-*', 'whisper-1', true],
  ['whisper-1', '*', true],
  ['whisper-1', 'whisper-2', false],
  ['whisper-*', '*-1', true],
  ['whisper-*', 'whis*', true],
  ['whisper-*', 'gpt-*', false],
  ['*-turbo', '*-mini', false],
  ['a*b*c', 'a*x*c', true],
  ['a*a', 'a', false],
])('whether a model may be meant by %s and %s: %s', (one, other, expected) => {
  expect([canMeanTheSame(one, other), canMeanTheSame(other, one)]).toEqual([expected, expected]);
});

describe('what several allow lists come to', () => {
  const models = ['whisper-1', 'whisper-2', 'gpt-1', 'gpt-whisper'];

  it.each([
    [[], null],
    [[['whisper-*', 'gone']], ['whisper-*', 'gone']],
    [[['whisper-1', 'gpt-1'], ['gpt-1']], ['gpt-1']],
    [
      [['*'], ['whisper-*', 'gone']],
      ['whisper-*', 'gone'],
    ],
    [[['whisper-*'], ['whisper-1', 'gpt-1']], ['whisper-1']],
    [
      [['whisper*'], ['whisper-*', 'whis*']],
      ['whisper*', 'whisper-*'],
    ],
    [[['gpt-*'], ['*-whisper']], ['gpt-whisper']],
    [
      [
        ['gpt-*', 'whisper-2'],
        ['*-whisper', '*2'],
      ],
      ['whisper-2', 'gpt-whisper'],
    ],
    [[['*'], ['gpt-*'], ['*-1']], ['gpt-1']],
    [[[], ['*']], []],
    [[['whisper-1'], ['gpt-1']], []],
  ])('%j: %j', (lists, expected) => expect(common(lists, models)).toEqual(expected));

  it('allows exactly what all of them do', () => {
    const parts = ['', 'a', 'b', '*', 'ab', 'a*', '*b', '**', 'a*b', '*a*'];
    const names = ['', 'a', 'b', 'aa', 'ab', 'ba', 'bb', 'aab', 'aba', 'abb', 'bab'];
    for (const one of parts) {
      for (const other of parts) {
        const both = common([[one], [other, 'ba']], names);
        const shown = names.filter((name) => allows(both, name));
        const expected = names.filter((name) => allows([one], name) && allows([other, 'ba'], name));
        expect({ one, other, shown }).toEqual({ one, other, shown: expected });
      }
    }
  });
});
