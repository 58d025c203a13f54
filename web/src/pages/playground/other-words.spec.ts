import { heardIn } from './heard';
import { otherWordsOf } from './other-words';

const SAME = 'one two three four five six seven eight nine ten';

it('words that differ say what the others heard, as they wrote it', () => {
  const [first, second] = otherWordsOf([
    heardIn('text', 'And — the budget for next year.'),
    heardIn('text', 'and the “Budgets” for year'),
    undefined,
  ]);
  expect([...(first ?? [])]).toEqual([
    [3, [{ label: '2', text: '“Budgets”' }]],
    [5, [{ label: '2', text: '' }]],
  ]);
  expect([...(second ?? [])]).toEqual([[2, [{ label: '1', text: 'budget' }]]]);
});

it('long stretches are cut', () => {
  const [first] = otherWordsOf([heardIn('text', `x ${SAME}`), heardIn('text', `a b c d e f g h i j k l m n ${SAME}`)]);
  expect(first?.get(0)).toEqual([{ label: '2', text: 'a b c d e f g h i j k l …' }]);
});
