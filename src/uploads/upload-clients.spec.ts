import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import OpenAI, { toFile } from 'openai';
import OpenAI4, { toFile as toFile4 } from 'openai-v4';
import { startUploadServer, type UploadServer } from '../../test/support/upload-server.js';

const PATH = 'test/fixtures/audio/voice.m4a';
const bytes = readFileSync(PATH);
const audio = {
  mediaType: 'audio/mp4',
  sizeBytes: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
};
const fields = {
  model: ['whisper-1'],
  response_format: ['verbose_json'],
  timestamp_granularities: ['word', 'segment'],
  'chunking_strategy[type]': ['server_vad'],
  'chunking_strategy[threshold]': ['0.5'],
};

const options = {
  model: 'whisper-1',
  response_format: 'verbose_json',
  timestamp_granularities: ['word', 'segment'],
  chunking_strategy: { type: 'server_vad', threshold: 0.5 },
} satisfies Omit<OpenAI.Audio.TranscriptionCreateParams, 'file'>;

describe('the official clients', () => {
  let server: UploadServer;
  beforeAll(async () => {
    server = await startUploadServer({ memoryBytes: 1000 });
  });
  afterAll(() => server.close());

  const kinds = {
    'a ReadStream': () => createReadStream(PATH),
    'a File': () => new File([bytes], 'voice.m4a', { type: 'audio/x-m4a' }),
    'a File with a wrong name': () => new File([bytes], 'voice.mp3'),
  };
  const cases = Object.keys(kinds).flatMap((kind) => [[kind, 'first'] as const, [kind, 'last'] as const]);
  const isKind = (kind: string): kind is keyof typeof kinds => kind in kinds;
  const made = (kind: string): File | ReturnType<typeof createReadStream> => {
    if (!isKind(kind)) throw new Error(kind);
    return kinds[kind]();
  };

  it.each(cases)('v6 with %s, %s', async (kind, where) => {
    const client = new OpenAI({ apiKey: 'k', baseURL: server.url, maxRetries: 0 });
    const file = made(kind);
    const body = where === 'first' ? { file, ...options } : { ...options, file };
    const answer: unknown = await client.audio.transcriptions.create(body);
    expect(answer).toMatchObject({ fields, audio: { ...audio, filename: 'voice.m4a', tempFiles: 1 } });
  });

  it('v6 with toFile', async () => {
    const client = new OpenAI({ apiKey: 'k', baseURL: server.url, maxRetries: 0 });
    const answer: unknown = await client.audio.transcriptions.create({ file: await toFile(bytes, 'talk'), ...options });
    expect(answer).toMatchObject({ fields, audio: { ...audio, filename: 'talk.m4a' } });
  });

  it.each(cases)('v4 with %s, %s', async (kind, where) => {
    const client = new OpenAI4({ apiKey: 'k', baseURL: server.url, maxRetries: 0 });
    const file = made(kind);
    const body = where === 'first' ? { file, ...options } : { ...options, file };
    const answer: unknown = await client.audio.transcriptions.create(body);
    expect(answer).toMatchObject({ fields, audio: { ...audio, filename: 'voice.m4a', tempFiles: 1 } });
  });

  it('v4 with toFile', async () => {
    const client = new OpenAI4({ apiKey: 'k', baseURL: server.url, maxRetries: 0 });
    const answer: unknown = await client.audio.transcriptions.create({
      file: await toFile4(bytes, 'talk'),
      ...options,
    });
    expect(answer).toMatchObject({ fields, audio: { ...audio, filename: 'talk.m4a' } });
  });

  it('get a refusal as the error that it is, for a stream that would go on', async () => {
    const client = new OpenAI({ apiKey: 'k', baseURL: server.url, maxRetries: 0 });
    const file = new File([new Uint8Array(8 << 20)], 'zeros.wav');
    await expect(client.audio.transcriptions.create({ file, model: 'whisper-1' })).rejects.toMatchObject({
      status: 413,
      code: 'file_too_large',
      param: 'file',
    });
  });
});
