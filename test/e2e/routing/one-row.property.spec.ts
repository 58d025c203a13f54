import fc from 'fast-check';
import {
  answer,
  emptyBody,
  errorAnswer,
  eventStream,
  malformedJson,
  resetBeforeHeaders,
  resetInBody,
  type ScriptedAnswer,
} from '../../support/simulator-answers.js';
import { streamEvents } from '../../support/simulator-fixtures.js';
import { until } from '../../support/upload-server.js';
import { audioFile, form } from '../bad-input/bench.js';
import { RoutingBench } from './routing-bench.js';

let bench: RoutingBench;
beforeAll(async () => {
  bench = await RoutingBench.start({ MAX_RETRIES: '1', COOLDOWN_SECONDS: '0' });
});
afterAll(async () => bench.close());

const [firstDelta = {}] = streamEvents(false);
const answers = {
  fine: () => answer(200, { text: 'The beach' }),
  streamed: () => eventStream([...streamEvents(false), '[DONE]']),
  cutStream: () => eventStream([firstDelta]),
  failed: () => errorAnswer(500, { message: 'no' }),
  limited: () => errorAnswer(429, { message: 'no' }),
  rejected: () => errorAnswer(400, { message: 'no', param: 'file' }),
  locked: () => errorAnswer(401, { message: 'no' }),
  broken: malformedJson,
  empty: () => emptyBody(),
  reset: resetBeforeHeaders,
  cut: () => resetInBody('{"text":"'),
  silent: () => bench.clock.silence(5000),
} satisfies Record<string, () => ScriptedAnswer>;

const behaviour = fc.constantFrom(...(Object.keys(answers) as (keyof typeof answers)[]));
const script = fc.array(behaviour, { minLength: 4, maxLength: 4 });

it('whatever providers and clients do, a request leaves one row, no upload and nothing in flight', async () => {
  await fc.assert(
    fc.asyncProperty(script, script, fc.boolean(), fc.option(fc.nat(1)), async (first, second, stream, leavesAfter) => {
      const deployment = { upstream_model: 'gpt-4o-transcribe', routing: { timeout_seconds: 5 } };
      await bench.createModel('main', { a: deployment, b: deployment });
      await bench.script({ a: first.map((it) => answers[it]()), b: second.map((it) => answers[it]()) });
      const { id, key } = await bench.gateway.createKey();
      const client = new AbortController();
      if (leavesAfter !== null) {
        const simulator = await bench.simulator('a');
        void until(() => simulator.requests.length > leavesAfter || client.signal.aborted).then(() => client.abort());
      }
      await fetch(`${bench.gateway.url}/v1/audio/transcriptions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}` },
        body: form({ model: 'main', stream: String(stream), file: audioFile() }),
        signal: client.signal,
      })
        .then(async (response) => await response.text())
        .catch(() => undefined);
      // Ends the watcher where the client has stayed.
      client.abort();
      await bench.expectAftermath();
      await until(async () => (await bench.gateway.logs(`key_id=${id}`)).length > 0);
      const rows = await bench.gateway.logs(`key_id=${id}`);
      expect(rows).toHaveLength(1);
      const [{ attempts }] = rows as [{ attempts: unknown[] }];
      expect(attempts.length).toBeLessThanOrEqual(4);
      const called = (await bench.simulator('a')).requests.length + (await bench.simulator('b')).requests.length;
      expect(called).toBeLessThanOrEqual(attempts.length);
      await bench.clear();
    }),
    { numRuns: 25, seed: 7, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: false, endOnFailure: true },
  );
});
