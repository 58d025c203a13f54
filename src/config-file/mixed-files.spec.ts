import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtInProviders } from '../providers/built-in-providers.js';
import { ProviderHttp } from '../providers/provider-http.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { ConfigFileError, formatProblem } from './config-file.error.js';
import { type ConfigFile, readConfigFile, type ReadingOptions } from './config-file.reader.js';
import { formatSummary, summaryOf } from './config-file.summary.js';

const providers = new ProviderRegistry(builtInProviders(new ProviderHttp()));

const variables = {
  OPENAI_API_KEY: 'sk-openai',
  MISTRAL_API_KEY: 'mistral-key',
  GROQ_API_KEY: 'groq-key',
  LITELLM_MASTER_KEY: 'sk-master',
  OPENROUTER_API_KEY: 'sk-or',
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mixed-files-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function read(text: string, environment: Record<string, string> = variables, options: ReadingOptions = {}): ConfigFile {
  const path = join(folder, 'config.yaml');
  writeFileSync(path, text);
  return readConfigFile(path, providers, environment, options);
}

function linesOf({ problems }: Pick<ConfigFile, 'problems'>): readonly string[] {
  return problems.map((problem) => `${problem.kind} ${formatProblem(problem).replace(`${folder}/`, '')}`);
}

function entry(params: string, info = '{}'): string {
  return `model_list:\n- { model_name: m, litellm_params: ${params}, model_info: ${info} }\n`;
}

/** What becomes of the only entry. */
function fateOf(params: string, info?: string): string {
  const { models, leftOut } = read(entry(params, info), {});
  const [deployment] = models.flatMap((model) => model.deployments);
  return deployment?.provider ?? leftOut[0]?.reason ?? 'nothing';
}

/** Two files as they were read in public repositories. */
const chatBesideWhisper = `model_list:
  - { model_name: openai-gpt41, litellm_params: { model: gpt-4.1, api_key: os.environ/OPENAI_API_KEY }, model_info: { supports_function_calling: true, max_input_tokens: 1000000 } }
  - { model_name: ollama-llama32, litellm_params: { model: ollama/llama3.2, api_base: os.environ/OLLAMA_API_BASE } }            # stops: "names the provider ollama, which Auricle does not serve"
  - { model_name: embeddings, litellm_params: { model: text-embedding-3-large, api_key: os.environ/OPENAI_API_KEY } }           # stops: "no provider prefix and is no OpenAI model"
  - { model_name: openai-whisper, litellm_params: { model: whisper-1, api_key: os.environ/OPENAI_API_KEY } }
  - { model_name: voxtral-mini, litellm_params: { model: mistral/voxtral-mini-latest, api_key: os.environ/MISTRAL_API_KEY } }
litellm_settings: { drop_params: true, set_verbose: false, request_timeout: 120 }
general_settings: { master_key: os.environ/LITELLM_MASTER_KEY }
`;

const everyKind = `model_list:
  - { model_name: qwen, litellm_params: { model: openrouter/qwen/qwen3.6-plus, api_key: os.environ/OPENROUTER_API_KEY } }
  - { model_name: pool/image-gen, litellm_params: { model: huggingface/stabilityai/stable-diffusion-xl-base-1.0, api_key: os.environ/HF_TOKEN, rpm: 15 } }   # stops
  - { model_name: whisper-large-v3, litellm_params: { model: groq/whisper-large-v3, api_base: https://api.groq.com/openai/v1, api_key: os.environ/GROQ_API_KEY } }
  - { model_name: realtime-default, litellm_params: { model: openai/gpt-realtime, api_key: os.environ/OPENAI_API_KEY, mode: realtime } }                     # stops: "mode is not a setting"
  - { model_name: voxtral-tts, litellm_params: { model: openai/voxtral-mini-tts-latest, api_base: https://api.mistral.ai/v1, api_key: os.environ/MISTRAL_API_KEY }, model_info: { mode: audio_speech } }
  - { model_name: parakeet-asr, litellm_params: { model: nvidia_riva/nvidia/parakeet-ctc-1_1b-asr, api_base: "grpc.nvcf.nvidia.com:443", api_key: os.environ/NVIDIA_RIVA_API_KEY, nvcf_function_id: x }, model_info: { mode: audio_transcription } }   # stops twice
router_settings: { routing_strategy: usage-based-routing-v2, enable_pre_call_checks: true, redis_host: redis, redis_port: 6379, allowed_fails: 1, cooldown_time: 90, num_retries: 3 }
litellm_settings: { cache: true, cache_type: redis, cache_params: { host: redis, port: 6379, supported_call_types: [completion, acompletion] } }              # stops: cache_type
`;

describe('files as people have them', () => {
  it('serve whisper and voxtral beside chat and embeddings', () => {
    const file = read(chatBesideWhisper);
    expect(linesOf(file)).toEqual([
      "no_effect config.yaml:2:119 model_list[0].model_info.supports_function_calling: has no effect here. What a model can do, and what a check of its health sends, are Auricle's own data.",
      "no_effect config.yaml:2:152 model_list[0].model_info.max_input_tokens: has no effect here. What a model can do, and what a check of its health sends, are Auricle's own data.",
      "left_out config.yaml:3:60 model_list[1].litellm_params.model: the model 'ollama-llama32' is left out: ollama is a provider that Auricle does not serve",
      "left_out config.yaml:4:56 model_list[2].litellm_params.model: the model 'embeddings' is left out: by its name it is for embedding",
      'no_effect config.yaml:7:40 litellm_settings.set_verbose: has no effect here. Set `LOG_LEVEL`.',
    ]);
    expect(file.leftOut.map(({ model, reason, purpose }) => [model, reason, purpose])).toEqual([
      ['ollama-llama32', 'unserved_provider', 'chat'],
      ['embeddings', 'other_purpose', 'embedding'],
    ]);
    expect(file.models.flatMap((it) => it.deployments)).toMatchObject([
      { provider: 'openai', upstream_model: 'gpt-4.1', mode: 'chat' },
      { provider: 'openai', upstream_model: 'whisper-1', mode: 'audio_transcription', api_key: 'sk-openai' },
      { provider: 'mistral', upstream_model: 'voxtral-mini-latest', api_key: 'mistral-key' },
    ]);
    expect(file.settings).toEqual({ drop_params: true, request_timeout_seconds: 120, master_key: 'sk-master' });
    expect(formatSummary(summaryOf(file))).toBe(
      'served 3 (openai-gpt41, openai-whisper, voxtral-mini), left out 2, ignored keys 3, switched off 0',
    );
  });

  it('serve whisper beside every other kind', () => {
    const file = read(everyKind);
    expect(linesOf(file)).toEqual([
      "left_out config.yaml:3:60 model_list[1].litellm_params.model: the model 'pool/image-gen' is left out: huggingface is a provider that Auricle does not serve",
      "left_out config.yaml:5:125 model_list[3].litellm_params.mode: the model 'realtime-default' is left out: Auricle does not serve realtime",
      "left_out config.yaml:7:58 model_list[5].litellm_params.model: the model 'parakeet-asr' is left out: nvidia_riva is a provider that Auricle does not serve",
      'no_effect config.yaml:9:34 litellm_settings.cache_type: has no effect here. See `cache` and `cache_params`.',
    ]);
    expect(file.settings.redis_url).toBe('redis://redis:6379/0');
    expect(file.models).toMatchObject([
      {
        name: 'qwen',
        deployments: [{ provider: 'openai-compatible', mode: 'chat', api_base: 'https://openrouter.ai/api/v1' }],
      },
      {
        name: 'whisper-large-v3',
        deployments: [{ provider: 'groq', api_base: 'https://api.groq.com/openai/v1', api_key: 'groq-key' }],
      },
      { name: 'voxtral-tts', deployments: [{ provider: 'openai-compatible', mode: 'audio_speech' }] },
    ]);
    expect(file.settings).toMatchObject({
      routing_strategy: 'usage-based',
      allowed_failures: 2,
      cooldown_seconds: 90,
      max_retries: 3,
      // Of other calls only.
      cache_seconds: 0,
    });
    expect(summaryOf(file)).toEqual({
      served: ['qwen', 'whisper-large-v3', 'voxtral-tts'],
      leftOut: 3,
      ignoredKeys: 1,
      switchedOff: 0,
    });
  });

  it.each([chatBesideWhisper, everyKind])('stop the start where STRICT_CONFIG is set, and say all of it', (text) => {
    const lenient = read(text);
    const strict = () => read(text, variables, { strict: true });
    expect(strict).toThrow(ConfigFileError);
    expect(strict).toThrow(lenient.problems.map(formatProblem).join('\n'));
    expect(strict).toThrow(`: ${formatSummary(summaryOf(lenient))}`);
  });

  it('fall back to models that are left out without another word', () => {
    const file = read(
      `${chatBesideWhisper}router_settings: { fallbacks: [{ openai-gpt41: [ollama-llama32, nobody] }] }\n`,
    );
    expect(file.problems.filter(({ kind }) => kind === 'note').map(({ path }) => path)).toEqual([
      'router_settings.fallbacks[0].openai-gpt41[1]',
    ]);
  });
});

describe('an entry without a mode', () => {
  it.each([
    // Names of OpenAI's, with and without its prefix.
    ['{ model: whisper-1, api_key: k }', 'openai'],
    ['{ model: gpt-4o-mini-transcribe, api_key: k }', 'openai'],
    ['{ model: openai/gpt-4o-transcribe-diarize, api_key: k }', 'openai'],
    ['{ model: gpt-5-mini, api_key: k }', 'openai'],
    ['{ model: o3-mini, api_key: k }', 'openai'],
    ['{ model: dall-e-3, api_key: k }', 'other_purpose'],
    ['{ model: tts-1-hd, api_key: k }', 'openai'],
    ['{ model: openai/gpt-4o-audio-preview, api_key: k }', 'openai'],
    ['{ model: openai/omni-moderation-latest, api_key: k }', 'other_purpose'],
    ['{ model: openai/something-new, api_key: k }', 'other_purpose'],
    ['{ model: claude-sonnet-4-5, api_key: k }', 'other_purpose'],
    // Another server that speaks its protocol: the name decides, and one that says nothing is served.
    ['{ model: openai/Systran/faster-whisper-large-v3, api_base: "http://gpu/v1" }', 'openai-compatible'],
    ['{ model: openai/nvidia/parakeet-tdt-0.6b-v3, api_base: "http://gpu/v1" }', 'openai-compatible'],
    ['{ model: openai/Qwen/Qwen3-ASR-1.7B, api_base: "http://gpu/v1" }', 'openai-compatible'],
    ['{ model: openai/my-model, api_base: "http://gpu/v1" }', 'openai-compatible'],
    ['{ model: openai/voxtral-mini-tts-latest, api_base: "https://api.mistral.ai/v1" }', 'openai-compatible'],
    ['{ model: openai/meta-llama/Llama-3.1-8B-Instruct, api_base: "http://gpu/v1" }', 'openai-compatible'],
    ['{ model: openai/llama3, api_base: os.environ/NOT_SET }', 'openai-compatible'],
    ['{ model: hosted_vllm/openai/whisper-large-v3, api_base: "http://gpu/v1" }', 'openai-compatible'],
    ['{ model: hosted_vllm/Qwen/Qwen3-32B, api_base: "http://gpu/v1" }', 'openai-compatible'],
    ['{ model: lm_studio/nomic-embed-text, api_base: "http://gpu/v1" }', 'other_purpose'],
    // Azure's deployments have names of the customer's own.
    ['{ model: azure/speech-to-text, api_key: k, api_base: "https://a" }', 'azure'],
    ['{ model: azure/our-own-name, api_key: k, api_base: "https://a" }', 'azure'],
    ['{ model: azure/gpt-4o, api_key: k, api_base: "https://a" }', 'azure'],
    ['{ model: azure/our-own-name, base_model: azure/gpt-4o, api_key: k, api_base: "https://a" }', 'azure'],
    ['{ model: azure/gpt-4o, base_model: azure/whisper-1, api_key: k, api_base: "https://a" }', 'azure'],
    ['{ model: azure/speech/azure-tts, api_key: k, api_base: "https://a" }', 'unserved_api'],
    // Providers that name their models themselves.
    ['{ model: groq/whisper-large-v3-turbo, api_key: k }', 'groq'],
    ['{ model: groq/llama-3.3-70b-versatile, api_key: k }', 'groq'],
    ['{ model: groq/compound, api_key: k }', 'other_purpose'],
    ['{ model: mistral/mistral-large-latest, api_key: k }', 'mistral'],
    ['{ model: deepgram/nova-3-medical, api_key: k }', 'deepgram'],
    ['{ model: deepgram/0a1b2c3d-our-own, api_key: k }', 'deepgram'],
    ['{ model: deepgram/aura-2-thalia-en, api_key: k }', 'deepgram'],
    ['{ model: elevenlabs/scribe_v1, api_key: k }', 'elevenlabs'],
    ['{ model: elevenlabs/eleven_multilingual_v2, api_key: k }', 'elevenlabs'],
    ['{ model: assemblyai/best, api_key: k }', 'assemblyai'],
    ['{ model: gemini/gemini-2.5-flash, api_key: k }', 'gemini'],
    ['{ model: gemini/gemini-embedding-001, api_key: k }', 'other_purpose'],
    ['{ model: gemini/gemini-2.5-flash-preview-tts, api_key: k }', 'gemini'],
    ['{ model: gemini/imagen-4.0-generate-001, api_key: k }', 'other_purpose'],
    ['{ model: fireworks_ai/whisper-v3, api_key: k }', 'fireworks'],
    ['{ model: fireworks_ai/accounts/fireworks/models/kimi-k2, api_key: k }', 'fireworks'],
    ['{ model: fireworks_ai/accounts/us/deployments/ours, api_key: k }', 'fireworks'],
    ['{ model: together_ai/openai/whisper-large-v3, api_key: k }', 'together'],
    ['{ model: together_ai/black-forest-labs/FLUX.1-schnell, api_key: k }', 'other_purpose'],
    ['{ model: deepinfra/mistralai/Voxtral-Mini-3B-2507, api_key: k }', 'deepinfra'],
    ['{ model: deepinfra/meta-llama/Llama-4-Scout, api_key: k }', 'deepinfra'],
    ['{ model: "cloudflare/@cf/openai/whisper", api_key: k }', 'cloudflare'],
    ['{ model: "cloudflare/@cf/meta/llama-3.1-8b-instruct", api_key: k }', 'other_purpose'],
    // Public services that hold chats.
    ['{ model: deepseek/deepseek-chat, api_key: k }', 'openai-compatible'],
    ['{ model: xai/a-name-that-tells-nothing, api_key: k }', 'openai-compatible'],
    ['{ model: nvidia_nim/nvidia/nv-embed-v1, api_key: k }', 'other_purpose'],
    // Providers that are not served, known and unknown.
    ['{ model: anthropic/claude-opus-4-1, api_key: os.environ/NOT_SET, frobnicate: 1 }', 'unserved_provider'],
    ['{ model: bedrock/amazon.nova-pro-v1:0, aws_region_name: us-east-1 }', 'unserved_provider'],
    ['{ model: a-new-one/some-model, api_key: os.environ/NOT_SET }', 'unknown_provider'],
    ['{ model: no-prefix-and-no-meaning, api_key: k }', 'unknown_provider'],
  ])('%s: %s', (params, fate) => {
    expect(fateOf(params)).toBe(fate);
    // One line says so, and nothing else is said of it.
    if (fate.includes('_')) expect(read(entry(params), {}).problems.map(({ kind }) => kind)).toEqual(['left_out']);
  });

  it.each([
    ['{ model: tts-1, api_key: k }', 'audio_speech'],
    ['{ model: openai/gpt-4o-mini-tts, api_key: k }', 'audio_speech'],
    ['{ model: azure/tts-hd, api_key: k, api_base: "https://a" }', 'audio_speech'],
    ['{ model: azure/our-own-name, base_model: azure/tts-1, api_key: k, api_base: "https://a" }', 'audio_speech'],
    ['{ model: groq/playai-tts, api_key: k }', 'audio_speech'],
    ['{ model: elevenlabs/eleven_turbo_v2, api_key: k }', 'audio_speech'],
    ['{ model: mistral/voxtral-mini-tts-2603, api_key: k }', 'audio_speech'],
    ['{ model: gemini/gemini-2.5-pro-preview-tts, api_key: k }', 'audio_speech'],
    ['{ model: openai/kokoro, api_base: "http://gpu/v1" }', 'audio_speech'],
    ['{ model: openai/my-model, api_base: "http://gpu/v1", mode: audio_speech }', 'audio_speech'],
    ['{ model: whisper-1, api_key: k }', 'audio_transcription'],
    ['{ model: openai/my-model, api_base: "http://gpu/v1" }', 'audio_transcription'],
  ])('%s is for %s', (params, mode) => {
    expect(read(entry(params), {}).models[0]?.deployments).toMatchObject([{ mode }]);
  });

  it.each([
    ['{ model: assemblyai/best, api_key: k, mode: audio_speech }'],
    ['{ model: fireworks_ai/whisper-v3, api_key: k, mode: audio_speech }'],
  ])('%s is left out: its provider does not speak', (params) => {
    expect(fateOf(params)).toBe('other_purpose');
  });

  it('has its price per character', () => {
    const { models } = read(entry('{ model: tts-1, api_key: k, input_cost_per_character: 0.000015 }'), {});
    expect(models[0]?.deployments).toMatchObject([{ price: { type: 'characters', usd: '15' } }]);
  });

  it('is served by whoever can serve any name that he is asked for outright', () => {
    const said = '{ mode: audio_transcription }';
    expect(fateOf('{ model: openai/gpt-4o-audio-preview, api_key: k }', said)).toBe('openai');
    expect(fateOf('{ model: groq/llama-3, api_key: k }', said)).toBe('groq');
    expect(fateOf('{ model: groq/llama-3, api_key: k, mode: audio_transcription }')).toBe('groq');
    expect(fateOf('{ model: openai/qwen-chat, api_base: "http://gpu/v1", mode: audio_transcription }')).toBe(
      'openai-compatible',
    );
    // The info wins over the parameters.
    expect(fateOf('{ model: whisper-1, api_key: k, mode: audio_transcription }', '{ mode: embedding }')).toBe(
      'other_purpose',
    );
  });
});

describe('what cannot be used', () => {
  it('is ignored where nobody knows the key, with the one that was meant', () => {
    const file = read(
      `${entry('{ model: whisper-1, api_kye: k }')}router_settings: { frobnicate: 1, num_retires: 2 }\n`,
    );
    expect(linesOf(file)).toEqual([
      'ignored config.yaml:2:56 model_list[0].litellm_params.api_kye: is not a setting that LiteLLM or Auricle knows; did you mean api_key?',
      'ignored config.yaml:3:20 router_settings.frobnicate: is not a setting that LiteLLM or Auricle knows',
      'ignored config.yaml:3:35 router_settings.num_retires: is not a setting that LiteLLM or Auricle knows; did you mean num_retries?',
    ]);
    expect(summaryOf(file)).toEqual({ served: ['m'], leftOut: 0, ignoredKeys: 3, switchedOff: 0 });
    expect(file.settings.max_retries).toBeUndefined();
  });

  it.each([
    ['router_settings: { num_retries: many, timeout: 7 }', 'router_settings.num_retries'],
    ['router_settings: { fallbacks: { a: [b] }, timeout: 7 }', 'router_settings.fallbacks'],
    ['router_settings: { retry_policy: 3, timeout: 7 }', 'router_settings.retry_policy'],
    ['router_settings: { num_retries: os.environ/NOT_SET, timeout: 7 }', 'router_settings.num_retries'],
    ['litellm_settings: { drop_params: maybe, request_timeout: 7 }', 'litellm_settings.drop_params'],
  ])('is ignored where the value makes no sense: %s', (text, path) => {
    const file = read(text);
    expect(file.problems.map((problem) => [problem.kind, problem.path])).toEqual([['ignored', path]]);
    expect(file.settings).toEqual({ request_timeout_seconds: 7, master_key: 'sk-master' });
  });

  it.each([
    ['a master key that is not set', 'general_settings: { master_key: os.environ/NOT_SET }'],
    ['a master key that is none', 'general_settings: { master_key: abc }'],
    ['a misspelt master key', 'general_settings: { master_kye: sk-1234 }'],
    ['addresses that may call', 'general_settings: { allowed_ips: [300.0.0.1] }'],
    ['misspelt addresses', 'general_settings: { alowed_ips: [10.0.0.1] }'],
    ['a database', 'general_settings: { database_url: os.environ/NOT_SET }'],
    ['a section that may have all of them', 'general_settings: [master_key]'],
    ['whether transcripts are kept', 'litellm_settings: { turn_off_message_logging: maybe }'],
    ['two keys of one name', 'router_settings: { timeout: 1, timeout: 2 }'],
    [
      'two entries of one id',
      `${entry('{ model: whisper-1 }', '{ id: a }')}- { model_name: n, litellm_params: { model: whisper-1 }, model_info: { id: a } }`,
    ],
    [
      'two credentials of one name',
      'credential_list: [{ credential_name: a, credential_values: { api_key: k } }, { credential_name: a, credential_values: { api_key: l } }]',
    ],
    ['models that are no list', 'model_list: { a: b }'],
    ['no readable YAML', 'model_list: [1'],
  ])('stops the start where going on would be unsafe or senseless: %s', (_, text) => {
    expect(() => read(text)).toThrow(ConfigFileError);
  });

  it.each([
    [
      'a variable',
      '{ model: whisper-1, api_key: os.environ/NOT_SET }',
      'openai',
      /api_key: the environment variable NOT_SET is not set$/,
    ],
    [
      'a variable for a limit',
      '{ model: whisper-1, api_key: k, timeout: os.environ/NOT_SET }',
      'openai',
      /NOT_SET is not set$/,
    ],
    ['a variable for the model', '{ model: os.environ/NOT_SET }', 'unknown', /NOT_SET is not set$/],
    [
      'a variable for the provider',
      '{ model: x, custom_llm_provider: os.environ/NOT_SET }',
      'unknown',
      /NOT_SET is not set$/,
    ],
    [
      'no key at all',
      '{ model: deepgram/nova-3 }',
      'deepgram',
      /is missing; set it, or the environment variable DEEPGRAM_API_KEY$/,
    ],
    ['a key that is none', '{ model: whisper-1, api_key: "a b" }', 'openai', /without spaces$/],
    ['an address', '{ model: whisper-1, api_key: k, api_base: gpu }', 'openai', /must be an http or https URL$/],
    [
      'a limit',
      '{ model: whisper-1, api_key: k, rpm: many }',
      'openai',
      /becomes max_requests_per_minute, which must be/,
    ],
    ['a credential', '{ model: whisper-1, litellm_credential_name: none }', 'openai', /is not in credential_list$/],
    ['a region', '{ model: assemblyai/best, api_key: k, region: EU }', 'assemblyai', /assemblyai refuses region: /],
  ])('switches the deployment off: %s', (_, params, provider, error) => {
    const file = read(`${entry(params)}- { model_name: fine, litellm_params: { model: whisper-1 } }\n`);
    const [off, fine] = file.models.flatMap((it) => it.deployments);
    expect(off).toMatchObject({ provider, error: expect.stringMatching(error) });
    expect(off?.error).toMatch(/config\.yaml:2:\d+ model_list\[0\]\.litellm_params/);
    expect(fine).toMatchObject({ provider: 'openai' });
    expect(fine).not.toHaveProperty('error');
    expect(file.problems.map((problem) => problem.kind)).toEqual(['switched_off']);
    expect(summaryOf(file)).toEqual({ served: ['fine'], leftOut: 0, ignoredKeys: 0, switchedOff: 1 });
  });

  it.each([
    [
      'of requests',
      '{ model: whisper-1, api_key: k, language: en }',
      /openai has no setting language; a field of requests/,
    ],
    [
      'of requests that say something',
      '{ model: openai/tts-1, api_key: k, voice: nova }',
      /openai has no setting voice; did you mean voices\?/,
    ],
    [
      'that is misspelt',
      '{ model: deepgram/nova-3, api_key: k, mip_optout: true }',
      /has no setting mip_optout; did you mean mip_opt_out\?/,
    ],
    ['with a number that is none', '{ model: whisper-1, api_key: k, weight: 1001 }', /becomes|from 0 to 1000/],
    [
      'with half a price',
      '{ model: whisper-1, api_key: k, input_cost_per_token: 1 }',
      /without output_cost_per_token; the provider's price counts$/,
    ],
  ])('leaves the deployment on where it is a setting %s', (_, params, message) => {
    const file = read(entry(params));
    expect(file.problems).toMatchObject([{ kind: 'ignored', message: expect.stringMatching(message) }]);
    expect(file.models[0]?.deployments).toMatchObject([{ settings: {}, price: null, weight: 1 }]);
  });
});

describe('api_base', () => {
  const key = 'api_key: k';
  it.each([
    ['azure/w', 'https://r.openai.azure.com/'],
    ['azure/w', 'https://r.openai.azure.com/openai'],
    [
      'cloudflare/@cf/openai/whisper',
      'https://api.cloudflare.com/client/v4/accounts/0123456789abcdef0123456789abcdef/ai/run/',
    ],
    ['elevenlabs/scribe_v1', 'https://api.elevenlabs.io'],
    ['assemblyai/best', 'https://api.assemblyai.com/v2'],
    ['deepgram/nova-3', 'https://api.deepgram.com/v1/'],
    ['groq/whisper-large-v3', 'https://api.groq.com/openai/v1'],
    ['hosted_vllm/openai/whisper-large-v3', 'http://127.0.0.1:8000/v1'],
  ])('of %s may be written as LiteLLM documents it: %s', (name, base) => {
    const file = read(entry(`{ model: "${name}", api_base: "${base}", ${key} }`));
    expect(file.problems).toEqual([]);
    expect(file.models[0]?.deployments[0]?.api_base).toBe(base.replace(/\/+$/, ''));
  });

  it.each([
    [
      'openai/faster-whisper',
      'http://gpu:8000/v1/audio/transcriptions',
      'http://127.0.0.1:8000/v1',
      'the path of an endpoint: calls add it',
    ],
    ['whisper-1', 'https://api.openai.com/v1?key=secret', 'https://api.openai.com/v1', 'a query (?...)'],
    [
      'groq/whisper-large-v3',
      'https://api.groq.com/openai/v1#secret',
      'https://api.groq.com/openai/v1',
      'a fragment (#...)',
    ],
    [
      'deepgram/nova-3',
      'https://api.deepgram.com/v1/listen',
      'https://api.deepgram.com/v1',
      'the path of an endpoint: calls add it',
    ],
  ])('of %s that is %s switches it off, with the right form', (name, base, example, surplus) => {
    const message = `must be a base URL such as ${example}, without ${surplus}`;
    const params = `{ model: ${name}, ${key}, api_base: "${base}" }`;
    expect(linesOf(read(entry(params)))).toEqual([
      `switched_off config.yaml:2:${params.indexOf(`"${base}`) + 36} model_list[0].litellm_params.api_base: ${message}`,
    ]);
    expect(() => read(entry(params), {}, { strict: true })).toThrow(message);
  });

  it('of a variable is held to the same rule', () => {
    const file = read(entry('{ model: whisper-1 }'), {
      ...variables,
      OPENAI_BASE_URL: 'http://x/v1/audio/transcriptions',
    });
    expect(linesOf(file)).toEqual([
      'switched_off config.yaml:2:36 model_list[0].litellm_params: has no api_base, and OPENAI_BASE_URL must be a base URL such as https://api.openai.com/v1, without the path of an endpoint: calls add it',
    ]);
  });

  it('and base_model are those of a deployment as LiteLLM knows it', () => {
    const azure = read(
      entry('{ model: azure/ours, api_key: k, api_base: "https://a" }', '{ base_model: azure/eu/whisper-1 }'),
    );
    expect(azure.models[0]?.deployments).toMatchObject([{ settings: { base_model: 'whisper-1' } }]);
    const vllm = read(entry('{ model: whisper, custom_llm_provider: hosted_vllm, api_base: "http://gpu/v1" }'));
    expect(vllm.models[0]?.deployments).toMatchObject([
      { provider: 'openai-compatible', settings: { server: 'vllm' } },
    ]);
  });
});
