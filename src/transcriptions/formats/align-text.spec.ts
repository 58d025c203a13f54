import * as fc from 'fast-check';
import { alignText } from './align-text.js';

describe('alignText', () => {
  it.each<[string, string, string[], string[]]>([
    ['punctuation after words', 'Hello, world!', ['Hello', 'world'], ['Hello,', ' world!']],
    ['another case', 'NASA is here.', ['nasa', 'is', 'here'], ['NASA', ' is', ' here.']],
    ['a Turkish capital, too', 'İYİ Günler, Ankara', ['iyi', 'günler', 'ankara'], ['İYİ', ' Günler,', ' Ankara']],
    ['opening signs', 'It is "5" ($10) now', ['It', 'is', '5', '10', 'now'], ['It', ' is', ' "5"', ' ($10)', ' now']],
    ['leading white space and signs', ' "Hi" ', ['Hi'], [' "Hi" ']],
    ['a dash within a word', 'well-known fact', ['well', 'known', 'fact'], ['well-', 'known', ' fact']],
    ['one word cut in two', 'gonna go', ['gon', 'na', 'go'], ['gon', 'na', ' go']],
    ['curly apostrophes', 'I don’t know', ['I', "don't", 'know'], ['I', ' don’t', ' know']],
    ['punctuation of the words', 'Well no', ['Well,', '(no)'], ['Well', ' no']],
    [
      'the same word again',
      'the cat and the dog',
      ['the', 'cat', 'and', 'the', 'dog'],
      ['the', ' cat', ' and', ' the', ' dog'],
    ],
    [
      'digits for spoken numbers',
      'I have 25 red apples',
      ['I', 'have', 'twenty', 'five', 'red', 'apples'],
      ['I', ' have', ' 25', '', ' red', ' apples'],
    ],
    [
      'a number first',
      '25 red apples, please',
      ['twenty', 'red', 'apples', 'please'],
      ['25', ' red', ' apples,', ' please'],
    ],
    [
      'a number last',
      'The red price is 25.',
      ['The', 'red', 'price', 'is', 'twenty', 'five'],
      ['The', ' red', ' price', ' is', ' 25.', ''],
    ],
    ['a word that the parts lack', 'one two big three', ['one', 'two', 'three'], ['one', ' two big', ' three']],
    ['Chinese', '你好，「世界」。', ['你', '好', '世', '界'], ['你', '好，', '「世', '界」。']],
    ['segments', ' One. Two? Three', ['One.', 'Two?', 'Three'], [' One.', ' Two?', ' Three']],
  ])('keeps %s', (_, text, parts, slices) => {
    expect(alignText(text, parts)).toEqual(slices);
  });

  it.each<[string, string, string[]]>([
    ['another language', 'Guten Morgen', ['good', 'morning']],
    ['parts for a fraction of the text', 'The beach was a popular spot on a hot summer day.', ['The', 'beach']],
    ['no parts', 'Hello', []],
    ['no text', '', ['Hello']],
  ])('refuses %s', (_, text, parts) => {
    expect(alignText(text, parts)).toBeUndefined();
  });

  it('finds its way back after a stretch that does not match', () => {
    const spoken = [...'abcdefghijklmnopqrstuvwxyz'].map((letter) => letter.repeat(5));
    const written = spoken.map((word, index) => (index >= 8 && index < 12 ? '12' : word)).join(' ');
    expect(alignText(written, spoken)?.slice(6, 14)).toEqual([
      ' ggggg',
      ' hhhhh',
      ' 12 12 12 12',
      '',
      '',
      '',
      ' mmmmm',
      ' nnnnn',
    ]);
  });

  it.each([
    { others: 50, slice: ' a' },
    { others: 150, slice: '' },
  ])('looks for a word behind so many that only have it in them: $others', ({ others, slice }) => {
    const [beginning, end] = ['beginning'.repeat(100), 'end'.repeat(100)];
    const text = [beginning, ...Array.from({ length: others }, () => 'xay'), 'a', end].join(' ');
    expect(alignText(text, [beginning, 'z'.repeat(1000), 'a', end])?.[2]).toBe(slice);
  });

  it('loses and adds nothing, whatever the parts', () => {
    const word = fc.oneof(
      fc.string({ maxLength: 6 }),
      fc.string({ unit: 'grapheme', maxLength: 4 }),
      fc.constantFrom('a', 'the', '你', "don't", '25'),
    );
    const spoken = fc.array(fc.tuple(word, fc.boolean(), fc.constantFrom(' ', ', ', '', '. "', '\n')), {
      minLength: 1,
    });
    fc.assert(
      fc.property(spoken, (items) => {
        const text = items.map(([word, , after]) => word + after).join('');
        const parts = items.filter(([, kept]) => kept).map(([word]) => word);
        const slices = alignText(text, parts);
        fc.pre(slices !== undefined);
        expect(slices.join('')).toBe(text);
        expect(slices).toHaveLength(parts.length);
      }),
    );
  });

  it('gives every word its own slice when the text is made of them', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1 }), (words) => {
        expect(alignText(words.join(' '), words)).toEqual(words.map((word, index) => (index > 0 ? ` ${word}` : word)));
      }),
    );
  });
});
