import { AzureOpenAI, OpenAI } from 'openai';
import { REPLY, SPOKEN_REPLY } from '../../support/audio-chat-simulator.js';
import { answer, errorAnswer, eventStream, hang, htmlPage, pieces } from '../../support/simulator-answers.js';
import { asked, ChatBench, eventsOf, heard, RECORDING } from './chat-bench.js';

let bench: ChatBench;
beforeAll(async () => {
  bench = await ChatBench.start();
  await bench.model(
    'spare',
    [bench.deployment(bench.plain, 'openai-compatible', 'any-model')].map((it) => ({ ...it, mode: 'chat' })),
  );
});
afterAll(() => bench.close());

const spoken = { modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'wav' } };
const row = (response: Response) => bench.gateway.row(response);

describe('POST /v1/chat/completions', () => {
  it('passes an answer on by its bytes, and says who gave it and what it cost', async () => {
    const body = ' { "choices" : [ {"message":{"role":"assistant","content":"Yes. \\u00e9","x":1.50}} ],"usage":null}';
    bench.openai.respondWith(answer(200, body, { 'content-type': 'application/json' }));
    const response = await bench.post({ model: 'gpt-4o-mini', messages: [asked] });
    expect(await response.text()).toBe(body);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('x-auricle-provider')).toBe('openai');
    expect(response.headers.get('x-auricle-model')).toBe('gpt-4o-mini');
    expect(await row(response)).toMatchObject({ cost_usd: null, warnings: [expect.stringContaining('is unknown')] });
  });

  it('leaves a row with what was heard, said and used', async () => {
    const response = await bench.post({
      model: 'gpt-audio',
      messages: [asked, heard()],
      ...spoken,
      user: 'u-1',
      tags: ['t'],
    });
    const { choices } = Object(await response.json());
    expect(Buffer.from(choices[0].message.audio.data, 'base64')).toEqual(SPOKEN_REPLY);
    // 50 x 32 + 12 x 2.50 + 8 x 2.50 (cached) + 12 x 10 + 48 x 64 millionths
    expect(await row(response)).toMatchObject({
      task: 'chat',
      model: 'gpt-audio',
      provider: 'openai',
      status: 'success',
      stream: false,
      audio_seconds: 2,
      audio_bytes: RECORDING.length,
      cost_usd: 0.004842,
      usage_source: 'provider',
      usage: {
        type: 'tokens',
        input_tokens: 70,
        input_token_details: { audio_tokens: 50, text_tokens: 20, cached_text_tokens: 8 },
        output_tokens: 60,
        output_token_details: { audio_tokens: 48, text_tokens: 12 },
      },
      upstream_request_id: 'req_chat',
      question: 'What is in this recording?',
      transcript: REPLY,
      segments_missing: 'no_times',
      metadata: { user: 'u-1', tags: ['t'] },
      attempts: [{ outcome: 'success' }],
    });
    expect(response.headers.get('x-auricle-cost-usd')).toBe('0.004842');
  });

  it('relays a stream and keeps its usage to itself', async () => {
    const response = await bench.post({ model: 'gpt-4o-mini', messages: [asked], stream: true });
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const events = await eventsOf(response);
    expect(events.at(-1)).toBe('[DONE]');
    const chunks = events.slice(0, -1).map((it) => JSON.parse(it));
    expect(chunks.map((it) => it.choices[0].delta.content ?? '').join('')).toBe(REPLY);
    expect(await row(response)).toMatchObject({
      stream: true,
      status: 'success',
      transcript: REPLY,
      usage: { input_tokens: 20, output_tokens: 10 },
      // 12 x 0.15 + 8 x 0.075 + 10 x 0.60 millionths
      cost_usd: 0.0000084,
    });
  });

  it('passes the usage on to who has asked for it', async () => {
    const response = await bench.post({
      model: 'gpt-4o-mini',
      messages: [asked],
      stream: true,
      stream_options: { include_usage: true },
    });
    const last = (await eventsOf(response)).at(-2) ?? '';
    expect(JSON.parse(last)).toMatchObject({ choices: [], usage: { total_tokens: 30 } });
  });

  it.each([
    '/chat/completions',
    '/litellm/v1/chat/completions',
    '/litellm/chat/completions',
    '/openai/v1/chat/completions',
    '/v1//chat/completions',
  ])('is at %s, too', async (path) => {
    const response = await bench.post({ model: 'gpt-4o-mini', messages: [asked] }, { path });
    expect(response.status).toBe(200);
    expect(await row(response)).toMatchObject({ model: 'gpt-4o-mini', status: 'success' });
  });

  it('takes the model of the path for the one that is meant, also where the body has none', async () => {
    const path = '/openai/deployments/gpt-4o-mini/chat/completions?api-version=2025-01-01-preview';
    const response = await bench.post({ messages: [asked] }, { path, headers: { 'api-key': bench.key } });
    expect(response.status).toBe(200);
    expect(bench.openai.lastBody['model']).toBe('gpt-4o-mini');
    const wrong = await bench.post({ model: 'x', messages: [] }, { path: path.replace('gpt-4o-mini', 'none') });
    expect(await wrong.json()).toMatchObject({ error: { code: 'DeploymentNotFound' } });
  });

  it('keeps from the provider what is said to the gateway', async () => {
    const response = await bench.post({
      model: 'gpt-4o-mini',
      messages: [asked],
      metadata: { job: 'j' },
      litellm_metadata: { a: 1 },
      fallbacks: ['spare'],
      num_retries: 0,
      timeout: 30,
      drop_params: true,
      cache: { 'no-cache': true },
    });
    expect(response.status).toBe(200);
    expect(Object.keys(bench.openai.lastBody)).toEqual(['model', 'messages']);
    expect(await row(response)).toMatchObject({
      metadata: { job: 'j', a: 1 },
      warnings: [expect.stringContaining('cache was not applied')],
    });
  });

  it('falls back before the first piece of a stream, and never after', async () => {
    bench.openai.respondWith(errorAnswer(500, { message: 'no' }));
    const whole = await bench.post({ model: 'gpt-4o-mini', messages: [asked], fallbacks: ['spare'] });
    expect(whole.headers.get('x-auricle-model')).toBe('spare');
    bench.openai.respondWith(eventStream([{ error: { message: 'overloaded' } }]));
    const stream = await bench.post({ model: 'gpt-4o-mini', messages: [asked], fallbacks: ['spare'], stream: true });
    expect(stream.headers.get('x-auricle-model')).toBe('spare');
    expect((await eventsOf(stream)).at(-1)).toBe('[DONE]');
    expect(await row(stream)).toMatchObject({
      status: 'success',
      attempts: [{ outcome: 'unavailable' }, { outcome: 'success' }],
    });
    const chunk = { choices: [{ index: 0, delta: { content: 'Yes' } }] };
    bench.openai.respondWith(eventStream([chunk, { error: { message: 'overloaded', code: 'server_error' } }]));
    const broken = await bench.post({ model: 'gpt-4o-mini', messages: [asked], fallbacks: ['spare'], stream: true });
    const events = await eventsOf(broken);
    expect(events.map((it) => JSON.parse(it))).toMatchObject([chunk, { error: { type: 'server_error' } }]);
    expect(await row(broken)).toMatchObject({ status: 'failure', http_status: 200 });
  });

  it('fails on purpose', async () => {
    const mock = { model: 'gpt-4o-mini', messages: [asked], mock_testing_fallbacks: true };
    expect((await bench.post(mock)).status).toBe(400);
  });

  it.each([
    ['an error', answer(200, { error: { message: 'boom' } }), 502],
    ['a page', htmlPage(200), 502],
    ['a redirect', answer(302, '', { location: 'http://127.0.0.1/' }), 502],
    ['half an answer', pieces(['{"choices":']), 502],
  ])('answers %s with %s', async (_what, scripted, status) => {
    bench.openai.respondWith(scripted);
    const response = await bench.post({ model: 'gpt-4o-mini', messages: [asked] });
    expect(response.status).toBe(status);
    expect(await row(response)).toMatchObject({ status: 'failure' });
  });

  it("tells what a provider finds wrong with the request in the provider's words", async () => {
    const response = await bench.post({ model: 'gpt-4o-mini', messages: [asked], colour: 'red' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { message: 'Unrecognized request argument supplied: colour', code: 'unknown_parameter' },
    });
  });

  it('ends the call of a client that has gone', async () => {
    bench.openai.respondWith(hang());
    const arrived = bench.openai.nextRequest();
    const controller = new AbortController();
    const answered = bench.post({ model: 'gpt-4o-mini', messages: [asked] }, { signal: controller.signal });
    const request = await arrived;
    controller.abort();
    await expect(answered).rejects.toThrow('abort');
    await request.aborted;
  });
});

describe('what cannot be served', () => {
  const PART = 'messages[1].content[1].input_audio.data';

  it.each<[string, unknown, number, string | null, string]>([
    ['no JSON', '{"model":', 400, null, 'invalid_json'],
    ['no object', '[]', 400, null, 'invalid_json'],
    ['depth', `{"model":"gpt-audio","messages":${'['.repeat(1000)}${']'.repeat(1000)}}`, 400, null, 'invalid_json'],
    ['no model', { messages: [asked] }, 400, 'model', 'missing_required_parameter'],
    ['a model that is no text', { model: 1, messages: [asked] }, 400, 'model', 'invalid_value'],
    ['no messages', { model: 'gpt-audio' }, 400, 'messages', 'missing_required_parameter'],
    ['messages that are no list', { model: 'gpt-audio', messages: 'hi' }, 400, 'messages', 'invalid_value'],
    ['two lists of messages', '{"model":"gpt-audio","messages":[],"messages":[]}', 400, 'messages', 'invalid_value'],
    ['stream as text', { model: 'gpt-audio', messages: [asked], stream: 'yes' }, 400, 'stream', 'invalid_value'],
    ['no data', { model: 'gpt-audio', messages: [asked, heard(null)] }, 400, PART, 'missing_required_parameter'],
    ['data that is no text', { model: 'gpt-audio', messages: [asked, heard(5)] }, 400, PART, 'invalid_value'],
    ['no base64', { model: 'gpt-audio', messages: [asked, heard('UklG*')] }, 400, PART, 'invalid_value'],
    ['half a base64', { model: 'gpt-audio', messages: [asked, heard('UklGR')] }, 400, PART, 'invalid_value'],
    ['nothing', { model: 'gpt-audio', messages: [asked, heard('')] }, 400, PART, 'invalid_audio'],
    [
      'data twice',
      `{"model":"gpt-audio","messages":[${JSON.stringify(asked)},{"role":"user","content":[{"type":"text"},{"type":"input_audio","input_audio":{"data":"QUJD","data":"QUJD"}}]}]}`,
      400,
      PART,
      'invalid_value',
    ],
    ['an unknown model', { model: 'gpt-9', messages: [asked] }, 404, 'model', 'model_not_found'],
    ['a model for speech', { model: 'whisper', messages: [asked] }, 400, 'model', 'unsupported_value'],
    [
      'a recording for who only reads',
      { model: 'gpt-4o-mini', messages: [asked, heard()] },
      400,
      PART,
      'unsupported_value',
    ],
    [
      'speech of who only writes',
      { model: 'gpt-4o-mini', messages: [asked], ...spoken },
      400,
      'modalities',
      'unsupported_value',
    ],
    [
      'an address of its own',
      { model: 'gpt-audio', messages: [asked], api_base: 'http://x' },
      400,
      'api_base',
      'unknown_parameter',
    ],
    [
      'too many retries',
      { model: 'gpt-audio', messages: [asked], num_retries: 99 },
      400,
      'num_retries',
      'invalid_value',
    ],
  ])('says of %s what is wrong', async (_what, body, status, param, code) => {
    const before = bench.openai.requests.length;
    const response = await bench.post(typeof body === 'string' ? body : Object(body));
    expect([response.status, await response.json()]).toMatchObject([status, { error: { param, code } }]);
    expect(await row(response)).toMatchObject({ task: 'chat', status: 'refused', error_code: code });
    expect(bench.openai.requests).toHaveLength(before);
  });

  it('is not found where the key may not know of it', async () => {
    const { key } = await bench.gateway.createKey({ models: ['own'] });
    const headers = { authorization: `Bearer ${key}` };
    expect((await bench.post({ model: 'gpt-audio', messages: [asked] }, { headers })).status).toBe(404);
    expect((await bench.post({ model: 'own', messages: [asked] }, { headers })).status).toBe(200);
    expect(
      (await bench.post({ model: 'own', messages: [asked] }, { headers: { authorization: 'Bearer x' } })).status,
    ).toBe(401);
  });

  it('is of the provider that the headers name', async () => {
    const named = { 'x-portkey-provider': 'openai', 'x-portkey-metadata': '{"job":"j"}' };
    const served = await bench.post({ model: 'gpt-4o-mini', messages: [asked] }, { headers: named });
    expect(await row(served)).toMatchObject({ status: 'success', model: 'openai/gpt-4o-mini', metadata: { job: 'j' } });
  });

  it('does not transcribe', async () => {
    const form = new FormData();
    form.set('model', 'gpt-audio');
    form.set('file', new Blob([new Uint8Array(RECORDING)]), 'a.wav');
    const response = await fetch(`${bench.gateway.url}/v1/audio/transcriptions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bench.key}` },
      body: form,
    });
    expect(response.status).toBe(400);
  });

  it('is refused where the body is compressed', async () => {
    const response = await bench.post('x', { headers: { 'content-encoding': 'gzip' } });
    expect(response.status).toBe(415);
  });
});

describe('recordings', () => {
  it('are measured by their bytes, whatever is said of them, and passed on as they are', async () => {
    const response = await bench.post({ model: 'own', messages: [heard(undefined, 'flac'), heard()] });
    expect(await row(response)).toMatchObject({
      audio_seconds: 4,
      audio_bytes: 2 * RECORDING.length,
      status: 'success',
    });
    expect(JSON.stringify(bench.plain.lastBody)).toContain('"format":"flac"');
  });

  it('may have escapes and addresses of data in them', async () => {
    const escaped = JSON.stringify({ model: 'own', messages: [heard()] })
      .replaceAll('/', '\\/')
      .replaceAll('A', '\\u0041');
    const response = await bench.post(escaped);
    expect(await row(response)).toMatchObject({ audio_seconds: 2, audio_bytes: RECORDING.length });
    const url = await bench.post({
      model: 'own',
      messages: [heard(`data:audio/wav;base64,${RECORDING.toString('base64')}`)],
    });
    expect(await row(url)).toMatchObject({ audio_seconds: 2, audio_bytes: RECORDING.length });
  });

  it('are heard as audio_url, too, which servers of people’s own take: as data or by their address', async () => {
    const url = `data:audio/wav;base64,${RECORDING.toString('base64')}`;
    const ask = (audio_url: unknown) =>
      bench.post({ model: 'own', messages: [{ role: 'user', content: [{ type: 'audio_url', audio_url }] }] });
    const measured = await ask({ url });
    expect(bench.plain.lastRequest.rawBody.toString()).toContain(`"audio_url":{"url":"${url}"}`);
    expect(await row(measured)).toMatchObject({ audio_seconds: 2, audio_bytes: RECORDING.length });
    for (const address of [{ url: 'https://a.example/b.wav' }, 'http://a.example/b.wav']) {
      expect(await row(await ask(address))).toMatchObject({ status: 'success', audio_seconds: null });
    }
    const wrong = await ask({ url: 'file:///etc/passwd' });
    expect([wrong.status, await wrong.json()]).toMatchObject([
      400,
      { error: { param: 'messages[0].content[0].audio_url.url', code: 'invalid_value' } },
    ]);
  });

  it('of unknown kinds are passed on with a warning', async () => {
    const response = await bench.post({
      model: 'own',
      messages: [heard(Buffer.alloc(3000, 7).toString('base64'), 'pcm16')],
    });
    expect(response.status).toBe(200);
    expect(await row(response)).toMatchObject({
      audio_seconds: null,
      audio_bytes: 3000,
      warnings: expect.arrayContaining([expect.stringContaining('messages[0].content[1].input_audio.data')]),
    });
  });

  it('leave no file', async () => {
    expect(await bench.gateway.spooledFiles()).toEqual([]);
  });
});

describe('the official clients', () => {
  const messages = [{ role: 'user' as const, content: asked.content }];

  it('of OpenAI hear and stream', async () => {
    const client = new OpenAI({ baseURL: `${bench.gateway.url}/v1`, apiKey: bench.key, maxRetries: 0 });
    const completion = await client.chat.completions.create({
      model: 'gpt-audio',
      modalities: ['text', 'audio'],
      audio: { voice: 'alloy', format: 'wav' },
      messages,
    });
    expect(Buffer.from(completion.choices[0]?.message.audio?.data ?? '', 'base64')).toEqual(SPOKEN_REPLY);
    let said = '';
    const stream = await client.chat.completions.create({ model: 'gpt-4o-mini', messages, stream: true });
    for await (const { choices } of stream) said += choices[0]?.delta.content ?? '';
    expect(said).toBe(REPLY);
  });

  it('of Azure find their deployment', async () => {
    const client = new AzureOpenAI({
      endpoint: bench.gateway.url,
      apiKey: bench.key,
      apiVersion: '2025-01-01-preview',
    });
    const completion = await client.chat.completions.create({ model: 'gpt-4o-mini', messages });
    expect(completion.choices[0]?.message.content).toBe(REPLY);
    const models = await client.models.list();
    expect(models.data.map(({ id }) => id)).toEqual(expect.arrayContaining(['gpt-audio', 'gpt-4o-mini', 'sandbox']));
  });

  it('hear the sandbox', async () => {
    const client = new OpenAI({ baseURL: `${bench.gateway.url}/v1`, apiKey: bench.key, maxRetries: 0 });
    const completion = await client.chat.completions.create({ model: 'sandbox', messages });
    expect(completion.choices[0]?.message.content).toContain('This is the Auricle sandbox');
    let spokenBytes = 0;
    const stream = await client.chat.completions.create({
      model: 'sandbox',
      messages,
      modalities: ['text', 'audio'],
      audio: { voice: 'alloy', format: 'pcm16' },
      stream: true,
    });
    for await (const { choices } of stream) {
      spokenBytes += Buffer.from(Object(choices[0]?.delta).audio?.data ?? '', 'base64').length;
    }
    expect(spokenBytes).toBe(32_000);
  });
});
