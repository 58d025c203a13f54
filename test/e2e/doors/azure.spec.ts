import { AzureOpenAI, toFile } from 'openai';
import { AUDIO, audioFile, Bench, form } from '../bad-input/bench.js';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.start();
});
afterAll(async () => bench.close());
beforeEach(() => bench.renew());

function client(options: Partial<ConstructorParameters<typeof AzureOpenAI>[0]> = {}): AzureOpenAI {
  return new AzureOpenAI({
    endpoint: bench.gateway.url,
    apiKey: bench.key.key,
    apiVersion: '2025-04-01-preview',
    maxRetries: 0,
    ...options,
  });
}

const speech = () => toFile(AUDIO, 'speech.wav');

describe('AzureOpenAI', () => {
  it('transcribes and translates by the deployment that it names', async () => {
    const { audio } = client();
    const transcription = await audio.transcriptions.create({ model: 'whisper', file: await speech() });
    expect(transcription.text).toEqual(expect.any(String));
    expect(await bench.row()).toMatchObject({ model: 'whisper', task: 'transcribe', status: 'success' });
    await bench.renew();
    await client().audio.translations.create({ model: 'whisper', file: await speech() });
    expect(await bench.row()).toMatchObject({ model: 'whisper', task: 'translate', status: 'success' });
  });

  it('gets every format, and events', async () => {
    const { audio } = client();
    const file = await speech();
    const srt: unknown = await audio.transcriptions.create({ model: 'whisper', file, response_format: 'srt' });
    expect(srt).toMatch(/^1\n00:00:/);
    const verbose = await audio.transcriptions.create({ model: 'whisper', file, response_format: 'verbose_json' });
    expect(verbose.segments).toEqual(expect.any(Array));
    const kinds: string[] = [];
    for await (const event of await audio.transcriptions.create({ model: 'gpt4o', file, stream: true })) {
      kinds.push(event.type);
    }
    expect(kinds.at(-1)).toBe('transcript.text.done');
  });

  it('lists the models', async () => {
    const names: string[] = [];
    for await (const { id } of client().models.list()) names.push(id);
    expect(names).toEqual(expect.arrayContaining(['whisper', 'gpt4o']));
  });

  it('with a deployment of its own sends every request there', async () => {
    const { audio } = client({ deployment: 'whisper' });
    await audio.transcriptions.create({ model: 'whatever', file: await speech() });
    expect(await bench.row()).toMatchObject({ model: 'whisper' });
  });

  it('takes an Entra token for what it is, a bearer', async () => {
    const { audio } = client({ apiKey: undefined, azureADTokenProvider: () => Promise.resolve(bench.key.key) });
    await audio.transcriptions.create({ model: 'whisper', file: await speech() });
    expect(await bench.row()).toMatchObject({ status: 'success' });
  });

  it('is refused in the envelope of Azure', async () => {
    const wrong = client({ apiKey: 'sk-aur-wrong' }).audio.transcriptions.create({
      model: 'whisper',
      file: await speech(),
    });
    await expect(wrong).rejects.toMatchObject({ status: 401, code: '401', error: { code: '401' } });
    const absent = client().audio.transcriptions.create({ model: 'no-such', file: await speech() });
    await expect(absent).rejects.toMatchObject({ status: 404, code: 'DeploymentNotFound' });
    const bad = client().audio.transcriptions.create({ model: 'whisper', file: await speech(), temperature: 7 });
    await expect(bad).rejects.toMatchObject({
      status: 400,
      type: 'invalid_request_error',
      param: 'temperature',
      code: 'invalid_value',
    });
  });
});

describe('the paths of Azure', () => {
  const send = (path: string, body = form({ file: audioFile() }), headers: Record<string, string> = {}) =>
    fetch(bench.gateway.url + path, { method: 'POST', headers: { 'api-key': bench.key.key, ...headers }, body });

  it('need no model in the form, and the one in the path is meant', async () => {
    const answer = await send('/openai/deployments/whisper/audio/transcriptions?api-version=2024-06-01');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('apim-request-id')).toBe(answer.headers.get('x-request-id'));
    const other = form({ model: 'gpt4o', file: audioFile() });
    expect((await send('/openai/deployments/whisper/audio/transcriptions', other)).headers.get('x-auricle-model')).toBe(
      'whisper',
    );
  });

  it('take a name that is encoded', async () => {
    await bench.gateway.admin('POST', 'models', {
      name: 'team/whisper:1',
      deployments: [
        {
          provider: 'openai',
          upstream_model: 'whisper-1',
          api_base: bench.simulator.url,
          api_key: 'sk-simulator-0123456789abcdef',
        },
      ],
    });
    expect((await send('/openai/deployments/team%2Fwhisper%3A1/audio/transcriptions')).status).toBe(200);
  });

  it('of version 1 have the model in the form', async () => {
    const body = () => form({ model: 'whisper', file: audioFile() });
    for (const [path, headers] of [
      ['/openai/v1/audio/transcriptions', {}],
      ['/openai/v1/audio/transcriptions?api-version=preview', { authorization: `Bearer ${bench.key.key}` }],
    ] as const) {
      const answer = await send(path, body(), headers);
      expect([answer.status, answer.headers.has('apim-request-id'), await answer.json()]).toEqual([
        200,
        true,
        expect.not.objectContaining({ x_groq: expect.anything() }),
      ]);
    }
  });

  it.each([
    '/openai/deployments/whisper/audio/nothing',
    '/openai/deployments//audio/transcriptions',
    '/openai/deployments/%E0%A4%A/audio/transcriptions',
    '/openai/deployments/a/b/audio/transcriptions',
    '/openai/deployments/whisper/admin/v1/keys',
    '/openai/admin/v1/keys',
  ])('%s leads nowhere', async (path) => {
    const answer = await send(path);
    expect([answer.status, await answer.json()]).toMatchObject([404, { error: { code: 'unknown_url' } }]);
  });
});
