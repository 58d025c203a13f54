import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import OpenAI from 'openai';
import { createHeaders, Portkey } from 'portkey-ai';
import { MASTER_KEY } from '../../support/gateway.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { answer } from '../../support/simulator-answers.js';
import { selfHostedProfile } from '../../support/simulator-profiles.js';
import { AUDIO, audioFile, Bench, form } from '../bad-input/bench.js';

/** A key that no provider takes. */
const WRONG_KEY = 'sk-proj-callers-own-9f8e7d6c5b4a39281706';

let bench: Bench;
/** Who is `openai` for everybody, and takes SIMULATOR_KEY. */
let openai: OpenAiSimulator;
/** A server that callers may name. */
let host: OpenAiSimulator;
let audio: string;
beforeAll(async () => {
  openai = await OpenAiSimulator.start();
  host = await OpenAiSimulator.start(selfHostedProfile);
  bench = await Bench.start({
    OPENAI_BASE_URL: openai.url,
    CUSTOM_HOSTS: `https://stt.example.com, ${host.url}`,
    // One caller's failures would be felt by another's.
    COOLDOWN_SECONDS: '60',
    ALLOWED_FAILURES: '1',
  });
  audio = join(bench.gateway.dataDir, 'speech.wav');
  await writeFile(audio, AUDIO);
});
afterAll(async () => {
  await bench.close();
  await openai.close();
  await host.close();
});
beforeEach(async () => {
  openai.requests.length = 0;
  host.requests.length = 0;
  await bench.renew({ allow_provider_keys: true });
});

/** The documented command: our key in a header of its own, and the provider's as bearer. */
async function send(headers: Record<string, string>, fields: Record<string, string> = {}): Promise<Response> {
  return await fetch(`${bench.gateway.url}/v1/audio/transcriptions`, {
    method: 'POST',
    headers: { 'x-portkey-api-key': bench.key.key, 'x-portkey-provider': 'openai', ...headers },
    body: form({ model: 'whisper-1', file: audioFile(), ...fields }),
  });
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

async function refusal(response: Response): Promise<unknown> {
  const { error } = (await response.json()) as { error: { param: string | null; code: string } };
  return [response.status, error.code, error.param];
}

describe("a caller's own key for a provider", () => {
  it('serves the request, whatever the gateway has itself', async () => {
    const response = await send(bearer(SIMULATOR_KEY));
    expect(response.status).toBe(200);
    expect(openai.lastRequest.headers.authorization).toBe(`Bearer ${SIMULATOR_KEY}`);
    expect(response.headers.get('x-portkey-provider')).toBe('openai');
    // Who has brought the key pays.
    expect(response.headers.get('x-auricle-cost-usd')).toBe('0');
    expect(await bench.row()).toMatchObject({ model: 'whisper-1', provider: 'openai', cost_usd: 0, status: 'success' });
  });

  it('streams', async () => {
    const response = await send(bearer(SIMULATOR_KEY), { model: 'gpt-4o-transcribe', stream: 'true' });
    expect(await response.text()).toContain('transcript.text.done');
  });

  it.each(['sk-wrong', WRONG_KEY])('is to blame where the provider does not take it: %s', async (key) => {
    const response = await send(bearer(key));
    expect(await refusal(response)).toEqual([401, 'provider_key_rejected', null]);
    expect(await bench.row()).toMatchObject({
      status: 'refused',
      error_code: 'provider_key_rejected',
      attempts: [{ outcome: 'credential_rejected', upstream_status: 401, error: expect.not.stringContaining('sk-') }],
    });
  });

  it("does nothing to others': a wrong one, or one that is worn out, is left alone by nobody", async () => {
    for (let round = 0; round < 3; round += 1) expect((await send(bearer(WRONG_KEY))).status).toBe(401);
    openai.respondWith(answer(429, { error: { message: 'slow down', code: 'rate_limit_exceeded' } }));
    expect((await send(bearer(SIMULATOR_KEY))).status).toBe(429);
    expect((await send(bearer(SIMULATOR_KEY))).status).toBe(200);
  });

  it('is one of many at once', async () => {
    const statuses = await Promise.all(
      Array.from(
        { length: 20 },
        async (_, index) => (await send(bearer(index % 2 ? SIMULATOR_KEY : WRONG_KEY))).status,
      ),
    );
    expect(statuses).toEqual(Array.from({ length: 20 }, (_, index) => (index % 2 ? 200 : 401)));
  });

  it('is not used without leave, and that is said', async () => {
    await bench.renew();
    const response = await send(bearer(WRONG_KEY));
    // `openai` has a deployment of that upstream model, which every key may use.
    expect(response.status).toBe(200);
    expect(response.headers.get('x-auricle-warning')).toMatch(/^the provider key in 'Authorization' was not used/);
    expect(openai.requests).toEqual([]);
    expect(bench.simulator.lastRequest.headers.authorization).toBe(`Bearer ${SIMULATOR_KEY}`);
  });

  it('may be brought by the master key', async () => {
    expect((await send({ 'x-portkey-api-key': MASTER_KEY, ...bearer(SIMULATOR_KEY) })).status).toBe(200);
    expect(openai.requests).toHaveLength(1);
  });

  it("is none of the gateway's own keys, which no provider sees", async () => {
    const other = await bench.gateway.createKey();
    const response = await send({ 'x-portkey-api-key': other.key, ...bearer(bench.key.key) });
    expect(response.status).toBe(200);
    expect(openai.requests).toEqual([]);
    expect(bench.simulator.lastRequest.headers.authorization).toBe(`Bearer ${SIMULATOR_KEY}`);
  });

  it("is none of the gateway's own keys that is no longer there", async () => {
    const former = await bench.gateway.createKey();
    await bench.gateway.admin('DELETE', `keys/${former.id}`);
    expect((await send(bearer(former.key))).status).toBe(200);
    expect(openai.requests).toEqual([]);
  });

  it('is no placeholder of a client that was given none', async () => {
    const portkey = new Portkey({ apiKey: bench.key.key, baseURL: `${bench.gateway.url}/v1`, provider: 'openai' });
    await portkey.audio.transcriptions.create({ file: createReadStream(audio), model: 'whisper-1' });
    expect(openai.requests).toEqual([]);
  });

  it('gets nobody at models that the key may not use', async () => {
    await bench.renew({ allow_provider_keys: true, models: ['gpt-4o-transcribe'] });
    expect((await send(bearer(SIMULATOR_KEY))).status).toBe(404);
    expect((await send(bearer(SIMULATOR_KEY), { model: 'gpt-4o-transcribe' })).status).toBe(200);
  });

  it('needs a provider that is known by its name alone', async () => {
    for (const provider of ['nobody', 'sandbox', 'azure-openai', '__proto__']) {
      const response = await send({ 'x-portkey-provider': provider, ...bearer(SIMULATOR_KEY) });
      expect([provider, await refusal(response)]).toEqual([provider, [400, 'invalid_value', 'provider']]);
    }
  });

  it('stands in a config, target by target', async () => {
    const config = {
      strategy: { mode: 'fallback' },
      targets: [
        { provider: 'openai', api_key: WRONG_KEY },
        { provider: 'openai', api_key: SIMULATOR_KEY },
      ],
    };
    const response = await send({ 'x-portkey-config': JSON.stringify(config) });
    expect([response.status, response.headers.get('x-portkey-last-used-option-index')]).toEqual([
      200,
      'config.targets[1]',
    ]);
    await bench.renew();
    const forbidden = await send({ 'x-portkey-config': JSON.stringify(config) });
    expect(await refusal(forbidden)).toEqual([403, 'provider_keys_not_allowed', 'x-portkey-config.api_key']);
  });

  it('cannot be combined with a stored credential', async () => {
    const config = { virtual_key: 'production', api_key: SIMULATOR_KEY };
    const response = await send({ 'x-portkey-config': JSON.stringify(config) });
    expect(await refusal(response)).toEqual([400, 'invalid_value', 'x-portkey-config.api_key']);
  });

  it('comes by portkey-ai, and by the client of OpenAI with its headers', async () => {
    const baseURL = `${bench.gateway.url}/v1`;
    const file = () => createReadStream(audio);
    const portkey = new Portkey({
      apiKey: bench.key.key,
      baseURL,
      provider: 'openai',
      Authorization: `Bearer ${SIMULATOR_KEY}`,
    });
    await portkey.audio.transcriptions.create({ file: file(), model: 'whisper-1' });
    const defaultHeaders = createHeaders({ apiKey: bench.key.key, provider: 'openai' });
    const client = new OpenAI({ apiKey: SIMULATOR_KEY, baseURL, defaultHeaders });
    await client.audio.translations.create({ file: file(), model: 'whisper-1' });
    expect(openai.requests).toHaveLength(2);
  });
});

it("does nothing to a deployment whose answer the client's config does not wait for", async () => {
  bench.simulator.respondWith({ run: () => undefined });
  const arrived = bench.simulator.nextRequest();
  const config = { request_timeout: 500 };
  const answered = send({ 'x-portkey-config': JSON.stringify(config) }, { model: 'whisper' });
  await bench.bodyArrived(await arrived);
  bench.clock.advance(501);
  expect((await answered).status).toBe(504);
  const { body } = await bench.gateway.admin('GET', 'deployments/health');
  expect(body.data).toEqual(expect.arrayContaining([expect.objectContaining({ model: 'whisper', circuit: 'closed' })]));
});

describe('a custom host', () => {
  it('is called where the operator allows it, with the key that the caller brings', async () => {
    const response = await send({ 'x-portkey-custom-host': `${host.url}/`, ...bearer(SIMULATOR_KEY) });
    expect(response.status).toBe(200);
    expect(host.lastRequest.headers.authorization).toBe(`Bearer ${SIMULATOR_KEY}`);
    expect(await bench.row()).toMatchObject({ provider: 'openai-compatible' });
  });

  it('may stand in a config', async () => {
    const config = { custom_host: host.url, provider: 'openai', api_key: SIMULATOR_KEY };
    expect((await send({ 'x-portkey-config': JSON.stringify(config) })).status).toBe(200);
    expect(host.requests).toHaveLength(1);
  });

  it.each([
    'http://127.0.0.1:9/v1',
    'http://169.254.169.254/latest/meta-data',
    'https://stt.example.com.evil.example/v1',
    'https://stt.example.com@evil.example/v1',
    'http://stt.example.com/v1',
    'https://stt.example.com:8443/v1',
    'file:///etc/passwd',
    'https://stt.example.com/%2e%2e/x',
    String.raw`https://stt.example.com\@evil.example`,
    '//stt.example.com',
    'x',
  ])('%s is refused', async (url) => {
    const response = await send({ 'x-portkey-custom-host': url, ...bearer(SIMULATOR_KEY) });
    expect([400, 403]).toContain(response.status);
    expect(await response.json()).toMatchObject({ error: { param: 'x-portkey-custom-host' } });
    expect([...host.requests, ...openai.requests]).toEqual([]);
  });

  it('is not reached by going up from what is allowed', async () => {
    const response = await send({ 'x-portkey-custom-host': `${host.url}/../admin`, ...bearer(SIMULATOR_KEY) });
    expect(await refusal(response)).toEqual([403, 'custom_host_not_allowed', 'x-portkey-custom-host']);
    const beside = await send({ 'x-portkey-custom-host': `${host.url}-beside`, ...bearer(SIMULATOR_KEY) });
    expect(beside.status).toBe(403);
  });

  it('never gets a stored credential', async () => {
    const named: Record<string, string>[] = [
      { 'x-portkey-virtual-key': 'production' },
      { 'x-portkey-provider': '@production' },
      { 'x-portkey-config': '{"virtual_key":"production"}' },
    ];
    for (const headers of named) {
      const response = await send({ 'x-portkey-custom-host': host.url, ...headers });
      expect(await refusal(response)).toEqual([400, 'invalid_value', 'x-portkey-custom-host']);
    }
    const withoutKey = await send({ 'x-portkey-custom-host': host.url });
    expect(withoutKey.status).toBe(200);
    expect(host.lastRequest.headers.authorization).toBeUndefined();
  });

  it('is for keys that may bring keys', async () => {
    await bench.renew();
    const response = await send({ 'x-portkey-custom-host': host.url, ...bearer(SIMULATOR_KEY) });
    expect(await refusal(response)).toEqual([403, 'provider_keys_not_allowed', 'x-portkey-custom-host']);
    expect(host.requests).toEqual([]);
  });
});
