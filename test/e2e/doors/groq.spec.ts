import Groq, { toFile } from 'groq-sdk';
import { AUDIO, Bench } from '../bad-input/bench.js';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.start();
});
afterAll(async () => bench.close());
beforeEach(() => bench.renew());

const client = (apiKey = bench.key.key) => new Groq({ baseURL: bench.gateway.url, apiKey, maxRetries: 0 });

describe('groq-sdk', () => {
  it('transcribes and translates, and finds the id that it expects', async () => {
    const file = await toFile(AUDIO, 'speech.wav');
    const answer: object = await client().audio.transcriptions.create({ model: 'whisper', file });
    const { id } = await bench.row();
    expect(answer).toMatchObject({
      text: expect.any(String),
      x_groq: { id: `req_${String(id).replaceAll('-', '')}` },
    });
    const verbose: object = await client().audio.transcriptions.create({
      model: 'whisper',
      file,
      response_format: 'verbose_json',
      timestamp_granularities: ['word', 'segment'],
    });
    expect(verbose).toMatchObject({ words: expect.any(Array), segments: expect.any(Array), x_groq: {} });
    const text: unknown = await client().audio.transcriptions.create({
      model: 'whisper',
      file,
      response_format: 'text',
    });
    expect(text).toEqual(expect.any(String));
    const translation: object = await client().audio.translations.create({ model: 'whisper', file });
    expect(translation).toMatchObject({ text: expect.any(String), x_groq: {} });
  });

  it('lists the models', async () => {
    const { data } = await client().models.list();
    expect(data.map(({ id }) => id)).toEqual(expect.arrayContaining(['whisper', 'gpt4o']));
    expect(await client().models.retrieve('whisper')).toMatchObject({ id: 'whisper', object: 'model' });
  });

  it('is refused as by Groq, in the envelope of OpenAI', async () => {
    const file = await toFile(AUDIO, 'speech.wav');
    const wrong = client('gsk_wrong').audio.transcriptions.create({ model: 'whisper', file });
    await expect(wrong).rejects.toMatchObject({ status: 401, error: { error: { code: 'invalid_api_key' } } });
  });
});
