import { Batches } from './batches.js';

/** Asks that are answered when the test says so. */
function held() {
  const asked: { readonly questions: readonly number[]; readonly answer: () => void; readonly fail: () => void }[] = [];
  const ask = (questions: readonly number[]) =>
    new Promise<readonly number[]>((resolve, reject) => {
      const answer = (): void => resolve(questions.map((question) => 10 * question));
      asked.push({ questions, answer, fail: () => reject(new Error('away')) });
    });
  return { asked, ask };
}

it('asks the first question alone and at once, and together what comes meanwhile', async () => {
  const { asked, ask } = held();
  const batches = new Batches(ask, 3);
  const answers = [1, 2, 3, 4, 5].map((question) => batches.answer(question));
  expect(asked.map(({ questions }) => questions)).toEqual([[1]]);
  asked[0]?.answer();
  await answers[0];
  asked[1]?.answer();
  await answers[3];
  asked[2]?.answer();
  expect(await Promise.all(answers)).toEqual([10, 20, 30, 40, 50]);
  expect(asked.map(({ questions }) => questions)).toEqual([[1], [2, 3, 4], [5]]);
});

it('fails those who were asked for together, and goes on', async () => {
  const { asked, ask } = held();
  const batches = new Batches(ask, 3);
  const first = batches.answer(1);
  const second = batches.answer(2);
  asked[0]?.fail();
  await expect(first).rejects.toThrow('away');
  asked[1]?.answer();
  expect(await second).toBe(20);
  const third = batches.answer(3);
  asked[2]?.answer();
  expect(await third).toBe(30);
});
