import { chmodSync, existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AzureSimulator } from '../../support/azure-simulator.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { audioFile, form } from '../bad-input/bench.js';
import { buildGateway, GatewayProcess, type End } from '../process/gateway-process.js';
import { plain, twoDeployments } from './issue-files.js';

// Starting a gateway takes a second or two, on a busy machine much longer.

let folder: string;
let config: string;
let database: TestDatabase;
let openAi: OpenAiSimulator;
let azure: AzureSimulator;
let environment: Record<string, string>;
beforeAll(() => buildGateway());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auricle-file-process-'));
  chmodSync(folder, 0o755);
  config = join(folder, 'config.yaml');
  database = await createTestDatabase();
  openAi = await OpenAiSimulator.start();
  azure = await AzureSimulator.start();
  environment = {
    DATA_DIR: join(folder, 'data'),
    DATABASE_URL: database.url,
    SANDBOX: 'false',
    LOG_FORMAT: 'json',
    OPENAI_API_KEY: SIMULATOR_KEY,
    OPENAI_BASE_URL: openAi.url,
    AZURE_EUROPE_API_KEY: SIMULATOR_KEY,
    AZURE_EUROPE_API_BASE: azure.origin,
  };
});
afterEach(async () => {
  await GatewayProcess.killAll();
  await openAi.close();
  await azure.close();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

function command(...words: readonly string[]) {
  return { command: ['dist/main.js', ...words] };
}

function transcribe(gateway: GatewayProcess, model = 'whisper'): Promise<Response> {
  const headers = { authorization: 'Bearer sk-1234' };
  return fetch(`${gateway.url}/v1/audio/transcriptions`, {
    method: 'POST',
    headers,
    body: form({ model, file: audioFile() }),
  });
}

/** Runs a gateway that is expected to end without having begun anything. */
async function run(words: readonly string[], variables: Record<string, string> = {}): Promise<GatewayProcess & End> {
  const ended = await GatewayProcess.fail({ ...environment, ...variables }, command(...words));
  expect(existsSync(join(folder, 'data'))).toBe(false);
  expect(ended.output + ended.errors).not.toMatch(/^\s+at |node:internal|dist\/|Error:/m);
  return ended;
}

describe('a gateway that is started with a file', () => {
  it('named on the command line serves both deployments of a model', async () => {
    await writeFile(config, twoDeployments);
    const gateway = await GatewayProcess.start(environment, command('--config', config));
    expect(gateway.banner(/Models\s+(.*)\n/)).toBe('whisper');
    expect(gateway.banner(/Master key\s+(.*)\n/)).toBe(`from MASTER_KEY or ${config}`);
    expect(gateway.output).not.toContain('sk-1234');
    expect(gateway.errors).toBe('');
    // Of 100 requests that are dealt by chance, all go to one of two with a probability of 2^-99.
    for (let sent = 0; sent < 100 && (openAi.requests.length === 0 || azure.requests.length === 0); sent += 1) {
      const response = await transcribe(gateway);
      expect([response.status, await response.json()]).toEqual([
        200,
        expect.objectContaining({ text: expect.stringContaining('The beach') }),
      ]);
    }
    expect([openAi.requests.length > 0, azure.requests.length > 0]).toEqual([true, true]);
    gateway.kill('SIGTERM');
    expect(await gateway.ended).toEqual({ code: 0, signal: null });
  });

  it('named by npm start, which passes its arguments on', async () => {
    await writeFile(config, plain);
    const gateway = await GatewayProcess.start(environment, { command: ['scripts/start.mjs', '--config', config] });
    expect((await transcribe(gateway)).status).toBe(200);
  });

  it('named by CONFIG_FILE reads it again on SIGHUP, all or nothing', async () => {
    await writeFile(config, plain);
    const gateway = await GatewayProcess.start({ ...environment, CONFIG_FILE: config });
    expect((await transcribe(gateway, 'second')).status).toBe(404);

    await writeFile(
      config,
      plain.replace('model_name: whisper', 'model_name: second') + 'router_settings: { cache_kwargs: r }\n',
    );
    gateway.kill('SIGHUP');
    await gateway.says('has been read again: served 1 (second), left out 0, ignored keys 1, switched off 0');
    expect(gateway.output).toMatch(/config\.yaml:6:20 router_settings\.cache_kwargs: has no effect here/);
    expect((await transcribe(gateway, 'second')).status).toBe(200);
    expect((await transcribe(gateway)).status).toBe(404);

    await writeFile(config, plain.replace('master_key:', 'master_kye:'));
    gateway.kill('SIGHUP');
    await gateway.says('nothing has changed');
    expect(gateway.output).toMatch(/config\.yaml:5:21 general_settings\.master_kye: .+did you mean master_key/);
    expect((await transcribe(gateway, 'second')).status).toBe(200);
  });

  it('on the command line and by CONFIG_FILE takes the command line', async () => {
    await writeFile(config, plain);
    const gateway = await GatewayProcess.start(
      { ...environment, CONFIG_FILE: join(folder, 'missing.yaml') },
      command('-c', config),
    );
    expect((await transcribe(gateway)).status).toBe(200);
  });

  it('says why a setting has no effect, and serves', async () => {
    await writeFile(config, `${plain}litellm_settings: { callbacks: [otel] }\n`);
    const gateway = await GatewayProcess.start(environment, command('--config', config));
    expect(gateway.output).toMatch(
      /"level":(40|"warn").*config\.yaml:6:21 litellm_settings\.callbacks: has no effect here\. Callbacks are LiteLLM plug-ins/,
    );
    expect((await transcribe(gateway)).status).toBe(200);
  });

  it('without a file ends on SIGHUP as on SIGTERM', async () => {
    const gateway = await GatewayProcess.start(environment);
    gateway.kill('SIGHUP');
    expect(await gateway.ended).toEqual({ code: 0, signal: null });
  });

  it('does not write its secrets into its output', async () => {
    const secret = 'sk-of-the-file-0123456789abcdef';
    await writeFile(
      config,
      `model_list: [{ model_name: whisper, litellm_params: { model: whisper-1, api_key: ${secret}, api_base: "${openAi.url}" } }]\ngeneral_settings: { master_key: ${secret}-master }\n`,
    );
    const gateway = await GatewayProcess.start(
      { ...environment, SHOW_MASTER_KEY: 'false', LOG_LEVEL: 'trace' },
      command('--config', config),
    );
    await writeFile(
      config,
      `general_settings: { master_key: ${secret}-other }\nmodel_list: [{ ${secret}: ${secret} }]\n`,
    );
    gateway.kill('SIGHUP');
    await gateway.says('has been read again: served 0, left out 1');
    gateway.kill('SIGTERM');
    await gateway.ended;
    expect(gateway.output + gateway.errors).not.toContain(secret);
  });
});

describe('what cannot be used', () => {
  const missing = plain.replace('OPENAI_API_KEY', 'NO_SUCH_KEY');
  const mistakes: readonly (readonly [string, string, RegExp])[] = [
    [
      'a master key that is not set',
      plain.replace('sk-1234', 'os.environ/NO_SUCH_KEY'),
      /config\.yaml:5:33 general_settings\.master_key: the environment variable NO_SUCH_KEY is not set/,
    ],
    [
      'addresses that are none',
      'general_settings: { allowed_ips: [300.0.0.1] }\n',
      /config\.yaml:1:34 general_settings\.allowed_ips: must be IP addresses or CIDR ranges/,
    ],
    ['broken YAML', 'model_list: [\n', /config\.yaml:\d+:\d+ \S/],
  ];

  it.each(mistakes)('%s stops the start and is told by check-config', async (_, text, message) => {
    await writeFile(config, text);
    const started = await run(['--config', config]);
    expect([started.code, started.output]).toEqual([1, '']);
    expect(started.errors).toMatch(/^\nAuricle cannot start\.\n\S/);
    expect(started.errors).toMatch(message);
    const checked = await run(['check-config', config]);
    expect([checked.code, checked.output]).toEqual([1, '']);
    expect(checked.errors).toMatch(message);
  });

  it('is all told at once, where STRICT_CONFIG or --strict takes it for errors', async () => {
    await writeFile(config, `${missing}router_settings: { num_retries: many }\nrooter_settings: {}\n`);
    const checked = await run(['check-config', '--strict', config]);
    expect([checked.code, checked.output]).toEqual([1, '']);
    expect(checked.errors.match(/^\S+config\.yaml:\d+:\d+ /gm)).toHaveLength(3);
    expect(checked.errors).toMatch(/served 0, left out 0, ignored keys 2, switched off 1\n/);
    const started = await run(['--config', config], { STRICT_CONFIG: 'true' });
    expect(started.code).toBe(1);
    expect(started.errors).toBe(checked.errors);
  });

  it('of a deployment switches that off, with an error at its place', async () => {
    await writeFile(config, missing);
    const gateway = await GatewayProcess.start(environment, command('--config', config));
    expect(gateway.output).toMatch(
      /"level":(50|"error").*of model 'whisper' is switched off: \S+config\.yaml:3:48 model_list\[0\]\.litellm_params\.api_key: the environment variable NO_SUCH_KEY is not set/,
    );
    expect((await transcribe(gateway)).status).toBe(503);
  });

  it('a file that is not there', async () => {
    const { code, errors } = await run([], { CONFIG_FILE: config });
    expect(code).toBe(1);
    expect(errors).toContain(`${config}:1:1 there is no such file`);
  });

  it('a command line that makes no sense', async () => {
    const { code, output, errors } = await run(['serve']);
    expect([code, output]).toEqual([2, '']);
    expect(errors).toMatch(/^usage: auricle \[--config FILE\]/);
  });
});

describe('check-config', () => {
  it('says what becomes of the file, and sums it up', async () => {
    const more = `- { model_name: vectors, litellm_params: { model: text-embedding-3-small } }
- { model_name: off, litellm_params: { model: whisper-1, api_key: os.environ/NO_SUCH_KEY } }
general_settings`;
    const bound = 'litellm_settings: { upperbound_key_generate_params: { max_budget: 5 } }\n';
    await writeFile(config, `${plain.replace('general_settings', more)}router_settings: { cache_kwargs: r }\n${bound}`);
    const { code, output, errors } = await run(['check-config', config]);
    expect([code, errors]).toEqual([0, '']);
    expect(output.replaceAll(config, 'FILE').split('\n')).toEqual([
      "warning: FILE:5:51 model_list[1].litellm_params.model: the model 'vectors' is left out: by its name it is for embedding",
      'error: FILE:6:67 model_list[2].litellm_params.api_key: the environment variable NO_SUCH_KEY is not set',
      'warning: FILE:8:20 router_settings.cache_kwargs: has no effect here. What gateways count together is in PostgreSQL, or in the Redis that `redis_url` names.',
      'rule: keys get at most: budget $5',
      'FILE can be used: served 1 (whisper), left out 1, ignored keys 1, switched off 1',
      '',
    ]);
  });

  it('needs nothing but the file and its variables', async () => {
    await writeFile(config, plain);
    const { code } = await run(['check-config', config], { DATABASE_URL: 'postgresql://127.0.0.1:9/none' });
    expect(code).toBe(0);
  });
});
