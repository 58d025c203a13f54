import { makeWav } from '../../support/audio.js';
import { CLOUDFLARE_ACCOUNT, CloudflareSimulator } from '../../support/cloudflare-simulator.js';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../../support/openai-simulator.js';

const recording = new Blob([Uint8Array.from(makeWav({ durationSeconds: 1, toneHz: 440 }))]);

let openai: OpenAiSimulator;
let cloudflare: CloudflareSimulator;
beforeAll(async () => {
  [openai, cloudflare] = await Promise.all([OpenAiSimulator.start(), CloudflareSimulator.start()]);
});
afterAll(async () => {
  await Promise.all([openai.close(), cloudflare.close()]);
});

async function transcribe(gateway: TestGateway, model: string): Promise<number> {
  const { key } = await gateway.createKey();
  const body = new FormData();
  body.append('model', model);
  body.append('file', recording, 'speech.wav');
  const headers = { authorization: `Bearer ${key}` };
  return (await fetch(`${gateway.url}/v1/audio/transcriptions`, { method: 'POST', headers, body })).status;
}

async function modelNames(gateway: TestGateway): Promise<string[]> {
  const { body } = await gateway.admin('GET', 'models?limit=100');
  return body.data.map(({ name }: { name: string }) => name);
}

describe("a provider's variables", () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway({
      OPENAI_API_KEY: SIMULATOR_KEY,
      // LiteLLM's name; there is no official one beside it.
      OPENAI_API_BASE: `${openai.url}/`,
      OPENAI_ORG_ID: 'org-of-the-environment',
      CLOUDFLARE_API_TOKEN: SIMULATOR_KEY,
      CLOUDFLARE_BASE_URL: cloudflare.url,
      CLOUDFLARE_ACCOUNT_ID: CLOUDFLARE_ACCOUNT,
    });
  });
  afterAll(() => gateway.close());

  it('make its models available, with the settings that they name', async () => {
    expect(await transcribe(gateway, 'whisper-1')).toBe(200);
    expect(openai.lastRequest.headers['openai-organization']).toBe('org-of-the-environment');
  });

  it('fill what a deployment without a key of its own leaves open', async () => {
    const deployment = { provider: 'cloudflare', upstream_model: '@cf/openai/whisper' };
    const made = await gateway.admin('POST', 'models', { name: 'on-cloudflare', deployments: [deployment] });
    expect(made.status).toBe(201);
    expect(await transcribe(gateway, 'on-cloudflare')).toBe(200);
  });

  it('do not mix with another key', async () => {
    await gateway.createModel('own', openai.url, { api_key: 'sk-another' });
    expect(await transcribe(gateway, 'own')).not.toBe(200);
    const { headers } = openai.lastRequest;
    expect([headers.authorization, headers['openai-organization']]).toEqual(['Bearer sk-another', undefined]);
  });

  it('go with their key also where a deployment says it itself', async () => {
    await gateway.createModel('said', openai.url, { api_key: SIMULATOR_KEY });
    expect(await transcribe(gateway, 'said')).toBe(200);
    expect(openai.lastRequest.headers['openai-organization']).toBe('org-of-the-environment');
  });

  it('offer nothing where a key does not say that it is meant for this', async () => {
    const names = await modelNames(gateway);
    expect(names).toContain('whisper-1');
    expect(names.filter((name) => name.startsWith('@cf/'))).toEqual([]);
  });
});

it('that a provider refuses switch its models off and stop nothing', async () => {
  const gateway = await startTestGateway({
    OPENAI_API_KEY: SIMULATOR_KEY,
    OPENAI_BASE_URL: openai.url,
    OPENAI_ORG_ID: 'not an id',
  });
  try {
    expect(await transcribe(gateway, 'sandbox')).toBe(200);
    const { body } = await gateway.admin('GET', 'models/whisper-1');
    expect(body.deployments).toMatchObject([{ enabled: false, error: expect.stringContaining('organization') }]);
  } finally {
    await gateway.close();
  }
});
