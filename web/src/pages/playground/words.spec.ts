import { plainOf, withTimes, wordsOf } from './words';

it('words are compared without case and punctuation', () => {
  expect(['Budget,', '“Hi!”', 'e-mail', 'CAFÉ', 'cafe\u0301', '—', '３'].map(plainOf)).toEqual([
    'budget',
    'hi',
    'email',
    'café',
    'café',
    '',
    '3',
  ]);
});

it('scripts without spaces are cut by their words, and keep their punctuation', () => {
  expect(wordsOf('我们去海滩。 okay').map(({ text, hasSpace }) => [text, hasSpace])).toEqual([
    ['我们', false],
    ['去', false],
    ['海滩。', true],
    ['okay', true],
  ]);
  expect(wordsOf('  ')).toEqual([]);
});

it('right-to-left words are words like others', () => {
  expect(wordsOf('مرحبا، يا صديقي').map(({ plain }) => plain)).toEqual(['مرحبا', 'يا', 'صديقي']);
});

it('words get the times of a list that is written otherwise', () => {
  const timed = [
    { text: 'the', start: 0, end: 0.5 },
    { text: 'hot day', start: 2, end: 3 },
  ];
  const times = withTimes(wordsOf('The very hot, day! End'), timed).map(({ start, end }) => [start, end]);
  expect(times).toEqual([
    [0, 0.5],
    [0.5, 2],
    [2, 2.5],
    [2.5, 3],
    [undefined, undefined],
  ]);
});

it('without a list there are no times', () => {
  expect(withTimes(wordsOf('one two'), [])[0]).toEqual({ text: 'one', plain: 'one', hasSpace: true });
});
