import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CURRENT_DATE } from '../../../src/pricing/current-date.js';
import { makeWav } from '../../support/audio.js';
import { DEEPGRAM_KEY, DeepgramSimulator } from '../../support/deepgram-simulator.js';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { answer } from '../../support/simulator-answers.js';

const WAV = makeWav({ durationSeconds: 6, toneHz: 440 });

const PRICES = `
openai:
  - models: [whisper-1]
    price: { type: duration, usd: '0.06', per: minute }
    source: contract
    as_of: 2026-10-01
    note: Ten times as much.
`;

let folder: string;
let openai: OpenAiSimulator;
let deepgram: DeepgramSimulator;
let gateway: TestGateway;
let key: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auricle-prices-'));
  await writeFile(join(folder, 'prices.yaml'), PRICES);
  openai = await OpenAiSimulator.start();
  deepgram = await DeepgramSimulator.start();
  gateway = await startTestGateway({ SANDBOX: 'false', PRICES_FILE: join(folder, 'prices.yaml') }, [
    { provide: CURRENT_DATE, useValue: () => new Date('2026-11-26T12:00:00Z') },
  ]);
  ({ key } = await gateway.createKey());
  await gateway.createModel('whisper', openai.url, { api_key: SIMULATOR_KEY });
  await gateway.createModel('own-price', openai.url, {
    api_key: SIMULATOR_KEY,
    price: { type: 'duration', usd: '0.6', per: 'minute' },
  });
  await gateway.createModel('router', openai.url, {
    provider: 'openai-compatible',
    upstream_model: 'whisper-1',
    api_key: SIMULATOR_KEY,
  });
  await gateway.createModel('nova', deepgram.url, {
    provider: 'deepgram',
    upstream_model: 'nova-3',
    api_key: DEEPGRAM_KEY,
  });
});
afterAll(async () => {
  await gateway.close();
  await Promise.all([openai.close(), deepgram.close()]);
  await rm(folder, { recursive: true });
});

async function rowOf(fields: Record<string, string>) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new File([Uint8Array.from(WAV)], 'speech.wav'));
  const response = await fetch(`${gateway.url}/v1/audio/transcriptions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: form,
  });
  expect(response.status).toBe(200);
  return await gateway.row(response);
}

it('are those that deployments are shown with', async () => {
  const inUse = async (model: string) =>
    (await gateway.admin('GET', `models/${model}`)).body.deployments[0].price_in_use;
  const { body } = await gateway.admin('GET', 'prices');
  const listed = (provider: string, model: string) =>
    body.data.find(
      (it: { provider: string; models: string[] }) => it.provider === provider && it.models.includes(model),
    );
  for (const [model, provider, upstream] of [
    ['whisper', 'openai', 'whisper-1'],
    ['nova', 'deepgram', 'nova-3'],
  ] as const) {
    const { price, list, source, as_of } = listed(provider, upstream);
    expect(await inUse(model)).toEqual({ price, list, source, as_of });
  }
  expect(await inUse('own-price')).toEqual({
    price: { type: 'duration', usd: '0.6', per: 'minute' },
    list: 'deployment',
    source: null,
    as_of: null,
  });
  expect(await inUse('router')).toBeNull();
});

describe('GET /admin/v1/prices', () => {
  it('shows what is in force and where it is from', async () => {
    const { status, body } = await gateway.admin('GET', 'prices?provider=openai');
    expect(status).toBe(200);
    expect(body).toMatchObject({ object: 'list', has_more: false });
    const ofWhisper = body.data.filter(({ models }: { models: string[] }) => models.includes('whisper-1'));
    expect(ofWhisper).toEqual([
      {
        object: 'price',
        provider: 'openai',
        list: 'operator',
        models: ['whisper-1'],
        price: { type: 'duration', usd: '0.06', per: 'minute' },
        surcharges: [],
        source: 'contract',
        as_of: '2026-10-01',
        until: null,
        note: 'Ten times as much.',
      },
    ]);
    expect(body.data).toContainEqual(
      expect.objectContaining({ list: 'built_in', models: ['gpt-transcribe', 'gpt-transcribe-20*'] }),
    );
  });

  it('shows every provider, and surcharges with their sources', async () => {
    const { body } = await gateway.admin('GET', 'prices');
    const providers = new Set(body.data.map(({ provider }: { provider: string }) => provider));
    expect([...providers]).toEqual(expect.arrayContaining(['openai', 'deepgram', 'gemini']));
    const nova = body.data.find(({ models }: { models: string[] }) => models.includes('nova-3'));
    expect(nova.surcharges).toContainEqual(
      expect.objectContaining({ name: 'diarization', estimated: true, source: expect.any(String) }),
    );
  });

  it('is closed to others, and strict', async () => {
    const answered = await fetch(`${gateway.url}/admin/v1/prices`, { headers: { authorization: `Bearer ${key}` } });
    expect([401, 403]).toContain(answered.status);
    expect((await gateway.admin('GET', 'prices?colour=red')).status).toBe(400);
    expect((await gateway.admin('GET', 'prices?provider=nobody')).body.data).toEqual([]);
  });
});

describe('the price of a request', () => {
  it("is the operator's, and a deployment's own before it", async () => {
    openai.respondWith(answer(200, { text: 'Hi.', usage: { type: 'duration', seconds: 6 } }));
    expect(await rowOf({ model: 'whisper' })).toMatchObject({ cost_usd: 0.006 });
    openai.respondWith(answer(200, { text: 'Hi.', usage: { type: 'duration', seconds: 6 } }));
    expect(await rowOf({ model: 'own-price' })).toMatchObject({ cost_usd: 0.06 });
  });

  it('is what the upstream says that it costs', async () => {
    openai.respondWith(answer(200, { text: 'Hi.', usage: { seconds: 6, cost: 0.00012 } }));
    expect(await rowOf({ model: 'router' })).toMatchObject({
      cost_usd: 0.00012,
      usage_source: 'provider',
      usage: { type: 'duration', seconds: 6 },
      cost_steps: null,
    });
    // It may say nothing else.
    openai.respondWith(answer(200, { text: 'Hi.', usage: { cost: 0.00012 } }));
    expect(await rowOf({ model: 'router' })).toMatchObject({ cost_usd: 0.00012, usage: null });
  });

  it('has a line for every surcharge', async () => {
    const { cost_usd, cost_steps } = await rowOf({ model: 'nova', response_format: 'diarized_json' });
    const step = { step: 'transcribe', provider: 'deepgram', upstream_model: 'nova-3' };
    const items = cost_steps.map(({ item }: { item: string }) => item);
    expect(items).toEqual(['audio', 'diarization', 'training_opt_out']);
    expect(cost_steps[0]).toMatchObject({ ...step, estimated: false });
    expect(cost_steps[1]).toMatchObject({ ...step, estimated: true });
    const sum = cost_steps.reduce((total: number, it: { cost_usd: number }) => total + it.cost_usd, 0);
    expect(cost_usd).toBeCloseTo(sum, 9);
  });
});
