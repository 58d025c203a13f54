import { z } from 'zod';
import { answer, errorAnswer, type ScriptedAnswer } from '../../support/simulator-answers.js';
import { storedLog } from '../../support/stored-log.js';
import { RoutingBench } from '../routing/routing-bench.js';

let bench: RoutingBench;
beforeAll(async () => {
  bench = await RoutingBench.start({ MAX_RETRIES: '2', BACKOFF_BASE_MS: '400', BACKOFF_MIN_MS: '0' });
});
afterAll(async () => bench.close());
afterEach(async () => {
  await bench.expectAftermath();
  await bench.clear();
});

/** Answers when this much time has passed. */
function after(ms: number, scripted: ScriptedAnswer): ScriptedAnswer {
  return {
    run: (response, request) => {
      bench.clock.advance(ms);
      return scripted.run(response, request);
    },
  };
}

const failed = (): ScriptedAnswer => errorAnswer(500, { message: 'no' });
const done = (): ScriptedAnswer => answer(200, { text: 'here', usage: { type: 'duration', seconds: 1 } });

const timesSchema = z.object({
  latency_ms: z.number(),
  upload_ms: z.number().nullable(),
  probe_ms: z.number().nullable(),
  first_byte_ms: z.number().nullable(),
  attempts: z.array(
    z.object({
      outcome: z.string(),
      started_ms: z.number(),
      waited_ms: z.number(),
      latency_ms: z.number(),
      first_byte_ms: z.number().nullable(),
      hedge: z.boolean(),
    }),
  ),
});

async function timesOf({ row }: { row: { id: string } }) {
  return timesSchema.parse(await storedLog(bench.gateway.databaseUrl, row.id));
}

describe('where the time of a request has gone', () => {
  it('is told of every attempt and of the pauses between them', async () => {
    await bench.createModel('main', { a: {} });
    await bench.script({ a: [after(100, failed()), after(50, failed()), after(30, failed())] });
    const outcome = await bench.send();
    expect(outcome.tried).toBe('a:unavailable a:unavailable a:unavailable');
    const { attempts, latency_ms } = await timesOf(outcome);
    // Half of what the pauses may be: 400 ms, then twice that.
    expect(attempts).toMatchObject([
      { started_ms: 0, waited_ms: 0, latency_ms: 100, first_byte_ms: 100, hedge: false },
      { started_ms: 300, waited_ms: 200, latency_ms: 50, first_byte_ms: 50, hedge: false },
      { started_ms: 750, waited_ms: 400, latency_ms: 30, first_byte_ms: 30, hedge: false },
    ]);
    expect(latency_ms).toBe(780);
    expect(latency_ms).toBe(attempts.reduce((sum, it) => sum + it.waited_ms + it.latency_ms, 0));
  });

  it('does not lose a pause after which somebody else is asked', async () => {
    await bench.createModel('main', { a: { routing: { max_concurrent_requests: 1 } }, b: {} });
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const held: ScriptedAnswer = {
      run: async (response, request) => {
        await released;
        await done().run(response, request);
      },
    };
    await bench.script({ a: [after(100, failed()), held], b: [after(20, done())] });
    const a = await bench.simulator('a');
    let other: ReturnType<RoutingBench['send']> | undefined;
    bench.sleep = async (ms) => {
      bench.clock.advance(ms);
      const arrival = a.nextRequest();
      other = bench.send();
      await arrival;
    };
    const outcome = await bench.send();
    expect(outcome.tried).toBe('a:unavailable b:success');
    const { attempts, latency_ms } = await timesOf(outcome);
    expect(attempts).toMatchObject([
      { started_ms: 0, waited_ms: 0, latency_ms: 100 },
      { started_ms: 300, waited_ms: 200, latency_ms: 20 },
    ]);
    expect(latency_ms).toBe(320);
    release();
    expect((await other)?.tried).toBe('a:success');
  });

  it('tells the first byte from the last, of attempts and of streams', async () => {
    await bench.createModel('main', { a: { upstream_model: 'gpt-4o-transcribe' } });
    const event = (data: object) => `data: ${JSON.stringify(data)}\n\n`;
    await bench.script({
      a: [
        {
          run: async (response) => {
            bench.clock.advance(40);
            response.writeHead(200, { 'content-type': 'text/event-stream' });
            response.flushHeaders();
            await new Promise(setImmediate);
            response.write(event({ type: 'transcript.text.delta', delta: 'here' }));
            response.end(event({ type: 'transcript.text.done', text: 'here' }));
          },
        },
      ],
    });
    const times = await timesOf(await bench.send({ stream: 'true' }));
    expect(times).toMatchObject({ first_byte_ms: 40, attempts: [{ first_byte_ms: 40, outcome: 'success' }] });
    await bench.script({ a: [after(40, done())] });
    expect(await timesOf(await bench.send())).toMatchObject({ first_byte_ms: null });
  });

  it('has no first byte of who never answers', async () => {
    await bench.createModel('main', { a: {} }, { max_retries: 0 });
    await bench.script({ a: [{ run: (response) => void response.socket?.resetAndDestroy() }] });
    expect((await timesOf(await bench.send())).attempts).toMatchObject([
      { outcome: 'unavailable', first_byte_ms: null },
    ]);
  });

  it('tells how long the upload and measuring it took, unless it was refused before', async () => {
    await bench.createModel('main', { a: {} });
    expect(await timesOf(await bench.send())).toMatchObject({ upload_ms: 0, probe_ms: 0 });
    const refused = await bench.send({}, { headers: { 'x-auricle-timeout-ms': 'soon' } });
    expect(refused.response.status).toBe(400);
    expect(await timesOf(refused)).toMatchObject({ upload_ms: null, probe_ms: null });
  });
});
