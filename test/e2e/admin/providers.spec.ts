import { Ajv2020 } from 'ajv/dist/2020.js';
import { ProviderRegistry } from '../../../src/providers/provider-registry.js';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { AdminClient, type Answer } from './admin-client.js';

let gateway: TestGateway;
let registry: ProviderRegistry;
let answer: Answer;
beforeAll(async () => {
  gateway = await startTestGateway();
  registry = gateway.app.get(ProviderRegistry);
  const admin = AdminClient.of(gateway.url);
  answer = await admin.get('providers');
});
afterAll(() => gateway.close());

function providerOf(name: string): Answer['body'] {
  return answer.body.data.find((it: { name: string }) => it.name === name);
}

describe('GET /admin/v1/providers', () => {
  it('lists every provider with every model that it knows', () => {
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ object: 'list', has_more: false, next_cursor: null });
    const listed = answer.body.data.map(({ name, models }: Answer['body']) => [
      name,
      models.map((model: Answer['body']) => model.name),
    ]);
    expect(listed).toEqual(registry.all().map(({ provider, knownModels }) => [provider, knownModels]));
    expect(listed.length).toBeGreaterThan(5);
  });

  it('tells what a deployment needs, what a model can do, what it costs and when it ends', () => {
    expect(providerOf('openai')).toMatchObject({
      object: 'provider',
      needs_api_key: true,
      default_api_base: 'https://api.openai.com/v1',
      title: 'OpenAI',
      environment: {
        api_key: ['OPENAI_API_KEY'],
        api_base: ['OPENAI_BASE_URL', 'OPENAI_API_BASE'],
        settings: { organization: ['OPENAI_ORG_ID', 'OPENAI_ORGANIZATION'] },
        offers_models: true,
      },
    });
    expect(providerOf('fireworks').prefixes).toMatchObject([
      { name: 'fireworks_ai', environment: { api_key: expect.arrayContaining(['FIREWORKS_API_KEY']) }, settings: {} },
    ]);
    expect(providerOf('openai-compatible').prefixes).toContainEqual({
      name: 'hosted_vllm',
      environment: { api_key: ['HOSTED_VLLM_API_KEY'], api_base: ['HOSTED_VLLM_API_BASE'], settings: {} },
      default_api_base: null,
      settings: { server: 'vllm' },
    });
    const model = (name: string) => providerOf('openai').models.find((it: { name: string }) => it.name === name);
    expect(model('whisper-1')).toEqual({
      name: 'whisper-1',
      capabilities: {
        tasks: ['transcribe', 'translate'],
        formats: ['json', 'text', 'srt', 'verbose_json', 'vtt'],
        granularities: ['word', 'segment'],
        streaming: false,
        diarization: false,
        logprobs: false,
        fields: ['language', 'prompt', 'temperature'],
        options: [],
        accepts_url: false,
        containers: ['flac', 'm4a', 'mp3', 'mp4', 'mpeg', 'mpga', 'oga', 'ogg', 'wav', 'webm'],
        max_bytes: 26_214_400,
        max_duration_seconds: null,
        retirement_date: '2027-02-26',
      },
      price: { type: 'duration', usd: '0.006', per: 'minute', increment_seconds: 1 },
    });
    expect(model('gpt-4o-transcribe')).toMatchObject({
      capabilities: { logprobs: true, max_duration_seconds: 1_500 },
      price: { type: 'tokens', audio_input_usd: '2.50', estimate_usd_per_minute: '0.006' },
    });
  });

  it('says what is not there', () => {
    expect(providerOf('openai-compatible')).toMatchObject({
      needs_api_key: false,
      default_api_base: null,
      environment: { api_key: [], api_base: [], settings: {}, offers_models: false },
      models: [],
      other_models: { options: 'any', containers: null, max_bytes: null, retirement_date: null },
    });
    // A token says neither whose account to use nor that it is meant for this.
    expect(providerOf('cloudflare').environment).toMatchObject({ offers_models: false });
    expect(providerOf('together').models).toContainEqual(
      expect.objectContaining({ name: 'mistralai/Voxtral-Mini-3B-2507', price: null }),
    );
  });

  it.each([
    ['openai-compatible', { server: 'vllm', streaming: true, max_bytes: 1 }, true],
    ['openai-compatible', { server: 'ollama' }, false],
    ['openai-compatible', { Server: 'vllm' }, false],
    ['openai', { organization: 'org-1' }, true],
    ['openai', { organization: 1 }, false],
    ['cloudflare', { account_id: '0123456789abcdef0123456789abcdef' }, true],
    ['cloudflare', { account_id: 'mine' }, false],
    ['groq', { anything: true }, false],
  ])('describes the settings of %s, as a JSON schema that judges %j', (name, settings, valid) => {
    const judge = new Ajv2020({ strict: false }).compile(providerOf(name).settings);
    expect(judge(settings)).toBe(valid);
    expect(registry.get(name)?.settings.safeParse(settings).success).toBe(valid);
  });

  it('has settings that may be left out for every provider whose models the environment can offer', () => {
    for (const { name, environment, settings } of answer.body.data) {
      const judge = new Ajv2020({ strict: false }).compile(settings);
      expect({ name, valid: !environment.offers_models || judge({}) }).toEqual({ name, valid: true });
    }
  });
});
