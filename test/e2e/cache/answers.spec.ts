import { SPOKEN } from '../../support/simulator-fixtures.js';
import { errorAnswer } from '../../support/simulator-answers.js';
import { makeWav } from '../../support/audio.js';
import { MASTER_KEY } from '../../support/gateway.js';
import { SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { AUDIO, form } from '../bad-input/bench.js';
import { FileServer } from '../url-input/file-server.js';
import { CacheBench, type Asked } from './cache-bench.js';

let bench: CacheBench;
beforeAll(async () => {
  bench = await CacheBench.start();
});
afterAll(() => bench.close());
beforeEach(() => bench.renew());

const forms = {
  json: { response_format: 'json' },
  text: { response_format: 'text' },
  srt: { response_format: 'srt' },
  vtt: { response_format: 'vtt' },
  verbose: { response_format: 'verbose_json' },
  words: { response_format: 'verbose_json', 'timestamp_granularities[]': 'word' },
  both: { response_format: 'verbose_json', 'timestamp_granularities[]': ['word', 'segment'] },
} as const;

it.each(Object.entries(forms))('gives %s again, byte for byte, and calls nobody', async (_, fields) => {
  const first = await bench.ask({ fields });
  const second = await bench.ask({ fields, filename: 'other-name.wav' });
  expect([first.status, first.cache, second.status, second.cache]).toEqual([200, 'miss', 200, 'hit']);
  expect(second.text).toBe(first.text);
  expect(second.headers.get('content-type')).toBe(first.headers.get('content-type'));
  expect(bench.calls).toBe(1);
});

it('is a row that costs nothing, with no attempts, and names the request whose answer it is', async () => {
  const first = await bench.ask();
  const second = await bench.ask();
  expect(await bench.row(first)).toMatchObject({ cache: 'miss', cached_request_id: null, cost_usd: 0.0009 });
  expect(await bench.row(second)).toMatchObject({
    cache: 'hit',
    cached_request_id: first.id,
    cost_usd: 0,
    cost_estimated: false,
    cost_steps: null,
    usage: null,
    usage_source: null,
    attempts: [],
    plan: null,
    provider_latency_ms: null,
    provider: 'openai',
    upstream_model: 'whisper-1',
    status: 'success',
    transcript: SPOKEN,
    audio_seconds: 1,
  });
  expect(second.headers.get('x-auricle-cost-usd')).toBe('0');
  expect(second.headers.get('x-auricle-attempts')).toBe('0');
  expect(second.headers.get('x-auricle-provider')).toBe('openai');
  const hits = await bench.gateway.logs(`key_id=${bench.key.id}&cache=hit`);
  expect(hits.map(({ id }) => id)).toEqual([second.id]);
  const { body } = await bench.gateway.admin('GET', `keys/${bench.key.id}`);
  expect(body.spend_usd).toBe(0.0009);
});

it.each<[string, Asked['fields'], string]>([
  ['json', forms.json, 'hit'],
  ['text', forms.text, 'hit'],
  ['srt', forms.srt, 'hit'],
  ['vtt', forms.vtt, 'hit'],
  ['verbose', forms.verbose, 'hit'],
  ['words', forms.words, 'miss'],
])('makes %s from an answer with segments, where they are enough', async (_, fields, cache) => {
  await bench.ask({ fields: forms.verbose });
  const again = await bench.ask({ fields });
  expect([again.status, again.cache]).toEqual([200, cache]);
});

it('makes nothing from an answer that has too little', async () => {
  await bench.ask({ fields: forms.json });
  expect(await bench.caches({ fields: forms.text }, { fields: forms.srt }, { fields: forms.verbose })).toEqual([
    'hit',
    'miss',
    'miss',
  ]);
});

it('makes srt from segments as it does elsewhere, and no words that were not asked for', async () => {
  await bench.ask({ fields: forms.both });
  const srt = await bench.ask({ fields: forms.srt });
  const verbose = await bench.ask({ fields: forms.verbose });
  const words = await bench.ask({ fields: forms.words });
  const text = await bench.ask({ fields: forms.text });
  expect([srt.cache, verbose.cache, words.cache, text.cache]).toEqual(['hit', 'hit', 'hit', 'hit']);
  expect(srt.text).toMatch(/^1\n00:00:00,000 --> 00:00:03,320\nThe beach/);
  expect(Object.keys(JSON.parse(verbose.text))).toEqual(expect.arrayContaining(['text', 'segments', 'duration']));
  expect(JSON.parse(verbose.text)).not.toHaveProperty('words');
  expect(JSON.parse(words.text)).toMatchObject({ words: [{ word: 'The' }, { word: 'beach' }, { word: 'was' }] });
  expect(JSON.parse(words.text)).not.toHaveProperty('segments');
  expect(text.text.trim()).toBe(SPOKEN);
  expect(bench.calls).toBe(1);
});

it('gives an answer with log probabilities without them, and not the other way round', async () => {
  const fields = { model: 'gpt4o', 'include[]': 'logprobs' };
  await bench.ask({ fields: { model: 'gpt4o' } });
  const probable = await bench.ask({ fields });
  expect([probable.cache, JSON.parse(probable.text)]).toEqual([
    'miss',
    expect.objectContaining({ logprobs: expect.any(Array) }),
  ]);
  await bench.renew();
  await bench.ask({ fields });
  const plain = await bench.ask({ fields: { model: 'gpt4o' } });
  expect(plain.cache).toBe('hit');
  expect(JSON.parse(plain.text)).toMatchObject({ text: SPOKEN });
  expect(JSON.parse(plain.text)).not.toHaveProperty('logprobs');
});

it('tells speakers only to who asks for them', async () => {
  const fields = { model: 'diarize', response_format: 'diarized_json', chunking_strategy: 'auto' };
  expect(await bench.caches({ fields }, { fields }, { fields: { ...fields, response_format: 'json' } })).toEqual([
    'miss',
    'hit',
    'miss',
  ]);
});

/** The events of a stream, by what they add up to. */
function heard(stream: string): { text: string; types: Set<string>; segments: unknown[] } {
  const events = stream
    .split('\n\n')
    .filter((frame) => frame.startsWith('data: {'))
    .map((frame): { type: string; delta?: string } => JSON.parse(frame.slice('data: '.length)));
  return {
    text: events.map(({ delta = '' }) => delta).join(''),
    types: new Set(events.map(({ type }) => type)),
    segments: events.filter(({ type }) => type === 'transcript.text.segment'),
  };
}

describe('a stream', () => {
  const stream = { stream: 'true' };

  it('is given again as events, whether it was one or a whole answer', async () => {
    const streamed = await bench.ask({ fields: { model: 'gpt4o', ...stream } });
    const again = await bench.ask({ fields: { model: 'gpt4o', ...stream } });
    const whole = await bench.ask({ fields: { model: 'gpt4o' } });
    expect([streamed.cache, again.cache, whole.cache]).toEqual(['miss', 'hit', 'hit']);
    expect(again.headers.get('content-type')).toContain('text/event-stream');
    expect(heard(again.text)).toEqual(heard(streamed.text));
    expect(again.text.trimEnd().endsWith('data: [DONE]')).toBe(true);
    expect(JSON.parse(whole.text)).toMatchObject({ text: SPOKEN });
    expect(await bench.row(again)).toMatchObject({ cache: 'hit', cost_usd: 0, usage: null, transcript: SPOKEN });
    await bench.renew();
    await bench.ask({ fields: { model: 'gpt4o' } });
    const late = await bench.ask({ fields: { model: 'gpt4o', ...stream } });
    expect([late.cache, heard(late.text).text]).toEqual(['hit', SPOKEN]);
  });

  it('of speakers is given again with its segments', async () => {
    const fields = { model: 'diarize', response_format: 'diarized_json', chunking_strategy: 'auto' };
    const streamed = await bench.ask({ fields: { ...fields, ...stream } });
    const again = await bench.ask({ fields: { ...fields, ...stream } });
    const whole = await bench.ask({ fields });
    expect([streamed.cache, again.cache, whole.cache]).toEqual(['miss', 'hit', 'hit']);
    expect(heard(again.text).segments).toHaveLength(heard(streamed.text).segments.length);
    expect(JSON.parse(whole.text).segments).toHaveLength(heard(streamed.text).segments.length);
  });

  it('of a format without events is whole, and says so', async () => {
    const fields = { response_format: 'srt', ...stream };
    const first = await bench.ask({ fields });
    const second = await bench.ask({ fields });
    expect([second.cache, second.text]).toEqual(['hit', first.text]);
    expect(second.headers.get('x-auricle-warning')).toBe(first.headers.get('x-auricle-warning'));
  });

  it('that breaks off is not kept', async () => {
    bench.simulator.respondWith({
      run: (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('data: {"type":"transcript.text.delta","delta":"The"}\n\n', () => response.socket?.destroy());
      },
    });
    const fields = { model: 'gpt4o', ...stream };
    expect((await bench.ask({ fields })).text).not.toContain('[DONE]');
    expect(await bench.caches({ fields })).toEqual(['miss']);
  });
});

describe('what a client wants', () => {
  const header = (value: string): Asked => ({ headers: { 'x-auricle-cache': value } });

  it('is a new answer, which replaces the one before', async () => {
    bench.simulator.respondWith({
      run: (response) => void response.setHeader('content-type', 'application/json').end('{"text":"Old words."}'),
    });
    await bench.ask();
    const fresh = await bench.ask(header('refresh'));
    expect([fresh.cache, JSON.parse(fresh.text).text]).toEqual(['refresh', SPOKEN]);
    const later = await bench.ask();
    expect([later.cache, JSON.parse(later.text).text]).toEqual(['hit', SPOKEN]);
    expect((await bench.row(fresh)).cache).toBe('refresh');
  });

  it('is that nothing is kept nor given', async () => {
    expect(await bench.caches(header('no-store'), {}, header('no-store'), header(' NO-STORE , refresh'), {})).toEqual([
      'bypass',
      'miss',
      'bypass',
      'bypass',
      'hit',
    ]);
  });

  it('is that an answer is kept although those of the model are not', async () => {
    const fields = { model: 'plain' };
    expect(await bench.caches({ fields }, { fields }, { fields, ...header('ttl=60') }, { fields })).toEqual([
      null,
      null,
      'miss',
      null,
    ]);
    expect(await bench.caches({ fields, ...header('ttl=60') })).toEqual(['hit']);
    const { rows } = await bench.database.query<{ ttl: string }>(
      `SELECT EXTRACT(EPOCH FROM expires_at - created_at) AS ttl FROM cached_answer WHERE key_id = $1`,
      [bench.key.id],
    );
    expect(rows.map(({ ttl }) => Number(ttl))).toEqual([60]);
  });

  it.each(['nonsense', 'ttl=0', 'ttl=-1', 'ttl=1e3', 'ttl=9999999999', 'ttl=1,ttl=2', 'hit', 'ttl', 'no-store;q=1'])(
    'is refused where it is not understood: %s',
    async (value) => {
      const answer = await bench.ask(header(value));
      expect([answer.status, JSON.parse(answer.text).error.param]).toEqual([400, 'x-auricle-cache']);
    },
  );

  it.each<[string, Record<string, string>, (string | null)[]]>([
    ['no-cache', { cache: '{"no-cache": true}' }, ['refresh', 'hit']],
    ['no-store', { cache: '{"no-store": true}' }, ['miss', 'miss']],
    ['both', { cache: '{"no-cache": true, "no-store": true}' }, ['bypass', 'miss']],
    ['bracketed keys', { 'cache[no-cache]': 'True', 'cache[ttl]': '600' }, ['refresh', 'hit']],
    ['ttl and s-maxage', { cache: '{"ttl": 600, "s-maxage": 600}' }, ['miss', 'hit']],
    ['a namespace', { cache: '{"namespace": "mine"}' }, ['miss', 'miss']],
    ['nothing', { cache: 'null' }, ['miss', 'hit']],
    ['false', { cache: 'false' }, ['bypass', 'miss']],
    ['use-cache', { model: 'plain', cache: '{"use-cache": true}' }, ['miss', 'miss']],
  ])("is read from LiteLLM's field: %s", async (_, fields, caches) => {
    expect(await bench.caches({ fields }, {})).toEqual(caches);
    expect(bench.simulator.lastRequest.keys.filter((key) => key.startsWith('cache'))).toEqual([]);
  });

  it.each(['{"no_store": true}', '{"ttl": "soon"}', '{"ttl": 0}', '[]', 'perhaps', '{"no-store": "perhaps"}', '7'])(
    "is refused where LiteLLM's field is not understood: %s",
    async (cache) => {
      const answer = await bench.ask({ fields: { cache } });
      expect([answer.status, JSON.parse(answer.text).error.param]).toEqual([400, 'cache']);
    },
  );

  it('is none that is older than it says', async () => {
    await bench.ask();
    await bench.gateway.admin('GET', 'cache');
    await bench.database.query(`UPDATE cached_answer SET created_at = created_at - interval '5 minutes'`);
    const within = (seconds: number): Asked => ({ fields: { cache: `{"s-maxage": ${seconds}}` } });
    expect(await bench.caches(within(600), within(60), within(60))).toEqual(['hit', 'miss', 'hit']);
  });
});

describe('what changes the answer', () => {
  it.each<[string, Asked]>([
    ['the recording', { audio: makeWav({ durationSeconds: 1, toneHz: 441 }) }],
    ['the task', { path: '/v1/audio/translations' }],
    ['the language', { fields: { language: 'en' } }],
    ['the prompt', { fields: { prompt: 'Beach' } }],
    ['the temperature', { fields: { temperature: '0.5' } }],
    ['the model', { fields: { model: 'gpt4o' } }],
  ])('is another question: %s', async (_, asked) => {
    expect(await bench.caches({}, asked, asked)).toEqual(['miss', 'miss', 'hit']);
  });

  it.each<[string, Asked]>([
    ['metadata', { fields: { metadata: '{"job": "a"}' } }],
    ['user and tags', { fields: { user: 'u-1', 'tags[]': ['a', 'b'] } }],
    ['a timeout', { fields: { timeout: '30' }, headers: { 'x-auricle-timeout-ms': '20000' } }],
    ['fallbacks and retries', { fields: { 'fallbacks[]': 'gpt4o', num_retries: '1' } }],
    ['a name of the file', { filename: 'a.wav' }],
    ['the door', { path: '/litellm/v1/audio/transcriptions' }],
  ])('is not %s', async (_, asked) => {
    expect(await bench.caches({}, asked)).toEqual(['miss', 'hit']);
  });

  it('is what serves the model', async () => {
    const { body } = await bench.gateway.admin('GET', 'models/whisper');
    const [{ id }] = body.deployments;
    await bench.ask();
    await bench.gateway.admin('PATCH', `deployments/${id}`, { weight: 2 });
    expect(await bench.caches({})).toEqual(['hit']);
    await bench.gateway.admin('PATCH', `deployments/${id}`, { upstream_model: 'gpt-4o-mini-transcribe' });
    expect(await bench.caches({})).toEqual(['miss']);
    await bench.gateway.admin('PATCH', `deployments/${id}`, { upstream_model: 'whisper-1' });
    expect(await bench.caches({})).toEqual(['hit']);
  });
});

it('keeps no failure, and no answer of a fallback', async () => {
  await bench.gateway.createModel('flaky', bench.simulator.url, { api_key: SIMULATOR_KEY });
  await bench.gateway.admin('PATCH', 'models/flaky', { routing: { fallbacks: ['gpt4o'] } });
  bench.simulator.respondWith(errorAnswer(400, { message: 'no' }));
  const fields = { model: 'whisper' };
  expect((await bench.ask({ fields })).status).toBe(400);
  expect(await bench.caches({ fields }, { fields })).toEqual(['miss', 'hit']);
  bench.simulator.respondWith(errorAnswer(500, { message: 'no' }));
  const first = await bench.ask({ fields: { model: 'flaky' } });
  expect([first.cache, first.headers.get('x-auricle-model')]).toEqual(['miss', 'gpt4o']);
  const second = await bench.ask({ fields: { model: 'flaky' } });
  expect([second.cache, second.headers.get('x-auricle-model')]).toEqual(['miss', 'flaky']);
});

it('is given while everything that serves the model is cooling down', async () => {
  await bench.gateway.createModel('cooling', bench.simulator.url, {
    api_key: SIMULATOR_KEY,
    routing: { cooldown_seconds: 60 },
  });
  const fields = { model: 'cooling' };
  await bench.ask({ fields });
  bench.simulator.respondWith(errorAnswer(401, { message: 'no' }));
  const statusOf = async (prompt: string) => (await bench.ask({ fields: { ...fields, prompt } })).status;
  expect([await statusOf('one'), await statusOf('two')]).toEqual([502, 502]);
  expect(bench.calls).toBe(2);
  expect(await bench.caches({ fields })).toEqual(['hit']);
});

it('repeats what the client was told of what was left out', async () => {
  const fields = { model: 'diarize', prompt: 'Beach', drop_params: 'true' };
  const first = await bench.ask({ fields });
  const second = await bench.ask({ fields });
  expect([first.cache, second.cache]).toEqual(['miss', 'hit']);
  expect(first.headers.get('x-auricle-warning')).toContain('prompt');
  expect(second.headers.get('x-auricle-warning')).toBe(first.headers.get('x-auricle-warning'));
});

it('does not know recordings by their address, nor a model that is made to fail', async () => {
  const files = await FileServer.start();
  files.serve('/speech.wav', AUDIO);
  const fetching = await CacheBench.start({ FETCH_URLS: 'true', URL_FETCH_ALLOWED_HOSTS: files.host });
  const askByUrl = async (): Promise<string | null> => {
    const response = await fetch(`${fetching.gateway.url}/v1/audio/transcriptions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${fetching.key.key}` },
      body: form({ model: 'whisper', url: files.url('/speech.wav') }),
    });
    expect(await response.json()).toMatchObject({ text: SPOKEN });
    return response.headers.get('x-auricle-cache');
  };
  expect([await askByUrl(), await askByUrl()]).toEqual(['bypass', 'bypass']);
  await fetching.close();
  await files.close();
  const master = { key: MASTER_KEY };
  const fields = { mock_testing_fallbacks: 'true', 'fallbacks[]': 'gpt4o' };
  expect(await bench.caches({ ...master }, { ...master, fields })).toEqual(['miss', 'bypass']);
});

describe('the doors', () => {
  it("say it in Bifrost's, LiteLLM's and Portkey's words", async () => {
    const path = '/litellm/v1/audio/transcriptions';
    const first = await bench.ask({ path });
    const second = await bench.ask({ path });
    expect(JSON.parse(first.text).extra_fields.cache_debug).toEqual({ cache_hit: false, cache_id: first.id });
    expect(JSON.parse(second.text).extra_fields.cache_debug).toEqual({
      cache_hit: true,
      cache_id: first.id,
      hit_type: 'direct',
    });
    expect(first.headers.get('x-litellm-cache-key')).toBe(null);
    expect(second.headers.get('x-litellm-cache-key')).toMatch(/^[0-9a-f]{64}$/);
    expect(second.headers.get('x-litellm-response-cost')).toBe('0');
    const portkey = { 'x-portkey-trace-id': 't' };
    const statusOf = async (asked: Asked) =>
      (await bench.ask({ ...asked, headers: { ...portkey, ...asked.headers } })).headers.get('x-portkey-cache-status');
    const wanting = (wish: string): Asked => ({ headers: { 'x-auricle-cache': wish } });
    expect(await statusOf({})).toBe('HIT');
    expect(await statusOf(wanting('refresh'))).toBe('REFRESH');
    expect(await statusOf(wanting('no-store'))).toBe('DISABLED');
    expect(await statusOf({ fields: { language: 'en' } })).toBe('MISS');
    expect(await statusOf({ fields: { model: 'plain' } })).toBe('DISABLED');
  });
});
