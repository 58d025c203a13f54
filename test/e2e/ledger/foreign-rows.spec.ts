import { LedgerBench } from './ledger-bench.js';

let bench: LedgerBench;
beforeAll(async () => {
  bench = await LedgerBench.start();
});
afterAll(() => bench.close());

const foreign: readonly [column: string, json: string, field: string, shown: unknown][] = [
  ['attempts', '{"by": "a newer version"}', 'attempts', []],
  ['attempts', '"edited"', 'attempts', []],
  ['plan', '{"stages": []}', 'plan', null],
  ['plan', '7', 'plan', null],
  ['usage', '{"type": "pages", "pages": 3}', 'usage', null],
  ['usage', '{"type": "duration"}', 'usage', null],
  ['cost_steps', '[{"step": "summarise"}]', 'cost_steps', null],
  ['cost_steps', 'true', 'cost_steps', null],
];

it.each(foreign)('shows a log whose %s is %s, without it', async (column, json, field, shown) => {
  const { key } = await bench.gateway.createKey();
  const { id } = await bench.transcribe(key);
  const before = (await bench.gateway.admin('GET', `logs/${id}`)).body;
  await bench.database.query(`UPDATE request_log SET ${column} = $1::jsonb WHERE id = $2`, [json, id]);
  const one = await bench.gateway.admin('GET', `logs/${id}`);
  expect([one.status, one.body]).toEqual([200, { ...before, [field]: shown }]);
  const list = await bench.gateway.admin('GET', 'logs?fields=all&limit=100');
  expect(list.status).toBe(200);
  // When and by whom it was said is told of a log alone.
  const { segments: _, segments_missing: _why, ...listed } = one.body;
  expect(list.body.data).toContainEqual(listed);
});

it('shows the attempts that it understands beside one that it does not', async () => {
  const { key } = await bench.gateway.createKey();
  const { id } = await bench.transcribe(key);
  const before = (await bench.gateway.admin('GET', `logs/${id}`)).body;
  await bench.database.query(`UPDATE request_log SET attempts = attempts || '[{"outcome": "newer"}]' WHERE id = $1`, [
    id,
  ]);
  expect((await bench.gateway.admin('GET', `logs/${id}`)).body).toEqual(before);
});

it('shows a log whose status and task are words of a newer version, as null', async () => {
  const { key } = await bench.gateway.createKey();
  const { id } = await bench.transcribe(key);
  expect((await bench.gateway.admin('GET', `logs/${id}`)).body).toMatchObject({
    status: 'success',
    task: 'transcribe',
  });
  await bench.database.query(
    `UPDATE request_log SET status = 'deferred', task = 'summarise', usage_source = 'guessed', duration_method = 'dreamt' WHERE id = $1`,
    [id],
  );
  const { status, body } = await bench.gateway.admin('GET', `logs/${id}`);
  expect([status, body]).toMatchObject([
    200,
    { id, status: null, task: null, usage_source: null, duration_method: null },
  ]);
  expect((await bench.gateway.admin('GET', 'logs')).status).toBe(200);
});
