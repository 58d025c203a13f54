import { answer, eventStream, resetInBody, type ScriptedAnswer } from '../../support/simulator-answers.js';
import { until } from '../../support/upload-server.js';
import { RoutingBench } from './routing-bench.js';

let bench: RoutingBench;
beforeAll(async () => {
  bench = await RoutingBench.start();
});
afterAll(async () => bench.close());
let key: { id: string; key: string };
beforeEach(async () => {
  key = await bench.gateway.createKey();
  bench.key = key.key;
  await bench.createModel('main', { first: {}, second: {} });
  await bench.createModel('streamed', { first: { upstream_model: 'gpt-4o-transcribe' } });
});
afterEach(async () => {
  await bench.expectAftermath();
  await bench.clear();
});

const text = 'The beach was a popular spot.';
const COST = 0.00321;
const usage = { cost: COST };
const told = { cost_usd: COST, cost_estimated: false };
const delta = { type: 'transcript.text.delta', delta: text };
const eventText = (event: object): string => `data: ${JSON.stringify(event)}\n\n`;

/** The key's account agrees with the row, and the upstream's figure stands in it as such. */
// The row is checked by its schema elsewhere.
// oxlint-disable-next-line typescript/no-explicit-any
async function expectBooked(row: any, totalUsd: number): Promise<void> {
  expect(row.attempts[0]).toMatchObject(told);
  expect(row.cost_usd).toBeCloseTo(totalUsd, 9);
  const { body } = await bench.gateway.admin('GET', `keys/${key.id}`);
  expect(body.spend_usd).toBeCloseTo(totalUsd, 9);
}

describe('what an upstream says that its answer costs', () => {
  const unusable: readonly { what: string; outcome: string; fields: Record<string, string>; fails: ScriptedAnswer }[] =
    [
      {
        what: 'that the format cannot be made of',
        outcome: 'bad_response',
        fields: { response_format: 'srt' },
        fails: answer(200, { text, usage }),
      },
      { what: 'without a transcript', outcome: 'bad_response', fields: {}, fails: answer(200, { duration: 1, usage }) },
      {
        what: 'that is an error',
        outcome: 'unavailable',
        fields: {},
        fails: answer(200, { error: { message: 'the model crashed', code: 503 }, usage }),
      },
      {
        what: 'with an error status',
        outcome: 'unavailable',
        fields: {},
        fails: answer(503, { error: { message: 'the model crashed' }, usage }),
      },
    ];
  it.each(unusable)('is booked for one $what', async ({ fields, fails, outcome }) => {
    await bench.script({ first: [fails, fails, fails] });
    const { response, row, tried } = await bench.send(fields);
    const bought = row.attempts.length - 1;
    expect([response.status, tried]).toEqual([200, `${`first:${outcome} `.repeat(bought)}second:success`]);
    expect(row.cost_steps).toContainEqual(
      expect.objectContaining({ item: 'reported', cost_usd: COST, estimated: false }),
    );
    await expectBooked(row, bought * COST + row.attempts.at(-1).cost_usd);
  });

  const broken: readonly { what: string; outcome: string; stream: ScriptedAnswer }[] = [
    {
      what: 'ends too early',
      outcome: 'bad_response',
      stream: eventStream([delta, { type: 'usage', usage }]),
    },
    {
      what: 'is cut off',
      outcome: 'unavailable',
      stream: resetInBody(eventText(delta) + eventText({ type: 'usage', usage }), {
        'content-type': 'text/event-stream',
      }),
    },
    {
      what: 'ends with an error',
      outcome: 'unavailable',
      stream: eventStream([
        delta,
        { type: 'usage', usage },
        { type: 'error', error: { message: 'crashed', code: 503 } },
      ]),
    },
    {
      what: 'ends with an error that tells it',
      outcome: 'unavailable',
      stream: eventStream([delta, { type: 'error', error: { message: 'crashed', code: 503 }, usage }]),
    },
    {
      what: 'ends with [DONE] only',
      outcome: 'success',
      stream: eventStream([delta, { type: 'usage', usage }, '[DONE]']),
    },
  ];
  it.each(broken)('is booked for a stream that $what', async ({ stream, outcome }) => {
    await bench.script({ first: [stream] });
    const { row, tried } = await bench.send({ model: 'streamed', stream: 'true' });
    expect(tried).toBe(`first:${outcome}`);
    await expectBooked(row, COST);
  });

  it('is booked for a stream that its client has left after that', async () => {
    let leave = (): void => undefined;
    const left = new Promise<void>((resolve) => (leave = resolve));
    async function* events(): AsyncGenerator<object> {
      yield { ...delta, usage };
      await left;
    }
    await bench.script({ first: [eventStream(events())] });
    const controller = new AbortController();
    const response = await bench.ask({ model: 'streamed', stream: 'true' }, { signal: controller.signal });
    await response.body?.getReader().read();
    controller.abort();
    const id = response.headers.get('x-request-id') ?? '';
    await until(async () => (await bench.gateway.logs(`request_id=${id}`)).length === 1);
    leave();
    const row = await bench.row(id);
    expect(row).toMatchObject({ status: 'cancelled', attempts: [{ outcome: 'aborted' }] });
    await expectBooked(row, COST);
  });

  it('is a floor where a broken stream has told only what it had used', async () => {
    const counted = { input_tokens: 1000, output_tokens: 10, total_tokens: 1010 };
    await bench.script({ first: [eventStream([delta, { type: 'usage', usage: counted }])] });
    const { row } = await bench.send({ model: 'streamed', stream: 'true' });
    expect(row.attempts[0]).toMatchObject({ outcome: 'bad_response', cost_estimated: true });
    expect(row.attempts[0].cost_usd).toBeGreaterThan(0.002);
  });
});

describe('a usage that contradicts itself', () => {
  const counted = {
    type: 'tokens',
    input_tokens: 14,
    input_token_details: { audio_tokens: 12, text_tokens: 2, cached_tokens: 90 },
    output_tokens: 45,
    total_tokens: 99,
  };
  const doubt = '90 cached tokens in an input of 14, a total of 99 for 14 and 45';
  const warning = `what openai/gpt-4o-transcribe reports of its usage contradicts itself: ${doubt}`;
  const done = { type: 'transcript.text.done', text, usage: counted };

  it.each<[string, Record<string, string>, ScriptedAnswer]>([
    ['an answer', {}, answer(200, { text, usage: counted })],
    ['a stream', { stream: 'true' }, eventStream([delta, done])],
    ['a whole answer instead of a stream', { stream: 'true' }, answer(200, { text, usage: counted })],
  ])('makes an estimate with a warning: %s', async (_what, fields, scripted) => {
    await bench.script({ first: [scripted] });
    const { row, text: body } = await bench.send({ model: 'streamed', ...fields });
    expect(row).toMatchObject({ status: 'success', cost_estimated: true, warnings: [warning] });
    expect(row.attempts).toMatchObject([{ cost_usd: row.cost_usd, cost_estimated: true }]);
    expect(row.cost_usd).toBeCloseTo(0.000485, 9);
    expect(body).not.toContain('usageDoubt');
    expect(row.usage).not.toHaveProperty('usageDoubt');
  });

  it('makes an estimate of an answer that cannot be used', async () => {
    await bench.createModel('timed', { first: { upstream_model: 'gpt-4o-transcribe' }, second: {} });
    await bench.script({ first: Array.from({ length: 3 }, () => answer(200, { duration: 1, usage: counted })) });
    const { row } = await bench.send({ model: 'timed' });
    expect(row.attempts[0]).toMatchObject({ outcome: 'bad_response', cost_estimated: true });
    expect(row.attempts[0].cost_usd).toBeCloseTo(0.000485, 9);
  });
});
