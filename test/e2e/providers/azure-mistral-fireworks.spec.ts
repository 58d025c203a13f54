import { AzureSimulator } from '../../support/azure-simulator.js';
import { FireworksSimulator } from '../../support/fireworks-simulator.js';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { MistralSimulator } from '../../support/mistral-simulator.js';
import { SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { makeWav } from '../../support/audio.js';
import { SPOKEN } from '../../support/simulator-fixtures.js';

describe('models on Azure, Mistral and Fireworks', () => {
  let gateway: TestGateway;
  let azure: AzureSimulator;
  let mistral: MistralSimulator;
  let fireworks: FireworksSimulator;
  let key: string;

  beforeAll(async () => {
    [azure, mistral, fireworks] = await Promise.all([
      AzureSimulator.start(),
      MistralSimulator.start(),
      FireworksSimulator.start(),
    ]);
    // The keys of Azure and Mistral are nowhere else.
    gateway = await startTestGateway({
      AZURE_OPENAI_API_KEY: SIMULATOR_KEY,
      MISTRAL_API_KEY: SIMULATOR_KEY,
      MISTRAL_API_BASE: mistral.url,
    });
    ({ key } = await gateway.createKey());
  });

  afterAll(async () => {
    await gateway.close();
    await Promise.all([azure.close(), mistral.close(), fireworks.close()]);
  });

  function send(model: string, fields: Readonly<Record<string, string>>): Promise<Response> {
    const form = new FormData();
    form.append('model', model);
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append('file', new Blob([Uint8Array.from(makeWav({ durationSeconds: 1, toneHz: 440 }))]), 'speech.wav');
    return fetch(`${gateway.url}/v1/audio/transcriptions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: form,
    });
  }

  it('prices a deployment on Azure by its base model', async () => {
    const onAzure = { provider: 'azure', upstream_model: 'hearing', api_key: null };
    await gateway.createModel('named', azure.origin, { ...onAzure, settings: { base_model: 'gpt-4o-transcribe' } });
    await gateway.createModel('unnamed', azure.origin, onAzure);
    const named = await send('named', {});
    expect(await named.json()).toMatchObject({ text: SPOKEN });
    // 14 input tokens at 2.50 and 45 output tokens at 10.00 a million.
    expect(named.headers.get('x-auricle-cost-usd')).toBe('0.000485');
    const unnamed = await send('unnamed', {});
    expect(unnamed.headers.get('x-auricle-cost-usd')).toBeNull();
    expect(unnamed.headers.get('x-auricle-warning')).toContain('the price of azure/hearing is unknown');
    expect((await send('unnamed', { response_format: 'srt' })).status).toBe(400);
  });

  it('says of each deployment what requests will be told: its formats and its price, by its settings', async () => {
    const on = (base_model?: string, upstream_model = 'hearing') => ({
      provider: 'azure',
      upstream_model,
      api_key: null,
      settings: { base_model },
    });
    await gateway.createModel('heard-timed', azure.origin, on('whisper', 'azure-whisper'));
    await gateway.createModel('heard-plain', azure.origin, on('gpt-4o-transcribe'));
    await gateway.createModel('heard-unknown', azure.origin, on());
    const formats = ['json', 'text', 'srt', 'verbose_json', 'vtt'];
    for (const name of ['heard-timed', 'heard-plain', 'heard-unknown']) {
      const [deployment] = (await gateway.admin('GET', `models/${name}`)).body.deployments;
      const told = deployment.formats.filter(({ format }: { format: string }) => formats.includes(format));
      const tried = await Promise.all(
        formats.map(async (format) => {
          const { status, headers } = await send(name, { response_format: format });
          return { format, how: status === 400 ? 'refused' : headers.get('x-auricle-format') };
        }),
      );
      expect(told.map(({ format, how }: { format: string; how: string }) => ({ format, how }))).toEqual(tried);
      expect(told.every(({ how, reason }: { how: string; reason: unknown }) => (how === 'refused') === !!reason)).toBe(
        true,
      );
      const spent = (await send(name, {})).headers.get('x-auricle-cost-usd');
      expect([name, deployment.price_in_use === null]).toEqual([name, spent === null]);
    }
    const price = async (name: string) =>
      (await gateway.admin('GET', `models/${name}`)).body.deployments[0].price_in_use;
    expect(await price('heard-plain')).toMatchObject({
      list: 'built_in',
      price: { type: 'tokens', output_usd: '10.00' },
    });
    expect(await price('heard-timed')).toMatchObject({ price: { type: 'duration', usd: '0.006', per: 'minute' } });
  });

  it("relays Mistral's stream in OpenAI's events and bills its seconds", async () => {
    const response = await send('voxtral-mini-2602', { stream: 'true' });
    const lines = (await response.text()).split('\n\n').filter(Boolean);
    expect(lines).toEqual([
      'data: {"type":"transcript.text.delta","delta":"The beach was a popular spot on a hot summer day."}',
      'data: {"type":"transcript.text.delta","delta":" People were swimming."}',
      `data: ${JSON.stringify({ type: 'transcript.text.done', text: SPOKEN, usage: { type: 'duration', seconds: 10 } })}`,
      'data: [DONE]',
    ]);
    const [row] = await gateway.logs();
    // 10 seconds at 0.003 a minute.
    expect(row).toMatchObject({ provider: 'mistral', language: 'en', cost_usd: 0.0005 });
  });

  it("makes subtitles of Mistral's segments, with names of speakers where they are asked for", async () => {
    const plain = await (await send('voxtral-mini-latest', { response_format: 'srt' })).text();
    expect(plain).toMatch(/^1\n00:00:00,000 --> 00:00:06,500\nThe beach was/);
    const spoken = await (await send('voxtral-mini-latest', { response_format: 'diarized_json' })).json();
    expect(spoken).toMatchObject({ segments: [{ speaker: 'A' }, { speaker: 'B', text: 'People were swimming.' }] });
  });

  it('refuses what Mistral cannot combine', async () => {
    const refused = await send('voxtral-mini-latest', { response_format: 'vtt', language: 'en' });
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ error: { param: 'language', code: 'unsupported_value' } });
  });

  it("makes diarized_json of Fireworks' words", async () => {
    await gateway.createModel('ears', fireworks.url, {
      provider: 'fireworks',
      upstream_model: 'accounts/acme/deployments/ears',
      api_key: SIMULATOR_KEY,
      settings: { dedicated: true },
    });
    const answer = await send('ears', { response_format: 'diarized_json', max_speakers: '2' });
    expect(await answer.json()).toMatchObject({ duration: 9.5, segments: [{ speaker: 'A' }, { speaker: 'B' }] });
  });
});
