import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { makeWav } from '../../../test/support/audio.js';
import { longRecordings } from '../../../test/support/long-audio.js';
import { mainThreadMs } from '../../../test/support/main-thread.js';
import { bytesAt } from '../memory-or-temp-file.js';
import { measureAudio } from '../measuring/measure-audio.js';
import { Inspector } from './inspector.js';
import type { ThreadOptions } from './worker-threads.js';

const inspectors: Inspector[] = [];
function inspectorWith(options: Partial<ThreadOptions> = {}): Inspector {
  const inspector = new Inspector(options);
  inspectors.push(inspector);
  return inspector;
}
let folder: string;
beforeAll(async () => {
  Logger.overrideLogger(false);
  folder = await mkdtemp(join(tmpdir(), 'auricle-inspector-'));
});
afterEach(async () => {
  for (const inspector of inspectors.splice(0)) await inspector[Symbol.asyncDispose]();
});
afterAll(async () => {
  Logger.overrideLogger(true);
  await rm(folder, { recursive: true });
});

const path = (name: string) => `test/fixtures/audio/${name}`;
const fixture = (name: string): Buffer => readFileSync(path(name));
const held = (bytes: Buffer) => bytesAt(bytes, bytes.length);
const inFile = (name: string) => bytesAt(path(name), fixture(name).length);
const ABOUT_TWO_SECONDS = {
  measure: { kind: 'measured', seconds: expect.closeTo(2.2, 0), method: expect.stringMatching(/^(counted|timed)$/) },
};

/** A thread that does this with each task. */
function threadThat(does: string): URL {
  const code = `
    import { parentPort } from 'node:worker_threads';
    const tell = (message) => parentPort.postMessage(message);
    parentPort.on('message', ({ place, sizeBytes }) => { ${does} });
    tell('started');`;
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
}

it('looks into uploads in memory and in files, several at once', async () => {
  const inspector = inspectorWith();
  const inspected = await Promise.all(
    [
      held(fixture('cbr.mp3')),
      inFile('cbr.mp3'),
      held(fixture('live.webm')),
      inFile('voice.flac'),
      held(fixture('speech.wav')),
      inFile('speech.wav'),
    ].map((bytes) => inspector.inspect(bytes)),
  );
  expect(inspected).toMatchObject(
    ['mp3', 'mp3', 'webm', 'flac', 'wav', 'wav'].map((container) => ({ container, ...ABOUT_TWO_SECONDS })),
  );
});

it('leaves the bytes to whoever has them', async () => {
  const bytes = fixture('cbr.mp3');
  await inspectorWith().inspect(held(bytes));
  expect(bytes.equals(fixture('cbr.mp3'))).toBe(true);
});

it('finds frames behind other bytes', async () => {
  const inspector = inspectorWith();
  const frames = Buffer.concat([Buffer.alloc(3000), ...Array<Buffer>(60).fill(fixture('cbr.mp3'))]);
  expect(await inspector.inspect(held(frames))).toMatchObject({ container: 'mp3' });
  expect(await inspector.inspect(held(Buffer.alloc(3000)))).toEqual({ found: 'data of unknown type' });
});

it('says what is no audio, and what has no sound in it', async () => {
  const inspector = inspectorWith();
  expect(await inspector.inspect(held(Buffer.from('Hello there')))).toEqual({ found: 'text' });
  expect(await inspector.inspect(held(makeWav({ durationSeconds: 0 })))).toEqual({
    container: 'wav',
    measure: { kind: 'empty' },
  });
});

it('starts no thread for bare samples in memory', async () => {
  const inspector = inspectorWith({ code: threadThat('throw new Error("asked")') });
  expect(await inspector.inspect(held(makeWav({ durationSeconds: 1.5, toneHz: 440 })))).toEqual({
    container: 'wav',
    measure: { kind: 'measured', seconds: 1.5, method: 'counted' },
  });
  const long = held(makeWav({ durationSeconds: 300, toneHz: 440 }));
  expect(await inspector.inspect(long)).toMatchObject({ measure: { kind: 'measured', seconds: 300 } });
  await expect(inspector.inspect(held(fixture('cbr.mp3')))).rejects.toMatchObject({ status: 503 });
});

const knowsTheContainer = `tell({ answer: { container: 'mp3' }, isLast: false });`;

const FOR_EVER = 'for (;;);';

it.each([
  ['takes too long', FOR_EVER, 'it took too long to measure'],
  ['throws', 'throw new Error("a bug")', 'it could not be measured'],
  ['ends', 'process.exit(1)', 'it could not be measured'],
  ['says that it has failed', 'tell({ isLast: true, error: "a bug" })', 'it could not be measured'],
])('knows the container, and no duration, where measuring %s', async (_what, does, why) => {
  // On a busy machine it takes a while until a thread says its first word.
  const timeoutMs = does === FOR_EVER ? 2_000 : 60_000;
  const inspector = inspectorWith({ code: threadThat(knowsTheContainer + does), timeoutMs });
  for (let round = 0; round < 2; round += 1) {
    expect(await inspector.inspect(held(fixture('cbr.mp3')))).toEqual({
      container: 'mp3',
      measure: { kind: 'unknown', warning: `the recording's duration counts as unknown: ${why}` },
    });
  }
});

it.each([
  ['nothing could be found out', { code: threadThat('throw new Error("a bug")') }],
  ['no thread can be started', { code: new URL('data:text/javascript,throw new Error("no")') }],
  ['too many wait', { maxWaiting: 0 }],
])('answers 503 where %s', async (_what, options) => {
  await expect(inspectorWith(options).inspect(held(fixture('cbr.mp3')))).rejects.toMatchObject({
    status: 503,
    code: 'gateway_overloaded',
  });
});

it('lets nobody wait who has gone', async () => {
  const gone = new AbortController();
  const waiting = inspectorWith({ code: threadThat('for (;;);') }).inspect(held(fixture('cbr.mp3')), gone.signal);
  gone.abort(new Error('the client has gone'));
  await expect(waiting).rejects.toThrow('the client has gone');
});

it('costs the thread that serves no more than to ask, whatever a file costs', async () => {
  const inspector = inspectorWith();
  const recording = longRecordings['mp3']?.(3 * 3_600) ?? Buffer.alloc(0);
  const file = join(folder, 'long');
  await writeFile(file, recording);
  const places = [bytesAt(file, recording.length), held(recording)];
  await inspector.inspect(inFile('cbr.mp3'));
  const before = mainThreadMs();
  const inspected = await Promise.all(places.map((bytes) => inspector.inspect(bytes)));
  const askingMs = mainThreadMs() - before;
  expect(inspected).toMatchObject(places.map(() => ({ measure: { seconds: expect.closeTo(3 * 3_600, 0) } })));
  for (let round = 0; round < places.length; round += 1) measureAudio(recording, recording.length, 'mp3');
  const measuringMs = mainThreadMs() - before - askingMs;
  expect(askingMs).toBeLessThan(measuringMs);
});

it('leaves no file open, whether it is looked into to the end or not', async () => {
  const file = join(folder, 'upload');
  await writeFile(file, fixture('cbr.mp3'));
  const isOpen = () => readdirSync('/proc/self/fd').some((it) => linkOf(it) === file);
  const bytes = bytesAt(file, fixture('cbr.mp3').length);
  await inspectorWith().inspect(bytes);
  expect(isOpen()).toBe(false);
  const stuck = inspectorWith({
    code: threadThat(`
      process.getBuiltinModule('node:fs').openSync(place);
      ${knowsTheContainer}
      for (;;);`),
    timeoutMs: 2_000,
  });
  expect(await stuck.inspect(bytes)).toMatchObject({ container: 'mp3', measure: { kind: 'unknown' } });
  await stuck[Symbol.asyncDispose]();
  expect(isOpen()).toBe(false);
});

function linkOf(descriptor: string): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    // That of reading the folder itself has gone.
    return undefined;
  }
}
