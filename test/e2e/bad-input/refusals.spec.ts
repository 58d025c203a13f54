import { MASTER_KEY } from '../../support/gateway.js';
import { AUDIO, audioFile, Bench, form } from './bench.js';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.start();
});
afterAll(async () => bench.close());

const ENVELOPE = { type: 'invalid_request_error', param: null, code: null };
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const ZIP = Buffer.from(
  'UEsDBAoAAAAAAAAAIQBDvrfoAQAAAAEAAAABAAAAYWFQSwECFAAKAAAAAAAAACEAQ763' +
    '6AEAAAABAAAAAQAAAAAAAAAAAAAAAAAAAAAAYVBLBQYAAAAAAQABAC8AAAAgAAAAAAA=',
  'base64',
);

describe('before authentication nothing is recorded', () => {
  beforeEach(() => bench.renew());
  afterEach(() => bench.expectAftermath(0));

  const NO_KEY =
    "You didn't provide an API key. Send it in an Authorization header using Bearer auth (Authorization: Bearer YOUR_KEY).";
  it.each([
    ['no key', {}, NO_KEY],
    ['an empty key', { authorization: 'Bearer ' }, NO_KEY],
    ['another scheme', { authorization: 'Basic c2stYXVyLTEyMzQ6' }, NO_KEY],
    ['a wrong key', { authorization: 'Bearer sk-aur-wrong' }, 'Incorrect API key provided.'],
  ])('%s', async (_what, headers, message) => {
    const answer = await fetch(bench.url, {
      method: 'POST',
      headers,
      body: form({ model: 'whisper', file: audioFile() }),
    });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toEqual({ error: { ...ENVELOPE, message, code: 'invalid_api_key' } });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    ['a blocked key', { blocked: true }, 'key_blocked', 'This API key has been blocked.'],
    [
      'an expired key',
      { expires_at: '2026-01-02T03:04:05Z' },
      'key_expired',
      'This API key expired at 2026-01-02T03:04:05.000Z.',
    ],
  ])('%s', async (_what, fields, code, message) => {
    const { key } = await bench.gateway.createKey(fields);
    const answer = await bench.send(form({ model: 'whisper', file: audioFile() }), { key });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toEqual({ error: { ...ENVELOPE, message, code } });
  });

  it('refuses a key from the moment on at which it is blocked, expired or deleted', async () => {
    const { id, key } = await bench.gateway.createKey();
    const models = () => fetch(`${bench.gateway.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } });
    expect((await models()).status).toBe(200);
    await bench.gateway.admin('PATCH', `keys/${id}`, { blocked: true });
    expect(await (await models()).json()).toMatchObject({ error: { code: 'key_blocked' } });
    await bench.gateway.admin('PATCH', `keys/${id}`, { blocked: false, expires_at: '2026-01-01T00:00:00Z' });
    expect(await (await models()).json()).toMatchObject({ error: { code: 'key_expired' } });
    await bench.gateway.admin('PATCH', `keys/${id}`, { expires_at: null });
    expect((await models()).status).toBe(200);
    await bench.gateway.admin('DELETE', `keys/${id}`);
    expect(await (await models()).json()).toMatchObject({ error: { code: 'invalid_api_key' } });
  });
});

interface Refusal {
  readonly what: string;
  /** Added to a form that would be answered; undefined takes a field away. */
  readonly fields: Record<string, string | File | readonly (string | File)[] | undefined>;
  readonly path?: string;
  readonly keyFields?: Record<string, unknown>;
  readonly status?: number;
  readonly error: { message: string; param?: string; code?: string };
}

const SUPPORTED =
  "['3g2', '3gp', '8svx', 'aac', 'ac3', 'aif', 'aifc', 'aiff', 'amr', 'ape', 'asf', 'au', 'avi', 'awb', 'caf', 'ds2', " +
  "'dsf', 'dss', 'eac3', 'ec3', 'flac', 'flv', 'iff', 'latm', 'loas', 'm2ts', 'm4a', 'mka', 'mkv', 'mov', 'mp2', 'mp3', " +
  "'mp4', 'mpeg', 'mpg', 'mpga', 'mts', 'mxf', 'oga', 'ogg', 'qcp', 'qt', 'snd', 'ts', 'tta', 'voc', 'wav', 'webm', " +
  "'wma', 'wmv', 'wv']";

function notAudio(what: string, file: File, found: string): Refusal {
  const message = `Invalid file format: the file is ${found}. Supported formats: ${SUPPORTED}`;
  return { what, fields: { file }, error: { message, param: 'file', code: 'invalid_audio' } };
}

function invalid(param: string, value: string | readonly string[], rule: string, field = param): Refusal {
  return {
    what: `${field}=${JSON.stringify(value)}`,
    fields: { [field]: value },
    error: { message: `Invalid '${param}': it ${rule}`, param, code: 'invalid_value' },
  };
}

const MISSING = 'missing_required_parameter';
const refusals: readonly Refusal[] = [
  {
    what: 'model missing',
    fields: { model: undefined },
    error: { message: 'you must provide a model parameter', param: 'model', code: MISSING },
  },
  {
    what: 'model empty',
    fields: { model: '' },
    error: { message: 'you must provide a model parameter', param: 'model', code: MISSING },
  },
  {
    what: 'model sent twice',
    fields: { model: ['whisper', 'gpt4o'] },
    error: { message: "'model' was sent 2 times", param: 'model', code: 'invalid_value' },
  },
  invalid('model', 'm'.repeat(201), 'is longer than 200 characters'),
  {
    what: 'model unknown',
    fields: { model: 'whisper-9' },
    status: 404,
    error: {
      message: "The model 'whisper-9' does not exist or you do not have access to it.",
      param: 'model',
      code: 'model_not_found',
    },
  },
  {
    what: 'model not allowed',
    fields: { model: 'gpt4o' },
    keyFields: { models: ['whisper'] },
    status: 404,
    error: {
      message: "The model 'gpt4o' does not exist or you do not have access to it.",
      param: 'model',
      code: 'model_not_found',
    },
  },
  {
    what: 'file missing',
    fields: { file: undefined },
    error: {
      message: "Missing required field 'file': send a recording, or its address in 'url'",
      param: 'file',
      code: MISSING,
    },
  },
  {
    what: 'file empty',
    fields: { file: audioFile('') },
    error: { message: 'The uploaded file is empty', param: 'file', code: 'invalid_audio' },
  },
  {
    what: 'file sent twice',
    fields: { file: [audioFile(), audioFile()] },
    error: { message: '`file` was sent more than once. Send one file per request.', param: 'file' },
  },
  {
    what: 'file under another name',
    fields: { file: undefined, audio: audioFile() },
    error: { message: 'The audio was sent in the field `audio`. Send it in the field `file`.', param: 'file' },
  },
  {
    what: 'file as text',
    fields: { file: 'speech.wav' },
    error: { message: '`file` was sent as text. Send it as a file part with a filename.', param: 'file' },
  },
  notAudio('a text', audioFile('Dear Sir or Madam,\n', 'speech.wav'), 'text'),
  notAudio('a web page', audioFile('<!DOCTYPE html><html></html>', 'speech.mp3'), 'an HTML page'),
  notAudio('JSON', audioFile('{"audio": true}', 'speech.mp3'), 'JSON text'),
  notAudio('a picture', audioFile(PNG, 'speech.wav'), 'an image (image/png)'),
  notAudio('an archive', audioFile(ZIP, 'speech.wav'), 'an archive (application/zip)'),
  notAudio('noise', audioFile(Buffer.alloc(5000, '\u0001\u0002\u0003'), 'speech.wav'), 'data of unknown type'),
  invalid('response_format', 'xml', 'must be one of json, text, srt, verbose_json, vtt, diarized_json'),
  {
    ...invalid('response_format', 'diarized_json', 'must be one of json, text, srt, verbose_json, vtt'),
    what: 'diarized_json of a translation',
    path: '/v1/audio/translations',
  },
  invalid('temperature', '1.01', 'must be a number between 0 and 1'),
  invalid('temperature', '-0.1', 'must be a number between 0 and 1'),
  invalid('temperature', 'hot', 'must be a number between 0 and 1'),
  invalid('temperature', 'NaN', 'must be a number between 0 and 1'),
  invalid('temperature', '0x1', 'must be a number between 0 and 1'),
  invalid('stream', 'maybe', 'must be true or false'),
  ...['srt', 'vtt', 'diarized_json'].map((response_format) => ({
    ...invalid('timestamp_granularities', 'word', `cannot be 'word' with response_format '${response_format}'`),
    fields: { response_format, 'timestamp_granularities[]': 'word' },
  })),
  {
    ...invalid('timestamp_granularities', ['word', 'letter'], 'may only contain word, segment'),
    fields: { response_format: 'verbose_json', 'timestamp_granularities[]': ['word', 'letter'] },
  },
  invalid('include', 'usage', 'may only contain logprobs', 'include[]'),
  {
    ...invalid('include', 'logprobs', "with 'logprobs' needs response_format 'json'"),
    fields: { model: 'gpt4o', 'include[]': 'logprobs', response_format: 'text' },
  },
  {
    ...invalid('languages', 'en', "cannot be combined with 'language'"),
    fields: { language: 'en', 'languages[]': ['en', 'de'] },
  },
  invalid('keywords', 'a<b', 'must not contain <, > or line breaks', 'keywords[]'),
  invalid(
    'known_speaker_references',
    'Ada',
    'must have as many entries as known_speaker_names',
    'known_speaker_names[]',
  ),
  {
    ...invalid('chunking_strategy', 'sometimes', ''),
    error: {
      message: expect.stringMatching(
        /^Invalid 'chunking_strategy': it must be 'auto' or an object of type 'server_vad'/,
      ),
      param: 'chunking_strategy',
      code: 'invalid_value',
    },
  },
  {
    what: 'subtitles of a model without times',
    fields: { model: 'gpt4o', response_format: 'srt' },
    error: {
      message:
        "response_format 'srt' cannot be served by model 'gpt4o': it reports no timestamps. Models that could: whisper.",
      param: 'response_format',
      code: 'unsupported_value',
    },
  },
  {
    what: 'subtitles of a model without times, with a key that may use no other',
    fields: { model: 'gpt4o', response_format: 'vtt' },
    keyFields: { models: ['gpt4o'] },
    error: {
      message: "response_format 'vtt' cannot be served by model 'gpt4o': it reports no timestamps.",
      param: 'response_format',
      code: 'unsupported_value',
    },
  },
  {
    what: 'speakers of a model that tells none apart',
    fields: { model: 'whisper', response_format: 'diarized_json' },
    error: {
      message: "response_format 'diarized_json' cannot be served by model 'whisper': it does not tell speakers apart.",
      param: 'response_format',
      code: 'unsupported_value',
    },
  },
  {
    what: 'a translation by a model that does not translate',
    fields: { model: 'gpt4o' },
    path: '/v1/audio/translations',
    error: {
      message: "The request cannot be served by model 'gpt4o': it does not translate. Models that could: whisper.",
      param: 'model',
      code: 'unsupported_value',
    },
  },
  {
    what: 'logprobs of a model that reports none',
    fields: { model: 'whisper', 'include[]': 'logprobs' },
    error: {
      message: "'include' cannot be served by model 'whisper': it does not know this field. Models that could: gpt4o.",
      param: 'include',
      code: 'unsupported_value',
    },
  },
  {
    what: 'a field that the provider does not know',
    fields: { vad_filter: 'true' },
    error: {
      message:
        "'vad_filter' cannot be served by model 'whisper': it does not know this field. Providers that know it: cloudflare.",
      param: 'vad_filter',
      code: 'unknown_parameter',
    },
  },
  {
    what: 'a transcription field in a translation',
    fields: { keywords: 'Auricle' },
    path: '/v1/audio/translations',
    error: {
      message: "'keywords' cannot be served by model 'whisper': it does not know this field.",
      param: 'keywords',
      code: 'unknown_parameter',
    },
  },
  {
    what: 'too many fields',
    fields: { x: Array.from({ length: 201 }, String) },
    error: { message: 'The form has more than 200 fields', code: 'too_many_fields' },
  },
  {
    what: 'a long field name',
    fields: { ['n'.repeat(201)]: '1' },
    error: { message: 'A field name is longer than 200 bytes', code: 'field_name_too_long' },
  },
  {
    what: 'a long field',
    fields: { prompt: 'p'.repeat(64 * 1024 + 1) },
    status: 413,
    error: {
      message: 'The value of `prompt` is larger than 64 KiB, the limit of this gateway',
      param: 'prompt',
      code: 'request_too_large',
    },
  },
];

describe('what the caller got wrong is refused with the field, and leaves one row', () => {
  afterEach(() => bench.expectAftermath(1));

  it.each(refusals)('$what', async ({ fields, path, keyFields, status = 400, error }) => {
    await bench.renew(keyFields);
    const all = Object.entries({ model: 'whisper', file: audioFile(), ...fields });
    const sent = Object.fromEntries(all.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
    const calls = bench.simulator.requests.length;
    const answer = await bench.send(form(sent), { path });
    expect(await answer.json()).toEqual({ error: { ...ENVELOPE, ...error } });
    expect(answer.status).toBe(status);
    expect(bench.simulator.requests.length).toBe(calls);
    expect(await bench.row()).toMatchObject({
      id: answer.headers.get('x-request-id'),
      status: 'refused',
      http_status: status,
      error_code: error.code ?? null,
      error_message: error.message,
      task: path ? 'translate' : 'transcribe',
      cost_usd: 0,
      attempts: [],
      transcript: null,
    });
  });

  it.each([
    ['JSON', 'application/json', 'not application/json'],
    ['urlencoded', 'application/x-www-form-urlencoded', 'not application/x-www-form-urlencoded'],
    ['audio itself', 'audio/wav', 'not audio/wav'],
    ['no content type', undefined, 'but the request has no content type'],
  ])('%s instead of a form', async (_what, contentType, found) => {
    await bench.renew();
    const answer = await fetch(bench.url, {
      method: 'POST',
      headers: { authorization: `Bearer ${bench.key.key}`, ...(contentType && { 'content-type': contentType }) },
      body: new Uint8Array(AUDIO),
    });
    expect(answer.status).toBe(400);
    const message = `Audio must be sent as multipart/form-data, ${found}`;
    expect(await answer.json()).toEqual({ error: { ...ENVELOPE, message, code: 'unsupported_content_type' } });
    expect(await bench.row()).toMatchObject({ status: 'refused', error_code: 'unsupported_content_type' });
  });

  it.each([
    ['a form without a boundary', 'multipart/form-data', 'Multipart: Boundary not found'],
    ['a form whose boundary never comes', 'multipart/form-data; boundary=other', 'Unexpected end of form'],
  ])('%s', async (_what, contentType, reason) => {
    await bench.renew();
    const answer = await fetch(bench.url, {
      method: 'POST',
      headers: { authorization: `Bearer ${bench.key.key}`, 'content-type': contentType },
      body: new Uint8Array(AUDIO),
    });
    expect(answer.status).toBe(400);
    const message = `The multipart/form-data body cannot be read: ${reason}`;
    expect(await answer.json()).toEqual({ error: { ...ENVELOPE, message, code: 'invalid_multipart' } });
    expect(await bench.row()).toMatchObject({ status: 'refused', error_code: 'invalid_multipart' });
  });
});

describe('what is ours is no refusal', () => {
  afterEach(() => bench.expectAftermath(1));

  it('says 503 for a model whose deployments are all switched off', async () => {
    await bench.renew();
    await bench.gateway.admin('POST', 'models', { name: 'empty', deployments: [] });
    const answer = await bench.send(form({ model: 'empty', file: audioFile() }));
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({
      error: {
        message: "The model 'empty' has no enabled deployment.",
        type: 'server_error',
        param: null,
        code: 'no_deployment',
      },
    });
    expect(await bench.row()).toMatchObject({ status: 'failure', http_status: 503, error_code: 'no_deployment' });
  });
});

it('records what the administrator does with the master key under its name', async () => {
  await bench.renew();
  const answer = await bench.send(form({ model: 'nope', file: audioFile() }), { key: MASTER_KEY });
  const [row] = await bench.gateway.logs(`request_id=${answer.headers.get('x-request-id')}`);
  expect(row).toMatchObject({ key_id: null, key_name: 'master key', status: 'refused' });
});
