import { randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { MASTER_KEY } from '../../support/gateway.js';
import { createTestDatabase } from '../../support/database.js';
import { readConfiguration } from '../../../src/configuration.js';
import { audioFile } from '../bad-input/bench.js';
import { FileBench, entry } from './file-bench.js';

let bench: FileBench;
beforeEach(async () => {
  bench = await FileBench.create();
});
afterEach(async () => bench.close());

/** Starts a gateway with a model `whisper` and these settings. */
async function start(general_settings: object, environment: Record<string, string> = {}, rest: object = {}) {
  const simulator = await bench.simulator();
  await bench.start({ model_list: [entry('whisper', simulator)], general_settings, ...rest }, environment);
  return simulator;
}

/** Asks as a machine of that address; 127.0.0.0/8 is this machine. */
function ask(path: string, localAddress: string): Promise<{ status?: number; body: string }> {
  const headers = { authorization: `Bearer ${MASTER_KEY}` };
  return new Promise((resolve, reject) => {
    httpRequest(new URL(path, bench.gateway.url), { localAddress, headers, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode, body }));
    })
      .on('error', reject)
      .end();
  });
}

const onLinux = process.platform === 'linux' ? it : it.skip;

describe('allowed_ips', () => {
  onLinux('lets in who is named, by address or range, and refuses everybody else', async () => {
    await start({ allowed_ips: ['127.0.0.1', '127.1.0.0/16'] });
    const statuses = [];
    for (const address of ['127.0.0.1', '127.1.200.3', '127.0.0.2', '127.2.0.1']) {
      statuses.push((await ask('/v1/models', address)).status);
    }
    expect(statuses).toEqual([200, 200, 403, 403]);
    expect((await ask('/admin/v1/models', '127.0.0.2')).status).toBe(403);
    expect((await ask('/health/live', '127.0.0.2')).status).toBe(200);
    expect((await ask('/health/ready', '127.0.0.2')).status).toBe(200);
  });

  it('refuses in the words of every other error', async () => {
    await start({ allowed_ips: ['203.0.113.7'] });
    const response = await bench.send(MASTER_KEY);
    expect([response.status, await response.json()]).toEqual([
      403,
      {
        error: {
          message: 'Requests from this address are not allowed.',
          type: 'invalid_request_error',
          param: null,
          code: 'ip_not_allowed',
        },
      },
    ]);
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('max_request_size_mb', () => {
  const larger = () => audioFile(randomBytes(600_000));

  it('refuses larger files with 413', async () => {
    const simulator = await start({ max_request_size_mb: 0.5 });
    const refused = await bench.send(MASTER_KEY, { file: larger() });
    expect([refused.status, await refused.json()]).toMatchObject([413, { error: { code: 'file_too_large' } }]);
    expect(simulator.requests).toHaveLength(0);
    expect((await bench.send(MASTER_KEY)).status).toBe(200);
  });

  it('is what MAX_FILE_SIZE_MB says, where that is set', async () => {
    await start({ max_request_size_mb: 0.5 }, { MAX_FILE_SIZE_MB: '1' });
    const { status } = await bench.send(MASTER_KEY, { file: larger() });
    expect(status).not.toBe(413);
  });
});

describe('transcripts in the ledger', () => {
  const kept = expect.stringContaining('The beach');

  it.each<[string, object, object, Record<string, string>, unknown]>([
    ['are kept by default', {}, {}, {}, kept],
    ['are not kept without store_prompts_in_spend_logs', { store_prompts_in_spend_logs: false }, {}, {}, null],
    ['are kept with it', { store_prompts_in_spend_logs: true }, {}, {}, kept],
    [
      'are not kept with turn_off_message_logging',
      { store_prompts_in_spend_logs: true },
      { turn_off_message_logging: true },
      {},
      null,
    ],
    [
      'are kept where STORE_TRANSCRIPTS says so',
      { store_prompts_in_spend_logs: false },
      {},
      { STORE_TRANSCRIPTS: 'true' },
      kept,
    ],
  ])('%s', async (_, general, litellm, environment, transcript) => {
    await start(general, environment, { litellm_settings: litellm });
    const response = await bench.send(MASTER_KEY);
    expect((await bench.row(response)).transcript).toEqual(transcript);
  });
});

describe('background_health_checks', () => {
  it('call every deployment of the file, although nobody sends a request', async () => {
    const simulator = await bench.simulator();
    const probed = simulator.nextRequest();
    await bench.start({
      model_list: [entry('whisper', simulator)],
      general_settings: { background_health_checks: true, health_check_interval: 0.05 },
    });
    expect((await probed).path).toBe('/v1/audio/transcriptions');
  });
});

describe('the settings of the process', () => {
  async function settingsOf(general_settings: object, environment: Record<string, string> = {}, rest: object = {}) {
    await bench.write({ general_settings, ...rest });
    return readConfiguration({ CONFIG_FILE: bench.path, ...environment }).settings;
  }
  const url = 'postgresql://user:password@db/auricle';

  it.each<[string, object, Record<string, string>, object]>([
    ['database_url', { database_url: url }, {}, { database_url: url }],
    ['DATABASE_URL before it', { database_url: url }, { DATABASE_URL: `${url}2` }, { database_url: `${url}2` }],
    ['master_key', { master_key: 'sk-1234' }, {}, { master_key: 'sk-1234' }],
    ['MASTER_KEY before it', { master_key: 'sk-1234' }, { MASTER_KEY: 'sk-5678' }, { master_key: 'sk-5678' }],
    ['LITELLM_MASTER_KEY without it', {}, { LITELLM_MASTER_KEY: 'sk-9' }, { master_key: 'sk-9' }],
    [
      'the file before LITELLM_MASTER_KEY',
      { master_key: 'sk-1234' },
      { LITELLM_MASTER_KEY: 'sk-9' },
      { master_key: 'sk-1234' },
    ],
    ['no health checks', { health_check_interval: 9 }, {}, { health_check_interval_seconds: 0 }],
    ['health checks', { background_health_checks: true }, {}, { health_check_interval_seconds: 300 }],
    [
      'their interval',
      { background_health_checks: true, health_check_interval: 9 },
      {},
      { health_check_interval_seconds: 9 },
    ],
    [
      'HEALTH_CHECK_INTERVAL_SECONDS before it',
      { background_health_checks: true },
      { HEALTH_CHECK_INTERVAL_SECONDS: '7' },
      { health_check_interval_seconds: 7 },
    ],
    ['the size', { max_request_size_mb: 0.3 }, {}, { max_file_size_mb: 0.3 }],
    ['nothing', {}, {}, { max_file_size_mb: 100, store_transcripts: true }],
  ])('%s', async (_, general, environment, expected) => {
    expect(await settingsOf(general, environment)).toMatchObject(expected);
  });

  it('database_url is used', async () => {
    const database = await createTestDatabase();
    await start({ database_url: database.url }, { DATABASE_URL: '' });
    const response = await bench.send(MASTER_KEY);
    expect(response.status).toBe(200);
    expect(await bench.row(response)).toMatchObject({ status: 'success' });
    await database.drop().catch(() => undefined);
  });
});
