import OpenAI, { toFile } from 'openai';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { refusals, SelfHostedSimulator } from '../../support/self-hosted-simulator.js';
import { SPOKEN } from '../../support/simulator-fixtures.js';
import { sampleAudio } from '../../../src/routing/sample-audio.js';

const formats = ['json', 'text', 'srt', 'vtt', 'verbose_json'] as const;

let gateway: TestGateway;
let client: OpenAI;
let upstream: SelfHostedSimulator;
beforeAll(async () => {
  gateway = await startTestGateway({ SANDBOX: 'false' });
  const { key } = await gateway.createKey();
  client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: key, maxRetries: 0 });
});
afterAll(() => gateway.close());
beforeEach(async () => {
  upstream = await SelfHostedSimulator.start({
    formats: ['json', 'verbose_json'],
    refusal: refusals['an object with an error'],
  });
});
afterEach(() => upstream.close());

async function answerOf(model: string, response_format: (typeof formats)[number]): Promise<string> {
  const audio = await sampleAudio();
  const answer = await client.audio.transcriptions
    .create({ model, response_format, file: await toFile(audio.stream(), 'one-second.wav') })
    .asResponse();
  return `${answer.status} ${await answer.text()}`;
}

describe('a self-hosted server that answers json and verbose_json only', () => {
  it('serves every format in one attempt, although nobody has described it', async () => {
    await gateway.createModel('alone', upstream.url, { provider: 'openai-compatible', upstream_model: 'm' });
    for (const format of formats) expect(await answerOf('alone', format)).toMatch(/^200 [^]*popular[^]*spot/);
    const rows = await gateway.logs('model=alone');
    expect(rows).toHaveLength(formats.length);
    for (const { attempts } of rows) expect(attempts).toMatchObject([{ outcome: 'success' }]);
    expect(upstream.asked).toEqual([
      'json',
      'text',
      'json',
      'srt',
      'verbose_json',
      'vtt',
      'verbose_json',
      'verbose_json',
    ]);
  });

  it('fails no request that the same server, described, would serve', async () => {
    const deployment = { provider: 'openai-compatible', upstream_model: 'n', api_base: upstream.url };
    const made = await gateway.admin('POST', 'models', {
      name: 'pair',
      deployments: [deployment, { ...deployment, settings: { formats: ['json', 'verbose_json'] } }],
    });
    expect(made.status).toBe(201);
    for (let turn = 0; turn < 9; turn += 1) {
      expect(await answerOf('pair', 'srt')).toContain('200 1\n00:00:00,000 --> ');
    }
    expect(await answerOf('pair', 'text')).toBe(`200 ${SPOKEN}\n`);
    // Learned once at most, by whichever deployment's turn it was.
    expect(upstream.asked.filter((it) => it === 'srt').length).toBeLessThanOrEqual(1);
  });
});
