import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { askForeignClient, CLIENTS, describeWith, pythonOf } from '../../support/foreign-client.js';
import { MASTER_KEY } from '../../support/gateway.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { spokenAudio } from '../../support/spoken-audio.js';
import { AUDIO, Bench } from '../bad-input/bench.js';

const SCRIPT = join(CLIENTS, 'python/ask.py');
const describeWithPython = describeWith(pythonOf('newest'), pythonOf('old'));

let bench: Bench;
/** Who is `openai` for callers who bring a key. */
let openai: OpenAiSimulator;
let audio: string;
beforeAll(async () => {
  openai = await OpenAiSimulator.start();
  bench = await Bench.start({ OPENAI_BASE_URL: openai.url });
  await bench.gateway.createModel('tts', openai.url, { upstream_model: 'tts-1', api_key: SIMULATOR_KEY });
  audio = join(bench.gateway.dataDir, 'speech.wav');
  await writeFile(audio, AUDIO);
  // The virtual keys of Portkey's examples.
  for (const name of ['OPENAI_VIRTUAL_KEY', 'VIRTUAL_KEY']) {
    const { url: api_base } = bench.simulator;
    await bench.gateway.admin('POST', 'credentials', { name, provider: 'openai', api_key: SIMULATOR_KEY, api_base });
    await bench.gateway.admin('POST', 'models', {
      name: `speech-of-${name.toLowerCase()}`,
      deployments: [{ provider: 'openai', upstream_model: 'whisper-1', credential: name }],
    });
  }
});
afterAll(async () => {
  await bench.close();
  await openai.close();
});
beforeEach(() => bench.renew());

/** What a client got, by `ask.py`. */
const ask = (age: 'newest' | 'old', client: string): Promise<unknown> =>
  askForeignClient(pythonOf(age), [SCRIPT, client], {
    URL: bench.gateway.url,
    KEY: bench.key.key,
    MASTER_KEY,
    AUDIO: audio,
    HOME: bench.gateway.dataDir,
  });

const text = expect.stringMatching(/\w/);
const verbose = {
  task: 'transcribe',
  duration: expect.anything(),
  words: expect.any(Array),
  segments: expect.any(Array),
};

describeWithPython.each(['newest', 'old'] as const)('the %s', (age) => {
  it('openai', async () => {
    expect(await ask(age, 'openai')).toMatchObject({
      json: { text },
      verbose: { text, ...verbose },
      text,
      translation: { text },
      'wrong key': ['AuthenticationError', 401, 'invalid_api_key'],
      'unknown model': ['NotFoundError', 404, 'model_not_found'],
      'bad field': ['BadRequestError', 400, 'invalid_value'],
    });
  });

  it('openai for Azure', async () => {
    expect(await ask(age, 'azure')).toMatchObject({
      json: { text },
      verbose: { text, ...verbose },
      text,
      translation: { text },
      'wrong key': ['AuthenticationError', 401, '401'],
      'unknown model': ['NotFoundError', 404, 'DeploymentNotFound'],
      'bad field': ['BadRequestError', 400, 'invalid_value'],
    });
    expect(await ask(age, 'azure_deployment')).toMatchObject({ text });
  });

  it('openai speaks, and so does openai for Azure', async () => {
    const spoken = {
      whole: spokenAudio('mp3').length,
      file: spokenAudio('mp3').length,
      streamed: ['audio/wav', true, 'RIFF'],
      'bad voice': ['BadRequestError', 400, 'unsupported_value'],
      'bad speed': ['BadRequestError', 400, 'invalid_value'],
    };
    expect(await ask(age, 'openai_speech')).toEqual(spoken);
    expect(await ask(age, 'azure_speech')).toEqual(spoken);
  });

  it('groq', async () => {
    const x_groq = { id: expect.stringMatching(/^req_[0-9a-f]{32}$/) };
    expect(await ask(age, 'groq')).toMatchObject({
      json: { text, x_groq },
      verbose: { text, x_groq },
      translation: { text },
      'wrong key': ['AuthenticationError', 401, null],
    });
  });

  it('portkey-ai', async () => {
    expect(await ask(age, 'portkey')).toMatchObject({
      json: text,
      translation: text,
      'wrong key': ['AuthenticationError', 401, 'invalid_api_key'],
    });
  });
});

describeWithPython('the newest', () => {
  it('openai reads events', async () => {
    expect(await ask('newest', 'openai_stream')).toEqual(
      expect.arrayContaining(['transcript.text.delta', 'transcript.text.done']),
    );
  });

  it('the headers of portkey-ai in openai', async () => {
    expect(await ask('newest', 'portkey_headers')).toEqual(text);
  });

  it('portkey-ai saves configs and gives feedback', async () => {
    expect(await ask('newest', 'portkey_stores')).toEqual({
      slug: expect.stringMatching(/^pc-from-p-[0-9a-f]{6}$/),
      versions: 2,
      config: { provider: 'openai' },
      'is listed': true,
      feedback: ['success', 2, 'success'],
      'wrong key': ['AuthenticationError', 401, null],
    });
  });

  it('portkey-ai, as its page on speech to text has it', async () => {
    expect(await ask('newest', 'portkey_page')).toEqual([text, text, text, text]);
  });

  it('portkey-ai with configs', async () => {
    expect(await ask('newest', 'portkey_config')).toEqual([
      ['config.targets[0]', 'trace-of-python'],
      ['config.targets[1].targets[1]', 'trace-of-python'],
      ['BadRequestError', 400, 'invalid_value'],
    ]);
  });

  it("portkey-ai with its caller's own key for a provider", async () => {
    await bench.renew({ allow_provider_keys: true });
    expect(await ask('newest', 'portkey_provider_key')).toEqual(['AuthenticationError', 401, 'provider_key_rejected']);
  });

  it('litellm speaks as a client of OpenAI and of Azure', async () => {
    const { length } = spokenAudio('mp3');
    expect(await ask('newest', 'litellm_speech')).toEqual({ 'openai/': length, 'azure/': length });
  });

  it('litellm as a client of OpenAI, of Azure and of its own proxy', async () => {
    expect(await ask('newest', 'litellm')).toEqual({
      'openai/': text,
      'azure/': text,
      'litellm_proxy/': text,
    });
  });
});
