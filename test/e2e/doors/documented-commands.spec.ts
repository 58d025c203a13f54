import { execFile, spawnSync } from 'node:child_process';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { spokenAudio } from '../../support/spoken-audio.js';
import { AUDIO, Bench } from '../bad-input/bench.js';

// CI provides curl; elsewhere the suite is skipped where there is none.
const describeWithCurl = spawnSync('curl', ['--version']).status === 0 || process.env['CI'] ? describe : describe.skip;
const run = promisify(execFile);

let bench: Bench;
let folder: string;
beforeAll(async () => {
  bench = await Bench.start({ MOCK_TESTING_FALLBACKS: 'true' });
  folder = bench.gateway.dataDir;
  await writeFile(join(folder, 'audio.wav'), AUDIO);
  for (const name of ['gettysburg.wav', 'audio.mp3', 'example-file']) {
    await copyFile(join(folder, 'audio.wav'), join(folder, name));
  }
  const deployments = [
    { provider: 'openai', upstream_model: 'whisper-1', api_base: bench.simulator.url, api_key: SIMULATOR_KEY },
  ];
  await bench.gateway.admin('POST', 'models', { name: 'whisper-1', deployments });
  for (const [name, upstream_model] of Object.entries({ tts: 'tts-1', 'gpt-4o-mini-tts': 'gpt-4o-mini-tts' })) {
    await bench.gateway.createModel(name, bench.simulator.url, { upstream_model, api_key: SIMULATOR_KEY });
  }
  await bench.gateway.admin('POST', 'models', { name: 'whisper-backup', deployments });
  await bench.gateway.admin('POST', 'models', {
    name: 'whisper-primary',
    routing: { fallbacks: ['whisper-backup'] },
    deployments,
  });
});
afterAll(async () => bench.close());
beforeEach(() => bench.renew());

/** Runs a command of a documentation as it is written there, but for the address, the key and the file's folder. */
async function runCommand(command: string): Promise<string> {
  const told = command
    .replaceAll(/https?:\/\/(?:0\.0\.0\.0:8000|localhost:8080|api\.portkey\.ai|api\.openai\.com)/g, bench.gateway.url)
    .replaceAll(/sk-1234|\$PORTKEY_API_KEY/g, bench.key.key)
    .replaceAll('$OPENAI_API_KEY', 'sk-of-openai')
    .replaceAll(/\/Users\/krrishdholakia\/Downloads|\/path\/to(?:\/file)?/g, folder)
    .replaceAll('@example-file', `@${folder}/example-file`);
  const { stdout } = await run('bash', ['-c', `set -e\n${told.replaceAll('curl ', 'curl --silent --show-error ')}`]);
  return stdout;
}

const text = expect.stringMatching(/\w/);

describeWithCurl("LiteLLM's page on /audio/transcriptions", () => {
  it('tests the proxy', async () => {
    const answer = await runCommand(`curl --location 'http://0.0.0.0:8000/v1/audio/transcriptions' \\
--header 'Authorization: Bearer sk-1234' \\
--form 'file=@"/Users/krrishdholakia/Downloads/gettysburg.wav"' \\
--form 'model="whisper"'`);
    expect(JSON.parse(answer)).toMatchObject({ text });
  });

  it('tests fallbacks', async () => {
    const answer = await runCommand(`curl --location 'http://0.0.0.0:8000/v1/audio/transcriptions' \\
--header 'Authorization: Bearer sk-1234' \\
--form 'file=@"/path/to/audio.mp3"' \\
--form 'model="whisper-primary"' \\
--form 'mock_testing_fallbacks="true"'`);
    expect(JSON.parse(answer)).toMatchObject({ text });
    expect((await bench.row())['attempts']).toMatchObject([{ model: 'whisper-primary' }, { model: 'whisper-backup' }]);
  });
});

describeWithCurl('pages on /audio/speech', () => {
  const isSpoken = async (): Promise<boolean> =>
    (await readFile(join(folder, 'speech.mp3'))).equals(spokenAudio('mp3'));

  it('of LiteLLM', async () => {
    await runCommand(`cd ${folder} && curl http://0.0.0.0:8000/v1/audio/speech \\
  -H "Authorization: Bearer sk-1234" \\
  -H "Content-Type: application/json" \\
  -d '{
    "model": "tts",
    "input": "The quick brown fox jumped over the lazy dog.",
    "voice": "alloy"
  }' \\
  --output speech.mp3`);
    expect(await isSpoken()).toBe(true);
  });

  it('of OpenAI', async () => {
    await runCommand(`cd ${folder} && curl https://api.openai.com/v1/audio/speech \\
  -H "Authorization: Bearer sk-1234" \\
  -H "Content-Type: application/json" \\
  -d '{
    "model": "gpt-4o-mini-tts",
    "input": "Today is a wonderful day to build something people love!",
    "voice": "coral",
    "instructions": "Speak in a cheerful and positive tone."
  }' \\
  --output speech.mp3`);
    expect(await isSpoken()).toBe(true);
  });

  it('of Azure', async () => {
    await runCommand(`cd ${folder} && curl http://localhost:8080/openai/deployments/tts/audio/speech?api-version=2025-04-01-preview \\
 -H "api-key: sk-1234" \\
 -H "Content-Type: application/json" \\
 -d '{
    "model": "tts-hd",
    "input": "I am excited to try text to speech.",
    "voice": "alloy"
}' --output speech.mp3`);
    expect(await isSpoken()).toBe(true);
  });
});

describeWithCurl("Bifrost's page on its LiteLLM door", () => {
  // The page has no key and stands-in for values: a key is needed here, and values are what they would be.
  const command = (fields: string) => `curl --request POST \\
  --url http://localhost:8080/litellm/v1/audio/transcriptions \\
  --header 'Content-Type: multipart/form-data' \\
  --header 'x-bf-vk: sk-1234' \\
  --form model=whisper-1 \\
  --form file='@example-file' \\
  --form 'language=en' \\
  --form 'prompt=Auricle' \\
  --form response_format=json \\
  --form temperature=0.5 \\
  --form timestamp_granularities=word ${fields}`;

  it('creates a transcription', async () => {
    const answer = await runCommand(command(`--form stream=false --form 'fallbacks=openai/whisper-1'`));
    expect(JSON.parse(answer)).toMatchObject({
      task: 'transcribe',
      text,
      usage: expect.any(Object),
      extra_fields: { request_type: 'transcription', provider: 'openai', model_deployment: 'whisper-1' },
    });
  });

  it('streams it', async () => {
    const answer = await runCommand(command(`--form stream=true --form 'fallbacks=openai/whisper-1'`));
    expect(answer).toMatch(/^data: \{.*"type":"transcript\.text\.done"/m);
  });
});

describeWithCurl("Portkey's page on speech to text", () => {
  it.each(['transcriptions', 'translations'])('shows %s', async (task) => {
    const answer = await runCommand(`curl "https://api.portkey.ai/v1/audio/${task}" \\
  -H "x-portkey-api-key: $PORTKEY_API_KEY" \\
  -H "x-portkey-provider: openai" \\
  -H "Authorization: Bearer $OPENAI_API_KEY" \\
  -H 'Content-Type: multipart/form-data' \\
  --form file=@/path/to/file/audio.mp3 \\
  --form model=whisper-1`);
    expect(JSON.parse(answer)).toMatchObject({ text });
    expect(await bench.row()).toMatchObject({ provider: 'openai', upstream_model: 'whisper-1' });
    // The provider's key that came along is nobody's here.
    expect(bench.simulator.lastRequest.headers.authorization).toBe(`Bearer ${SIMULATOR_KEY}`);
  });
});
