import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { DeclaredDeployment } from '../models/declared-model.js';
import { builtInProviders } from '../providers/built-in-providers.js';
import { ProviderHttp } from '../providers/provider-http.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { ConfigFileError, formatProblem, type Problem } from './config-file.error.js';
import { type ConfigFile, readConfigFile, type ReadingOptions } from './config-file.reader.js';

const providers = new ProviderRegistry(builtInProviders(new ProviderHttp()));

/** Stands before the character at which a problem is expected. */
const MARK = '§';

const environment = {
  OPENAI_API_KEY: 'sk-openai',
  AZURE_API_KEY: 'azure-key',
  AZURE_API_BASE: 'https://azure.example/',
  AZURE_EUROPE_API_KEY: 'azure-europe',
  AZURE_EUROPE_API_BASE: 'https://europe.openai.azure.com/',
  EMPTY: '',
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'config-file-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes files and reads `config.yaml` among them. */
function read(
  files: string | Record<string, string>,
  variables: Record<string, string | undefined> = environment,
  options: ReadingOptions = {},
): ConfigFile {
  const all = typeof files === 'string' ? { 'config.yaml': files } : files;
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text.replaceAll(MARK, ''));
  }
  return readConfigFile(join(folder, 'config.yaml'), providers, variables, options);
}

/** Everything that is told of a file, as it stops the start where STRICT_CONFIG is set. */
function problemsOf(files: string | Record<string, string>, variables = environment): readonly Problem[] {
  try {
    read(files, variables, { strict: true });
  } catch (error) {
    if (error instanceof ConfigFileError) return error.problems;
    throw error;
  }
  throw new Error('the file was accepted');
}

/** `file:line:column path: message`, without the folder. */
function lines(problems: readonly Problem[]): string[] {
  return problems.map((problem) => formatProblem({ ...problem, file: problem.file.replace(`${folder}/`, '') }));
}

function markedPlace(text: string): string {
  const before = text.slice(0, text.indexOf(MARK)).split('\n');
  return `${before.length}:${(before.at(-1) ?? '').length + 1}`;
}

function only(file: ConfigFile): DeclaredDeployment {
  const [deployment, ...others] = file.models.flatMap(({ deployments }) => deployments);
  if (!deployment || others.length > 0) throw new Error('expected one deployment');
  return deployment;
}

const model = (params: string, info = '{ mode: audio_transcription }') =>
  `model_list:\n- model_name: whisper\n  litellm_params: ${params}\n  model_info: ${info}\n`;

describe('the three configurations that LiteLLM documents', () => {
  it('spreads one model over OpenAI and Azure', () => {
    const { models, settings, problems } = read(`
model_list:
- model_name: whisper
  litellm_params: { model: whisper-1, api_key: os.environ/OPENAI_API_KEY }
  model_info: { mode: audio_transcription }
- model_name: whisper
  litellm_params: { model: azure/azure-whisper, api_version: 2024-02-15-preview, api_base: os.environ/AZURE_EUROPE_API_BASE, api_key: os.environ/AZURE_EUROPE_API_KEY }
  model_info: { mode: audio_transcription }
general_settings: { master_key: sk-1234 }
`);
    expect(models.map(({ name }) => name)).toEqual(['whisper']);
    expect(models[0]?.deployments).toMatchObject([
      { provider: 'openai', upstream_model: 'whisper-1', api_key: 'sk-openai', api_base: null },
      {
        provider: 'azure',
        upstream_model: 'azure-whisper',
        api_key: 'azure-europe',
        api_base: 'https://europe.openai.azure.com',
        settings: { api_version: '2024-02-15-preview' },
      },
    ]);
    expect(settings.master_key).toBe('sk-1234');
    expect(problems).toEqual([]);
  });

  it('falls back', () => {
    const { models, fallbacks, settings, problems } = read(`
model_list:
  - model_name: whisper-primary
    litellm_params: { model: whisper-1, api_key: os.environ/OPENAI_API_KEY }
    model_info: { mode: audio_transcription }
  - model_name: whisper-backup
    litellm_params: { model: azure/whisper-deployment, api_version: 2024-02-15-preview, api_base: os.environ/AZURE_API_BASE, api_key: os.environ/AZURE_API_KEY }
    model_info: { mode: audio_transcription }
router_settings: { fallbacks: [{ "whisper-primary": ["whisper-backup"] }], num_retries: 2 }
general_settings: { master_key: sk-1234 }
`);
    expect(models.map(({ name }) => name)).toEqual(['whisper-primary', 'whisper-backup']);
    expect(fallbacks).toEqual(new Map([['whisper-primary', ['whisper-backup']]]));
    expect(settings.max_retries).toBe(2);
    expect(problems).toEqual([]);
  });

  it('serves one model', () => {
    const file = read(`
model_list:
- model_name: whisper
  litellm_params: { model: whisper-1, api_key: os.environ/OPENAI_API_KEY }
  model_info: { mode: audio_transcription }
general_settings: { master_key: sk-1234 }
`);
    expect(only(file)).toMatchObject({ provider: 'openai', upstream_model: 'whisper-1' });
    expect([file.fallbacks.size, file.aliases, file.settings]).toEqual([0, [], { master_key: 'sk-1234' }]);
    expect(file.problems).toEqual([]);
  });
});

describe('litellm_params and model_info', () => {
  it('are read with their units', () => {
    const file = read(`
model_list:
  - model_name: whisper
    litellm_params:
      model: deepgram/nova-3
      api_key: dg
      api_base: http://127.0.0.1:9000/v1//
      organization: org
      weight: 0.5
      order: 2
      rpm: "60"
      max_parallel_requests: 4
      timeout: 1.5
      stream_timeout: 30
      max_retries: 0
      cooldown_time: 0
      max_file_size_mb: 1.5
      drop_params: yes
      input_cost_per_second: 0.0001
      output_cost_per_second: 0.0001
      mip_opt_out: false
      api_version:
    model_info: { id: 7, base_model: nova-3, input_cost_per_second: 9, owner: team-a }
`);
    // A word for a setting of other providers says nothing of this one.
    expect(only(file)).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      provider: 'deepgram',
      mode: 'audio_transcription',
      upstream_model: 'nova-3',
      credential: null,
      api_key: 'dg',
      api_base: 'http://127.0.0.1:9000/v1',
      settings: { mip_opt_out: false },
      weight: 0.5,
      price: { type: 'duration', usd: '0.0001', per: 'second' },
      routing: {
        order: 2,
        max_requests_per_minute: 60,
        max_concurrent_requests: 4,
        timeout_seconds: 1.5,
        stream_timeout_seconds: 30,
        max_retries: 0,
        cooldown_seconds: 0,
        max_bytes: 1_572_864,
      },
      enabled: true,
    });
    expect(file.models[0]?.routing).toEqual({ drop_params: true });
  });

  it.each(providers.prefixes())('%s/ is served by its provider', (name) => {
    const params = `{ model: ${name}/some/model, api_key: k, api_base: https://api.openai.com/v1 }`;
    const provider = providers.byPrefix(name)?.adapter.provider;
    expect(only(read(model(params)))).toMatchObject({ provider, upstream_model: 'some/model', api_key: 'k' });
  });

  it('is a public service that holds chats, at its own address and with its own key', () => {
    const chat = (params: string, variables: Record<string, string> = {}) =>
      only(read(`model_list:\n- { model_name: m, litellm_params: ${params} }\n`, variables));
    const variables = { XAI_API_KEY: 'xk', PERPLEXITYAI_API_KEY: 'pk', DEEPSEEK_API_BASE: 'https://proxy.internal/v1' };
    expect(chat('{ model: xai/grok-9 }', variables)).toMatchObject({
      provider: 'openai-compatible',
      upstream_model: 'grok-9',
      mode: 'chat',
      api_base: 'https://api.x.ai/v1',
      api_key: 'xk',
    });
    expect(chat('{ model: perplexity/of-tomorrow }', variables)).toMatchObject({ mode: 'chat', api_key: 'pk' });
    expect(chat('{ model: deepseek/deepseek-chat, api_key: k }', variables).api_base).toBe('https://proxy.internal/v1');
    expect(chat('{ model: zai/glm-9, api_key: k, api_base: "https://own.internal/v4" }').api_base).toBe(
      'https://own.internal/v4',
    );
    const { problems } = read(`model_list:\n- { model_name: m, litellm_params: { model: xai/grok-9 } }\n`, {});
    expect(problems).toMatchObject([
      {
        message: 'is missing; set it, or the environment variable XAI_API_KEY',
        path: 'model_list[0].litellm_params.api_key',
      },
    ]);
  });

  it('have the settings that a prefix implies, unless the entry says its own', () => {
    const params = 'model: hosted_vllm/whisper, api_base: "http://gpu/v1"';
    expect(only(read(model(`{ ${params} }`))).settings).toEqual({ server: 'vllm' });
    expect(only(read(model(`{ ${params}, server: speaches }`))).settings).toEqual({ server: 'speaches' });
  });

  it.each([
    ['whisper-1', {}, 'openai', 'whisper-1'],
    ['gpt-4o-transcribe', {}, 'openai', 'gpt-4o-transcribe'],
    ['nova-3', { custom_llm_provider: 'deepgram' }, 'deepgram', 'nova-3'],
    ['azure/w', { custom_llm_provider: 'azure' }, 'azure', 'w'],
    ['openai/whisper-large-v3', { custom_llm_provider: 'groq' }, 'groq', 'openai/whisper-large-v3'],
    ['openai/whisper-1', { api_base: 'http://proxy.internal/v1' }, 'openai', 'whisper-1'],
    ['openai/Systran/faster', { api_base: 'http://gpu.internal/v1' }, 'openai-compatible', 'Systran/faster'],
    ['openai/my-model', { api_base: 'https://eu.api.openai.com/v1' }, 'openai', 'my-model'],
    ['openai/my-model', {}, 'openai', 'my-model'],
  ])('%s with %j is %s', (name, extra, provider, upstreamModel) => {
    const params = JSON.stringify({ model: name, api_key: 'k', api_base: undefined, ...extra });
    expect(only(read(model(params)))).toMatchObject({ provider, upstream_model: upstreamModel });
  });

  it('takes absent keys and addresses from the variables of official clients and of LiteLLM', () => {
    const variables = { FIREWORKSAI_API_KEY: 'fw', HOSTED_VLLM_API_BASE: 'http://gpu/v1/', EMPTY: '' };
    expect(only(read(model('{ model: fireworks_ai/whisper-v3 }'), variables))).toMatchObject({ api_key: 'fw' });
    const vllm = only(read(model('{ model: hosted_vllm/whisper }'), variables));
    expect(vllm).toMatchObject({ provider: 'openai-compatible', api_key: null, api_base: 'http://gpu/v1' });
    const azure = only(read(model('{ model: azure/w }'), { ...environment, AZURE_API_VERSION: 'v9' }));
    expect(azure.settings).toEqual({ api_version: 'v9' });
  });

  it("gives a server that only speaks OpenAI's protocol nothing of OpenAI's account", () => {
    const params = '{ model: openai/faster-whisper, api_base: "http://gpu/v1" }';
    const deployment = only(read(model(params), { ...environment, OPENAI_ORG_ID: 'org-1' }));
    expect(deployment).toMatchObject({ provider: 'openai-compatible', settings: {} });
  });

  it('keeps the account of a key in the environment from a key of its own', () => {
    const variables = { ...environment, OPENAI_ORG_ID: 'org-1', AZURE_API_VERSION: 'v9' };
    const settings = (params: string) => only(read(model(params), variables)).settings;
    expect(settings('{ model: whisper-1 }')).toEqual({ organization: 'org-1' });
    expect(settings('{ model: whisper-1, api_key: os.environ/OPENAI_API_KEY }')).toEqual({ organization: 'org-1' });
    expect(settings('{ model: whisper-1, api_key: sk-other }')).toEqual({});
    expect(settings('{ model: azure/w, api_key: other }')).toEqual({ api_version: 'v9' });
  });

  it('names the variable that says what the provider refuses', () => {
    const variables = { ...environment, OPENAI_ORG_ID: 'org 1', OPENAI_PROJECT_ID: 'project 1' };
    expect(lines(problemsOf(model('{ model: whisper-1 }'), variables))).toEqual([
      'config.yaml:2:3 model_list[0]: openai refuses organization, which OPENAI_ORG_ID says: must be printable ASCII without spaces',
      'config.yaml:2:3 model_list[0]: openai refuses project, which OPENAI_PROJECT_ID says: must be printable ASCII without spaces',
    ]);
  });

  it('tells everything that the provider refuses, each at its key', () => {
    const text = model('{ model: azure/w, url_style: v2, auth: none, frobnicate: 1 }', '{ base_model: "a b" }');
    expect(lines(problemsOf(text)).map((line) => line.replace(/:[^:]+$/, ''))).toEqual([
      'config.yaml:3:37 model_list[0].litellm_params.url_style: azure refuses url_style: Invalid option',
      'config.yaml:3:52 model_list[0].litellm_params.auth: azure refuses auth: Invalid option',
      'config.yaml:3:64 model_list[0].litellm_params.frobnicate',
      'config.yaml:4:17 model_list[0].model_info.base_model: azure refuses base_model',
    ]);
  });

  it('takes them from credential_list, where the entry does not say its own', () => {
    const text = (name: string) =>
      `${model(`{ model: azure/w, litellm_credential_name: ${name}, api_version: own }`)}
credential_list:
- credential_name: europe
  credential_values: { api_key: os.environ/AZURE_EUROPE_API_KEY, api_base: "https://e", api_version: theirs }
  credential_info: { description: x }`;
    expect(only(read(text('europe')))).toMatchObject({
      api_key: 'azure-europe',
      api_base: 'https://e',
      settings: { api_version: 'own' },
    });
    expect(lines(problemsOf(text('asia')))).toEqual([
      'config.yaml:3:62 model_list[0].litellm_params.litellm_credential_name: is not in credential_list',
    ]);
  });

  it('tells of a mistake in a credential once, where it is', () => {
    const text = `model_list:
- { model_name: a, litellm_params: { model: groq/whisper-a, litellm_credential_name: c } }
- { model_name: b, litellm_params: { model: groq/whisper-b, litellm_credential_name: c } }
credential_list:
- credential_name: c
  credential_values: { api_key: ${MARK}os.environ/NOT_SET }`;
    expect(lines(problemsOf(text))).toEqual([
      `config.yaml:${markedPlace(text)} credential_list[0].credential_values.api_key: the environment variable NOT_SET is not set`,
    ]);
  });

  it.each([
    ['chat', '{ model: bedrock/claude, api_key: os.environ/NOT_SET }', '{ mode: chat }', 'bedrock is a provider that'],
    ['chat elsewhere', '{ model: deepgram/chat, api_key: k }', '{ mode: chat }', 'which Deepgram does not'],
    [
      'embeddings',
      '{ model: bedrock/titan, api_key: os.environ/NOT_SET }',
      '{ mode: embedding }',
      'does not serve embedding',
    ],
    ['a blocked entry', '{ model: whisper-1 }', '{ blocked: true }', 'it is blocked'],
    ['a wildcard', '{ model: "openai/*" }', '{}', 'wildcards are not served'],
  ])('leaves out %s, with a warning', (_, params, info, explanation) => {
    const file = read(`model_list: [{ model_name: "*", litellm_params: ${params}, model_info: ${info} }]`);
    expect(file.models).toEqual([]);
    expect(file.problems).toHaveLength(1);
    expect(file.problems[0]?.message).toContain(explanation);
  });

  it('takes LiteLLM without models', () => {
    expect(read('model_list:\ngeneral_settings:\nrouter_settings: {}\n').models).toEqual([]);
  });
});

describe('the settings of the gateway', () => {
  it('are read with their units', () => {
    const { settings, fallbacks, aliases, models, problems } = read(`
${model('{ model: whisper-1 }')}
router_settings:
  routing_strategy: latency-based-routing
  fallbacks: [{ whisper: [whisper] }, { whisper: [other], "*": [w] }]
  max_fallbacks: 3
  retry_after: 0.25
  retry_policy: { AuthenticationErrorRetries: 1, TimeoutErrorRetries: 2, RateLimitErrorRetries: 3, InternalServerErrorRetries: 4, ServiceUnavailableErrorRetries: 5, NotFoundErrorRetries: 6, DefaultRetries: 7 }
  allowed_fails: 0
  cooldown_time: 30
  disable_cooldowns: false
  timeout: 10
  stream_timeout: 20
  default_max_parallel_requests: 9
  enable_pre_call_checks: true
  model_group_alias: { w: whisper, h: { model: whisper, hidden: true }, v: { model: whisper } }
general_settings:
  master_key: os.environ/OPENAI_API_KEY
  database_url: postgresql://u:p@db/x
  max_request_size_mb: 25
  allowed_ips: [10.0.0.1, "10.0.0.0/8", "::1"]
  background_health_checks: on
  health_check_interval: 300
  store_prompts_in_spend_logs: true
litellm_settings: { num_retries: 1, request_timeout: 99, drop_params: True, default_fallbacks: [w], allowed_fails: 5 }
`);
    expect(settings).toEqual({
      routing_strategy: 'lowest-latency',
      default_fallbacks: ['w'],
      max_fallbacks: 3,
      max_retries: 7,
      backoff_min_ms: 250,
      retries_by_reason: {
        credential_rejected: 1,
        timeout: 2,
        rate_limited: 3,
        unavailable: 5,
        bad_response: 5,
        model_not_found: 6,
        misconfigured: 6,
      },
      // None is forgiven, so the first one counts.
      allowed_failures: 1,
      cooldown_seconds: 30,
      request_timeout_seconds: 10,
      stream_request_timeout_seconds: 20,
      drop_params: true,
      master_key: 'sk-openai',
      database_url: 'postgresql://u:p@db/x',
      max_file_size_mb: 25,
      allowed_ips: ['10.0.0.1', '10.0.0.0/8', '::1'],
      store_transcripts: true,
      health_check_interval_seconds: 300,
    });
    expect(fallbacks).toEqual(new Map([['whisper', ['whisper']]]));
    expect(aliases.map(({ name, model: target, hidden }) => ({ name, target, hidden }))).toEqual([
      { name: 'w', target: 'whisper', hidden: false },
      { name: 'h', target: 'whisper', hidden: true },
      { name: 'v', target: 'whisper', hidden: false },
    ]);
    expect(models[0]?.deployments[0]?.routing.max_concurrent_requests).toBe(9);
    expect(lines(problems)).toEqual([
      'config.yaml:9:51 router_settings.fallbacks[1].whisper[0]: is not a model of this file; requests skip it unless the admin API has one',
    ]);
  });

  it.each([
    ['simple-shuffle', 'weighted'],
    ['least-busy', 'least-busy'],
    ['latency-based-routing', 'lowest-latency'],
    ['cost-based-routing', 'lowest-cost'],
    ['usage-based-routing', 'usage-based'],
    ['usage-based-routing-v2', 'usage-based'],
  ])('%s is %s', (name, strategy) => {
    expect(read(`router_settings: { routing_strategy: ${name} }`).settings.routing_strategy).toBe(strategy);
  });

  it('takes fallbacks of every model for default fallbacks', () => {
    const { fallbacks, settings } = read('litellm_settings: { fallbacks: [{ "*": [a, b] }] }');
    expect([fallbacks.size, settings.default_fallbacks]).toEqual([0, ['a', 'b']]);
  });

  it('takes the master key from LITELLM_MASTER_KEY only where the file has none', () => {
    const key = (text: string, value: string) => read(text, { LITELLM_MASTER_KEY: value }).settings.master_key;
    expect(key('general_settings: {}', 'sk-variable')).toBe('sk-variable');
    expect(key('general_settings: { master_key: sk-file }', 'sk-variable')).toBe('sk-file');
    expect(key('general_settings: { master_key: sk-file }', 'x')).toBe('sk-file');
    expect(() => key('model_list: []', 'x')).toThrow(/has no master_key, and LITELLM_MASTER_KEY cannot be used/);
  });

  it.each([
    ['{ cache: true }', 600],
    ['{ cache: true, cache_params: { type: redis, ttl: 3600 } }', 3600],
    ['{ cache: true, cache_params: { ttl: "90.4" } }', 90],
    ['{ cache: true, cache_params: { mode: default_off, ttl: 60 } }', 0],
    ['{ cache: true, cache_params: { supported_call_types: [completion] } }', 0],
    ['{ cache: true, cache_params: { supported_call_types: [completion, atranscription] } }', 600],
    ['{ cache: true, cache_params: { ttl: soon } }', 600],
    ['{ cache: false, cache_params: { ttl: 60 } }', 0],
    ['{ cache_params: { ttl: 60 } }', undefined],
  ])('caches answers as %s says', (section, seconds) => {
    expect(read(`litellm_settings: ${section}`).settings.cache_seconds).toBe(seconds);
  });

  it.each<[string, string | undefined, Record<string, string>?]>([
    ['router_settings: { redis_url: "rediss://r" }', 'rediss://r'],
    [
      'router_settings: { redis_host: r, redis_port: 7000, redis_password: "p@", redis_db: 2 }',
      'redis://:p%40@r:7000/2',
    ],
    ['router_settings: { redis_host: os.environ/REDIS_HOST, redis_port: os.environ/REDIS_PORT }', 'redis://h:7/0'],
    ['router_settings: { redis_password: p }', undefined],
    ['router_settings: { redis_host: "a b" }', undefined],
    [
      'litellm_settings: { cache: true, cache_params: { host: c, ssl: true, username: u, password: p } }',
      'rediss://u:p@c:7/0',
    ],
    ['litellm_settings: { cache: true, cache_params: { type: redis } }', 'redis://:s@h:7/0', { REDIS_PASSWORD: 's' }],
    ['litellm_settings: { cache: true, cache_params: { type: local } }', undefined],
    ['litellm_settings: { cache: false, cache_params: { host: c } }', undefined],
    ['litellm_settings: { cache: true, cache_params: { host: c } }\nrouter_settings: { redis_host: r }', 'redis://r/0'],
    ['model_list: []', undefined],
  ])('takes the Redis of %s', (text, url, variables = {}) => {
    const { settings } = read(text, { REDIS_HOST: 'h', REDIS_PORT: '7', ...variables });
    expect(settings.redis_url).toBe(url);
  });

  it('passes over a Redis that cannot be used, and says so', () => {
    const { problems } = read('router_settings: { redis_host: r, redis_port: 99999 }');
    expect(lines(problems)).toEqual([
      expect.stringContaining('router_settings.redis_host: becomes redis_url, which must be'),
    ]);
  });

  it('never keeps transcripts where message logging is off', () => {
    const text =
      'general_settings: { store_prompts_in_spend_logs: true }\nlitellm_settings: { turn_off_message_logging: true }';
    expect(read(text).settings.store_transcripts).toBe(false);
  });

  it('warns of every setting without effect, looking nothing up', () => {
    const { problems } = read(`
guardrails: []
router_settings:
  cache_kwargs: os.environ/NOT_SET
litellm_settings: { callbacks: [otel], retry: true }
general_settings: { alerting_threshold: 300 }
model_list:
- model_name: w
  litellm_params: { model: whisper-1, max_budget: 3 }
  model_info: { team_id: t }
`);
    expect(lines(problems).map((line) => line.replace(/ has no effect here\. .+\.$/, ''))).toEqual([
      'config.yaml:2:1 guardrails:',
      'config.yaml:4:3 router_settings.cache_kwargs:',
      'config.yaml:5:21 litellm_settings.callbacks:',
      'config.yaml:5:40 litellm_settings.retry:',
      'config.yaml:6:21 general_settings.alerting_threshold:',
      'config.yaml:9:39 model_list[0].litellm_params.max_budget:',
      'config.yaml:10:17 model_list[0].model_info.team_id:',
    ]);
  });
});

describe('problems', () => {
  const unset = 'the environment variable NOT_SET is not set';
  it.each([
    // Syntax.
    ['a tab', 'model_list:\n§\t- model_name: x', '', /tab cannot indent/],
    ['a key twice', 'model_list: []\n§model_list: []', '', /already there/],
    ['a key twice in { }', 'general_settings: { master_key: sk-aaaa, §master_key: sk-bbbb }', '', /already there/],
    ['an open bracket', 'model_list: [1§', '', /bracket/],
    ['an open quote', 'general_settings: { master_key: "sk-1234 }§', '', /character is missing/],
    ['two documents', 'model_list: []\n§---\nmodel_list: []', '', /more than one YAML document/],
    ['an alias without an anchor', 'model_list: §*nowhere', 'model_list', /no anchor/],
    ['an alias in itself', 'model_list: &a [§*a]', 'model_list[0]', /contains itself/],
    ['a tag', 'model_list: §!secret x', '', /tag is not known/],
    ['a list as a key', 'model_list: []\n? §[a]\n: b', '', /a key must be text/],
    ['a merge of text', 'general_settings: { <<: §text }', 'general_settings', /<< takes maps only/],
    // Shape.
    ['a list for a file', '§- model_name: x', '', /must be a map of settings, not a list/],
    ['text for a file', '§hello', '', /must be a map of settings, not text/],
    ['a map for a list', 'model_list: §{ a: 1 }', 'model_list', /must be a list, not a map/],
    ['a list for a section', 'router_settings: §[]', 'router_settings', /must be a map of settings, not a list/],
    ['nothing for an entry', 'model_list:\n-§', 'model_list[0]', /not nothing/],
    [
      'an entry without a name',
      'model_list:\n- §litellm_params: { model: whisper-1 }',
      'model_list[0].model_name',
      /is missing/,
    ],
    ['an entry without parameters', 'model_list:\n- §model_name: w', 'model_list[0].litellm_params', /is missing/],
    ['parameters without a model', model('§{ api_key: k }'), 'model_list[0].litellm_params.model', /is missing/],
    [
      'a wrong model name',
      'model_list:\n- model_name: §a b\n  litellm_params: { model: whisper-1 }',
      'model_list[0].model_name',
      /must start with/,
    ],
    // Keys.
    ['an unknown section', '§general_setings: {}', 'general_setings', /knows; did you mean general_settings\?/],
    [
      'an unknown setting',
      'router_settings: { §fallbaks: [] }',
      'router_settings.fallbaks',
      /did you mean fallbacks\?/,
    ],
    [
      'a key that nobody knows',
      'general_settings: { §frobnicate: 1 }',
      'general_settings.frobnicate',
      /that LiteLLM or Auricle knows$/,
    ],
    [
      'a misspelt parameter',
      model('{ model: whisper-1, §api_kye: k }'),
      'model_list[0].litellm_params.api_kye',
      /did you mean api_key\?/,
    ],
    [
      'a camelCase parameter',
      model('{ model: whisper-1, §apiBase: k }'),
      'model_list[0].litellm_params.apiBase',
      /did you mean api_base\?/,
    ],
    [
      'a misspelt note',
      model('{ model: whisper-1 }', '{ §base_modle: x }'),
      'model_list[0].model_info.base_modle',
      /did you mean base_model\?/,
    ],
    [
      'a misspelt retry',
      'router_settings: { retry_policy: { §RateLimitRetries: 1 } }',
      'router_settings.retry_policy.RateLimitRetries',
      /knows/,
    ],
    [
      'an unknown key of an alias',
      'router_settings: { model_group_alias: { a: { model: m, §hide: true } } }',
      'router_settings.model_group_alias.a',
      /not known here/,
    ],
    [
      'an alias without a model',
      'router_settings: { model_group_alias: { a: §{ hidden: true } } }',
      'router_settings.model_group_alias.a.model',
      /is missing/,
    ],
    // Types.
    [
      'text for a number',
      'router_settings: { num_retries: §many }',
      'router_settings.num_retries',
      /becomes max_retries, which must be a whole number from 0 to 100$/,
    ],
    [
      'a list for a number',
      'router_settings: { num_retries: §[2] }',
      'router_settings.num_retries',
      /whole number from 0 to 100, not a list/,
    ],
    [
      'a negative number',
      'router_settings: { num_retries: §-1 }',
      'router_settings.num_retries',
      /whole number from 0 to 100$/,
    ],
    [
      'infinity',
      'router_settings: { timeout: §.inf }',
      'router_settings.timeout',
      /^becomes request_timeout_seconds, which must be a number from 0.001 to 86400, not infinity or NaN$/,
    ],
    [
      'a file of no bytes',
      model('{ model: whisper-1, max_file_size_mb: §0.0000001 }'),
      'model_list[0].litellm_params.max_file_size_mb',
      /^becomes max_bytes, which must be a whole number, 1 or more$/,
    ],
    [
      'a pause that is too long',
      'router_settings: { retry_after: §601 }',
      'router_settings.retry_after',
      /^becomes backoff_min_ms, which must be a whole number from 0 to 600000$/,
    ],
    [
      'a text that is no number for JSON',
      model('{ model: whisper-1, order: §first }'),
      'model_list[0].litellm_params.order',
      /^must be a whole number from 0 to 1000, not text$/,
    ],
    [
      'no request size',
      'general_settings: { max_request_size_mb: §0 }',
      'general_settings.max_request_size_mb',
      /^becomes max_file_size_mb, which must be a number from 0.001 to 1000000$/,
    ],
    ['half a try', 'router_settings: { num_retries: §1.5 }', 'router_settings.num_retries', /whole number/],
    ['infinity', 'router_settings: { timeout: §.inf }', 'router_settings.timeout', /must be a number/],
    [
      'no time',
      'router_settings: { timeout: §0 }',
      'router_settings.timeout',
      /becomes request_timeout_seconds, which must be a number from 0.001 to 86400$/,
    ],
    [
      'more time than a timer counts',
      'general_settings: { health_check_interval: §86401 }',
      'general_settings.health_check_interval',
      /must be a number from 0 to 86400$/,
    ],
    [
      'text for a switch',
      'litellm_settings: { drop_params: §maybe }',
      'litellm_settings.drop_params',
      /must be true or false$/,
    ],
    [
      'a number for text',
      model('{ model: §4 }'),
      'model_list[0].litellm_params.model',
      /must be text, not a number; put it in quotes/,
    ],
    [
      'text for names',
      'litellm_settings: { default_fallbacks: §eu }',
      'litellm_settings.default_fallbacks',
      /must be a list of names, not text/,
    ],
    [
      'a number among names',
      'litellm_settings: { default_fallbacks: [a, §4] }',
      'litellm_settings.default_fallbacks[1]',
      /must be text, not a number/,
    ],
    [
      'an alias with a space',
      'router_settings: { model_group_alias: { "a b": §w } }',
      'router_settings.model_group_alias.?',
      /is an alias that no model could be called/,
    ],
    [
      'a map for fallbacks',
      'router_settings: { fallbacks: §{ a: [b] } }',
      'router_settings.fallbacks',
      /list of maps .+, not a map/,
    ],
    [
      'text for a fallback',
      'router_settings: { fallbacks: [{ a: §b }] }',
      'router_settings.fallbacks[0].a',
      /list of model names, not text/,
    ],
    [
      'a negative price',
      model('{ model: whisper-1, input_cost_per_second: §-1 }'),
      'model_list[0].litellm_params.input_cost_per_second',
      /US dollars/,
    ],
    [
      'too much weight',
      model('{ model: whisper-1, weight: §1001 }'),
      'model_list[0].litellm_params.weight',
      /from 0 to 1000/,
    ],
    // Values.
    [
      'an unknown strategy',
      'router_settings: { routing_strategy: §least_busy }',
      'router_settings.routing_strategy',
      /must be one of .+did you mean least-busy\?/,
    ],
    [
      'an unknown mode',
      model('{ model: whisper-1 }', '{ mode: §audio_transcribtion }'),
      'model_list[0].model_info.mode',
      /did you mean audio_transcription\?/,
    ],
    [
      'no URL',
      model('{ model: whisper-1, api_base: §gpu }'),
      'model_list[0].litellm_params.api_base',
      /http or https URL/,
    ],
    [
      'a password in a URL',
      model('{ model: whisper-1, api_base: §"http://u:p@gpu" }'),
      'model_list[0].litellm_params.api_base',
      /user name or password/,
    ],
    [
      'a key with a space',
      model('{ model: whisper-1, api_key: §"a b" }'),
      'model_list[0].litellm_params.api_key',
      /without spaces/,
    ],
    ['a short master key', 'general_settings: { master_key: §abc }', 'general_settings.master_key', /at least 4/],
    [
      'another database',
      'general_settings: { database_url: §mysql://x }',
      'general_settings.database_url',
      /postgresql/,
    ],
    [
      'no address',
      'general_settings: { allowed_ips: §[300.0.0.1] }',
      'general_settings.allowed_ips',
      /IP addresses or CIDR ranges/,
    ],
    [
      'an id twice',
      `${model('{ model: whisper-1 }', '{ id: a }')}- model_name: w\n  litellm_params: { model: whisper-1 }\n  model_info: { id: §a }`,
      'model_list[1].model_info.id',
      /already the id of model_list\[0\]/,
    ],
    // Providers.
    [
      'a provider that is not served',
      model('{ model: §bedrock/x, api_key: k }'),
      'model_list[0].litellm_params.model',
      /the model 'whisper' is left out: bedrock is a provider that Auricle does not serve$/,
    ],
    [
      'the same by name',
      model('{ model: x, custom_llm_provider: §vertex_ai }'),
      'model_list[0].litellm_params.custom_llm_provider',
      /vertex_ai is a provider that Auricle does not serve$/,
    ],
    [
      'a misspelt provider',
      model('{ model: §deepgrem/x }'),
      'model_list[0].litellm_params.model',
      /not known; did you mean deepgram\?; served are/,
    ],
    ['no provider', model('{ model: §nova-3 }'), 'model_list[0].litellm_params.model', /no provider prefix/],
    ['a prefix alone', model('{ model: §groq/ }'), 'model_list[0].litellm_params.model', /no model after it/],
    [
      'no key',
      model('§{ model: groq/x }'),
      'model_list[0].litellm_params.api_key',
      /is missing; set it, or the environment variable GROQ_API_KEY/,
    ],
    [
      'no address of its own',
      model('§{ model: hosted_vllm/x }'),
      'model_list[0].litellm_params.api_base',
      /is missing; set it, or the environment variable HOSTED_VLLM_API_BASE/,
    ],
    [
      'half a price',
      model('§{ model: whisper-1, input_cost_per_token: 1 }'),
      'model_list[0].litellm_params',
      /without output_cost_per_token/,
    ],
    // Variables.
    [
      'a missing variable',
      model('{ model: whisper-1, api_key: §os.environ/NOT_SET }'),
      'model_list[0].litellm_params.api_key',
      unset,
    ],
    [
      'an empty variable',
      model('{ model: whisper-1, api_key: §os.environ/EMPTY }'),
      'model_list[0].litellm_params.api_key',
      /EMPTY is not set/,
    ],
    [
      'a variable of the prototype',
      model('{ model: whisper-1, api_key: §os.environ/constructor }'),
      'model_list[0].litellm_params.api_key',
      /constructor is not set/,
    ],
    [
      'a missing variable in a list',
      'general_settings: { allowed_ips: [::1, §os.environ/NOT_SET] }',
      'general_settings.allowed_ips[1]',
      unset,
    ],
    [
      'a missing variable of an option',
      model('{ model: openai/w, api_base: "http://gpu/v1", formats: [§os.environ/NOT_SET] }'),
      'model_list[0].litellm_params.formats[0]',
      unset,
    ],
    [
      'a variable within text',
      model('{ model: whisper-1, api_base: §"http://os.environ/HOST/v1" }'),
      'model_list[0].litellm_params.api_base',
      /must be the whole value/,
    ],
    [
      'a variable without a name',
      'general_settings: { master_key: §os.environ/ }',
      'general_settings.master_key',
      /followed by the name/,
    ],
    [
      'a variable of the wrong type',
      'router_settings: { num_retries: §os.environ/OPENAI_API_KEY }',
      'router_settings.num_retries',
      /whole number/,
    ],
    [
      'a declared variable that is missing',
      'environment_variables: { A: §os.environ/NOT_SET }',
      'environment_variables.A',
      unset,
    ],
    [
      'a declared variable that is a list',
      'environment_variables: { A: §[1] }',
      'environment_variables.A',
      /must be text, not a list/,
    ],
    [
      'variables in a list',
      'environment_variables: §[A]',
      'environment_variables',
      /must be a map of variables, not a list/,
    ],
    ['a variable with no name', 'environment_variables: { §a-b: 1 }', 'environment_variables', /no name of a variable/],
    // Files.
    ['a file that includes itself', 'include: [§config.yaml]', 'include[0]', /includes itself/],
    ['a missing file', 'include: [§none.yaml]', 'include[0]', /none\.yaml: there is no such file/],
    ['a number for a file', 'include: [§4]', 'include[0]', /file name or a list of file names, not a number/],
    ['a map for files', 'include: §{ a: b }', 'include', /file name or a list of file names, not a map/],
  ])('are found at their place: %s', (_, text, path, message) => {
    const problems = problemsOf(text);
    expect(lines(problems)).toEqual([expect.stringMatching(new RegExp(`^config\\.yaml:${markedPlace(text)} `))]);
    expect(problems[0]).toMatchObject({ path, file: join(folder, 'config.yaml') });
    expect(problems[0]?.message).toMatch(message);
  });

  it('are told all at once, from top to bottom', () => {
    const text =
      'general_setings: {}\nrouter_settings: { num_retries: x, timeout: y }\nmodel_list:\n- litellm_params: { model: bedrock/x }';
    expect(problemsOf(text).map(({ line, path }) => [line, path])).toEqual([
      [1, 'general_setings'],
      [2, 'router_settings.num_retries'],
      [2, 'router_settings.timeout'],
      // Of an entry that is left out, nothing else is told.
      [4, 'model_list[0].litellm_params.model'],
    ]);
  });

  it('make an error with one line each', () => {
    const error = new ConfigFileError([
      {
        kind: 'unusable',
        file: 'config.yaml',
        line: 12,
        column: 7,
        path: 'model_list[0].litellm_params.model',
        message: 'is missing',
      },
      { kind: 'unusable', file: 'config.yaml', line: 1, column: 1, path: '', message: 'the file is empty' },
    ]);
    expect(error.name).toBe('ConfigFileError');
    expect(error.message).toBe(
      'config.yaml:12:7 model_list[0].litellm_params.model: is missing\nconfig.yaml:1:1 the file is empty',
    );
  });

  it.each([
    ['empty', '', 'the file is empty'],
    ['of comments', '# nothing\n', 'the file is empty'],
    ['null', 'null', 'the file is empty'],
  ])('of a file that is %s', (_, text, message) => {
    expect(lines(problemsOf(text))).toEqual([`config.yaml:1:1 ${message}`]);
  });

  it.each([
    ['a missing file', 'missing.yaml', 'there is no such file'],
    ['a folder', '.', 'it is a directory, not a file'],
    ['a file in a file', 'binary.yaml/x', 'there is no such file'],
    ['a file that is not text', 'binary.yaml', 'the file is not UTF-8 text'],
  ])('of %s', (_, name, message) => {
    writeFileSync(join(folder, 'binary.yaml'), Buffer.from([0x61, 0x3a, 0x20, 0xff, 0xfe]));
    const path = join(folder, name);
    expect(() => readConfigFile(path, providers, {})).toThrow(
      new ConfigFileError([{ kind: 'unusable', file: path, line: 1, column: 1, path: '', message }]),
    );
  });

  it('of files that grow without end', () => {
    const aliases = Array.from(
      { length: 30 },
      (_, level) => `  a${level + 1}: &a${level + 1} [*a${level}, *a${level}]`,
    );
    expect(problemsOf(['x-bomb:', '  a0: &a0 [1]', ...aliases].join('\n'))[0]?.message).toMatch(/too large/);
    expect(problemsOf(`model_list: ${'['.repeat(50_000)}`)[0]?.message).toMatch(/too deep/);
    expect(problemsOf(`x-deep: ${'['.repeat(150)}${']'.repeat(150)}`)[0]?.message).toMatch(/too deep/);
  });
});

describe('secrets', () => {
  const SECRET = 'sk-live-0123456789abcdef';
  it.each([
    ['as a key in { }', model(`{ model: whisper-1, ${SECRET} }`)],
    ['after a forgotten colon', model(`{ model: whisper-1, api_key ${SECRET} }`)],
    ['as a map', model(`{ model: whisper-1, api_key: { ${SECRET} } }`)],
    ['at the top', `${SECRET}: 1`],
    ['as a setting', `general_settings: { ${SECRET}: 1 }`],
    ['for a number', `router_settings: { num_retries: ${SECRET} }`],
    ['for a strategy', `router_settings: { routing_strategy: ${SECRET} }`],
    ['for a mode', model('{ model: whisper-1 }', `{ mode: ${SECRET} }`)],
    ['for a model', model(`{ model: ${SECRET} }`)],
    ['for a provider', model(`{ model: ${SECRET}/x }`)],
    ['for a provider by name', model(`{ model: x, custom_llm_provider: ${SECRET} }`)],
    ['for a model name', `model_list: [{ model_name: "! ${SECRET}", litellm_params: { model: whisper-1 } }]`],
    ['for an address', model(`{ model: whisper-1, api_base: ${SECRET} }`)],
    ['in an address', model(`{ model: whisper-1, api_base: "https://u:${SECRET}@x" }`)],
    ['with a space', model(`{ model: whisper-1, api_key: "${SECRET} x" }`)],
    ['in a database', `general_settings: { database_url: "mysql://u:${SECRET}@x" }`],
    ['in a list', `general_settings: { allowed_ips: [${SECRET}] }`],
    ['for a credential', model(`{ model: whisper-1, litellm_credential_name: ${SECRET} }`)],
    ['after os.environ/', model(`{ model: whisper-1, api_key: os.environ/${SECRET} }`)],
    ['in broken YAML', `general_settings: { master_key: "${SECRET}\n  x: ${SECRET}`],
    ['after a bracket', `general_settings: ]${SECRET}`],
    ['in bad quotes', `general_settings: { master_key: "\\q${SECRET}" }`],
    ['before a tab', `general_settings:\n\t${SECRET}: x`],
    ['as an alias', `general_settings: { master_key: *${SECRET} }`],
    ['as a tag', `general_settings: { master_key: !${SECRET} x }`],
    ['as a variable name', `environment_variables: { ${SECRET}: x }`],
    ['as text', SECRET],
  ])('stay out of messages: %s', (_, text) => {
    const problems = problemsOf(text);
    expect(problems.length).toBeGreaterThan(0);
    expect(new ConfigFileError(problems).message).not.toContain(SECRET.slice(3, 12));
  });

  it('of the environment stay out of messages too', () => {
    const variables = { ...environment, BAD: SECRET, GROQ_API_KEY: `${SECRET} with space`, LITELLM_MASTER_KEY: 'ab' };
    const problems = problemsOf(
      `${model('{ model: groq/x, rpm: os.environ/BAD, api_base: os.environ/BAD }')}`,
      variables,
    );
    expect(problems.map(({ path }) => path)).toEqual([
      '',
      'model_list[0].litellm_params',
      'model_list[0].litellm_params.rpm',
      'model_list[0].litellm_params.api_base',
    ]);
    expect(JSON.stringify(problems)).not.toContain(SECRET.slice(3, 12));
  });
});

describe('environment_variables', () => {
  it('sets variables over the environment, in order', () => {
    const file =
      read(`${model('{ model: whisper-1, api_key: os.environ/C, rpm: os.environ/N, drop_params: os.environ/B }')}
environment_variables:
  OPENAI_API_KEY: os.environ/OPENAI_API_KEY
  A: os.environ/OPENAI_API_KEY
  C: os.environ/A
  N: 60
  B: true
`);
    expect(only(file)).toMatchObject({ api_key: 'sk-openai', routing: { max_requests_per_minute: 60 } });
    expect(file.models[0]?.routing).toEqual({ drop_params: true });
  });

  it('feeds the keys of providers', () => {
    const text = `environment_variables: { GROQ_API_KEY: of-the-file }\n${model('{ model: groq/whisper-large-v3 }')}`;
    expect(only(read(text, { GROQ_API_KEY: 'of-the-environment' })).api_key).toBe('of-the-file');
  });
});

describe('anchors', () => {
  it('and merge keys are followed; the own key wins, and the earlier map of a list', () => {
    const file = read(`
x-common: &common { api_key: k1, rpm: 1, timeout: 5 }
x-more: &more { rpm: 2, order: 3 }
model_list:
  - model_name: whisper
    litellm_params: { <<: [*common, *more], timeout: 7, model: &name groq/whisper-large-v3 }
  - model_name: copy
    litellm_params:
      <<: *more
      model: *name
      api_key: k2
`);
    expect(file.models.map(({ name, deployments }) => [name, ...deployments])).toMatchObject([
      ['whisper', { api_key: 'k1', routing: { max_requests_per_minute: 1, order: 3, timeout_seconds: 7 } }],
      [
        'copy',
        {
          api_key: 'k2',
          upstream_model: 'whisper-large-v3',
          routing: { max_requests_per_minute: 2, order: 3 },
        },
      ],
    ]);
  });

  it('are reported where they are written, by the path where they are used', () => {
    const text =
      'x-common: &common { rpm: §many }\nmodel_list:\n- model_name: w\n  litellm_params: { <<: *common, model: whisper-1 }';
    expect(lines(problemsOf(text))).toEqual([
      `config.yaml:${markedPlace(text)} model_list[0].litellm_params.rpm: becomes max_requests_per_minute, which must be a whole number from 1 to 1000000000, not text`,
    ]);
  });

  it('may be called anything', () => {
    expect(problemsOf('__proto__: { a: 1 }\nconstructor: 2').map(({ line }) => line)).toEqual([1, 2]);
    const [problem] = problemsOf(model('{ model: whisper-1, constructor: 1 }'));
    expect(problem).toMatchObject({
      path: 'model_list[0].litellm_params.constructor',
      message: expect.stringContaining('openai has no setting constructor'),
    });
  });
});

describe('include', () => {
  it('joins lists, the including file first, and follows folders', () => {
    const file = read({
      'config.yaml': `include: [models/a.yaml, models/b.yaml]\n${model('{ model: whisper-1 }')}general_settings: { master_key: sk-1234 }`,
      'models/a.yaml': 'include: deep/c.yaml\nmodel_list: [{ model_name: a, litellm_params: { model: whisper-1 } }]',
      'models/deep/c.yaml': 'model_list: [{ model_name: c, litellm_params: { model: whisper-1 } }]',
      'models/b.yaml':
        'model_list: [{ model_name: b, litellm_params: { model: whisper-1 } }]\nrouter_settings: { num_retries: 4 }',
    });
    expect(file.models.map(({ name }) => name)).toEqual(['whisper', 'a', 'c', 'b']);
    expect(file.settings).toEqual({ max_retries: 4, master_key: 'sk-1234' });
    expect(file.problems).toEqual([]);
  });

  it('replaces a section as a whole, and says so', () => {
    const { settings, problems } = read({
      'config.yaml': 'include: other.yaml\nrouter_settings: { num_retries: 1, timeout: 5 }\ngeneral_settings:',
      'other.yaml': 'router_settings: { num_retries: 2 }\ngeneral_settings: { master_key: sk-1234 }',
    });
    expect(settings).toEqual({ max_retries: 2, master_key: 'sk-1234' });
    expect(lines(problems)).toEqual([
      `config.yaml:2:1 router_settings: is replaced as a whole by router_settings of ${join(folder, 'other.yaml')}, which is included`,
    ]);
  });

  it('reports problems in the file where they are', () => {
    const included = 'model_list:\n- model_name: w\n  litellm_params: { model: whisper-1, rpm: §x }';
    expect(
      lines(
        problemsOf({
          'config.yaml': 'include: [a.yaml, b.yaml]\nmodel_list: []',
          'a.yaml': included,
          'b.yaml': 'a: [',
        }),
      ),
    ).toEqual([
      expect.stringMatching(/^b\.yaml:1:\d+ the indentation/),
      `a.yaml:${markedPlace(included)} model_list[0].litellm_params.rpm: becomes max_requests_per_minute, which must be a whole number from 1 to 1000000000, not text`,
    ]);
  });

  it('notices a cycle at the line that closes it', () => {
    const files = { 'config.yaml': 'include: [a.yaml]', 'a.yaml': 'model_list: []\ninclude:\n  - ./config.yaml' };
    expect(lines(problemsOf(files))).toEqual([
      'a.yaml:3:5 include[0]: includes itself, directly or through the files that it includes',
    ]);
  });

  it('takes a file that is included twice, but no cycle', () => {
    const files = {
      'config.yaml': 'include: [a.yaml, b.yaml]',
      'a.yaml': 'include: c.yaml',
      'b.yaml': 'include: c.yaml',
      'c.yaml': 'x-empty: 1',
    };
    expect(read(files).models).toEqual([]);
  });

  it('takes nothing for no files', () => {
    expect(read('include:\nmodel_list: []').problems).toEqual([]);
  });
});
