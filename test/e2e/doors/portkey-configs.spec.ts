import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import OpenAI from 'openai';
import { createHeaders, Portkey } from 'portkey-ai';
import { RANDOM } from '../../../src/routing/random.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { errorAnswer } from '../../support/simulator-answers.js';
import { AUDIO, audioFile, Bench, form } from '../bad-input/bench.js';

/*
 * Configs as Portkey's documentation has them (https://portkey.ai/docs/product/ai-gateway/, pages fallbacks, load-balancing,
 * conditional-routing, automatic-retries, request-timeouts and cache), with virtual keys that are there.
 */

let bench: Bench;
/** Who is called with the credential `staging`; with `production` it is the bench's own. */
let staging: OpenAiSimulator;
let audio: string;
/** What chance says next. */
let chance = 0;
beforeAll(async () => {
  staging = await OpenAiSimulator.start();
  bench = await Bench.start({}, [{ provide: RANDOM, useValue: () => chance }]);
  const { gateway, simulator } = bench;
  audio = join(gateway.dataDir, 'speech.wav');
  await writeFile(audio, AUDIO);
  for (const [name, { url }] of Object.entries({ production: simulator, staging })) {
    await gateway.admin('POST', 'credentials', { name, provider: 'openai', api_key: SIMULATOR_KEY, api_base: url });
  }
  const deployments = ['production', 'staging'].flatMap((credential) =>
    ['whisper-1', 'gpt-4o-transcribe'].map((upstream_model) => ({ provider: 'openai', upstream_model, credential })),
  );
  await gateway.admin('POST', 'models', { name: 'speech', deployments });
});
afterAll(async () => {
  await bench.close();
  await staging.close();
});
beforeEach(async () => {
  chance = 0;
  bench.simulator.requests.length = 0;
  staging.requests.length = 0;
  await bench.renew();
});

const production = { virtual_key: 'production' };
const other = { provider: '@staging' };

function failure(status: number) {
  return errorAnswer(status, { message: `failed with ${status}` });
}

/** A request with a config, which no client of Portkey's has made. */
async function send(
  config: unknown,
  { fields = {}, headers = {} }: { fields?: Record<string, string>; headers?: Record<string, string> } = {},
): Promise<Response> {
  return await fetch(`${bench.gateway.url}/v1/audio/transcriptions`, {
    method: 'POST',
    headers: {
      'x-portkey-api-key': bench.key.key,
      'x-portkey-config': typeof config === 'string' ? config : JSON.stringify(config),
      ...headers,
    },
    body: form({ model: 'whisper-1', file: audioFile(), ...fields }),
  });
}

function portkeyHeaders({ headers }: { readonly headers: Headers }): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => name.startsWith('x-portkey-')));
}

/** Who was asked, in order, by the log. */
async function askedOf(): Promise<string[]> {
  const { attempts } = await bench.row();
  const ids: string[] = (attempts as { deployment_id: string }[]).map(({ deployment_id }) => deployment_id);
  return await Promise.all(
    ids.map(async (id) => (await bench.gateway.admin('GET', `deployments/${id}`)).body.credential),
  );
}

async function refusal(response: Response): Promise<unknown> {
  const { error } = (await response.json()) as { error: { param: string; message: string } };
  return [response.status, error.param, error.message];
}

describe('a fallback', () => {
  const config = { strategy: { mode: 'fallback' }, targets: [production, other] };

  it('asks the first target while it answers', async () => {
    const response = await send(config);
    expect(response.status).toBe(200);
    expect(portkeyHeaders(response)).toMatchObject({
      'x-portkey-last-used-option-index': 'config.targets[0]',
      'x-portkey-retry-attempt-count': '0',
      'x-portkey-provider': 'openai',
    });
    expect(await askedOf()).toEqual(['production']);
  });

  it.each([429, 500, 503, 401, 400])('asks the next target after a %s', async (status) => {
    bench.simulator.respondWith(failure(status));
    const response = await send(config);
    expect([response.status, portkeyHeaders(response)['x-portkey-last-used-option-index']]).toEqual([
      200,
      'config.targets[1]',
    ]);
    expect(await askedOf()).toEqual(['production', 'staging']);
    expect(await bench.row()).toMatchObject({
      status: 'success',
      attempts: [{ upstream_status: status }, { outcome: 'success' }],
    });
  });

  it.each([
    [429, [429, 503], ['production', 'staging']],
    [500, [429, 503], ['production']],
    [400, [400], ['production', 'staging']],
    [500, [], ['production']],
  ])('after a %s and with on_status_codes %j asks %j', async (status, on_status_codes, expected) => {
    bench.simulator.respondWith(failure(status));
    const response = await send({ ...config, strategy: { mode: 'fallback', on_status_codes } });
    expect(response.ok).toBe(expected.length > 1);
    expect(await askedOf()).toEqual(expected);
    expect(portkeyHeaders(response)['x-portkey-last-used-option-index']).toBe(`config.targets[${expected.length - 1}]`);
  });

  it('goes on to models, and not on where a target is unknown', async () => {
    const models = ['@nobody/whisper-1', '@production/whisper-1', '@staging/gpt-4o-transcribe'];
    const targets = models.map((model) => ({ override_params: { model } }));
    bench.simulator.respondWith(failure(503));
    const response = await send({ strategy: { mode: 'fallback' }, targets });
    expect(response.status).toBe(200);
    expect(portkeyHeaders(response)['x-portkey-last-used-option-index']).toBe('config.targets[2]');
    expect(staging.lastRequest.value('model')).toBe('gpt-4o-transcribe');
    expect(await bench.row()).toMatchObject({
      plan: {
        left_out: expect.arrayContaining([
          expect.objectContaining({ explanation: 'config.targets[0]: the model does not exist' }),
        ]),
      },
    });
    await bench.renew();
    expect((await send({ strategy: { mode: 'fallback', on_status_codes: [500] }, targets })).status).toBe(404);
  });

  it('leaves out who cannot honour the request', async () => {
    const targets = [
      { override_params: { model: '@production/gpt-4o-transcribe' } },
      { override_params: { model: '@staging/whisper-1' } },
    ];
    const response = await send({ strategy: { mode: 'fallback' }, targets }, { fields: { response_format: 'srt' } });
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('-->')]);
    expect(await askedOf()).toEqual(['staging']);
  });

  it('gives the error of the last word where nobody answers', async () => {
    bench.simulator.respondWith(failure(503));
    staging.respondWith(failure(503));
    const response = await send(config);
    expect(response.status).toBe(502);
    expect(portkeyHeaders(response)['x-portkey-last-used-option-index']).toBe('config.targets[1]');
    expect(await askedOf()).toEqual(['production', 'staging']);
  });

  it('has neither fallbacks of the model nor those of the form', async () => {
    const response = await send(config, { fields: { fallbacks: 'whisper' } });
    expect(await refusal(response)).toMatchObject([400, 'fallbacks', expect.any(String)]);
  });
});

describe('a share', () => {
  it.each([
    [0, 'config.targets[0]'],
    [0.69, 'config.targets[0]'],
    [0.71, 'config.targets[1]'],
  ])('goes by chance (%s) and weight to %s', async (random, path) => {
    chance = random;
    const targets = [
      { ...production, weight: 0.7 },
      { ...other, weight: 0.3 },
    ];
    const response = await send({ strategy: { mode: 'loadbalance' }, targets });
    expect(portkeyHeaders(response)['x-portkey-last-used-option-index']).toBe(path);
  });

  it('asks nobody instead', async () => {
    bench.simulator.respondWith(failure(500));
    expect((await send({ strategy: { mode: 'loadbalance' }, targets: [production, other] })).status).toBe(502);
    expect(await askedOf()).toEqual(['production']);
  });
});

describe('conditions', () => {
  const config = {
    strategy: {
      mode: 'conditional',
      conditions: [
        { query: { 'metadata.plan': { $eq: 'paid' } }, then: 'good' },
        {
          query: { $or: [{ 'params.language': { $in: ['de', 'fr'] } }, { 'params.temperature': { $gte: 0.7 } }] },
          then: 'good',
        },
        { query: { 'metadata.app': { $regex: '^my_(app|tool)' } }, then: 'good' },
      ],
      default: 'plain',
    },
    targets: [
      { name: 'plain', ...production },
      { name: 'good', ...other, override_params: { model: 'gpt-4o-transcribe' } },
    ],
  };

  it.each([
    [{}, {}, 0],
    [{ plan: 'paid' }, {}, 1],
    [{ plan: 'free' }, {}, 0],
    [{ app: 'my_tool_2' }, {}, 1],
    [{}, { language: 'fr' }, 1],
    [{}, { temperature: '0.7' }, 1],
    [{}, { temperature: '0.69' }, 0],
  ])('of metadata %j and fields %j choose target %s', async (metadata, fields, index) => {
    const response = await send(config, { fields, headers: { 'x-portkey-metadata': JSON.stringify(metadata) } });
    expect(response.status).toBe(200);
    expect(portkeyHeaders(response)['x-portkey-last-used-option-index']).toBe(`config.targets[${index}]`);
    expect((await bench.row())['metadata']).toEqual(Object.keys(metadata).length > 0 ? metadata : null);
  });
});

describe('override_params', () => {
  it('take the place of fields of the form', async () => {
    const override_params = {
      language: 'fr',
      temperature: 0.5,
      prompt: null,
      response_format: 'verbose_json',
      timestamp_granularities: ['word', 'segment'],
    };
    const response = await send({ ...production, override_params }, { fields: { prompt: 'Auricle', language: 'en' } });
    expect(await response.json()).toMatchObject({ words: expect.any(Array), segments: expect.any(Array) });
    const { lastRequest } = bench.simulator;
    expect(['language', 'temperature', 'prompt', 'response_format'].map((name) => lastRequest.value(name))).toEqual([
      'fr',
      '0.5',
      undefined,
      'verbose_json',
    ]);
    expect(await bench.row()).toMatchObject({ response_format: 'verbose_json', language: expect.any(String) });
  });

  it('are inherited one by one', async () => {
    const config = {
      strategy: { mode: 'fallback' },
      override_params: { language: 'fr', temperature: 0.5 },
      targets: [{ ...other, override_params: { language: 'de' } }],
    };
    expect((await send(config)).status).toBe(200);
    expect(['language', 'temperature'].map((name) => staging.lastRequest.value(name))).toEqual(['de', '0.5']);
  });

  it('are checked as the form is', async () => {
    const config = { ...production, override_params: { temperature: 7 } };
    expect(await refusal(await send(config))).toMatchObject([400, 'temperature', expect.any(String)]);
  });

  it('name the model where the form has none', async () => {
    const response = await fetch(`${bench.gateway.url}/v1/audio/transcriptions`, {
      method: 'POST',
      headers: {
        'x-portkey-api-key': bench.key.key,
        'x-portkey-config': JSON.stringify({ override_params: { model: '@staging/whisper-1' } }),
      },
      body: form({ file: audioFile() }),
    });
    expect(response.status).toBe(200);
  });
});

describe('retries', () => {
  it.each([
    [429, undefined, 3],
    [429, [500], 1],
    [401, [408, 429, 401], 3],
  ])('after a %s with on_status_codes %j make %s attempts', async (status, on_status_codes, attempts) => {
    bench.simulator.respondWith(failure(status), failure(status));
    const response = await send({ ...production, retry: { attempts: 2, on_status_codes } });
    // What is left of the script belongs to nobody.
    for (let left = attempts; left < 3; left += 1) await send(production);
    expect(response.ok).toBe(attempts === 3);
    expect(bench.simulator.requests).toHaveLength(3);
    expect(portkeyHeaders(response)['x-portkey-retry-attempt-count']).toBe(String(attempts - 1));
  });

  it('are those of the target that answered', async () => {
    const targets = [{ ...production, retry: { attempts: 0 } }, other];
    bench.simulator.respondWith(failure(500));
    staging.respondWith(failure(500));
    const response = await send({ strategy: { mode: 'fallback' }, retry: { attempts: 1 }, targets });
    expect(response.status).toBe(200);
    expect(portkeyHeaders(response)['x-portkey-retry-attempt-count']).toBe('1');
    expect(await askedOf()).toEqual(['production', 'staging', 'staging']);
  });
});

it('leaves a target that takes longer than request_timeout', async () => {
  const config = {
    strategy: { mode: 'fallback', on_status_codes: [408] },
    targets: [{ ...production, request_timeout: 500 }, other],
  };
  bench.simulator.respondWith({ run: () => undefined });
  const arrived = bench.simulator.nextRequest();
  const answered = send(config);
  await bench.bodyArrived(await arrived);
  bench.clock.advance(501);
  const response = await answered;
  expect(portkeyHeaders(response)['x-portkey-last-used-option-index']).toBe('config.targets[1]');
  expect((await bench.row())['attempts']).toMatchObject([{ outcome: 'timeout' }, { outcome: 'success' }]);
});

it('nests strategies', async () => {
  const config = {
    strategy: { mode: 'fallback' },
    targets: [
      {
        strategy: { mode: 'loadbalance' },
        targets: [
          { ...production, weight: 0 },
          { strategy: { mode: 'fallback', on_status_codes: [429] }, targets: [production, other] },
        ],
      },
      { strategy: { mode: 'single' }, targets: [other] },
    ],
  };
  bench.simulator.respondWith(failure(500));
  const response = await send(config);
  expect(portkeyHeaders(response)['x-portkey-last-used-option-index']).toBe('config.targets[1].targets[0]');
  expect(await askedOf()).toEqual(['production', 'staging']);
});

it('serves twenty requests with as many configs at once, each by its own', async () => {
  const paths = await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      const targets = [
        ...Array.from({ length: index % 5 }, () => ({ virtual_key: 'nobody' })),
        index % 2 ? production : other,
      ];
      const response = await send({ strategy: { mode: 'fallback' }, targets });
      expect((await bench.gateway.row(response)).deployment_id).toEqual(expect.any(String));
      return portkeyHeaders(response)['x-portkey-last-used-option-index'];
    }),
  );
  expect(paths).toEqual(Array.from({ length: 20 }, (_, index) => `config.targets[${index % 5}]`));
});

describe('cache', () => {
  const cache = { mode: 'simple', max_age: 60 };
  const statusOf = (response: Response) => portkeyHeaders(response)['x-portkey-cache-status'];
  const asked = () => bench.simulator.requests.length + staging.requests.length;

  it('gives an answer again, also of one form from another', async () => {
    const config = { strategy: { mode: 'fallback' }, cache, targets: [production, other] };
    const first = await send(config);
    expect([statusOf(first), asked()]).toEqual(['MISS', 1]);
    const again = await send(config);
    expect([statusOf(again), asked()]).toEqual(['HIT', 1]);
    expect(portkeyHeaders(again)['x-portkey-last-used-option-index']).toBe('config.targets[0]');
    const anew = await send(config, { headers: { 'x-portkey-cache-force-refresh': 'true' } });
    expect([statusOf(anew), asked()]).toEqual(['REFRESH', 2]);
    const elsewhere = await send(config, { headers: { 'x-portkey-cache-namespace': 'other' } });
    expect([statusOf(elsewhere), asked()]).toEqual(['MISS', 3]);
    expect(statusOf(await send({ ...config, cache: undefined }))).toBe('DISABLED');
  });

  it('keeps no answer of a target for the question of another one', async () => {
    const targets = [
      { ...production, override_params: { language: 'fr' } },
      { ...production, override_params: { language: 'de' } },
    ];
    const config = { strategy: { mode: 'fallback' }, cache, targets };
    bench.simulator.respondWith(failure(500));
    expect([statusOf(await send(config)), asked()]).toEqual(['MISS', 2]);
    expect([statusOf(await send(config)), asked()]).toEqual(['MISS', 3]);
    expect(bench.simulator.lastRequest.value('language')).toBe('fr');
    expect(statusOf(await send({ ...targets[1], cache }))).toBe('MISS');
    expect(statusOf(await send({ ...targets[0], cache }))).toBe('HIT');
  });

  it('has nothing to do with chance, and says so', async () => {
    const response = await send({ strategy: { mode: 'loadbalance' }, cache, targets: [production, other] });
    expect(statusOf(response)).toBe('DISABLED');
    expect(response.headers.get('x-auricle-warning')).toMatch(
      /^cache was not applied: the first target is chosen by chance/,
    );
  });
});

it('passes events on', async () => {
  bench.simulator.respondWith(failure(503));
  const config = {
    strategy: { mode: 'fallback' },
    targets: [production, other],
    override_params: { model: 'gpt-4o-transcribe' },
  };
  const response = await send(config, { fields: { stream: 'true' } });
  expect(await response.text()).toContain('transcript.text.done');
  expect(portkeyHeaders(response)['x-portkey-last-used-option-index']).toBe('config.targets[1]');
});

it('lets nobody at what the key may not use', async () => {
  await bench.renew({ models: ['whisper'] });
  for (const config of [
    production,
    { strategy: { mode: 'fallback' }, targets: [production, other] },
    { override_params: { model: 'speech' } },
  ]) {
    expect((await send(config)).status).toBe(404);
  }
});

describe('a saved config', () => {
  it('is named by its slug and its id, and is as it is now', async () => {
    const { body } = await bench.gateway.admin('POST', 'configs', { name: 'Of the day', config: production });
    const used: unknown[] = [];
    for (const reference of [body.slug, body.id]) {
      const response = await send(reference);
      expect(response.status).toBe(200);
      const { deployment_id } = await bench.gateway.row(response);
      used.push((await bench.gateway.admin('GET', `deployments/${deployment_id}`)).body.credential);
    }
    await bench.gateway.admin('PATCH', `configs/${body.id}`, { config: other });
    const { deployment_id } = await bench.gateway.row(await send(body.slug));
    used.push((await bench.gateway.admin('GET', `deployments/${deployment_id}`)).body.credential);
    expect(used).toEqual(['production', 'production', 'staging']);
  });

  it('gets nobody at what the key may not use', async () => {
    const { body } = await bench.gateway.admin('POST', 'configs', { name: 'Of others', config: production });
    await bench.renew({ models: ['whisper'] });
    expect((await send(body.slug)).status).toBe(404);
  });

  it('comes by portkey-ai', async () => {
    const { body } = await bench.gateway.admin('POST', 'configs', { name: 'Of the SDK', config: other });
    const portkey = new Portkey({ apiKey: bench.key.key, baseURL: `${bench.gateway.url}/v1`, config: body.slug });
    await portkey.audio.transcriptions.create({ file: createReadStream(audio), model: 'whisper-1' });
    expect(await askedOf()).toEqual(['staging']);
  });
});

describe('what is no config', () => {
  const many = Array.from({ length: 101 }, () => ({ a: 1 }));
  it.each<[string | object, string]>([
    ['{"strategy"', 'x-portkey-config'],
    ['[]', 'x-portkey-config'],
    ['"text"', 'x-portkey-config'],
    ['../../etc/passwd', 'x-portkey-config'],
    [{ strategy: { mode: 'scientist' }, targets: [production] }, 'x-portkey-config.strategy.mode'],
    [{ ...production, forward_headers: ['a'] }, 'x-portkey-config.forward_headers'],
    [
      { strategy: { mode: 'fallback' }, targets: [{ ...production, input_guardrails: [] }] },
      'x-portkey-config.targets.0.input_guardrails',
    ],
    [{ ...production, weight: -1 }, 'x-portkey-config.weight'],
    ['{"weight":1e999}', 'x-portkey-config.weight'],
    ['{"weight":NaN}', 'x-portkey-config'],
    ['{"retry":{"attempts":99999999999999999999}}', 'x-portkey-config.retry.attempts'],
    ['{"__proto__":{"virtual_key":"production"}}', 'x-portkey-config'],
    ['{"override_params":{"__proto__":1}}', 'x-portkey-config'],
    ['{"virtual_key":"staging","override_params":{"constructor":{"a":1}}}', 'constructor'],
    [{ strategy: { mode: 'fallback' }, targets: many }, 'x-portkey-config'],
    ['{"a":'.repeat(2500) + '1' + '}'.repeat(2500), 'x-portkey-config'],
    ['[{"targets":'.repeat(800), 'x-portkey-config'],
  ])('%j is refused, and named', async (config, param) => {
    const response = await send(config);
    expect(await refusal(response)).toMatchObject([400, param, expect.any(String)]);
  });

  it('is refused where it is an id that nobody has saved', async () => {
    expect(await refusal(await send('pc-nobody-1234'))).toMatchObject([404, 'x-portkey-config', expect.any(String)]);
  });

  it('is refused with a status where it is too large for a header', async () => {
    const response = await send(`{"name":"${'x'.repeat(64 * 1024)}"}`).catch((error: unknown) => error);
    if (response instanceof Response) expect(response.status).toBe(431);
    else expect(response).toBeInstanceOf(TypeError);
    expect((await send(production)).status).toBe(200);
  });

  it('may have names in any language', async () => {
    const config = {
      strategy: { mode: 'conditional', conditions: [], default: 'größte' },
      targets: [{ name: 'größte', ...production }],
    };
    const text = Buffer.from(JSON.stringify(config)).toString('latin1');
    expect((await send(text)).status).toBe(200);
    expect((await send(JSON.stringify(config))).status).toBe(200);
  });

  it('takes no patterns that keep the gateway busy', async () => {
    const conditions = Array.from({ length: 20 }, () => ({
      query: { 'params.prompt': { $regex: '(a?){60}a{60}$' } },
      then: 'a',
    }));
    const config = {
      strategy: { mode: 'conditional', conditions, default: 'a' },
      targets: [{ name: 'a', ...production }],
    };
    expect((await send(config, { fields: { prompt: `${'a'.repeat(999)}b` } })).status).toBe(200);
    expect(await refusal(await send(config, { fields: { prompt: 'a'.repeat(1001) } }))).toMatchObject([
      400,
      'x-portkey-config',
      expect.any(String),
    ]);
  });
});

describe('portkey-ai', () => {
  it('sends a config with its client', async () => {
    const config = { strategy: { mode: 'fallback' }, targets: [production, other] };
    const portkey = new Portkey({ apiKey: bench.key.key, baseURL: `${bench.gateway.url}/v1`, config });
    bench.simulator.respondWith(failure(500));
    const answer = await portkey.audio.transcriptions.create({ file: createReadStream(audio), model: 'whisper-1' });
    expect(answer).toMatchObject({ text: expect.stringMatching(/\w/) });
    expect(await askedOf()).toEqual(['production', 'staging']);
  });

  it('sends another one with a request', async () => {
    const portkey = new Portkey({ apiKey: bench.key.key, baseURL: `${bench.gateway.url}/v1`, config: production });
    const file = createReadStream(audio);
    await portkey.audio.translations.create({ file, model: 'whisper-1' }, { config: JSON.stringify(other) });
    expect(await askedOf()).toEqual(['staging']);
  });

  it('lends its headers to the client of OpenAI', async () => {
    const openai = new OpenAI({
      apiKey: 'dummy',
      baseURL: `${bench.gateway.url}/v1`,
      defaultHeaders: createHeaders({
        apiKey: bench.key.key,
        config: { strategy: { mode: 'single' }, targets: [other] },
      }),
    });
    const { response } = await openai.audio.transcriptions
      .create({ file: createReadStream(audio), model: 'whisper-1' })
      .withResponse();
    expect(portkeyHeaders(response)).toMatchObject({ 'x-portkey-last-used-option-index': 'config.targets[0]' });
    expect(await askedOf()).toEqual(['staging']);
  });
});
