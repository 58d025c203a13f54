import { speechBodyOf, SPEECH_USAGE } from '../../support/openai-speech-simulator.js';
import { audioFormats, spokenAudio } from '../../support/spoken-audio.js';
import { bytesOf, eventsIn, type SpeechBench, startSpeechBench } from './speech-bench.js';

let bench: SpeechBench;
beforeAll(async () => {
  bench = await startSpeechBench();
});
afterAll(() => bench.close());

const types = {
  mp3: 'audio/mpeg',
  opus: 'audio/opus',
  aac: 'audio/aac',
  flac: 'audio/flac',
  wav: 'audio/wav',
  pcm: 'audio/pcm',
};

describe('POST /v1/audio/speech', () => {
  it.each(audioFormats)('answers with %s as the provider gives it', async (response_format) => {
    const response = await bench.speak({ response_format });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(types[response_format]);
    expect(await bytesOf(response)).toEqual(spokenAudio(response_format));
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-auricle-provider': 'openai',
      'x-auricle-model': 'tts',
      'x-auricle-attempts': '1',
      'x-request-id': expect.any(String),
    });
  });

  it('is mp3 unless another format is asked for', async () => {
    const response = await bench.speak();
    expect(response.headers.get('content-type')).toBe('audio/mpeg');
    expect(speechBodyOf(bench.upstream.lastRequest)).toEqual({
      model: 'tts-1',
      input: 'The quick brown fox.',
      voice: 'alloy',
      response_format: 'mp3',
    });
    await bytesOf(response);
  });

  it.each([
    '/v1/audio/speech',
    '/audio/speech',
    '/litellm/v1/audio/speech',
    '/litellm/audio/speech',
    '/openai/v1/audio/speech',
  ])('is there as %s', async (path) => {
    const response = await bench.speak({}, { path });
    expect([response.status, await bytesOf(response)]).toEqual([200, spokenAudio('mp3')]);
  });

  it('is there as Azure’s, whose path names the model', async () => {
    const path = '/openai/deployments/tts/audio/speech?api-version=2025-04-01-preview';
    const response = await bench.speak({ model: 'something else' }, { path, headers: { 'api-key': bench.key } });
    expect([response.status, await bytesOf(response)]).toEqual([200, spokenAudio('mp3')]);
    expect(await bench.gateway.row(response)).toMatchObject({ model: 'tts', upstream_model: 'tts-1' });
  });

  it('leaves one log, with the characters, the seconds and the price', async () => {
    const response = await bench.speak({ input: 'Hé😀', response_format: 'wav' });
    await bytesOf(response);
    expect(await bench.gateway.row(response)).toMatchObject({
      task: 'speak',
      model: 'tts',
      provider: 'openai',
      upstream_model: 'tts-1',
      status: 'success',
      http_status: 200,
      response_format: 'wav',
      stream: false,
      input_characters: 3,
      output_audio_seconds: 1.5,
      audio_seconds: null,
      cost_usd: 0.000045,
      cost_estimated: false,
      usage: null,
      transcript: 'Hé😀',
      segments_missing: 'no_times',
      attempts: [{ outcome: 'success', upstream_request_id: 'req_simulated' }],
    });
  });

  it('is priced by the tokens that the provider counts', async () => {
    const response = await bench.speak({ model: 'mini' });
    expect(await bytesOf(response)).toEqual(spokenAudio('mp3'));
    expect(await bench.gateway.row(response)).toMatchObject({
      usage: { type: 'tokens', input_tokens: 14, output_tokens: 101, total_tokens: 115 },
      usage_source: 'provider',
      cost_usd: 0.0012204,
      cost_estimated: false,
    });
  });

  it('passes on instructions, speed and voices by id', async () => {
    const voice = { id: 'voice_1234' };
    await bytesOf(await bench.speak({ model: 'mini', instructions: 'Whisper.', speed: 1.5, voice }));
    expect(speechBodyOf(bench.upstream.lastRequest)).toMatchObject({ instructions: 'Whisper.', speed: 1.5, voice });
  });
});

describe('stream_format sse', () => {
  it.each([
    ['mini', SPEECH_USAGE],
    // Made of the bare audio.
    ['tts', { input_tokens: 0, output_tokens: 0, total_tokens: 0 }],
  ])('gives OpenAI’s events of %s', async (model, usage) => {
    const response = await bench.speak({ model, stream_format: 'sse', response_format: 'wav' });
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const events = eventsIn(await response.text());
    const audio = events.slice(0, -2).map((event) => {
      expect(event).toEqual({ type: 'speech.audio.delta', audio: expect.any(String) });
      return Buffer.from((event as { audio: string }).audio, 'base64');
    });
    expect(Buffer.concat(audio)).toEqual(spokenAudio('wav'));
    expect(events.slice(-2)).toEqual([
      { type: 'speech.audio.done', usage: { ...usage, characters: 20, seconds: 1.5 } },
      '[DONE]',
    ]);
    expect(await bench.gateway.row(response)).toMatchObject({ stream: true, status: 'success' });
  });
});

describe('a request that cannot be understood', () => {
  it.each<[string, object, string | null, string]>([
    ['no model', { model: undefined }, 'model', 'missing_required_parameter'],
    ['no input', { input: undefined }, 'input', 'missing_required_parameter'],
    ['an empty input', { input: '' }, 'input', 'missing_required_parameter'],
    ['no voice', { voice: null }, 'voice', 'missing_required_parameter'],
    ['a model that is no text', { model: 7 }, 'model', 'invalid_value'],
    ['an input that is no text', { input: ['a'] }, 'input', 'invalid_value'],
    ['NUL', { input: 'a\0b' }, 'input', 'invalid_value'],
    ['half an emoji', { input: 'a\ud83d' }, 'input', 'invalid_value'],
    ['a voice that is a number', { voice: 7 }, 'voice', 'invalid_value'],
    ['a voice with more than an id', { voice: { id: 'a', name: 'b' } }, 'voice.name', 'unknown_parameter'],
    ['another format', { response_format: 'mp4' }, 'response_format', 'invalid_value'],
    ['a speed of 5', { speed: 5 }, 'speed', 'invalid_value'],
    ['a speed in words', { speed: '1' }, 'speed', 'invalid_value'],
    ['another form of stream', { stream_format: 'json' }, 'stream_format', 'invalid_value'],
    ['instructions as long as a book', { instructions: 'x'.repeat(4_097) }, 'instructions', 'invalid_value'],
    ['a key of its own', { api_key: 'sk-mine' }, 'api_key', 'unknown_parameter'],
    ['retries as words', { num_retries: 'many' }, 'num_retries', 'invalid_value'],
    ['a timeout of nothing', { timeout: 0 }, 'timeout', 'invalid_value'],
  ])('%s', async (_what, fields, param, code) => {
    const response = await bench.speak({ ...fields });
    expect([response.status, await response.json()]).toEqual([
      400,
      { error: { message: expect.any(String), type: 'invalid_request_error', param, code } },
    ]);
    expect(await bench.gateway.row(response)).toMatchObject({ task: 'speak', status: 'refused', http_status: 400 });
  });

  it.each<[string, string | Buffer]>([
    ['no JSON', 'model=tts&input=Hello'],
    ['a list', '[]'],
    ['nothing', ''],
    ['null', 'null'],
    ['no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ['JSON deeper than any stack', '{"a":' + '['.repeat(1_000_000)],
  ])('%s', async (_what, body) => {
    const response = await bench.post(body);
    expect([response.status, await response.json()]).toMatchObject([400, { error: { code: 'invalid_json' } }]);
  });

  it('with depths', async () => {
    const fields = '"model":"tts","input":"a","voice":"alloy"';
    const response = await bench.post(`{${fields},"deep":${'['.repeat(500_000)}${']'.repeat(500_000)}}`);
    expect([response.status, await response.json()]).toMatchObject([400, { error: { param: 'deep' } }]);
  });

  it.each([
    ['a prototype', '"__proto__":{"speed":9}', 400, '__proto__'],
    ['the name of a property that every object has', '"constructor":1', 400, 'constructor'],
    ['such a voice', '"voice":"constructor"', 400, 'voice'],
    ['a number without end', '"speed":1e999', 400, 'speed'],
    ['fallbacks that are no names', '"fallbacks":[{"model":"mini"}]', 200, null],
    ['a field twice, of which the last counts', '"speed":9,"speed":1', 200, null],
  ])('with %s', async (_what, field, status, param) => {
    const response = await bench.post(`{"model":"tts","input":"a","voice":"alloy",${field}}`);
    const body = response.status === 200 ? { error: { param: null } } : await response.json();
    expect([response.status, body]).toMatchObject([status, { error: { param } }]);
    if (response.status === 200) await bytesOf(response);
  });

  it('with more fields than any provider has', async () => {
    const fields = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`field_${index}`, 1]));
    const response = await bench.speak(fields);
    expect([response.status, await response.json()]).toMatchObject([400, { error: { param: 'field_50' } }]);
  });

  it('that is compressed', async () => {
    const response = await bench.post(Buffer.from('x'), { headers: { 'content-encoding': 'gzip' } });
    expect([response.status, await response.json()]).toMatchObject([
      415,
      { error: { code: 'unsupported_content_encoding' } },
    ]);
    expect(await bench.gateway.row(response)).toMatchObject({ task: 'speak', http_status: 415 });
  });

  it('with more than fits', async () => {
    const response = await bench.speak({ input: 'x'.repeat(2 * 1024 * 1024) });
    expect([response.status, await response.json()]).toMatchObject([413, { error: { code: 'request_too_large' } }]);
    expect(await bench.gateway.row(response)).toMatchObject({ status: 'refused', http_status: 413 });
  });
});

describe('a request that the model cannot honour', () => {
  it.each<[string, object, string, string, RegExp]>([
    ['a text that is too long', { input: 'x'.repeat(4_097) }, 'input', 'string_above_max_length', /at most 4096/],
    ['instructions', { instructions: 'Whisper.' }, 'instructions', 'unsupported_value', /Models that could: .*mini/],
    ['a voice', { voice: 'daniel' }, 'voice', 'unsupported_value', /its voices are alloy, /],
    ['another provider’s field', { voice_settings: {} }, 'voice_settings', 'unknown_parameter', /elevenlabs/],
  ])('%s', async (_what, fields, param, code, message) => {
    const before = bench.upstream.requests.length;
    const response = await bench.speak({ ...fields });
    expect([response.status, await response.json()]).toEqual([
      400,
      { error: { message: expect.stringMatching(message), type: 'invalid_request_error', param, code } },
    ]);
    expect(bench.upstream.requests).toHaveLength(before);
  });

  it('as long as it is short enough in characters, whatever they are', async () => {
    const response = await bench.speak({ input: '😀'.repeat(4_096) });
    expect(response.status).toBe(200);
    await bytesOf(response);
    expect(await bench.gateway.row(response)).toMatchObject({ input_characters: 4_096 });
    const longer = await bench.speak({ input: '😀'.repeat(4_097) });
    expect(longer.status).toBe(400);
  });

  it('unless what it does not know may be dropped', async () => {
    const response = await bench.speak({ instructions: 'Whisper.', drop_params: true });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-auricle-warning')).toBe(
      'not applied, because openai/tts-1 does not know it: instructions',
    );
    await bytesOf(response);
  });

  it('because it is for something else', async () => {
    await bench.gateway.createModel('whisper', `${bench.upstream.origin}/v1`);
    const response = await bench.speak({ model: 'whisper' });
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { error: { message: expect.stringMatching(/it is for audio_transcription.*Models that could: .*tts/) } },
    ]);
  });
});

describe('a key', () => {
  it('speaks with its models only, and within its budget', async () => {
    const { key } = await bench.gateway.createKey({ models: ['mini'] });
    const headers = { authorization: `Bearer ${key}` };
    expect((await bench.speak({}, { headers })).status).toBe(404);
    const allowed = await bench.speak({ model: 'mini' }, { headers });
    expect(allowed.status).toBe(200);
    await bytesOf(allowed);
    expect((await bench.speak({}, { headers: { authorization: 'Bearer sk-wrong' } })).status).toBe(401);
  });
});

describe('a deployment that speaks', () => {
  const ofModel = async (name: string) => (await bench.gateway.admin('GET', `models/${name}`)).body.deployments[0];

  it('says what it is for, and when it ends', async () => {
    expect(await ofModel('tts')).toMatchObject({ mode: 'audio_speech' });
    const headers = { authorization: `Bearer ${bench.key}` };
    const read = async (path: string) => (await fetch(bench.gateway.url + path, { headers })).json();
    expect(await read('/v1/models/tts')).toMatchObject({ shutdown_date: '2027-01-06' });
    const model_info = expect.objectContaining({ mode: 'audio_speech', input_cost_per_character: 0.000015 });
    expect(await read('/model/info')).toMatchObject({
      data: expect.arrayContaining([expect.objectContaining({ model_name: 'tts', model_info })]),
    });
  });

  it('is tested by having it speak', async () => {
    const { id } = await ofModel('tts');
    expect((await bench.gateway.admin('POST', `deployments/${id}/test`)).body).toMatchObject({
      outcome: 'success',
      text: null,
    });
    expect(speechBodyOf(bench.upstream.lastRequest)).toMatchObject({ model: 'tts-1', input: 'Testing.' });
    const { status, body } = await bench.gateway.admin('POST', `deployments/${id}/test`, { discover: true });
    expect([status, body]).toMatchObject([400, { error: { param: 'discover' } }]);
  });

  it('has a provider that speaks', async () => {
    const deployment = { provider: 'assemblyai', upstream_model: 'best', api_key: 'k', mode: 'audio_speech' };
    const { status, body } = await bench.gateway.admin('POST', 'models', { name: 'mute', deployments: [deployment] });
    expect([status, body]).toMatchObject([
      400,
      { error: { param: 'deployments.0.mode', message: expect.stringContaining('does not speak') } },
    ]);
  });

  it('is there for every name that is known, where there is a key for it', async () => {
    const { body } = await bench.gateway.admin('GET', 'providers');
    const openai = body.data.find(({ name }: { name: string }) => name === 'openai');
    expect(openai.speech_models.map(({ name }: { name: string }) => name)).toContain('tts-1');
    expect(body.data.find(({ name }: { name: string }) => name === 'assemblyai')).toMatchObject({
      speech_models: [],
      other_speech_models: null,
    });
  });
});
