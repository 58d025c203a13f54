import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { version } from 'uuid';
import type { DeclaredDeployment, DeclaredModel } from '../models/declared-model.js';
import { builtInProviders } from '../providers/built-in-providers.js';
import { ProviderHttp } from '../providers/provider-http.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { ConfigFileError } from './config-file.error.js';
import { type ConfigFile, readConfigFile, type ReadingOptions } from './config-file.reader.js';

const providers = new ProviderRegistry(builtInProviders(new ProviderHttp()));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'declared-models-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

type Entry = readonly [name: string, parameters: object, info?: object];

/** A file with these models; a parameter that is absent has a default that serves. */
function fileOf(entries: readonly Entry[], rest: object = {}, options: ReadingOptions = {}): ConfigFile {
  const path = join(folder, 'config.yaml');
  const list = entries.map(([model_name, parameters, model_info = {}]) => ({
    model_name,
    litellm_params: { model: 'whisper-1', api_key: 'sk-key-0123456789', ...parameters },
    model_info,
  }));
  writeFileSync(path, JSON.stringify({ model_list: list, ...rest }));
  return readConfigFile(path, providers, {}, options);
}

function modelsOf(entries: readonly Entry[], rest: object = {}): readonly DeclaredModel[] {
  return fileOf(entries, rest).models;
}

/** The only deployment of the only model. */
function deploymentOf(parameters: object, info: object = {}, rest: object = {}): DeclaredDeployment {
  const [deployment] = modelsOf([['w', parameters, info]], rest).flatMap((model) => model.deployments);
  if (!deployment) throw new Error('no deployment');
  return deployment;
}

function idsOf(entries: readonly Entry[]): readonly string[] {
  return modelsOf(entries).flatMap((model) => model.deployments.map(({ id }) => id));
}

function refusalsOf(entries: readonly Entry[]): readonly string[] {
  try {
    fileOf(entries, {}, { strict: true });
  } catch (error) {
    if (error instanceof ConfigFileError) return error.problems.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  return [];
}

describe('a configuration file', () => {
  it('makes a deployment of everything that an entry says', () => {
    const deployment = deploymentOf({
      api_base: 'http://127.0.0.1:9/v1',
      organization: 'org-1',
      weight: 0.5,
      order: 2,
      rpm: 60,
      max_parallel_requests: 4,
      timeout: 1.5,
      stream_timeout: 30,
      max_retries: 0,
      cooldown_time: 7,
      max_file_size_mb: 2,
      input_cost_per_second: '0.0001',
      project: 'proj-1',
    });
    expect(deployment).toEqual({
      id: expect.any(String),
      provider: 'openai',
      upstream_model: 'whisper-1',
      mode: 'audio_transcription',
      credential: null,
      api_key: 'sk-key-0123456789',
      api_base: 'http://127.0.0.1:9/v1',
      settings: { organization: 'org-1', project: 'proj-1' },
      weight: 0.5,
      price: { type: 'duration', usd: '0.0001', per: 'second' },
      routing: {
        order: 2,
        max_requests_per_minute: 60,
        max_concurrent_requests: 4,
        timeout_seconds: 1.5,
        stream_timeout_seconds: 30,
        max_retries: 0,
        cooldown_seconds: 7,
        max_bytes: 2_097_152,
      },
      enabled: true,
    });
  });

  it('gives an entry that says nothing the same weight as any other', () => {
    expect(deploymentOf({})).toMatchObject({ weight: 1, price: null, settings: {} });
  });

  it.each([
    [{ general_settings: { max_parallel_requests: 4 } }, 4],
    [{ general_settings: { max_parallel_requests: 4 }, router_settings: { default_max_parallel_requests: 3 } }, 3],
  ])('limits deployments without a limit of their own by %j', (rest, limit) => {
    const models = modelsOf([['w', {}]], rest);
    expect(models[0]?.deployments[0]?.routing.max_concurrent_requests).toBe(limit);
  });

  it('takes what the whole proxy may serve at once as what a gateway may', () => {
    const { settings } = fileOf([['w', {}]], { general_settings: { global_max_parallel_requests: 70 } });
    expect(settings.max_concurrent_requests).toBe(70);
  });

  it("groups entries by name, and makes the gateway's defaults theirs", () => {
    const models = modelsOf(
      [
        ['w', {}],
        ['other', {}],
        ['w', { max_parallel_requests: 9 }],
      ],
      {
        router_settings: { default_max_parallel_requests: 3 },
      },
    );
    const limits = models.map(({ name, deployments }) => ({
      name,
      limits: deployments.map(({ routing }) => routing.max_concurrent_requests),
    }));
    expect(limits).toEqual([
      { name: 'w', limits: [3, 9] },
      { name: 'other', limits: [3] },
    ]);
  });

  it('switches off every cooldown where the file says so', () => {
    const rest = { router_settings: { disable_cooldowns: true } };
    expect(deploymentOf({ cooldown_time: 7 }, {}, rest).routing.cooldown_seconds).toBe(0);
    expect(deploymentOf({}, {}, rest).routing.cooldown_seconds).toBe(0);
  });

  it.each<[string, readonly (boolean | undefined)[], boolean | undefined, boolean | undefined]>([
    ['nobody says anything', [undefined, undefined], undefined, undefined],
    ['only the gateway does', [undefined, undefined], true, undefined],
    ['one of two deployments may', [true, undefined], undefined, true],
    ['one of two deployments may not, and the gateway does', [false, undefined], true, true],
    ['no deployment may, and the gateway does', [false, false], true, false],
    ['no deployment may', [false, undefined], undefined, false],
  ])('drops params of a model where %s', (_, own, ofGateway, expected) => {
    const entries = own.map((drop_params): Entry => ['w', { ...(drop_params !== undefined && { drop_params }) }]);
    const rest = ofGateway === undefined ? {} : { litellm_settings: { drop_params: ofGateway } };
    expect(modelsOf(entries, rest)[0]?.routing.drop_params).toBe(expected);
  });
});

describe('ids', () => {
  const a: Entry = ['w', { api_base: 'http://127.0.0.1:1/v1' }];
  const b: Entry = ['w', { api_base: 'http://127.0.0.1:2/v1' }];

  it('are made of what is called, not of where it stands', () => {
    const [ofA, ofB] = idsOf([a, b]);
    expect(version(ofA ?? '')).toBe(5);
    expect(ofA).not.toBe(ofB);
    expect(idsOf([b, a])).toEqual([ofB, ofA]);
    expect(idsOf([['other', {}], a]).at(-1)).toBe(ofA);
    expect(idsOf([['w', { ...a[1], api_key: 'sk-rotated', weight: 3, timeout: 1 }]])).toEqual([ofA]);
  });

  it.each<[string, Entry]>([
    ['another model', ['v', a[1]]],
    ['another upstream model', ['w', { ...a[1], model: 'gpt-4o-transcribe' }]],
    ['another provider', ['w', { ...a[1], model: 'hosted_vllm/whisper-1' }]],
  ])('differ for %s', (_, entry) => {
    expect(idsOf([entry])).not.toEqual(idsOf([a]));
  });

  it('tell several keys of one account apart', () => {
    const twins = idsOf([a, ['w', { ...a[1], api_key: 'sk-second' }], ['w', { ...a[1], api_key: 'sk-third' }]]);
    expect(new Set(twins).size).toBe(3);
  });

  it('are what the file says they are: a UUID as it stands, any other text as one', () => {
    const uuid = '0192f0c1-2345-7abc-8def-0123456789ab';
    expect(deploymentOf({}, { id: uuid }).id).toBe(uuid);
    expect(deploymentOf({}, { id: uuid.toUpperCase() }).id).toBe(uuid);
    const { id } = deploymentOf({}, { id: 'eu-1' });
    expect(version(id)).toBe(5);
    expect(deploymentOf({ model: 'gpt-4o-transcribe', api_base: 'http://127.0.0.1:7/v1' }, { id: 'eu-1' }).id).toBe(id);
    expect(deploymentOf({}, { id: 'eu-2' }).id).not.toBe(id);
  });

  it('do not move when a neighbour gets one of its own', () => {
    const [, second] = idsOf([a, b]);
    expect(idsOf([[a[0], a[1], { id: 'own' }], b])[1]).toBe(second);
  });
});

describe("a provider's settings", () => {
  it.each<[string, object, object, object]>([
    [
      'azure',
      { model: 'azure/my-deployment', api_base: 'https://eu.azure.com', api_version: '2024-02-15-preview' },
      { base_model: 'whisper-1' },
      { api_version: '2024-02-15-preview', base_model: 'whisper-1' },
    ],
    ['deepgram', { model: 'deepgram/nova-3', mip_opt_out: false }, {}, { mip_opt_out: false }],
    [
      'cloudflare',
      { model: 'cloudflare/@cf/openai/whisper', account_id: 'a'.repeat(32) },
      {},
      { account_id: 'a'.repeat(32) },
    ],
    [
      'openai-compatible',
      { model: 'hosted_vllm/w', api_base: 'http://127.0.0.1:9/v1', max_duration_seconds: 60, streaming: true },
      {},
      { server: 'vllm', max_duration_seconds: 60, streaming: true },
    ],
  ])('of %s are taken from the file, with underscores', (provider, parameters, info, settings) => {
    expect(deploymentOf(parameters, info)).toMatchObject({ provider, settings });
  });

  it('that do not exist or have another type are refused at their places, all of them, without their values', () => {
    const entries: readonly Entry[] = [
      ['fine', {}],
      ['w', { language: 'sk-value', smart_format: 'sk-value' }],
      ['d', { model: 'deepgram/nova-3', mip_opt_out: 'sk-value' }],
      ['v', { model: 'hosted_vllm/w', api_base: 'http://127.0.0.1:9/v1', tasks: ['sk-value'] }],
    ];
    const refusals = refusalsOf(entries);
    expect(refusals).toEqual([
      'model_list[1].litellm_params.language: openai has no setting language; a field of requests is sent by clients, with each request',
      'model_list[1].litellm_params.smart_format: openai has no setting smart_format; a field of requests is sent by clients, with each request',
      expect.stringMatching(/^model_list\[2\]\.litellm_params\.mip_opt_out: deepgram refuses mip_opt_out: /),
      expect.stringMatching(/^model_list\[3\]\.litellm_params\.tasks: openai-compatible refuses tasks: /),
    ]);
    expect(refusals.join()).not.toContain('sk-value');
  });
});
