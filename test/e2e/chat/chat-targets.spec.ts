import { createHeaders, Portkey } from 'portkey-ai';
import OpenAI from 'openai';
import { RANDOM } from '../../../src/routing/random.js';
import { type AudioChatSimulator, openAiChat } from '../../support/audio-chat-simulator.js';
import { SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { errorAnswer } from '../../support/simulator-answers.js';
import { asked, ChatBench, eventsOf, heard } from './chat-bench.js';

/*
 * Chats whose clients lay out themselves whom they want to be asked, as Portkey's documentation has it for its chat completions
 * (https://portkey.ai/docs/product/ai-gateway/, pages fallbacks, load-balancing, conditional-routing and configs).
 */

let bench: ChatBench;
/** Who is called with the credential `staging`; with `production` it is the bench's own. */
let staging: AudioChatSimulator;
/** What chance says next. */
let chance = 0;
beforeAll(async () => {
  bench = await ChatBench.start({}, [{ provide: RANDOM, useValue: () => chance }]);
  staging = await bench.simulator({ ...openAiChat, models: [...openAiChat.models, 'gpt-4o'] });
  const { gateway, openai } = bench;
  for (const [name, { origin }] of Object.entries({ production: openai, staging })) {
    const api_base = `${origin}/v1`;
    await gateway.admin('POST', 'credentials', { name, provider: 'openai', api_key: SIMULATOR_KEY, api_base });
  }
  const deployments = ['production', 'staging'].flatMap((credential) =>
    ['gpt-audio', 'gpt-4o-mini'].map((upstream_model) => ({ provider: 'openai', upstream_model, credential })),
  );
  await bench.model('chats', [...deployments, { provider: 'openai', upstream_model: 'gpt-4o', credential: 'staging' }]);
});
afterAll(() => bench.close());
beforeEach(() => {
  chance = 0;
  bench.openai.requests.length = 0;
  staging.requests.length = 0;
});

const production = { virtual_key: 'production' };
const other = { provider: '@staging' };
const fallback = { strategy: { mode: 'fallback' }, targets: [production, other] };
const question = { model: 'gpt-4o-mini', messages: [asked] };

async function send(config: object, body: object = question, headers: Record<string, string> = {}): Promise<Response> {
  return await bench.post(body, { headers: { 'x-portkey-config': JSON.stringify(config), ...headers } });
}

const row = (response: Response) => bench.gateway.row(response);
const askedOf = () => [bench.openai.requests.length, staging.requests.length];

async function refusal(response: Response): Promise<unknown> {
  const { error } = (await response.json()) as { error: { param: string | null; code: string } };
  return [response.status, error.param, error.code];
}

describe('the targets of a chat', () => {
  it('are asked in turn, and the answer tells which of them it is from', async () => {
    bench.openai.respondWith(errorAnswer(500, { message: 'down' }));
    const response = await send(fallback);
    expect(response.status).toBe(200);
    expect(response.headers.get('x-portkey-last-used-option-index')).toBe('config.targets[1]');
    expect(askedOf()).toEqual([1, 1]);
    expect(await row(response)).toMatchObject({
      task: 'chat',
      status: 'success',
      attempts: [{ upstream_status: 500 }, { outcome: 'success' }],
    });
  });

  it('hear the same recording, and stream', async () => {
    bench.openai.respondWith(errorAnswer(429, { message: 'busy' }));
    const body = { model: 'gpt-audio', messages: [heard()], modalities: ['text'], stream: true };
    const response = await send(fallback, body);
    expect((await eventsOf(response)).at(-1)).toBe('[DONE]');
    expect(staging.lastBody).toMatchObject({ messages: [heard()], model: 'gpt-audio' });
    expect(await row(response)).toMatchObject({ stream: true, audio_seconds: 2, status: 'success' });
  });

  it('are chosen by chance', async () => {
    const targets = [production, other].map((it) => ({ ...it, weight: 1 }));
    const config = { strategy: { mode: 'loadbalance' }, targets };
    await send(config);
    chance = 0.9;
    await send(config);
    expect(askedOf()).toEqual([1, 1]);
  });

  it.each([
    [{ 'params.temperature': { $gt: 1 } }, { temperature: 1.5 }, [0, 1]],
    [{ 'params.temperature': { $gt: 1 } }, { temperature: 0.5 }, [1, 0]],
    [{ 'params.stream': { $eq: true } }, { stream: true }, [0, 1]],
    [{ 'params.model': { $eq: 'gpt-4o-mini' } }, {}, [0, 1]],
    [{ 'metadata.plan': { $eq: 'paid' } }, { metadata: { plan: 'paid' } }, [0, 1]],
  ])('are chosen by a condition: %j of %j', async (query, fields, expected) => {
    const config = {
      strategy: { mode: 'conditional', conditions: [{ query, then: 'b' }], default: 'a' },
      targets: [
        { name: 'a', ...production },
        { name: 'b', ...other },
      ],
    };
    const response = await send(config, { ...question, ...fields });
    expect(response.status).toBe(200);
    await response.arrayBuffer();
    expect(askedOf()).toEqual(expected);
  });

  it('have members of the body of their own, and all else as it was written', async () => {
    const tools = [{ type: 'function', function: { name: 'weather', parameters: { type: 'object' } } }];
    const override_params = { model: 'gpt-4o', temperature: 0.2, max_tokens: 7, tools, seed: null, num_retries: 0 };
    const text = `{"model":"gpt-4o-mini","seed":12345678901234567890,"temperature":1.0,"messages":[${JSON.stringify(asked)}],"top_p":0.10}`;
    const headers = { 'x-portkey-config': JSON.stringify({ ...other, override_params }) };
    const response = await bench.post(text, { headers });
    expect(response.status).toBe(200);
    expect(staging.lastBody).toEqual({
      model: 'gpt-4o',
      temperature: 0.2,
      max_tokens: 7,
      tools,
      top_p: 0.1,
      messages: [asked],
    });
    expect(staging.lastRequest.rawBody.toString()).toContain('"top_p":0.10');
    expect(await row(response)).toMatchObject({ model: '@staging/gpt-4o', upstream_model: 'gpt-4o' });
  });

  it('name the model where the body has none', async () => {
    const response = await send({ ...other, override_params: { model: 'gpt-4o' } }, { messages: [asked] });
    expect([response.status, staging.lastBody['model']]).toEqual([200, 'gpt-4o']);
    expect(await refusal(await send(other, { messages: [asked] }))).toEqual([
      400,
      'model',
      'missing_required_parameter',
    ]);
  });

  it('get nobody at what the key may not use', async () => {
    const { key } = await bench.gateway.createKey({ models: ['own'] });
    expect((await send(other, question, { authorization: `Bearer ${key}` })).status).toBe(404);
    expect(askedOf()).toEqual([0, 0]);
  });

  it.each([
    ['messages', { ...other, override_params: { messages: [asked] } }, {}, 'override_params.messages'],
    ['fallbacks beside them', fallback, { fallbacks: ['own'] }, 'fallbacks'],
    ['a list of models', { ...other, override_params: { model: [] } }, {}, 'model'],
  ])('are refused with %s', async (_what, config, fields, param) => {
    const response = await send(config, { ...question, ...fields });
    expect(await refusal(response)).toMatchObject([400, param, expect.any(String)]);
    expect(await row(response)).toMatchObject({ status: 'refused', task: 'chat' });
    expect(askedOf()).toEqual([0, 0]);
  });

  it('come by portkey-ai, inline and saved', async () => {
    const saved = await bench.gateway.admin('POST', 'configs', { name: 'chats', config: fallback });
    for (const config of [fallback, String(saved.body.slug)]) {
      bench.openai.respondWith(errorAnswer(503, { message: 'down' }));
      const portkey = new Portkey({ apiKey: bench.key, baseURL: `${bench.gateway.url}/v1`, config });
      const answer = await portkey.chat.completions.create({
        model: 'gpt-4o-mini',
        messages: [{ role: 'user', content: 'Hello' }],
      });
      expect(answer.choices?.[0]?.message?.content).toMatch(/\w/);
    }
    expect(askedOf()).toEqual([2, 2]);
    const client = new OpenAI({
      apiKey: 'dummy',
      baseURL: `${bench.gateway.url}/v1`,
      defaultHeaders: createHeaders({ apiKey: bench.key, config: other }),
    });
    await client.chat.completions.create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hello' }] });
    expect(askedOf()).toEqual([2, 3]);
  });
});

describe("a caller's own key for a provider", () => {
  const ownKey = 'sk-proj-callers-own-9f8e7d6c5b4a39281706';
  let headers: Record<string, string>;
  beforeAll(async () => {
    const { key } = await bench.gateway.createKey({ allow_provider_keys: true });
    headers = { 'x-portkey-api-key': key, 'x-portkey-provider': 'openai' };
  });

  it('is to blame where the provider does not take it, and is nowhere afterwards', async () => {
    const config = { provider: 'openai', custom_host: `${staging.origin}/v1`, api_key: ownKey };
    const allowed = await ChatBench.start({ CUSTOM_HOSTS: `${staging.origin}/v1` });
    try {
      const { key } = await allowed.gateway.createKey({ allow_provider_keys: true });
      const post = (api_key: string) =>
        allowed.post(question, {
          headers: { authorization: `Bearer ${key}`, 'x-portkey-config': JSON.stringify({ ...config, api_key }) },
        });
      const response = await post(ownKey);
      expect(response.status).toBe(401);
      const text = await response.text();
      const log = await allowed.gateway.row(response);
      expect(log).toMatchObject({ error_code: 'provider_key_rejected', attempts: [{ upstream_status: 401 }] });
      expect(text + JSON.stringify(log)).not.toContain('9f8e7d6c5b4a');
      const paid = await post(SIMULATOR_KEY);
      // Who has brought the key pays.
      expect([paid.status, paid.headers.get('x-auricle-cost-usd')]).toEqual([200, '0']);
    } finally {
      await allowed.close();
    }
  });

  it('is for no host that the operator has not allowed, and not used without leave', async () => {
    const config = { provider: 'openai', custom_host: `${staging.origin}/v1`, api_key: ownKey };
    const refused = await bench.post(question, { headers: { ...headers, 'x-portkey-config': JSON.stringify(config) } });
    expect(await refusal(refused)).toMatchObject([expect.any(Number), 'x-portkey-custom-host', expect.any(String)]);
    const unused = await bench.post(question, {
      headers: { 'x-portkey-api-key': bench.key, 'x-portkey-provider': 'openai', authorization: `Bearer ${ownKey}` },
    });
    expect(unused.headers.get('x-auricle-warning')).toMatch(/was not used/);
    expect(unused.status).toBe(200);
  });
});
