import { stopApp } from '../../../src/app.js';
import { COST_NANO_USD, LedgerBench } from './ledger-bench.js';

let bench: LedgerBench;
beforeAll(async () => {
  bench = await LedgerBench.start();
});
afterAll(() => bench.close());

it('writes what is waiting before it lets the database go', async () => {
  const { id, key } = await bench.gateway.createKey();
  const release = await bench.holdWrites();
  const answered = await Promise.all([1, 2, 3, 4].map(() => bench.transcribe(key)));
  expect(answered.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect(await bench.storedIds()).toEqual([]);
  let stopped = false;
  const stopping = stopApp(bench.gateway.app, 5000).then((complete) => {
    stopped = true;
    return complete;
  });
  // The writer waits for this very connection, so it cannot have ended.
  expect(await bench.storedIds()).toEqual([]);
  expect(stopped).toBe(false);
  await release();
  expect(await stopping).toBe(true);
  expect(await bench.storedIds()).toEqual(answered.map((it) => it.id).toSorted());
  expect(await bench.spendOf(id)).toBe(4n * COST_NANO_USD);
});
