import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import OpenAI from 'openai';
import { createHeaders, Portkey } from 'portkey-ai';
import { SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { AUDIO, Bench } from '../bad-input/bench.js';

/*
 * What Portkey's page on speech to text shows (https://portkey.ai/docs/product/ai-gateway/multimodal-capabilities/speech-to-text),
 * as written but for URL, key and file. Its curl commands are in documented-commands.spec.ts, its Python in
 * python-clients.spec.ts.
 */

let bench: Bench;
let audio: string;
beforeAll(async () => {
  bench = await Bench.start();
  audio = join(bench.gateway.dataDir, 'file.mp3');
  await writeFile(audio, AUDIO);
  const { url: api_base } = bench.simulator;
  const credential = { name: 'OPENAI_VIRTUAL_KEY', provider: 'openai', api_key: SIMULATOR_KEY, api_base };
  await bench.gateway.admin('POST', 'credentials', credential);
  await bench.gateway.admin('POST', 'models', {
    name: 'speech',
    deployments: [{ provider: 'openai', upstream_model: 'whisper-1', credential: 'OPENAI_VIRTUAL_KEY' }],
  });
});
afterAll(async () => bench.close());
beforeEach(() => bench.renew());

it('shows the client of OpenAI', async () => {
  const openai = new OpenAI({
    apiKey: 'dummy',
    baseURL: `${bench.gateway.url}/v1`,
    defaultHeaders: createHeaders({
      apiKey: bench.key.key,
      virtualKey: 'OPENAI_VIRTUAL_KEY',
    }),
  });
  const transcription = await openai.audio.transcriptions.create({
    file: createReadStream(audio),
    model: 'whisper-1',
  });
  expect(transcription.text).toMatch(/\w/);
  const translation = await openai.audio.translations.create({
    file: createReadStream(audio),
    model: 'whisper-1',
  });
  expect(translation.text).toMatch(/\w/);
});

it('takes every option of the client of Portkey', async () => {
  const portkey = new Portkey({
    apiKey: bench.key.key,
    baseURL: `${bench.gateway.url}/v1`,
    virtualKey: 'OPENAI_VIRTUAL_KEY',
    traceID: 'trace-1',
    metadata: { _user: 'ada', environment: 'test' },
    cacheForceRefresh: true,
    cacheNamespace: 'tests',
    requestTimeout: 30_000,
    strictOpenAiCompliance: true,
    debug: false,
    openaiProject: 'proj_1',
    openaiOrganization: 'org-1',
    forwardHeaders: ['x-mine'],
  });
  const file = createReadStream(audio);
  expect(await portkey.audio.transcriptions.create({ file, model: 'whisper-1' })).toMatchObject({
    text: expect.stringMatching(/\w/),
  });
  expect((await bench.row())['metadata']).toEqual({ _user: 'ada', environment: 'test', trace_id: 'trace-1' });
});
