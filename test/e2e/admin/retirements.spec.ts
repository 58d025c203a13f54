import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { CURRENT_DATE } from '../../../src/pricing/current-date.js';
import { firstIdAt } from '../../../src/http/request-id.js';
import { retirementListSchema, type RetirementView } from '../../../src/retirements/retirement-list.schema.js';
import { Today } from '../../../src/serving/today.js';
import { makeWav } from '../../support/audio.js';
import { MASTER_KEY, startTestGateway, type TestGateway } from '../../support/gateway.js';
import { logEntry } from '../../support/log-entries.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { writeLogs } from '../../support/written-logs.js';

const DAY_MS = 86_400_000;
const WAV = makeWav({ durationSeconds: 6, toneHz: 440 });

/** What time it is for ranges that end now; undefined = as it is. */
let now: Date | undefined;
const today = new Today();
let simulator: OpenAiSimulator;
let gateway: TestGateway;
let folder: string;

const dayIn = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);

beforeAll(async () => {
  simulator = await OpenAiSimulator.start();
  folder = await mkdtemp(join(tmpdir(), 'auricle-retirements-'));
  const file = join(folder, 'config.yaml');
  await writeFile(
    file,
    `model_list:
  - model_name: of-file
    litellm_params: { model: openai/whisper-1, api_base: ${simulator.url}, api_key: ${SIMULATOR_KEY} }
    model_info: { deprecation_date: ${dayIn(-1)} }
`,
  );
  gateway = await startTestGateway({ CONFIG_FILE: file }, [
    { provide: CURRENT_DATE, useValue: () => now ?? new Date() },
    { provide: Today, useValue: today },
  ]);
  const own = { api_key: SIMULATOR_KEY };
  await gateway.createModel('near', simulator.url, { ...own, routing: { retires_on: dayIn(80) } });
  await gateway.createModel('far', simulator.url, { ...own, routing: { retires_on: dayIn(100) } });
  await gateway.createModel('never', simulator.url, { ...own, routing: { retires_on: 'never' } });
  await gateway.createModel('known', simulator.url, own);
  await gateway.createModel('fresh', simulator.url, { ...own, upstream_model: 'gpt-transcribe' });
  await gateway.createModel('spoken', simulator.url, { ...own, upstream_model: 'tts-1' });
});
afterAll(async () => {
  await gateway.close();
  await simulator.close();
  await rm(folder, { recursive: true });
});

async function transcribe(model: string, fields: Record<string, string> = {}, key = MASTER_KEY): Promise<Response> {
  const form = new FormData();
  for (const [name, value] of Object.entries({ model, ...fields })) form.append(name, value);
  form.append('file', new File([Uint8Array.from(WAV)], 'speech.wav'));
  const headers = { authorization: `Bearer ${key}` };
  const answer = await fetch(`${gateway.url}/v1/audio/transcriptions`, { method: 'POST', headers, body: form });
  await answer.clone().arrayBuffer();
  return answer;
}

async function retirements(): Promise<readonly RetirementView[]> {
  const { status, body } = await gateway.admin('GET', 'retirements');
  expect([status, body.error]).toEqual([200, undefined]);
  return z.strictObject(retirementListSchema.shape).parse(body).data;
}

async function retirementOf(model: string): Promise<RetirementView> {
  const found = (await retirements()).find((it) => it.model === model);
  if (!found) throw new Error(`${model} does not retire`);
  return found;
}

describe('x-auricle-warning', () => {
  it.each([
    ['near', `openai/whisper-1 is announced to end on ${dayIn(80)}`],
    ['of-file', `openai/whisper-1 was announced to end on ${dayIn(-1)}`],
    ['far', null],
    ['never', null],
    ['fresh', null],
  ])('says of answers of %s: %s', async (model, warning) => {
    for (const stream of ['false', 'true']) {
      const answer = await transcribe(model, { stream });
      expect([answer.status, answer.headers.get('x-auricle-warning')?.split(' (')[0] ?? null]).toEqual([200, warning]);
      expect((await gateway.row(answer)).warnings).toHaveLength(warning === null ? 0 : 1);
    }
  });

  it('names it on answers from the cache as well, once, and as it is by then', async () => {
    const ask = () => transcribe('far', { prompt: 'cached', cache: '{"ttl": 600, "use-cache": true}' });
    const first = await ask();
    expect(first.headers.get('x-auricle-warning')).toBeNull();
    const { body } = await gateway.admin('GET', 'deployments?model=far');
    await gateway.admin('PATCH', `deployments/${body.data[0].id}`, { routing: { retires_on: dayIn(10) } });
    const again = await ask();
    expect(again.headers.get('x-auricle-cache')).toBe('hit');
    expect(again.headers.get('x-auricle-warning')).toMatch(
      new RegExp(`^openai/whisper-1 is announced to end on ${dayIn(10)}`),
    );
    await gateway.admin('PATCH', `deployments/${body.data[0].id}`, { routing: { retires_on: dayIn(100) } });
  });

  it.each([
    ['2026-11-27T23:59:59.999Z', null],
    ['2026-11-28T00:00:00.000Z', 'openai/whisper-1 is announced to end on 2027-02-26'],
    ['2027-02-26T23:59:59.999Z', 'openai/whisper-1 is announced to end on 2027-02-26'],
    ['2027-02-27T00:00:00.000Z', 'openai/whisper-1 was announced to end on 2027-02-26'],
  ])('says at %s of what is known of its provider: %s', async (moment, warning) => {
    today.date = () => new Date(moment);
    const answer = await transcribe('known');
    expect(answer.headers.get('x-auricle-warning')?.split(' (')[0] ?? null).toBe(warning);
    today.date = () => new Date();
  });

  it('names it on failures of the deployment', async () => {
    await gateway.createModel('failing', simulator.url, { api_key: 'sk-wrong', routing: { retires_on: dayIn(5) } });
    const answer = await transcribe('failing');
    expect(answer.status).toBe(502);
    expect(answer.headers.get('x-auricle-warning')).toMatch(/is announced to end on/);
    await gateway.admin('DELETE', 'models/failing');
  });
});

describe('GET /admin/v1/retirements', () => {
  it('has every deployment with an end, of the file and of the API, by the operator or the provider, first to end first', async () => {
    const list = (await retirements()).filter(({ managed_by }) => managed_by !== 'sandbox');
    const ends = list.map(({ retires_on }) => retires_on);
    expect(ends).toEqual(ends.toSorted());
    expect(new Map(list.map((it) => [it.model, [it.managed_by, it.retires_on, it.confidence]]))).toEqual(
      new Map([
        ['of-file', ['file', dayIn(-1), 'configured']],
        ['near', ['api', dayIn(80), 'configured']],
        ['far', ['api', dayIn(100), 'configured']],
        ['known', ['api', '2027-02-26', 'reported']],
        ['spoken', ['api', '2027-01-06', 'reported']],
      ]),
    );
    expect(list.find(({ model }) => model === 'known')).toMatchObject({
      object: 'retirement',
      provider: 'openai',
      upstream_model: 'whisper-1',
      warns_from: '2026-11-28',
      source: 'https://developers.openai.com/api/docs/deprecations',
      replacement: 'gpt-transcribe',
      enabled: true,
    });
    expect(list.find(({ model }) => model === 'near')).toMatchObject({ source: null, as_of: null, days_left: 80 });
  });

  it('tells whose requests use it, with which format and features, and which others could serve them', async () => {
    const own = { api_key: SIMULATOR_KEY, routing: { retires_on: dayIn(70) } };
    await gateway.createModel('used', simulator.url, own);
    await gateway.admin('POST', 'teams', { name: 'newsroom' });
    const subtitles = await gateway.createKey({ name: 'subtitles', team: 'newsroom', models: ['used', 'never'] });
    const plain = await gateway.createKey({ name: 'plain' });
    for (let count = 0; count < 3; count += 1) {
      const words = { response_format: 'verbose_json', 'timestamp_granularities[]': 'word', language: 'en' };
      expect((await transcribe('used', words, subtitles.key)).status).toBe(200);
    }
    await transcribe('used', { stream: 'true' }, plain.key);
    const { traffic } = await retirementOf('used');
    expect(traffic).toMatchObject({ requests: 4, audio_seconds: 24, is_cut: false, has_more_uses: false });
    expect(traffic.uses.map((use) => ({ ...use, could_serve: undefined, last_request_at: undefined }))).toEqual([
      {
        key_id: subtitles.id,
        key_name: 'subtitles',
        team_id: expect.any(String),
        team_name: 'newsroom',
        model: 'used',
        task: 'transcribe',
        response_format: 'verbose_json',
        features: ['timestamps', 'language', 'word_timestamps'],
        requests: 3,
        audio_seconds: 18,
        goes_on: false,
      },
      {
        key_id: plain.id,
        key_name: 'plain',
        team_id: null,
        team_name: null,
        model: 'used',
        task: 'transcribe',
        response_format: 'json',
        features: ['streaming'],
        requests: 1,
        audio_seconds: 6,
        goes_on: false,
      },
    ]);
    expect(traffic.breaking_requests).toBe(4);
    // What ends by then replaces nobody, nor does the deployment itself; gpt-transcribe knows no times.
    const others = traffic.uses.map(({ could_serve }) =>
      could_serve
        .filter(({ model }) => ['far', 'never', 'fresh', 'of-file', 'used'].includes(model))
        .map(({ model, reached, key_may_use }) => [model, reached, key_may_use]),
    );
    expect(others.map((of) => of.toSorted())).toEqual([
      [
        ['far', 'other_model', false],
        ['never', 'other_model', true],
      ],
      [
        ['far', 'other_model', true],
        ['fresh', 'other_model', true],
        ['never', 'other_model', true],
      ],
    ]);
  });

  it('tells that requests go on where their model, or a fallback that the key may use, has somebody else', async () => {
    await gateway.admin('PATCH', 'models/used', { routing: { fallbacks: ['never'] } });
    const by = async () =>
      new Map((await retirementOf('used')).traffic.uses.map((use) => [use.key_name, use.goes_on] as const));
    expect(await by()).toEqual(
      new Map([
        ['subtitles', true],
        ['plain', true],
      ]),
    );
    await gateway.admin('PATCH', 'keys/subtitles', { models: ['used'] });
    expect(await by()).toEqual(
      new Map([
        ['subtitles', false],
        ['plain', true],
      ]),
    );
    await gateway.admin('PATCH', 'models/used', { routing: { fallbacks: null } });
    const added = { provider: 'openai', upstream_model: 'whisper-1', api_base: simulator.url, api_key: SIMULATOR_KEY };
    const { body } = await gateway.admin('POST', 'models/used/deployments', {
      ...added,
      routing: { retires_on: 'never' },
    });
    expect(await by()).toEqual(
      new Map([
        ['subtitles', true],
        ['plain', true],
      ]),
    );
    await gateway.admin('DELETE', `deployments/${body.id}`);
  });

  it('counts the last 30 days, no answers from the cache, and what was logged before features were', async () => {
    const { deployment_id: deploymentId } = await retirementOf('spoken');
    now = new Date('2026-10-31T12:00:00Z');
    const at = (moment: string) => ({ id: firstIdAt(new Date(moment)), createdAt: new Date(moment), deploymentId });
    const speech = { task: 'speak', model: 'spoken', responseFormat: 'mp3' } as const;
    await writeLogs(
      gateway,
      logEntry({ ...speech, ...at('2026-10-01T11:59:59.999Z') }),
      logEntry({ ...speech, ...at('2026-10-01T12:00:00.000Z') }),
      logEntry({ ...speech, ...at('2026-10-31T12:00:00.000Z'), stream: true }),
      logEntry({ ...speech, ...at('2026-10-31T11:00:00.000Z'), cache: 'hit' }),
      logEntry({ ...speech, ...at('2026-10-31T12:00:00.001Z') }),
    );
    const { traffic } = await retirementOf('spoken');
    expect([traffic.from, traffic.to]).toEqual(['2026-10-01T12:00:00.000Z', '2026-10-31T12:00:00.000Z']);
    expect(traffic.uses.map(({ features, requests }) => [features, requests])).toEqual([
      [null, 1],
      [null, 1],
    ]);
    now = undefined;
  });

  it.each([
    ['2027-02-30', /must be a day/],
    ['soon', /must be a day/],
    [20270226, /must be a day/],
  ])('refuses retires_on %j', async (retires_on, message) => {
    const { body } = await gateway.admin('GET', 'deployments?model=near');
    const { status, body: answer } = await gateway.admin('PATCH', `deployments/${body.data[0].id}`, {
      routing: { retires_on },
    });
    expect([status, answer.error.param]).toEqual([400, 'routing.retires_on']);
    expect(answer.error.message).toMatch(message);
  });
});
