import { toFile } from 'openai';
import { MASTER_KEY } from '../../support/gateway.js';
import { AzureSimulator } from '../../support/azure-simulator.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { errorAnswer } from '../../support/simulator-answers.js';
import { AUDIO } from '../bad-input/bench.js';
import { FileBench } from './file-bench.js';
import { fallback, plain, twoDeployments } from './issue-files.js';

const FILE_KEY = 'sk-1234';
let bench: FileBench;
let openAi: OpenAiSimulator;
let azure: AzureSimulator;
let environment: Record<string, string>;
beforeEach(async () => {
  bench = await FileBench.create();
  openAi = await OpenAiSimulator.start();
  azure = await AzureSimulator.start();
  environment = {
    // Nothing but the file names a master key.
    MASTER_KEY: '',
    OPENAI_API_KEY: SIMULATOR_KEY,
    OPENAI_BASE_URL: openAi.url,
    AZURE_EUROPE_API_KEY: SIMULATOR_KEY,
    AZURE_EUROPE_API_BASE: azure.origin,
    AZURE_API_KEY: SIMULATOR_KEY,
    AZURE_API_BASE: `${azure.origin}/`,
  };
});
afterEach(async () => {
  await openAi.close();
  await azure.close();
  await bench.close();
});

async function transcribe(model: string, apiKey = FILE_KEY) {
  const file = await toFile(AUDIO, 'speech.wav');
  const { data, response } = await bench.client(apiKey).audio.transcriptions.create({ model, file }).withResponse();
  return { text: data.text, headers: response.headers };
}

async function admin(path: string, key = FILE_KEY): Promise<Response> {
  return await fetch(`${bench.gateway.url}/admin/v1/${path}`, { headers: { authorization: `Bearer ${key}` } });
}

it('two deployments of one model share its traffic', async () => {
  await bench.start(twoDeployments, environment);
  const listed = await bench.client(FILE_KEY).models.list();
  expect(listed.data.map(({ id }) => id)).toEqual(['whisper']);
  const providers = new Set<string | null>();
  for (const draw of [0.1, 0.9]) {
    bench.draw = draw;
    const { text, headers } = await transcribe('whisper');
    expect(text).toContain('The beach');
    providers.add(headers.get('x-auricle-provider'));
  }
  expect(providers).toEqual(new Set(['openai', 'azure']));
  expect(azure.lastRequest.path).toBe(
    '/openai/deployments/azure-whisper/audio/transcriptions?api-version=2024-02-15-preview',
  );
  expect(openAi.lastRequest.headers.authorization).toBe(`Bearer ${SIMULATOR_KEY}`);
});

it('the fallback answers when the primary model has failed thrice', async () => {
  await bench.start(fallback, environment);
  const { headers: healthy } = await transcribe('whisper-primary');
  expect([healthy.get('x-auricle-model'), healthy.get('x-auricle-attempts')]).toEqual(['whisper-primary', '1']);
  openAi.respondWith(...Array.from({ length: 3 }, () => errorAnswer(500, { message: 'no' })));
  const { text, headers } = await transcribe('whisper-primary');
  expect(text).toContain('The beach');
  expect([headers.get('x-auricle-model'), headers.get('x-auricle-attempts')]).toEqual(['whisper-backup', '4']);
  expect(openAi.requests).toHaveLength(4);
  expect(azure.requests).toHaveLength(1);
  expect(azure.lastRequest.path).toBe(
    '/openai/deployments/whisper-deployment/audio/transcriptions?api-version=2024-02-15-preview',
  );
  // The backup is a model of its own, and has no fallback.
  azure.respondWith(...Array.from({ length: 3 }, () => errorAnswer(500, { message: 'no' })));
  await expect(transcribe('whisper-backup')).rejects.toMatchObject({ status: 502, code: 'provider_unavailable' });
});

it('one model is served, and nothing else is', async () => {
  await bench.start(plain, environment);
  expect((await transcribe('whisper')).text).toContain('The beach');
  // OPENAI_API_KEY alone would have made OpenAI's models.
  await expect(transcribe('whisper-1')).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
});

it("the file's master key opens both families of routes, and no other does", async () => {
  await bench.start(plain, environment);
  const models = await admin('models');
  expect(models.status).toBe(200);
  expect(await models.json()).toMatchObject({ data: [{ name: 'whisper', managed_by: 'file' }] });
  expect((await admin('models', MASTER_KEY)).status).toBe(401);
  await expect(transcribe('whisper', 'sk-12345')).rejects.toMatchObject({ status: 401 });
});

it('MASTER_KEY wins over the file', async () => {
  await bench.start(plain, { ...environment, MASTER_KEY });
  expect((await admin('models', MASTER_KEY)).status).toBe(200);
  expect((await admin('models')).status).toBe(401);
});
