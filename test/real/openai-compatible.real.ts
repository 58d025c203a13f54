import OpenAI, { toFile } from 'openai';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { readSubtitles } from '../contract/round-trip/subtitles.js';
import { type Speech, spokenSentences } from './speech.js';
import { wordErrorRate } from './word-error-rate.js';

/** A real server, that speaks OpenAI's protocol: its base URL with `/v1`; `whisper-1` and no key unless they are set. */
const { REAL_STT_URL: serverUrl, REAL_STT_MODEL: upstreamModel = 'whisper-1', REAL_STT_KEY: serverKey } = process.env;
if (!serverUrl) throw new Error('REAL_STT_URL must name a server, such as http://127.0.0.1:8000/v1');

/** Who is asked: the server itself, or the gateway in front of it. */
interface Asked {
  readonly client: OpenAI;
  readonly model: string;
}

let gateway: TestGateway;
let direct: Asked;
let through: Asked;
let english: Speech;
let german: Speech | undefined;
/** What the server itself says that it hears. */
let heardDirectly: string;

beforeAll(async () => {
  const speech = await spokenSentences();
  if (!speech.en) throw new Error('no speech');
  [english, german] = [speech.en, speech.de];
  gateway = await startTestGateway({ SANDBOX: 'false' });
  await gateway.createModel('real', serverUrl, {
    provider: 'openai-compatible',
    upstream_model: upstreamModel,
    api_key: serverKey,
  });
  const { key } = await gateway.createKey();
  direct = { client: clientOf(serverUrl, serverKey ?? 'none'), model: upstreamModel };
  through = { client: clientOf(`${gateway.url}/v1`, key), model: 'real' };
  heardDirectly = await wordsOf(await transcribe(direct, 'json'), 'json');
});
afterAll(() => gateway.close());

function clientOf(baseURL: string, apiKey: string): OpenAI {
  return new OpenAI({ baseURL, apiKey, maxRetries: 0, timeout: 150_000 });
}

const fileOf = ({ audio }: Speech): Promise<File> => toFile(audio, 'speech.wav');

async function transcribe({ client, model }: Asked, response_format: OpenAI.AudioResponseFormat): Promise<unknown> {
  return client.audio.transcriptions.create({ model, response_format, file: await fileOf(english), temperature: 0 });
}

/** The words of any answer; those of subtitles as a player shows them. */
async function wordsOf(answer: unknown, format: string): Promise<string> {
  if (typeof answer === 'object' && answer !== null && 'text' in answer) return String(answer.text);
  const body = String(answer);
  if (format === 'text') return body;
  const cues = await readSubtitles(body, format === 'srt' ? 'srt' : 'vtt');
  expect(cues.length).toBeGreaterThan(0);
  for (const { startSeconds, endSeconds } of cues) expect(endSeconds).toBeGreaterThan(startSeconds);
  return cues.map((it) => it.text).join(' ');
}

describe('the gateway in front of a real server', () => {
  it.each(['json', 'text', 'srt', 'vtt', 'verbose_json'] as const)('loses no word of it in %s', async (format) => {
    const expected = wordErrorRate(english.words, heardDirectly);
    const heard = await wordsOf(await transcribe(through, format), format);
    expect({ format, rate: wordErrorRate(english.words, heard) }).toEqual({ format, rate: expected });
    // Otherwise two servers that hear nothing would be equal, too.
    expect(expected).toBeLessThan(0.5);
  });

  it('streams what it hears', async () => {
    const events = await through.client.audio.transcriptions.create({
      model: through.model,
      file: await fileOf(english),
      temperature: 0,
      stream: true,
    });
    let [deltas, done] = ['', ''];
    for await (const event of events) {
      if (event.type === 'transcript.text.delta') deltas += event.delta;
      if (event.type === 'transcript.text.done') done = event.text;
    }
    expect(wordErrorRate(english.words, done)).toBe(wordErrorRate(english.words, heardDirectly));
    expect(deltas.trim()).toBe(done.trim());
  });

  it('translates as it does', async () => {
    if (!german) return;
    const file = await fileOf(german);
    const ask = ({ client, model }: Asked) => client.audio.translations.create({ model, file, temperature: 0 });
    const { text } = await ask(direct);
    expect(wordErrorRate(text, (await ask(through)).text)).toBe(0);
    const subtitles: unknown = await through.client.audio.translations.create({
      model: through.model,
      file,
      temperature: 0,
      response_format: 'srt',
    });
    expect(wordErrorRate(text, await wordsOf(subtitles, 'srt'))).toBe(0);
  });

  it('leaves one attempt in the ledger for each request, whatever the server had to be asked for', async () => {
    const rows = await gateway.logs('model=real&limit=100');
    expect(rows.length).toBeGreaterThanOrEqual(6);
    for (const { status, attempts } of rows) {
      expect(status).toBe('success');
      expect(attempts).toHaveLength(1);
    }
  });

  it('serves by the settings that are found out about it', async () => {
    const [deployment] = (await gateway.admin('GET', 'deployments?model=real')).body.data;
    const path = `deployments/${deployment.id}`;
    const { discovery } = (await gateway.admin('POST', `${path}/test`, { discover: true })).body;
    process.stderr.write(`discovered: ${JSON.stringify(discovery, null, 2)}\n`);
    expect(discovery.settings.formats).toContain('json');
    expect((await gateway.admin('PATCH', path, { settings: discovery.settings })).status).toBe(200);
    const heard = await wordsOf(await transcribe(through, 'srt'), 'srt');
    expect(wordErrorRate(english.words, heard)).toBe(wordErrorRate(english.words, heardDirectly));
  });
});
