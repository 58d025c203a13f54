import { agreement, differences, wordErrorRate } from './compare';

const words = (text: string) => text.split(' ').filter(Boolean);

it('word errors are words put in, taken out or replaced, by those of the reference', () => {
  const reference = words('and the budget for next year is');
  expect(wordErrorRate(reference, reference)).toBe(0);
  expect(wordErrorRate(reference, words('and the budgets for next year is'))).toBeCloseTo(1 / 7);
  expect(wordErrorRate(reference, words('the budget for the next year is'))).toBeCloseTo(2 / 7);
  expect(wordErrorRate(reference, [])).toBe(1);
  expect(wordErrorRate(words('yes'), words('no no no'))).toBe(3);
  expect(wordErrorRate([], words('yes'))).toBeUndefined();
});

it('agreement is the same both ways, and between 0 and 1', () => {
  const [one, other] = [words('a b c d'), words('a x c')];
  expect(agreement(one, other)).toBe(0.5);
  expect(agreement(other, one)).toBe(0.5);
  expect(agreement(words('a'), words('b c d'))).toBe(0);
  expect(agreement([], [])).toBe(1);
});

it('texts that have nothing to do with each other are not compared for long', () => {
  const [one, other] = ['a', 'b'].map((letter) => Array.from({ length: 5000 }, (_, index) => `${letter}${index}`));
  expect(agreement(one ?? [], other ?? [])).toBeUndefined();
});

it('each word that differs knows what the others heard', () => {
  const [first, second, third] = differences([words('the budget for'), words('the budgets for'), words('the for')]);
  expect([...(first ?? [])]).toEqual([
    [
      1,
      [
        { column: 1, from: 1, to: 2 },
        { column: 2, from: 1, to: 1 },
      ],
    ],
  ]);
  expect(second?.get(1)?.map(({ column }) => column)).toEqual([0, 2]);
  expect(third?.size).toBe(0);
});

it('another language is no list of differences', () => {
  expect(differences([words('the budget for'), words('das Budget ist')]).map(({ size }) => size)).toEqual([0, 0]);
});

it('a column without an answer differs from nobody', () => {
  expect(differences([words('a'), undefined]).map(({ size }) => size)).toEqual([0, 0]);
});
