import { audioFile, Bench, form as formOf } from '../bad-input/bench.js';

/** A form that is complete but for what it is given. */
function form(fields: Record<string, string | readonly string[]> = {}): FormData {
  return formOf({ model: 'whisper', file: audioFile(), ...fields });
}

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.start();
});
afterAll(async () => bench.close());
beforeEach(() => bench.renew());

describe('granularities that have no place in the format', () => {
  // The Vercel AI SDK sends them with json as soon as it is given any option, and Bifrost's documentation does.
  it.each([
    ['json', ['segment']],
    ['json', ['word']],
    ['json', ['word', 'segment']],
    ['text', ['segment']],
  ] as const)('with %s %j, are dropped with a warning', async (response_format, granularities) => {
    const answer = await bench.send(form({ response_format, 'timestamp_granularities[]': granularities }));
    expect(answer.status).toBe(200);
    const warning = `timestamp_granularities was not applied: response_format '${response_format}' has no timestamps`;
    expect(answer.headers.get('x-auricle-warning')).toBe(warning);
    expect(bench.simulator.lastRequest.value('timestamp_granularities[]')).toBeUndefined();
    expect((await bench.row())['warnings']).toEqual([warning]);
  });

  it.each(['srt', 'vtt'])('of segments, with %s, are what subtitles are anyway', async (response_format) => {
    const answer = await bench.send(form({ response_format, 'timestamp_granularities[]': 'segment' }));
    expect([answer.status, answer.headers.get('x-auricle-warning')]).toEqual([200, null]);
  });
});

describe('a format that the model cannot give', () => {
  const ask = (response_format: string) => bench.send(form({ model: 'gpt4o', response_format }));
  afterEach(async () => {
    await bench.gateway.admin('PATCH', 'models/gpt4o', { routing: { unsupported_format: null } });
  });

  it('is refused, unless the model downgrades to json and says so', async () => {
    expect((await ask('verbose_json')).status).toBe(400);
    await bench.gateway.admin('PATCH', 'models/gpt4o', { routing: { unsupported_format: 'downgrade' } });
    for (const format of ['verbose_json', 'diarized_json']) {
      const answer = await ask(format);
      expect(answer.status).toBe(200);
      expect(await answer.json()).toEqual({ text: expect.any(String), usage: expect.any(Object) });
      expect(answer.headers.get('x-auricle-warning')).toBe(
        'not applied, because openai/gpt-4o-transcribe does not know it: response_format',
      );
      expect(bench.simulator.lastRequest.value('response_format')).toBe('json');
    }
    // Whoever reads subtitles would find none in JSON.
    for (const format of ['srt', 'vtt']) expect((await ask(format)).status).toBe(400);
  });

  it('is given by a deployment that can, before another downgrades', async () => {
    const { simulator, gateway } = bench;
    await gateway.admin('POST', 'models', {
      name: 'mixed',
      routing: { unsupported_format: 'downgrade' },
      deployments: ['gpt-4o-transcribe', 'whisper-1'].map((upstream_model, order) => ({
        provider: 'openai',
        upstream_model,
        api_base: simulator.url,
        api_key: 'sk-simulator-0123456789abcdef',
        weight: order === 0 ? 1000 : 0.001,
      })),
    });
    const answer = await bench.send(form({ model: 'mixed', response_format: 'verbose_json' }));
    expect(await answer.json()).toMatchObject({ task: 'transcribe', segments: expect.any(Array) });
    expect(answer.headers.get('x-auricle-warning')).toBeNull();
  });
});

describe('an address that is nearly right', () => {
  it.each(['/v1//audio/transcriptions', '//v1/audio//transcriptions', '//audio/transcriptions'])(
    '%s is what it seems to be',
    async (path) => {
      expect((await bench.send(form(), { path })).status).toBe(200);
    },
  );

  it.each([
    ['/v1/v1/audio/transcriptions', '/v1/audio/transcriptions'],
    ['/api/v1/audio/translations', '/v1/audio/translations'],
    ['/v1/audio/transcriptions/audio/transcriptions/', '/v1/audio/transcriptions'],
  ])('%s is told what was meant', async (path, meant) => {
    const answer = await bench.send(form(), { path });
    expect([answer.status, await answer.json()]).toMatchObject([
      404,
      { error: { message: `Unknown request URL: POST ${path}. Did you mean ${meant}?`, code: 'unknown_url' } },
    ]);
  });

  it('/ leads to the dashboard, /ui/', async () => {
    const answer = await fetch(bench.gateway.url, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/ui/']);
  });
});

describe('a key', () => {
  const send = async (headers: Record<string, string>) =>
    (await fetch(bench.url, { method: 'POST', headers, body: form() })).status;

  it('may come in the header of other gateways and APIs', async () => {
    const { key } = bench.key;
    for (const name of ['api-key', 'x-api-key', 'x-litellm-api-key', 'x-portkey-api-key', 'x-bf-vk']) {
      expect([name, await send({ [name]: key })]).toEqual([name, 200]);
      expect([name, await send({ [name]: `Bearer ${key}` })]).toEqual([name, 200]);
      expect([name, await send({ [name]: 'sk-aur-wrong' })]).toEqual([name, 401]);
    }
  });

  it('counts beside a bearer that is none of ours, and one of ours beside a header that is not', async () => {
    const { key } = bench.key;
    expect(await send({ authorization: 'Bearer sk-of-a-provider', 'x-portkey-api-key': key })).toBe(200);
    expect(await send({ authorization: `Bearer ${key}`, 'x-portkey-api-key': 'other' })).toBe(200);
    expect(await send({ authorization: 'Bearer sk-of-a-provider', 'x-portkey-api-key': 'other' })).toBe(401);
    expect(await send({ authorization: 'Basic abc' })).toBe(401);
  });
});
