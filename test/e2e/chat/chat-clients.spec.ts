import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { OpenAI } from 'openai';
import { REPLY, SPOKEN_REPLY } from '../../support/audio-chat-simulator.js';
import { ChatBench, RECORDING } from './chat-bench.js';

/** CI installs the clients of both times here; elsewhere they are skipped where they are not there. */
const INSTALLED = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'auricle/python-clients');
const SCRIPT = fileURLToPath(new URL('../../clients/python/chat.py', import.meta.url));
const pythonOf = (age: 'newest' | 'old') => join(INSTALLED, age, 'bin/python');
const isInstalled = existsSync(pythonOf('newest')) && existsSync(pythonOf('old'));
const describeWithPython = isInstalled ? describe : describe.skip;
const VERCEL = fileURLToPath(new URL('../../clients/vercel-ai', import.meta.url));
const describeWithVercel = existsSync(join(VERCEL, 'node_modules')) || process.env['CI'] ? describe : describe.skip;

const run = promisify(execFile);

let bench: ChatBench;
let server: Server;
let environment: Record<string, string>;
beforeAll(async () => {
  bench = await ChatBench.start();
  await bench.model('gpt-4o-audio-preview', [bench.deployment(bench.openai, 'openai', 'gpt-4o-audio-preview')]);
  await bench.model('gpt-hears', [bench.deployment(bench.openai, 'openai', 'gpt-audio')]);
  const audio = join(bench.gateway.dataDir, 'alloy.wav');
  await writeFile(audio, RECORDING);
  server = createServer((_, response) => response.end(RECORDING));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: bench.gateway.dataDir,
    URL: bench.gateway.url,
    KEY: bench.key,
    AUDIO: audio,
    AUDIO_URL: `http://127.0.0.1:${port}/alloy.wav`,
  };
});
afterAll(async () => {
  server.close();
  await bench.close();
});

/** What a client got, by `chat.py`. */
async function ask(age: 'newest' | 'old', client: string): Promise<unknown> {
  const { stdout } = await run(pythonOf(age), [SCRIPT, client], { env: environment, cwd: bench.gateway.dataDir });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

const served = {
  spoken: [REPLY, SPOKEN_REPLY.length],
  streamed: REPLY,
  usage: 30,
  'spoken in pieces': SPOKEN_REPLY.length - 44,
};

describeWithPython('in Python', () => {
  it.each(['newest', 'old'] as const)('the %s openai chats', async (age) => {
    expect(await ask(age, 'openai')).toEqual({
      ...served,
      'wrong key': ['AuthenticationError', 401, 'invalid_api_key'],
      'unknown model': ['NotFoundError', 404, 'model_not_found'],
    });
    expect(await ask(age, 'azure')).toEqual({
      ...served,
      'wrong key': ['AuthenticationError', 401, '401'],
      'unknown model': ['NotFoundError', 404, 'DeploymentNotFound'],
    });
  });

  it('litellm chats as a client of OpenAI, of Azure and of its own proxy', async () => {
    expect(await ask('newest', 'litellm')).toEqual({
      'openai/': REPLY,
      'azure/': REPLY,
      'litellm_proxy/': REPLY,
      streamed: REPLY,
    });
  });

  it("LiteLLM's page on audio models does what it says", async () => {
    expect(await ask('newest', 'litellm_page')).toEqual({
      'sdk output': SPOKEN_REPLY.length,
      'proxy output': SPOKEN_REPLY.length,
      'sdk input': REPLY,
      'proxy input': REPLY,
    });
    expect(await readFile(join(bench.gateway.dataDir, 'dog.wav'))).toEqual(SPOKEN_REPLY);
  });
});

describe('in Node', () => {
  it("LiteLLM's page on audio models does what it says", async () => {
    const client = new OpenAI({ apiKey: bench.key, baseURL: bench.gateway.url });
    const spoken = await client.chat.completions.create({
      model: 'gpt-4o-audio-preview',
      modalities: ['text', 'audio'],
      audio: { voice: 'alloy', format: 'wav' },
      messages: [{ role: 'user', content: 'Is a golden retriever a good family dog?' }],
    });
    const wav = Buffer.from(spoken.choices[0]?.message.audio?.data ?? '', 'base64');
    expect(wav).toEqual(SPOKEN_REPLY);

    const response = await fetch(environment['AUDIO_URL'] ?? '');
    const encoded = Buffer.from(await response.arrayBuffer()).toString('base64');
    const heard = await client.chat.completions.create({
      model: 'gpt-4o-audio-preview',
      modalities: ['text', 'audio'],
      audio: { voice: 'alloy', format: 'wav' },
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is in this recording?' },
            { type: 'input_audio', input_audio: { data: encoded, format: 'wav' } },
          ],
        },
      ],
    });
    expect(heard.choices[0]?.message.audio?.transcript).toBe(REPLY);
  });
});

describeWithVercel("Vercel's AI SDK", () => {
  it.each(['v4', 'v5', 'v6'])('%s hears, and streams', async (generation) => {
    const { stdout } = await run(process.execPath, [join(VERCEL, 'chat.mjs'), generation], { env: environment });
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toEqual({
      heard: REPLY,
      streamed: REPLY,
      tokens: 30,
      'wrong key': 401,
    });
  });
});
