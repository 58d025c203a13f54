import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeWav } from '../../support/audio.js';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { errorAnswer } from '../../support/simulator-answers.js';

const fixture = (name: string): Buffer => readFileSync(`test/fixtures/audio/${name}`);
const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;
if (!hasFfmpeg) console.warn('ffmpeg is not there: what it makes of recordings is not tested');

let openai: OpenAiSimulator;
let gateway: TestGateway;
let folder: string;
let key: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auricle-transcoding-'));
  openai = await OpenAiSimulator.start();
  gateway = await startTestGateway({
    SANDBOX: 'false',
    DATA_DIR: folder,
    FFMPEG_PATH: 'ffmpeg',
    MAX_RETRIES: '1',
    BACKOFF_BASE_MS: '0',
    PATH: process.env['PATH'] ?? '',
  });
  ({ key } = await gateway.createKey());
  const whisper = { provider: 'openai', upstream_model: 'whisper-1', api_base: openai.url, api_key: SIMULATOR_KEY };
  await create('whisper', [whisper]);
  await create('off', [whisper], { transcode: 'off' });
  await create('small', [{ ...whisper, routing: { max_bytes: 60_000 } }]);
  await create('smallest', [{ ...whisper, routing: { max_bytes: 1_000 } }]);
  await create('webm', [{ ...whisper, routing: { containers: ['webm'] } }]);
  await create('able', [
    { ...whisper, weight: 1000 },
    { ...whisper, weight: 1, routing: { containers: ['aac'] }, upstream_model: 'gpt-4o-transcribe' },
  ]);
});
afterAll(async () => {
  await gateway.close();
  await openai.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  openai.requests.length = 0;
});
// A client may have its answer before the request has ended here.
afterEach(() => filesAre((names) => names.length === 0));

/** Waits for the folder of what is made: files come and go with requests, at no time that a test could know. */
async function filesAre(isSo: (names: readonly string[]) => boolean): Promise<void> {
  while (!isSo(await readdir(join(folder, 'transcodes')))) await new Promise((resolve) => setTimeout(resolve, 5));
}

async function create(name: string, deployments: object[], routing: object = {}): Promise<void> {
  const { status, body } = await gateway.admin('POST', 'models', { name, deployments, routing });
  if (status !== 201) throw new Error(JSON.stringify(body));
}

async function send(model: string, bytes: Buffer, name: string, signal?: AbortSignal): Promise<Response> {
  const form = new FormData();
  form.append('model', model);
  form.append('file', new File([Uint8Array.from(bytes)], name));
  const headers = { authorization: `Bearer ${key}` };
  return await fetch(`${gateway.url}/v1/audio/transcriptions`, { method: 'POST', headers, body: form, signal });
}

/** How long what the provider has received plays, decoded. */
function secondsReceived(): number {
  const { bytes } = openai.lastRequest.file ?? { bytes: Buffer.alloc(0) };
  const options = ['-i', 'pipe:0', '-f', 's16le', '-ar', '16000', '-ac', '1', 'pipe:1'];
  return spawnSync('ffmpeg', ['-loglevel', 'error', ...options], { input: bytes }).stdout.length / 32_000;
}

const withFfmpeg = hasFfmpeg ? describe : describe.skip;

withFfmpeg('a recording that no deployment takes', () => {
  it.each(['voice.aac', 'voice.aiff', 'voice.caf'])('is made into FLAC: %s', async (name) => {
    const response = await send('whisper', fixture(name), name);
    expect(response.status).toBe(200);
    const warning = response.headers.get('x-auricle-warning') ?? '';
    expect(warning).toMatch(/the recording was converted from (?:aac|aiff|caf) to flac, because openai\/whisper-1/);
    expect(openai.lastRequest.file).toMatchObject({ filename: 'voice.flac', mediaType: 'audio/flac' });
    expect(openai.lastRequest.file?.bytes.toString('latin1', 0, 4)).toBe('fLaC');
    expect(secondsReceived()).toBeCloseTo(2.2, 0);
    expect(await gateway.row(response)).toMatchObject({
      status: 'success',
      audio_bytes: fixture(name).length,
      warnings: expect.arrayContaining([expect.stringContaining('was converted from')]),
    });
  });

  it('is made into Opus where it is too large otherwise', async () => {
    const wav = makeWav({ durationSeconds: 8, toneHz: 440 });
    const response = await send('small', wav, 'talk.wav');
    expect(response.status).toBe(200);
    expect(openai.lastRequest.file).toMatchObject({ filename: 'talk.ogg', mediaType: 'audio/ogg' });
    expect(openai.lastRequest.file?.bytes.length).toBeLessThan(60_000);
    expect(secondsReceived()).toBeCloseTo(8, 0);
    expect(await gateway.row(response)).toMatchObject({ audio_seconds: 8, audio_bytes: wav.length });
  });

  it('is made into what is taken', async () => {
    expect((await send('webm', fixture('cbr.mp3'), 'talk.mp3')).status).toBe(200);
    expect(openai.lastRequest.file).toMatchObject({ filename: 'talk.webm', mediaType: 'audio/webm' });
  });

  it('is made once for all attempts', async () => {
    openai.respondWith(errorAnswer(500, { message: 'again' }));
    const response = await send('whisper', fixture('voice.aac'), 'x.aac');
    expect(response.status).toBe(200);
    expect(openai.requests).toHaveLength(2);
    expect(response.headers.get('x-auricle-warning')?.match(/was converted/g)).toHaveLength(1);
  });

  it('is refused where no rate makes it small enough', async () => {
    const response = await send('smallest', makeWav({ durationSeconds: 8 }), 'talk.wav');
    expect([response.status, openai.requests]).toEqual([413, []]);
  });

  it('is refused where the model is not to have it made', async () => {
    const response = await send('off', fixture('voice.aac'), 'x.aac');
    expect(await response.json()).toMatchObject({ error: { code: 'unsupported_container' } });
  });

  it('is refused where it cannot be decoded, in words that name no path', async () => {
    // A dictation machine's mark, and nothing that it has written.
    const broken = Buffer.concat([Buffer.from('\x02dss', 'latin1'), Buffer.alloc(400, 7)]);
    const response = await send('whisper', broken, 'x.dss');
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    expect(error).toMatchObject({ code: 'invalid_audio', param: 'file' });
    expect(error.message).toMatch(/^The recording cannot be decoded: /);
    expect(error.message).not.toContain(folder);
    expect(await gateway.row(response)).toMatchObject({ cost_usd: 0 });
  });

  it('leaves nothing when its client goes away', async () => {
    const client = new AbortController();
    const answered = send(
      'whisper',
      Buffer.concat(Array<Buffer>(1000).fill(fixture('voice.aac'))),
      'x.aac',
      client.signal,
    );
    await filesAre((names) => names.length > 0);
    client.abort();
    await expect(answered).rejects.toThrow(/abort/i);
    await filesAre((names) => names.length === 0);
    expect(openai.requests).toEqual([]);
  });
});

it('fails, or is refused, beyond what the operator gives it', async () => {
  const slow = join(folder, 'slow');
  const encoders = ' A....D flac   x\n A....D libopus   x';
  await writeFile(slow, `#!/bin/sh\ncase "$*" in *-encoders*) echo '${encoders}' ;; *) exec sleep 600 ;; esac\n`, {
    mode: 0o755,
  });
  const strict = await startTestGateway({
    SANDBOX: 'false',
    FFMPEG_PATH: slow,
    FFMPEG_TIMEOUT_SECONDS: '0.2',
    FFMPEG_MAX_OUTPUT_MB: '0.01',
    PATH: process.env['PATH'] ?? '',
  });
  try {
    await strict.createModel('flac', openai.url, { api_key: SIMULATOR_KEY, routing: { containers: ['flac'] } });
    await strict.createModel('opus', openai.url, { api_key: SIMULATOR_KEY, routing: { containers: ['ogg'] } });
    const { key: caller } = await strict.createKey();
    const ask = async (model: string): Promise<unknown> => {
      const form = new FormData();
      form.append('model', model);
      form.append('file', new File([Uint8Array.from(fixture('voice.aac'))], 'voice.aac'));
      const headers = { authorization: `Bearer ${caller}` };
      const answer = await fetch(`${strict.url}/v1/audio/transcriptions`, { method: 'POST', headers, body: form });
      return { status: answer.status, body: await answer.json() };
    };
    // FLAC of it would be larger than that, so nothing is tried.
    expect(await ask('flac')).toMatchObject({ status: 400, body: { error: { code: 'unsupported_container' } } });
    expect(await ask('opus')).toMatchObject({
      status: 502,
      body: { error: { code: 'transcoding_failed', message: expect.stringContaining('longer than 0.2 s') } },
    });
    expect(openai.requests).toEqual([]);
  } finally {
    await strict.close();
  }
});

it('is left as it is where a deployment of the model takes it', async () => {
  openai.respondWith(errorAnswer(400, { message: 'Invalid file format.', param: 'file' }));
  const response = await send('able', fixture('voice.aac'), 'voice.aac');
  expect(openai.requests[0]?.file).toMatchObject({ filename: 'voice.aac' });
  await response.body?.cancel();
});

it('of a killed process is removed by the next start', async () => {
  const data = await mkdtemp(join(tmpdir(), 'auricle-transcodes-'));
  await mkdir(join(data, 'transcodes'));
  const host = hostname().replace(/[^\w.-]/g, '_');
  await writeFile(join(data, 'transcodes', `auricle-upload-${host}-999999-${'a'.repeat(32)}`), 'left');
  const next = await startTestGateway({ SANDBOX: 'false', DATA_DIR: data });
  try {
    expect(await readdir(join(data, 'transcodes'))).toEqual([]);
  } finally {
    await next.close();
    await rm(data, { recursive: true, force: true });
  }
});
