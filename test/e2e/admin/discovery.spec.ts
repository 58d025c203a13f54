import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { type Refusal, refusals, type SelfHosted, SelfHostedSimulator } from '../../support/self-hosted-simulator.js';
import { answer, resetBeforeHeaders } from '../../support/simulator-answers.js';

let gateway: TestGateway;
const opened: SelfHostedSimulator[] = [];
beforeAll(async () => {
  gateway = await startTestGateway({ SANDBOX: 'false' });
});
afterAll(() => gateway.close());
afterEach(async () => {
  for (const it of opened.splice(0)) await it.close();
});

let made = 0;

/** A deployment of a server. */
async function deploymentOf(server: SelfHosted, fields: Record<string, unknown> = {}) {
  const upstream = await SelfHostedSimulator.start(server);
  opened.push(upstream);
  made += 1;
  const { body, status } = await gateway.admin('POST', 'models', {
    name: `model-${made}`,
    deployments: [{ provider: 'openai-compatible', upstream_model: 'm', api_base: upstream.url, ...fields }],
  });
  expect(status).toBe(201);
  const id: string = body.deployments[0].id;
  return { upstream, id, test: (sent?: unknown) => gateway.admin('POST', `deployments/${id}/test`, sent) };
}

/** What each try gave, by its name. */
function resultsOf(discovery: { tries: readonly { tried: string; result: string }[] }): Record<string, string> {
  return Object.fromEntries(discovery.tries.map(({ tried, result }) => [tried, result]));
}

describe('POST /admin/v1/deployments/{id}/test with discover', () => {
  it('tries everything, one after the other, and says how it went', async () => {
    const { test } = await deploymentOf({
      formats: ['json', 'verbose_json', 'srt'],
      ignores: ['vtt'],
      granularities: ['segment'],
      streams: 'ignored',
      translates: false,
      refusal: refusals['an object with an error'],
    });
    const { status, body } = await test({ discover: true });
    expect([status, body.outcome]).toEqual([200, 'success']);
    expect(resultsOf(body.discovery)).toEqual({
      'response_format=json': 'supported',
      'response_format=text': 'refused',
      'response_format=srt': 'supported',
      'response_format=verbose_json': 'supported',
      'response_format=vtt': 'ignored',
      'response_format=diarized_json': 'refused',
      'timestamp_granularities[]=word': 'refused',
      'timestamp_granularities[]=segment': 'supported',
      translations: 'refused',
      'stream=true': 'ignored',
      error: 'supported',
    });
    expect(body.discovery.tries[1]).toEqual({
      tried: 'response_format=text',
      result: 'refused',
      upstream_status: 400,
      latency_ms: expect.any(Number),
      error: 'Unsupported response_format: text',
    });
    expect(body.discovery.settings).toEqual({
      formats: ['json', 'srt', 'verbose_json'],
      granularities: ['segment'],
      tasks: ['transcribe'],
      streaming: false,
      diarization: false,
    });
  });

  it('offers settings that can be put on the deployment, and keeps those that it does not find out', async () => {
    const settings = { formats: ['text'], streaming: false, max_bytes: 1000 };
    const { id, test, upstream } = await deploymentOf(
      { formats: ['json', 'text', 'srt', 'vtt', 'verbose_json'], streams: 'yes' },
      { settings },
    );
    const { discovery } = (await test({ discover: true })).body;
    expect(discovery.settings).toEqual({
      max_bytes: 1000,
      formats: ['json', 'text', 'srt', 'verbose_json', 'vtt'],
      granularities: ['word', 'segment'],
      tasks: ['transcribe', 'translate'],
      streaming: true,
      diarization: false,
    });
    const changed = await gateway.admin('PATCH', `deployments/${id}`, { settings: discovery.settings });
    expect([changed.status, changed.body.settings]).toEqual([200, discovery.settings]);
    expect((await test()).body.outcome).toBe('success');
    expect(upstream.asked.at(-1)).toBe('json');
  });

  it('leaves the formats to be learned where only the field of granularities is refused', async () => {
    const { test } = await deploymentOf({ formats: ['json', 'verbose_json'], granularities: [] });
    expect((await test({ discover: true })).body.discovery.settings).toMatchObject({ formats: 'auto' });
  });

  it.each<[string, Refusal, string]>([
    ['an envelope', refusals['an envelope'], 'openai'],
    ['a text', refusals['a text'], 'text'],
    ['an object', refusals['an object'], 'object'],
    ['a list', refusals['a list'], 'list'],
  ])('sees that errors have the form of %s', async (_what, refusal, form) => {
    const { test } = await deploymentOf({ formats: ['json'], refusal });
    expect((await test({ discover: true })).body.discovery.error_form).toBe(form);
  });

  it('tries once more what got no answer, and takes none for no', async () => {
    const server = { formats: ['json', 'text', 'srt', 'vtt', 'verbose_json', 'diarized_json'] };
    const once = await deploymentOf(server);
    const heard = answer(200, { text: 'Testing.' });
    once.upstream.respondWith(heard, resetBeforeHeaders());
    expect((await once.test({ discover: true })).body.discovery.settings.formats).toContain('json');
    const twice = await deploymentOf(server, { settings: { max_bytes: 1000 } });
    twice.upstream.respondWith(heard, resetBeforeHeaders(), resetBeforeHeaders());
    const { discovery } = (await twice.test({ discover: true })).body;
    expect(discovery.tries[0]).toMatchObject({
      tried: 'response_format=json',
      result: 'failed',
      upstream_status: null,
    });
    expect(discovery.settings).toEqual({
      max_bytes: 1000,
      granularities: ['word', 'segment'],
      tasks: ['transcribe', 'translate'],
      streaming: false,
    });
  });

  it('tries nothing more with a server that does not answer at all', async () => {
    const { test, upstream } = await deploymentOf({ formats: ['json'] });
    upstream.respondWith(answer(401, { detail: 'no key' }));
    const { status, body } = await test({ discover: true });
    expect([status, body.outcome, body.discovery]).toEqual([200, 'credential_rejected', undefined]);
    expect(upstream.requests).toHaveLength(1);
  });

  it('is as ever without a body, or when it is not asked for', async () => {
    const { test, upstream } = await deploymentOf({ formats: ['json'] });
    for (const body of [undefined, {}, { discover: false }]) {
      const tested = await test(body);
      expect([tested.status, Object.keys(tested.body)]).toEqual([
        200,
        ['object', 'id', 'outcome', 'upstream_status', 'latency_ms', 'error', 'text'],
      ]);
    }
    expect(upstream.requests).toHaveLength(3);
  });

  it('is refused for providers of which that is known, and so is what is no setting of it', async () => {
    const known = await deploymentOf(
      { formats: ['json'] },
      { provider: 'openai', upstream_model: 'whisper-1', api_key: 'x' },
    );
    expect(await known.test({ discover: true })).toMatchObject({ status: 400, body: { error: { param: 'discover' } } });
    expect(known.upstream.requests).toHaveLength(0);
    const own = await deploymentOf({ formats: ['json'] });
    expect((await own.test({ discover: 'yes' })).body.error.param).toBe('discover');
    expect((await own.test({ learn: true })).status).toBe(400);
  });
});
