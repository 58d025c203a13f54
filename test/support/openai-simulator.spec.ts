import { MultipartBody, type MultipartPart } from '../../src/providers/multipart-body.js';
import { jsonBody } from '../../src/providers/request-body.js';
import { ProviderHttp } from '../../src/providers/provider-http.js';
import { OpenAiSimulator, SIMULATOR_KEY } from './openai-simulator.js';
import { answer } from './simulator-answers.js';
import { audioFromBytes } from './simulator-audio.js';
import { jsonAnswers } from './simulator-fixtures.js';

const never = new AbortController().signal;
const bearer = { authorization: `Bearer ${SIMULATOR_KEY}` };

/** A simulator that accepts everything would make every adapter test worthless. */
describe('OpenAiSimulator', () => {
  let upstream: OpenAiSimulator;
  const http = new ProviderHttp();

  beforeEach(async () => {
    upstream = await OpenAiSimulator.start();
  });
  afterEach(() => upstream.close());
  afterAll(() => http.onModuleDestroy());

  async function post(
    parts: readonly MultipartPart[],
    headers: Record<string, string> = bearer,
    path = '/audio/transcriptions',
  ): Promise<{ status: number; body: Buffer }> {
    return http.request({ url: upstream.url + path, headers, body: new MultipartBody(parts), signal: never });
  }

  const file: MultipartPart = { name: 'file', file: audioFromBytes() };
  const field = (name: string, value: string): MultipartPart => ({ name, value });
  const whisper = field('model', 'whisper-1');
  const diarize = field('model', 'gpt-4o-transcribe-diarize');

  it.each<[string, number, MultipartPart[], RegExp]>([
    ['an unknown field', 400, [whisper, field('vad_filter', 'true'), file], /Unknown parameter: 'vad_filter'/],
    ['an array without brackets', 400, [whisper, field('include', 'logprobs'), file], /Unknown parameter: 'include'/],
    ['a field twice', 400, [whisper, field('prompt', 'a'), field('prompt', 'b'), file], /Repeated parameter: 'prompt'/],
    ['no model', 400, [file], /must provide a model/],
    ['an unknown model', 404, [field('model', 'nova-3'), file], /does not exist/],
    ['no file', 400, [whisper], /field required/],
    ['two files', 400, [whisper, file, file], /field required/],
    [
      'a file without extension',
      400,
      [whisper, { name: 'file', file: audioFromBytes(undefined, { filename: 'blob' }) }],
      /Invalid file format/,
    ],
    [
      'a file of no type',
      400,
      [whisper, { name: 'file', file: audioFromBytes(undefined, { mediaType: 'application/octet-stream' }) }],
      /Invalid file format/,
    ],
    [
      'a format of another model',
      400,
      [field('model', 'gpt-transcribe'), field('response_format', 'srt'), file],
      /not compatible/,
    ],
    ['diarization without chunking', 400, [diarize, file], /chunking_strategy is required/],
    [
      'chunking that is no strategy',
      400,
      [whisper, field('chunking_strategy', '{"type":"server_vad"}'), file],
      /chunking_strategy must be/,
    ],
    [
      'a prompt for speakers',
      400,
      [diarize, field('chunking_strategy', 'auto'), field('prompt', 'x'), file],
      /prompt is not supported/,
    ],
    ['logprobs of whisper', 400, [whisper, field('include[]', 'logprobs'), file], /include\[\]/],
    [
      'granularities without verbose_json',
      400,
      [whisper, field('timestamp_granularities[]', 'word'), file],
      /verbose_json/,
    ],
    ['keywords of whisper', 400, [whisper, field('keywords[]', 'x'), file], /keywords/],
    [
      'a speaker without a voice',
      400,
      [diarize, field('chunking_strategy', 'auto'), field('known_speaker_names[]', 'x'), file],
      /known speakers/,
    ],
    ['a hot temperature', 400, [whisper, field('temperature', '1.1'), file], /temperature/],
    ['a stream of maybe', 400, [whisper, field('stream', '1'), file], /stream/],
  ])('refuses %s', async (_what, status, parts, message) => {
    const response = await post(parts);
    expect(response.status).toBe(status);
    expect(response.body.toString()).toMatch(message);
  });

  it('refuses a wrong key, no key, JSON, another path, and what translations do not take', async () => {
    expect((await post([whisper, file], { authorization: 'Bearer sk-wrong' })).status).toBe(401);
    expect((await post([whisper, file], {})).status).toBe(401);
    const url = `${upstream.url}/audio/transcriptions`;
    expect((await http.request({ url, headers: bearer, body: jsonBody({}), signal: never })).status).toBe(400);
    expect((await post([whisper, file], bearer, '/audio/voices')).status).toBe(404);
    expect((await post([whisper, field('language', 'en'), file], bearer, '/audio/translations')).status).toBe(400);
    expect((await post([field('model', 'gpt-4o-transcribe'), file], bearer, '/audio/translations')).status).toBe(404);
  });

  it('refuses before it follows the script', async () => {
    upstream.respondWith(answer(202, 'scripted'));
    expect((await post([file])).status).toBe(400);
    expect((await post([whisper, file])).status).toBe(202);
    expect((await post([whisper, file])).status).toBe(200);
  });

  it('tells requests apart by their uploads, and repeats one past the record and the script', async () => {
    const audio = audioFromBytes(Buffer.from([1]), { filename: 'other.wav', mediaType: 'audio/wav' });
    await post([whisper, file]);
    await post([whisper, { name: 'file', file: audio }]);
    const request = upstream.requestOf('other.wav');
    if (!request) throw new Error('the request was not recorded');
    expect(request).toBe(upstream.requests[1]);
    expect(upstream.requestOf('third.wav')).toBeUndefined();
    upstream.respondWith(answer(202, 'scripted'));
    const repeated = await upstream.replay(request);
    expect([repeated.status, await repeated.json()]).toEqual([200, jsonAnswers.whisper]);
    expect(upstream.requests).toHaveLength(2);
    expect((await post([whisper, file])).status).toBe(202);
  });

  it('records the request as it stood on the wire', async () => {
    const audio = audioFromBytes(Buffer.from([0, 255, 10]), { filename: 'gespräch.mp3', mediaType: 'audio/mpeg' });
    await post([{ name: 'file', file: audio }, field('prompt', 'größer'), whisper]);
    const request = upstream.lastRequest;
    expect(request.keys).toEqual(['file', 'prompt', 'model']);
    expect(request.file).toEqual({
      filename: 'gespräch.mp3',
      mediaType: 'audio/mpeg',
      bytes: Buffer.from([0, 255, 10]),
    });
    expect(request.value('prompt')).toBe('größer');
  });
});
