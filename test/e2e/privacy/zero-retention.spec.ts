import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { ASSEMBLYAI_KEY, AssemblyAiSimulator } from '../../support/assemblyai-simulator.js';
import { AudioChatSimulator } from '../../support/audio-chat-simulator.js';
import { makeWav } from '../../support/audio.js';
import { CHAT_KEY, CHAT_MODEL, ChatSimulator } from '../../support/chat-simulator.js';
import { Collector } from '../../support/collector.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { DEEPGRAM_KEY, DeepgramSimulator, queryOf } from '../../support/deepgram-simulator.js';
import { ELEVENLABS_KEY, ElevenLabsSimulator } from '../../support/elevenlabs-simulator.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { answer as scriptedAnswer, errorAnswer } from '../../support/simulator-answers.js';
import { until } from '../../support/upload-server.js';
import { buildGateway, GatewayProcess } from '../process/gateway-process.js';

const MASTER_KEY = 'sk-aur-master-of-the-private';
const WAV = Uint8Array.from(makeWav({ durationSeconds: 2, toneHz: 440 }));
/** Three MiB. */
const LONG_WAV = Uint8Array.from(makeWav({ durationSeconds: 100, toneHz: 440 }));
const PROMPT = 'Quetzalcoatl prompt';
const FILE_NAME = 'diagnosis-of-wilhelmina.wav';
const INPUT = 'Xylophones are for the deaf.';
const QUESTION = 'Is this kumquat mine?';
/** What must be nowhere, in any case of letters: what simulators hear and answer, and what is sent. */
const WORDS = [
  'popular spot',
  'people were swimming',
  'golden retrievers',
  'quetzalcoatl',
  'wilhelmina',
  'xylophones',
  'kumquat',
];

/** Where they are of this month. */
const TRANSCRIPTS = `table transcript_${new Date().toISOString().slice(0, 7).replace('-', '_')}`;

let folder: string;
let database: TestDatabase;
let client: Client;
let collector: Collector;
let gateway: GatewayProcess;
let deepgram: DeepgramSimulator;
let elevenLabs: ElevenLabsSimulator;
let assemblyAi: AssemblyAiSimulator;
let openAi: OpenAiSimulator;
let chats: AudioChatSimulator;
let translator: ChatSimulator;
let zero: string;
let usual: string;

beforeAll(async () => {
  await buildGateway();
  folder = await mkdtemp(join(tmpdir(), 'auricle-privacy-'));
  database = await createTestDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
  [collector, deepgram, elevenLabs, assemblyAi, openAi, chats, translator] = await Promise.all([
    Collector.start(),
    DeepgramSimulator.start(),
    ElevenLabsSimulator.start(),
    AssemblyAiSimulator.start(),
    OpenAiSimulator.start(),
    AudioChatSimulator.start(),
    ChatSimulator.start(),
  ]);
  gateway = await GatewayProcess.start({
    DATA_DIR: folder,
    DATABASE_URL: database.url,
    MASTER_KEY,
    LOG_LEVEL: 'trace',
    LOG_FORMAT: 'json',
    CACHE_SECONDS: '3600',
    // A large recording becomes a file.
    UPLOAD_MEMORY_MB: '1',
    MAX_RETRIES: '0',
    COOLDOWN_SECONDS: '0',
    TRANSLATION_API_BASE: translator.url,
    TRANSLATION_API_KEY: CHAT_KEY,
    TRANSLATION_MODEL: CHAT_MODEL,
    TRANSLATION_ZERO_RETENTION: 'true',
    ...collector.environment,
  });
  const declared = { routing: { zero_retention: true } };
  const ofOpenAi = { provider: 'openai', api_base: openAi.url, api_key: SIMULATOR_KEY };
  const ofChats = { provider: 'openai', api_base: `${chats.origin}/v1`, api_key: SIMULATOR_KEY };
  const ofDeepgram = { provider: 'deepgram', api_base: deepgram.url, api_key: DEEPGRAM_KEY };
  const ofElevenLabs = { provider: 'elevenlabs', api_base: elevenLabs.url, api_key: ELEVENLABS_KEY };
  const models: Record<string, object> = {
    deepgram: { ...ofDeepgram, upstream_model: 'nova-3', settings: { mip_opt_out: false } },
    'deepgram-speech': {
      ...ofDeepgram,
      upstream_model: 'aura-2',
      mode: 'audio_speech',
      settings: { mip_opt_out: false },
    },
    elevenlabs: { ...ofElevenLabs, upstream_model: 'scribe_v2' },
    'elevenlabs-speech': { ...ofElevenLabs, upstream_model: 'eleven_multilingual_v2', mode: 'audio_speech' },
    assemblyai: {
      provider: 'assemblyai',
      api_base: assemblyAi.origin,
      api_key: ASSEMBLYAI_KEY,
      upstream_model: 'universal-3-5-pro',
      settings: { delete_after: false },
    },
    whisper: { ...ofOpenAi, upstream_model: 'whisper-1' },
    gpt4o: { ...ofOpenAi, upstream_model: 'gpt-4o-transcribe' },
    tts: { ...ofOpenAi, upstream_model: 'tts-1' },
    'gpt-audio': { ...ofChats, upstream_model: 'gpt-audio' },
    'gpt-4o-mini': { ...ofChats, upstream_model: 'gpt-4o-mini' },
  };
  for (const [name, deployment] of Object.entries(models)) {
    const routing = name === 'deepgram' ? { chat_model: 'gpt-4o-mini' } : {};
    await admin('POST', 'models', { name, routing, deployments: [{ ...deployment, ...declared }] });
  }
  // Two that keep what they are sent, as far as anybody knows.
  await admin('POST', 'models', {
    name: 'keeps',
    deployments: [
      { provider: 'openai-compatible', upstream_model: 'any', api_base: openAi.url },
      { ...ofOpenAi, upstream_model: 'whisper-1' },
      { ...ofDeepgram, upstream_model: 'nova-3', routing: { zero_retention: false } },
      { provider: 'groq', upstream_model: 'whisper-large-v3', api_key: 'gsk_0123456789' },
    ],
  });
  await admin('POST', 'models', {
    name: 'keeps-speech',
    deployments: [{ ...ofOpenAi, upstream_model: 'tts-1' }],
  });
  await admin('POST', 'models', { name: 'keeps-chat', deployments: [{ ...ofChats, upstream_model: 'gpt-audio' }] });
  zero = (await admin('POST', 'keys', { name: 'zero', privacy: { zero_retention: true } })).key;
  usual = (await admin('POST', 'keys', { name: 'usual' })).key;
});
afterAll(async () => {
  await GatewayProcess.killAll();
  await Promise.all([collector, deepgram, elevenLabs, assemblyAi, openAi, chats, translator].map((it) => it.close()));
  await client.end();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

// Tests read what they expect; the schemas are checked elsewhere.
// oxlint-disable-next-line typescript/no-explicit-any
async function admin(method: string, path: string, body?: object): Promise<any> {
  const init = {
    method,
    headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json', connection: 'close' },
    body: body && JSON.stringify(body),
  };
  const answer = await fetch(`${gateway.url}/admin/v1/${path}`, init);
  if (!answer.ok) throw new Error(await answer.text());
  return await answer.json();
}

interface Heard {
  readonly status: number;
  readonly text: string;
}

async function hear(
  fields: Record<string, string>,
  { key = zero, path = 'transcriptions', headers = {}, wav = WAV } = {},
): Promise<Heard> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new File([wav], FILE_NAME));
  return await send(`audio/${path}`, form, { key, headers });
}

async function post(path: string, body: object, { key = zero, headers = {} } = {}): Promise<Heard> {
  return await send(path, JSON.stringify(body), { key, headers: { 'content-type': 'application/json', ...headers } });
}

async function send(
  path: string,
  body: FormData | string,
  { key, headers }: { key: string; headers: Record<string, string> },
): Promise<Heard> {
  const answer = await fetch(`${gateway.url}/v1/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, ...headers },
    body,
  });
  return { status: answer.status, text: Buffer.from(await answer.arrayBuffer()).toString() };
}

const chat = (model: string, more: object = {}) => ({
  model,
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: QUESTION },
        { type: 'input_audio', input_audio: { data: Buffer.from(WAV).toString('base64'), format: 'wav' } },
      ],
    },
  ],
  ...more,
});

/** An answer whose speaker has a name. */
const named = scriptedAnswer(200, {
  task: 'transcribe',
  language: 'dutch',
  duration: 2,
  text: 'Hoi.',
  segments: [{ start: 0, end: 1, text: 'Hoi.', speaker: 'Wilhelmina' }],
});

/** Requests of every task, each of which says or hears some of the words. */
async function askForEverything(key: string): Promise<void> {
  const told = { prompt: PROMPT };
  const ok = async (asked: Promise<Heard>): Promise<void> => {
    const { status, text } = await asked;
    expect([status, status === 200 ? '' : text]).toEqual([200, '']);
  };
  for (const response_format of ['json', 'text', 'srt', 'verbose_json']) {
    await ok(hear({ model: 'deepgram', response_format }, { key }));
    await ok(hear({ model: 'whisper', response_format, ...told }, { key }));
  }
  await ok(hear({ model: 'whisper', language: 'en', ...told }, { key, wav: LONG_WAV }));
  await ok(hear({ model: 'gpt4o', stream: 'true', ...told }, { key }));
  await ok(hear({ model: 'elevenlabs', stream: 'true' }, { key }));
  await ok(hear({ model: 'assemblyai' }, { key }));
  await ok(hear({ model: 'whisper', ...told }, { key, path: 'translations' }));
  await ok(hear({ model: 'deepgram', ...told }, { key, path: 'translations' }));
  await ok(post('chat/completions', chat('gpt-audio'), { key }));
  await ok(post('chat/completions', chat('gpt-audio', { stream: true }), { key }));
  await ok(post('chat/completions', chat('deepgram'), { key }));
  for (const model of ['deepgram-speech', 'elevenlabs-speech', 'tts']) {
    await ok(post('audio/speech', { model, input: INPUT, voice: 'alloy' }, { key }));
  }
  // Segments tell who speaks.
  openAi.respondWith(named);
  await ok(hear({ model: 'whisper', response_format: 'verbose_json', language: 'nl' }, { key }));
  // Providers quote what they refuse, and so do we.
  openAi.respondWith(errorAnswer(400, { message: `Cannot use '${PROMPT}' with ${FILE_NAME}` }));
  expect((await hear({ model: 'whisper', ...told, language: 'fr' }, { key })).status).toBe(400);
  openAi.respondWith(errorAnswer(500, { message: `Cannot use '${PROMPT}' with ${FILE_NAME}` }));
  expect((await hear({ model: 'whisper', ...told, language: 'de' }, { key })).status).toBeGreaterThanOrEqual(500);
  expect((await hear({ model: 'whisper', language: PROMPT }, { key })).status).toBe(400);
  expect((await post('audio/speech', { model: 'tts', input: INPUT, voice: INPUT }, { key })).status).toBe(400);
}

/** Wherever one of the words is: in any table, file, line of the process log, or span. */
async function placesOfWords(): Promise<string[]> {
  const has = (text: string) => WORDS.some((word) => text.toLowerCase().includes(word));
  const places: string[] = [];
  const { rows: tables } = await client.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
  );
  for (const { name } of tables) {
    // Bytes as text, too.
    const { rows } = await client.query<{ line: string }>(`SELECT row_to_json(t)::text AS line FROM "${name}" AS t`);
    const isThere = rows.some(({ line }) => {
      const bytes = [...line.matchAll(/\\\\x([0-9a-f]+)/g)].map(([, hex = '']) => Buffer.from(hex, 'hex').toString());
      return has(line) || bytes.some(has);
    });
    if (isThere) places.push(`table ${name}`);
  }
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (has(entry.name) || (entry.isFile() && has(await readFile(path, 'latin1'))))
      places.push(path.slice(folder.length));
  }
  if (has(gateway.output) || has(gateway.errors)) places.push('process log');
  if (has(collector.text)) places.push('traces');
  return places;
}

it('leaves no word of what is said, sent and answered anywhere', async () => {
  await askForEverything(zero);
  const { data } = await admin('GET', 'logs?limit=100&fields=all');
  expect(data.length).toBe(25);
  expect(data.every((log: Record<string, unknown>) => log['transcript'] === null)).toBe(true);
  await until(() => collector.spans.length > 40);
  expect(await placesOfWords()).toEqual([]);
  expect(await readdir(join(folder, 'uploads')).catch(() => [])).toEqual([]);

  // What is looked for would be found.
  openAi.respondWith(named);
  await hear({ model: 'whisper', response_format: 'verbose_json', language: 'nl' }, { key: usual });
  await admin('GET', 'logs');
  expect(await placesOfWords()).toContain(TRANSCRIPTS);
  await hear({ model: 'whisper', prompt: PROMPT }, { key: usual });
  await until(async () => (await placesOfWords()).includes('table cached_answer'));
  await admin('GET', 'logs');
  const found = await placesOfWords();
  expect(found).toContain(TRANSCRIPTS);
  expect(found.some((place) => place.startsWith('/journal'))).toBe(true);
});

it('asks every provider to keep nothing, whatever the deployment says', async () => {
  deepgram.requests.length = elevenLabs.requests.length = assemblyAi.requests.length = 0;
  for (const model of ['deepgram', 'elevenlabs', 'assemblyai']) {
    expect((await hear({ model })).status).toBe(200);
    const input = { model: `${model}-speech`, input: INPUT, voice: 'alloy' };
    if (model === 'elevenlabs') expect((await post('audio/speech', input)).status).toBe(200);
    // Nor does the client's own word count.
    if (model === 'deepgram') expect((await post('audio/speech', { ...input, mip_opt_out: false })).status).toBe(200);
  }
  expect(deepgram.requests.map((it) => queryOf(it).getAll('mip_opt_out'))).toEqual([['true'], ['true']]);
  expect(elevenLabs.requests.map((it) => queryOf(it).getAll('enable_logging'))).toEqual([['false'], ['false']]);
  expect(assemblyAi.steps).toContain('delete');
  // Others get what the deployment says.
  deepgram.requests.length = assemblyAi.requests.length = 0;
  await hear({ model: 'deepgram', language: 'en' }, { key: usual });
  await hear({ model: 'assemblyai', language: 'en' }, { key: usual });
  expect(deepgram.lastQuery.has('mip_opt_out')).toBe(false);
  expect(assemblyAi.steps).not.toContain('delete');
});

describe('where nobody can promise it', () => {
  const code = ({ text }: Heard): unknown => JSON.parse(text).error.code;

  it('names why each deployment is left out, and who could', async () => {
    const refused = await hear({ model: 'keeps' });
    expect([refused.status, code(refused)]).toEqual([400, 'zero_retention_not_possible']);
    const { message } = JSON.parse(refused.text).error;
    for (const words of [
      /openai-compatible\/any \([0-9a-f-]+\): it is not known what .+ keeps/,
      /openai\/whisper-1 \([0-9a-f-]+\): its base URL is not OpenAI's own/,
      /deepgram\/nova-3 \([0-9a-f-]+\): its routing.zero_retention is false/,
      /groq\/whisper-large-v3 \([0-9a-f-]+\): Groq keeps nothing only where that is agreed with it/,
      /Models that could: .*deepgram/,
    ]) {
      expect(message).toMatch(words);
    }
  });

  it('is refused speech and a chat as well', async () => {
    const speech = await post('audio/speech', { model: 'keeps-speech', input: INPUT, voice: 'alloy' });
    expect([speech.status, code(speech)]).toEqual([400, 'zero_retention_not_possible']);
    const talk = await post('chat/completions', chat('keeps-chat'));
    expect([talk.status, code(talk)]).toEqual([400, 'zero_retention_not_possible']);
  });

  it('may not have a provider store a chat', async () => {
    const stored = await post('chat/completions', chat('gpt-audio', { store: true }));
    expect([stored.status, JSON.parse(stored.text).error.param]).toEqual([400, 'store']);
    const headers = { 'x-portkey-config': JSON.stringify({ override_params: { model: 'gpt-audio', store: true } }) };
    const overridden = await post('chat/completions', chat('gpt-audio'), { headers });
    expect([overridden.status, JSON.parse(overridden.text).error.param]).toEqual([400, 'store']);
  });

  it('serves others, unless they ask for it themselves', async () => {
    const key = usual;
    const chosen = { key, headers: { 'x-auricle-zero-retention': 'true' } };
    expect((await hear({ model: 'whisper', temperature: '0.1' }, { key })).status).toBe(200);
    expect(code(await hear({ model: 'keeps' }, chosen))).toBe('zero_retention_not_possible');
    const unclear = await hear({ model: 'whisper' }, { key, headers: { 'x-auricle-zero-retention': 'maybe' } });
    expect([unclear.status, JSON.parse(unclear.text).error.param]).toEqual([400, 'x-auricle-zero-retention']);
    // A client cannot take it back.
    const taken = await hear({ model: 'keeps' }, { headers: { 'x-auricle-zero-retention': 'false' } });
    expect(code(taken)).toBe('zero_retention_not_possible');
  });

  it('goes where the strictest says: of the team, and of the gateway', async () => {
    await admin('POST', 'teams', { name: 'private', privacy: { zero_retention: true } });
    const { key } = await admin('POST', 'keys', {
      name: 'of-team',
      team: 'private',
      privacy: { keep_transcripts: true },
    });
    expect(code(await hear({ model: 'keeps' }, { key }))).toBe('zero_retention_not_possible');
    await admin('PATCH', 'gateway', { privacy: { zero_retention: true } });
    expect(code(await hear({ model: 'keeps' }, { key: usual }))).toBe('zero_retention_not_possible');
    expect(code(await hear({ model: 'keeps' }, { key: MASTER_KEY }))).toBe('zero_retention_not_possible');
    expect((await admin('GET', 'gateway')).privacy).toMatchObject({ zero_retention: true });
    await admin('PATCH', 'gateway', { privacy: null });
  });
});
