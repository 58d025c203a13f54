import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { spokenAudio } from '../../support/spoken-audio.js';
import { AUDIO, Bench } from '../bad-input/bench.js';

// The SDK's generations have a folder of their own, with a lock file: `npm ci` of the gateway stays free of them. CI
// installs it; elsewhere the suite is skipped where it is not.
const FOLDER = fileURLToPath(new URL('../../clients/vercel-ai', import.meta.url));
const describeWithSdk = existsSync(join(FOLDER, 'node_modules')) || process.env['CI'] ? describe : describe.skip;
const run = promisify(execFile);

let bench: Bench;
let audio: string;
beforeAll(async () => {
  bench = await Bench.start();
  audio = join(bench.gateway.dataDir, 'speech.wav');
  await writeFile(audio, AUDIO);
  await bench.gateway.createModel('whisper-1', bench.simulator.url, { api_key: SIMULATOR_KEY });
  await bench.gateway.createModel('tts', bench.simulator.url, { upstream_model: 'tts-1', api_key: SIMULATOR_KEY });
  await bench.gateway.admin('PATCH', 'models/gpt4o', { routing: { unsupported_format: 'downgrade' } });
});
afterAll(async () => bench.close());
beforeEach(() => bench.renew());

const text = expect.stringMatching(/\w/);

describeWithSdk("Vercel's AI SDK", () => {
  it.each(['v4', 'v5', 'v6'])('%s transcribes, with and without options', async (generation) => {
    const { stdout } = await run(process.execPath, [join(FOLDER, 'ask.mjs'), generation], {
      env: { URL: bench.gateway.url, KEY: bench.key.key, AUDIO: audio },
    });
    const own = generation === 'v4' ? {} : { azure: { text }, 'azure by deployment': { text }, groq: { text } };
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({
      plain: { text },
      options: { text },
      'a model of another name': { text },
      speech: { bytes: spokenAudio('mp3').length, mediaType: expect.stringMatching(/^audio\/mp/) },
      'speech in another format': { bytes: spokenAudio('wav').length },
      'speech with a voice that is not there': { status: 400, message: expect.stringContaining('its voices are') },
      'wrong key': { error: expect.any(String), status: 401 },
      ...own,
    });
  });
});
