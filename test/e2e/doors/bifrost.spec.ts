import { SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { audioFile, Bench, form } from '../bad-input/bench.js';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.start();
});
afterAll(async () => bench.close());
beforeEach(() => bench.renew());

async function post(path: string, fields: Record<string, string> = {}, headers: Record<string, string> = {}) {
  const answer = await fetch(bench.gateway.url + path, {
    method: 'POST',
    headers: { 'x-bf-vk': bench.key.key, ...headers },
    body: form({ model: 'whisper', file: audioFile(), ...fields }),
  });
  return { answer, text: await answer.text() };
}

const EXTRA = {
  request_type: 'transcription',
  provider: 'openai',
  model_requested: 'whisper',
  model_deployment: 'whisper-1',
  latency: expect.any(Number),
  chunk_index: 0,
};

describe('the doors of Bifrost', () => {
  it.each(['/litellm/v1/audio/transcriptions', '/litellm/audio/transcriptions', '/openai/v1/audio/transcriptions'])(
    '%s answers with its extra fields',
    async (path) => {
      const { answer, text } = await post(path, { language: 'en', response_format: 'json', temperature: '0.5' });
      expect([answer.status, JSON.parse(text)]).toMatchObject([
        200,
        { task: 'transcribe', text: expect.any(String), extra_fields: EXTRA },
      ]);
      expect(JSON.parse(text)).not.toHaveProperty('x_groq');
    },
  );

  it('gives verbose_json whole, and its translations', async () => {
    const fields = { response_format: 'verbose_json', 'timestamp_granularities[]': 'word' };
    expect(JSON.parse((await post('/litellm/v1/audio/transcriptions', fields)).text)).toMatchObject({
      duration: expect.any(Number),
      language: expect.any(String),
      words: expect.any(Array),
      extra_fields: EXTRA,
    });
    expect(JSON.parse((await post('/litellm/v1/audio/translations')).text)).toMatchObject({
      extra_fields: { ...EXTRA, request_type: 'translation' },
    });
  });

  // Bifrost puts JSON around them.
  it.each(['text', 'srt', 'vtt'])('gives %s as what it is', async (response_format) => {
    const { answer, text } = await post('/litellm/v1/audio/transcriptions', { response_format });
    expect(answer.headers.get('content-type')).not.toContain('json');
    expect(text).not.toContain('extra_fields');
  });

  it("tells LiteLLM's clients what LiteLLM would", async () => {
    const { answer } = await post('/litellm/v1/audio/transcriptions');
    const { headers } = answer;
    expect(Object.fromEntries([...headers].filter(([name]) => name.startsWith('x-litellm-')))).toEqual({
      'x-litellm-call-id': headers.get('x-request-id'),
      'x-litellm-model-id': headers.get('x-auricle-deployment'),
      'x-litellm-model-group': 'whisper',
      'x-litellm-response-cost': headers.get('x-auricle-cost-usd'),
      'x-litellm-attempted-retries': '0',
      'x-litellm-attempted-fallbacks': '0',
      'x-litellm-response-duration-ms': expect.stringMatching(/^\d+$/),
      'x-litellm-overhead-duration-ms': expect.stringMatching(/^\d+$/),
      'x-litellm-key-spend': headers.get('x-auricle-cost-usd'),
      'x-litellm-version': expect.stringMatching(/^\d+\.\d+\.\d+/),
    });
  });

  it("adds a key's spend up", async () => {
    const spends: string[] = [];
    for (let count = 0; count < 2; count += 1) {
      const { answer } = await post('/litellm/v1/audio/transcriptions');
      spends.push(answer.headers.get('x-litellm-key-spend') ?? '');
      // The ledger is written before it is read; what is kept of keys in memory is some seconds old.
      await bench.gateway.logs('limit=1');
      bench.clock.advance(11_000);
    }
    expect(Number(spends[1])).toBeCloseTo(2 * Number(spends[0]), 9);
    expect(Number(spends[0])).toBeGreaterThan(0);
  });

  it('counts the models that failed before', async () => {
    await bench.gateway.createModel('broken', 'http://127.0.0.1:9/v1');
    const { answer, text } = await post('/litellm/v1/audio/transcriptions', { model: 'broken', fallbacks: 'whisper' });
    expect(answer.headers.get('x-litellm-attempted-fallbacks')).toBe('1');
    expect(answer.headers.get('x-litellm-model-group')).toBe('whisper');
    expect(JSON.parse(text)).toMatchObject({ extra_fields: { model_requested: 'broken' } });
  });

  it('understands provider/model, as far as the key may use a model that has it', async () => {
    const direct = await post('/litellm/v1/audio/transcriptions', { model: 'openai/whisper-1' });
    expect(direct.answer.status).toBe(200);
    expect(direct.answer.headers.get('x-auricle-model')).toBe('whisper');
    expect(JSON.parse(direct.text)).toMatchObject({
      extra_fields: { model_requested: 'openai/whisper-1', model_deployment: 'whisper-1' },
    });
    expect(await bench.row()).toMatchObject({ model: 'openai/whisper-1', upstream_model: 'whisper-1' });
    const fallback = await post('/litellm/v1/audio/transcriptions', { model: 'broken', fallbacks: 'openai/whisper-1' });
    expect(fallback.answer.headers.get('x-auricle-model')).toBe('whisper');
    const { key } = await bench.gateway.createKey({ models: ['gpt4o'] });
    for (const model of ['openai/whisper-1', 'openai/', '/whisper-1', 'groq/whisper-1', 'openai/gpt-4o-transcribe/x']) {
      const refused = await post('/litellm/v1/audio/transcriptions', { model }, { 'x-bf-vk': key });
      expect([model, refused.answer.status]).toEqual([model, 404]);
    }
    const allowed = await post('/v1/audio/transcriptions', { model: 'openai/gpt-4o-transcribe' }, { 'x-bf-vk': key });
    expect(allowed.answer.status).toBe(200);
  });

  it('leads through no other than the audio and the models', async () => {
    for (const path of ['/litellm/admin/v1/keys', '/litellm/health/live', '/litellm/litellm/v1/models']) {
      expect((await post(path)).answer.status).toBe(404);
    }
  });
});

describe('what went over the wire', () => {
  it('is shown where the operator allows it, without the key and the audio', async () => {
    const open = await Bench.start({ RAW_EXCHANGES: 'true' });
    try {
      await open.renew();
      const ask = async (path: string) => {
        const answer = await fetch(open.gateway.url + path, {
          method: 'POST',
          headers: { 'x-bf-vk': open.key.key },
          body: form({
            model: 'whisper',
            file: audioFile(),
            response_format: 'verbose_json',
            'timestamp_granularities[]': 'word',
          }),
        });
        return await answer.text();
      };
      const text = await ask('/litellm/v1/audio/transcriptions');
      expect(JSON.parse(text)).toMatchObject({
        extra_fields: {
          raw_request: {
            model: 'whisper-1',
            response_format: 'verbose_json',
            'timestamp_granularities[]': expect.anything(),
          },
          raw_response: { task: 'transcribe', words: expect.any(Array) },
        },
      });
      expect(text).not.toContain(SIMULATOR_KEY);
      expect(text).not.toContain('RIFF');
      expect(await ask('/v1/audio/transcriptions')).not.toContain('raw_re');
    } finally {
      await open.close();
    }
  });

  it('is not shown otherwise', async () => {
    expect((await post('/litellm/v1/audio/transcriptions')).text).not.toContain('raw_re');
  });
});
