import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import OpenAI from 'openai';
import { createHeaders, Portkey } from 'portkey-ai';
import { SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { AUDIO, audioFile, Bench, form } from '../bad-input/bench.js';

let bench: Bench;
let audio: string;
beforeAll(async () => {
  bench = await Bench.start();
  const { gateway, simulator } = bench;
  audio = join(gateway.dataDir, 'speech.wav');
  await writeFile(audio, AUDIO);
  for (const name of ['production', 'staging']) {
    await gateway.admin('POST', 'credentials', { name, provider: 'openai', api_key: SIMULATOR_KEY });
  }
  await gateway.admin('POST', 'models', {
    name: 'speech',
    deployments: ['production', 'staging'].map((credential) => ({
      provider: 'openai',
      upstream_model: 'whisper-1',
      api_base: simulator.url,
      credential,
    })),
  });
});
afterAll(async () => bench.close());
beforeEach(() => bench.renew());

/** The credential of the deployment that served the test's one request. */
async function credentialUsed(): Promise<unknown> {
  const { deployment_id } = await bench.row();
  return (await bench.gateway.admin('GET', `deployments/${String(deployment_id)}`)).body.credential;
}

/** A request with Portkey's headers, which are not read by its client. */
async function send(
  headers: Record<string, string>,
  fields: Record<string, string> = {},
  path = '/v1/audio/transcriptions',
): Promise<Response> {
  return await fetch(bench.gateway.url + path, {
    method: 'POST',
    headers: { 'x-portkey-api-key': bench.key.key, ...headers },
    body: form({ model: 'whisper-1', file: audioFile(), ...fields }),
  });
}

describe('portkey-ai', () => {
  it('transcribes and translates with the virtual key that it names', async () => {
    const portkey = new Portkey({ apiKey: bench.key.key, baseURL: `${bench.gateway.url}/v1`, virtualKey: 'staging' });
    const file = createReadStream(audio);
    const transcription = await portkey.audio.transcriptions.create({ file, model: 'whisper-1' });
    expect(transcription).toMatchObject({ text: expect.stringMatching(/\w/) });
    expect(await credentialUsed()).toBe('staging');
    await bench.renew();
    const again = new Portkey({ apiKey: bench.key.key, baseURL: `${bench.gateway.url}/v1`, virtualKey: 'production' });
    await again.audio.translations.create({ file: createReadStream(audio), model: 'whisper-1' });
    expect(await credentialUsed()).toBe('production');
  });

  it('lends its headers to the client of OpenAI, as its documentation has it', async () => {
    const openai = new OpenAI({
      apiKey: 'sk-of-nobody',
      baseURL: `${bench.gateway.url}/v1`,
      defaultHeaders: createHeaders({
        apiKey: bench.key.key,
        virtualKey: 'staging',
        traceID: 'trace-7',
        metadata: { _user: 'ada', floor: 3 },
      }),
    });
    const { response } = await openai.audio.transcriptions
      .create({ file: createReadStream(audio), model: 'whisper-1' })
      .withResponse();
    expect(Object.fromEntries([...response.headers].filter(([name]) => name.startsWith('x-portkey-')))).toEqual({
      'x-portkey-trace-id': 'trace-7',
      'x-portkey-provider': 'openai',
      'x-portkey-last-used-option-index': 'config',
      'x-portkey-retry-attempt-count': '0',
      'x-portkey-cache-status': 'DISABLED',
    });
    expect(await credentialUsed()).toBe('staging');
    expect((await bench.row())['metadata']).toEqual({ _user: 'ada', floor: 3, trace_id: 'trace-7' });
  });
});

describe("Portkey's headers", () => {
  it.each([
    [{ 'x-portkey-virtual-key': 'staging' }, 'whisper-1'],
    [{ 'x-portkey-virtual-key': 'staging' }, 'speech'],
    [{ 'x-portkey-provider': '@staging' }, 'whisper-1'],
    [{ 'x-portkey-trace-id': 'x' }, '@staging/whisper-1'],
  ])('%j with %s choose the deployments of a credential', async (headers, model) => {
    expect((await send(headers, { model })).status).toBe(200);
    expect(await credentialUsed()).toBe('staging');
  });

  it('choose the deployments of a provider', async () => {
    expect((await send({ 'x-portkey-provider': 'openai' })).status).toBe(200);
    expect((await send({ 'x-portkey-provider': 'groq' })).status).toBe(404);
    expect((await send({ 'x-portkey-virtual-key': 'nobody' })).status).toBe(404);
  });

  it('get nobody at what the key may not use', async () => {
    const { key } = await bench.gateway.createKey({ models: ['gpt4o'] });
    const headers = { 'x-portkey-api-key': key, 'x-portkey-virtual-key': 'staging' };
    for (const model of ['whisper-1', 'speech', '@staging/whisper-1']) {
      expect([model, (await send(headers, { model })).status]).toEqual([model, 404]);
    }
  });

  it('set a deadline in milliseconds', async () => {
    expect((await send({ 'x-portkey-request-timeout': '30000', 'x-portkey-provider': 'openai' })).status).toBe(200);
    const refused = await send({ 'x-portkey-request-timeout': 'soon', 'x-portkey-provider': 'openai' });
    expect([refused.status, await refused.json()]).toMatchObject([400, { error: { param: 'timeout' } }]);
  });

  it('lay out who is asked on the paths of other doors, too', async () => {
    for (const path of [
      '/v1/audio/transcriptions',
      '/openai/v1/audio/transcriptions',
      '/litellm/audio/transcriptions',
      '/openai/deployments/whisper-1/audio/transcriptions',
    ]) {
      await bench.renew();
      expect((await send({ 'x-portkey-config': '{"provider":"@staging"}' }, {}, path)).status).toBe(200);
      expect(await credentialUsed()).toBe('staging');
    }
  });
});
