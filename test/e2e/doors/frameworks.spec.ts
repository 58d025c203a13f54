import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { askForeignClient, CLIENTS, describeWith, goClients, pythonOf } from '../../support/foreign-client.js';
import { SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { AUDIO, Bench } from '../bad-input/bench.js';

const langchain = join(CLIENTS, 'langchain/node_modules');

let bench: Bench;
let audio: string;
beforeAll(async () => {
  bench = await Bench.start();
  const { url } = bench.simulator;
  await bench.gateway.createModel('whisper-1', url, { api_key: SIMULATOR_KEY });
  audio = join(bench.gateway.dataDir, 'speech.wav');
  await writeFile(audio, AUDIO);
});
afterAll(async () => bench.close());
beforeEach(() => bench.renew());

const ask = (program: string, ...words: string[]): Promise<unknown> =>
  askForeignClient(program, words, {
    URL: bench.gateway.url,
    KEY: bench.key.key,
    AUDIO: audio,
    HOME: bench.gateway.dataDir,
  });

const text = expect.stringMatching(/\w/);

const askPython = (set: 'frameworks' | 'frameworks-old', framework: string): Promise<unknown> =>
  ask(pythonOf(set), join(CLIENTS, 'python/frameworks.py'), framework);

describeWith(pythonOf('frameworks'), pythonOf('frameworks-old')).each(['frameworks', 'frameworks-old'] as const)(
  'in Python, of %s',
  (set) => {
    it('LangChain loads a recording', async () => {
      expect(await askPython(set, 'langchain')).toEqual([text]);
    });

    it("LiveKit's agents hear a turn", async () => {
      expect(await askPython(set, 'livekit')).toMatchObject({ whisper: { text }, gpt4o: { text } });
    });

    it("Pipecat's service hears a turn, with what it measures of it", async () => {
      expect(await askPython(set, 'pipecat')).toEqual({ whisper: text, gpt4o: text });
    });
  },
);

describeWith(pythonOf('frameworks-old'))('in Python of 2024', () => {
  it('litellm as a client of OpenAI and of Azure', async () => {
    const script = join(CLIENTS, 'python/ask.py');
    expect(await ask(pythonOf('frameworks-old'), script, 'litellm_old')).toEqual({ 'openai/': text, 'azure/': text });
  });
});

describeWith(langchain)('in JavaScript', () => {
  it('LangChain, new and of 2024, loads a recording', async () => {
    const heard = { newest: [text], old: [text] };
    expect(await ask(process.execPath, join(CLIENTS, 'langchain/ask.mjs'))).toEqual(heard);
  });
});

describeWith(join(CLIENTS, 'old-node/node_modules'))('in JavaScript of 2024', () => {
  it("OpenAI's, Azure's, Groq's and Portkey's clients do what they did then", async () => {
    const answer = { text, lists: [true, true], translation: text, 'wrong key': 401 };
    expect(await ask(process.execPath, join(CLIENTS, 'old-node/ask.mjs'))).toEqual({
      openai: answer,
      azure: answer,
      groq: answer,
      portkey: answer,
    });
  });
});

describeWith(goClients.newest, goClients.old)('in Go', () => {
  const events = expect.arrayContaining(['transcript.text.delta', 'transcript.text.done']);
  const unknown = [404, 'model_not_found'];
  const heard = { text, language: expect.stringMatching(/\w/), duration: expect.any(Number) };

  it("OpenAI's client reads answers, events and errors", async () => {
    expect(await ask(goClients.newest)).toEqual({
      json: text,
      verbose: { ...heard, words: expect.any(Number), segments: expect.any(Number) },
      events,
      'unknown model': unknown,
    });
  });

  it("OpenAI's client of the spring of 2025 does, too", async () => {
    expect(await ask(goClients.old)).toMatchObject({
      json: text,
      verbose: {
        ...heard,
        words: expect.arrayContaining([expect.objectContaining({ word: text })]),
        segments: expect.arrayContaining([expect.objectContaining({ text })]),
      },
      events,
      'unknown model': unknown,
    });
  });
});
