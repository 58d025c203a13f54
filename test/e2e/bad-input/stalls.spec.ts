import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { busyFlac, busyWebm } from '../../support/lying-audio.js';
import { audioFile, Bench, form } from './bench.js';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.start();
  await bench.gateway.createModel('any', bench.simulator.url, {
    provider: 'openai-compatible',
    upstream_model: 'whisper-1',
  });
  await bench.gateway.createModel('mistral', bench.simulator.url, {
    provider: 'mistral',
    upstream_model: 'voxtral-mini-2602',
  });
});
afterAll(async () => bench.close());
beforeEach(() => bench.renew());

/** As much as a field may have. */
const LONG = 64 * 1024 - 100;
/** Nobody may wait longer; what follows takes minutes, or for ever, where time grows with the square of the text. */
const LONGEST_TURN_MS = 3000;

// Every text is as long as may be, and made for the pattern or the loop that reads it.
it.each<[string, Parameters<typeof form>[0]]>([
  ['a temperature of zeros', { temperature: `${'0'.repeat(LONG)}x` }],
  ['a timeout of zeros', { timeout: `${'0'.repeat(LONG)}x` }],
  ['a language of underscores', { model: 'mistral', language: `en${'_'.repeat(LONG)}!` }],
  ['a short language of underscores', { model: 'mistral', language: `en${'_a'.repeat(60)}!` }],
  ['a crowd of fallbacks', { fallbacks: JSON.stringify(Array<string>(LONG / 4).fill('a')) }],
  ['a crowd of commas', { fallbacks: ','.repeat(LONG) }],
  ['keywords of brackets', { keywords: '['.repeat(LONG) }],
  ['a strategy of brackets', { chunking_strategy: '['.repeat(LONG) }],
  ['an address of slashes', { url: `https://${'/'.repeat(LONG)}` }],
  ['a crowd of options', Object.fromEntries(Array.from({ length: 190 }, (_, at) => [`option_${at}`, 'x']))],
  ['a name of dots', { file: audioFile(undefined, `${'.'.repeat(60_000)}x`) }],
])('nobody waits for %s', async (_what, fields) => {
  let sent = 0;
  let longestMs = Infinity;
  // A machine or a garbage collector that keeps everybody waiting does so once, a text does it every time.
  while (sent < 4 && longestMs >= LONGEST_TURN_MS) {
    longestMs = Math.min(longestMs, await longestTurnMs(fields));
    sent += 1;
  }
  expect(longestMs).toBeLessThan(LONGEST_TURN_MS);
  await bench.expectAftermath(sent);
});

it('nobody waits for files that keep a parser busy', async () => {
  const flac = readFileSync('test/fixtures/audio/voice.flac');
  const busy = [
    audioFile(busyWebm(2 * 1024 * 1024), 'x.webm'),
    audioFile(busyFlac(flac, 2_000_000), 'x.flac'),
    audioFile(busyWebm(4 * 1024 * 1024), 'y.webm'),
  ];
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const answers = busy.map((file) => bench.send(form({ model: 'whisper', file })));
  const good = readFileSync('test/fixtures/audio/voice.m4a');
  const answer = await bench.send(form({ model: 'whisper', file: audioFile(good, 'x.m4a') }));
  expect((await fetch(`${bench.gateway.url}/health/live`)).status).toBe(200);
  expect(answer.status).toBe(200);
  expect((await bench.gateway.row(answer)).audio_seconds).toBeCloseTo(2.22, 1);
  for (const it of await Promise.all(answers)) expect(it.status).toBe(200);
  delay.disable();
  expect(delay.max / 1e6).toBeLessThan(LONGEST_TURN_MS);
  await bench.expectAftermath(busy.length + 1);
});

/** The longest turn of the event loop while the gateway answers a form, and somebody else. */
async function longestTurnMs(fields: Parameters<typeof form>[0]): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const answers = [
    bench.send(form({ model: 'any', file: audioFile(), ...fields })),
    fetch(`${bench.gateway.url}/health/live`),
  ];
  for (const answer of await Promise.all(answers)) expect(answer.status).toBeLessThan(500);
  delay.disable();
  return delay.max / 1e6;
}
