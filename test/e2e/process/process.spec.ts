import { spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { makeWav } from '../../support/audio.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { OpenAiSimulator, SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { heldAnswer } from '../../support/simulator-answers.js';
import { until } from '../../support/upload-server.js';
import { buildGateway, GatewayProcess } from './gateway-process.js';
import { isRoot, itAsOrdinaryUser, NOBODY } from '../../support/ordinary-user.js';

// Starting a gateway takes a second or two, on a busy machine much longer.

let folder: string;
beforeAll(() => buildGateway());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auricle-process-'));
  // PostgreSQL runs as another user when the tests are run by root.
  chmodSync(folder, 0o755);
});
afterEach(async () => {
  await GatewayProcess.killAll();
  await rm(folder, { recursive: true, force: true });
});

function audioForm(model: string): FormData {
  const form = new FormData();
  form.append('model', model);
  form.append('file', new File([Uint8Array.from(makeWav({ durationSeconds: 1, toneHz: 440 }))], 'speech.wav'));
  return form;
}

// Tests read what they expect; the schemas are checked elsewhere.
// oxlint-disable-next-line typescript/no-explicit-any
async function jsonOf(response: Response): Promise<any> {
  return await response.json();
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The embedded server's process id while it runs. */
async function postmasterPid(dataDir: string): Promise<number> {
  const text = await readFile(join(dataDir, 'postgres/cluster/data/postmaster.pid'), 'utf8');
  return Number(text.split('\n')[0]);
}

describe('on an empty folder', () => {
  it('starts, shows the way, and finds its data again after a kill and after a stop', async () => {
    const dataDir = join(folder, 'data');
    const first = await GatewayProcess.start({ DATA_DIR: dataDir });
    expect(first.output).toContain(`API base      ${first.url}/v1`);
    expect(first.output).toContain(`Swagger UI    ${first.url}/docs`);
    expect(first.output).toContain(`embedded PostgreSQL in ${dataDir}`);
    expect(first.output).toMatch(
      /Models\s+sandbox, sandbox-error, sandbox-flaky, sandbox-rate-limited, sandbox-slow, sandbox-speech\n/,
    );
    expect(first.errors).toBe('');

    // The master key is generated, kept for its owner alone, and works.
    const keyFile = join(dataDir, 'master-key');
    expect((await readFile(keyFile, 'utf8')).trim()).toBe(first.masterKey);
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
    expect((await stat(join(dataDir, 'encryption-key'))).mode & 0o777).toBe(0o600);
    const created = await first.fetch('/admin/v1/keys', { method: 'POST', body: '{"name":"survivor"}' });
    const { key } = await jsonOf(created);

    // The printed line, as somebody would paste it.
    const line = first.banner(/^ +(curl .*)$/m);
    const pasted = spawnSync('bash', ['-c', line], { encoding: 'utf8' });
    expect({ status: pasted.status, answer: JSON.parse(pasted.stdout) }).toEqual({
      status: 0,
      answer: expect.objectContaining({ text: expect.stringMatching(/sandbox/i) }),
    });

    // Rows are written behind the requests' back; reading the ledger waits for them.
    expect((await jsonOf(await first.fetch('/admin/v1/logs'))).data).toHaveLength(1);
    const postgres = await postmasterPid(dataDir);
    first.kill('SIGKILL');
    expect((await first.ended).signal).toBe('SIGKILL');
    const second = await GatewayProcess.start({ DATA_DIR: dataDir });
    expect(second.masterKey).toBe(first.masterKey);
    expect((await second.fetch('/v1/models', {}, key)).status).toBe(200);

    second.kill('SIGTERM');
    expect(await second.ended).toEqual({ code: 0, signal: null });
    await until(() => !isAlive(postgres));
    await expect(postmasterPid(dataDir)).rejects.toMatchObject({ code: 'ENOENT' });

    const third = await GatewayProcess.start({ DATA_DIR: dataDir });
    expect((await third.fetch('/v1/models', {}, key)).status).toBe(200);
    const logs = await jsonOf(await third.fetch('/admin/v1/logs'));
    expect(logs.data).toMatchObject([{ key_name: 'master key', model: 'sandbox', status: 'success' }]);
    third.kill('SIGINT');
    expect(await third.ended).toEqual({ code: 0, signal: null });
    await expect(postmasterPid(dataDir)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('with a database and a provider key from the environment', () => {
  let simulator: OpenAiSimulator;
  let database: TestDatabase;
  let environment: Record<string, string>;
  beforeEach(async () => {
    simulator = await OpenAiSimulator.start();
    database = await createTestDatabase();
    environment = {
      DATA_DIR: join(folder, 'data'),
      DATABASE_URL: database.url,
      OPENAI_API_KEY: SIMULATOR_KEY,
      OPENAI_BASE_URL: simulator.url,
    };
  });
  afterEach(async () => {
    await GatewayProcess.killAll();
    await simulator.close();
    await database.drop();
  });

  /** Makes the next answer of the provider wait until it is released. */
  function hold(): () => void {
    const { answer, release } = heldAnswer();
    simulator.respondWith(answer);
    return release;
  }

  it("offers that provider's models, and no sandbox where it is switched off", async () => {
    const gateway = await GatewayProcess.start({ ...environment, SANDBOX: 'false' });
    const { data } = await jsonOf(await gateway.fetch('/v1/models'));
    const names: string[] = data.map((model: { id: string }) => model.id);
    expect(names).toContain('whisper-1');
    expect(names).toContain('gpt-4o-transcribe');
    expect(names.filter((name) => name.startsWith('sandbox'))).toEqual([]);
    expect(gateway.banner(/Models\s+(.*)\n/)).toBe(names.join(', '));
    expect(gateway.output).toContain('PostgreSQL at DATABASE_URL');
    const answered = await gateway.fetch('/v1/audio/transcriptions', { method: 'POST', body: audioForm('whisper-1') });
    expect([answered.status, await answered.json()]).toMatchObject([
      200,
      { text: expect.stringContaining('The beach') },
    ]);
    expect(simulator.lastRequest.headers.authorization).toBe(`Bearer ${SIMULATOR_KEY}`);
    expect(
      (await gateway.fetch('/v1/audio/transcriptions', { method: 'POST', body: audioForm('sandbox') })).status,
    ).toBe(404);
  });

  it('reads .env in its working folder, over which the environment wins', async () => {
    await writeFile(join(folder, '.env'), 'SANDBOX=false\nMASTER_KEY=sk-of-the-env-file # of the folder\nPORT=1\n');
    const { OPENAI_API_KEY: _, ...rest } = environment;
    const gateway = await GatewayProcess.start(rest, { cwd: folder });
    expect(gateway.banner(/Models\s+(.*)\n/)).toMatch(/^none yet/);
    expect(gateway.url).not.toMatch(/:1$/);
    expect((await gateway.fetch('/admin/v1/keys', {}, 'sk-of-the-env-file')).status).toBe(200);
  });

  it('finishes what is running after SIGTERM, refuses what is new, writes the ledger and ends', async () => {
    const gateway = await GatewayProcess.start(environment);
    const release = hold();
    const arrival = simulator.nextRequest();
    const running = gateway.fetch('/v1/audio/transcriptions', { method: 'POST', body: audioForm('whisper-1') });
    await arrival;
    gateway.kill('SIGTERM');
    await until(async () => (await gateway.fetch('/v1/models')).status === 503);
    const refused = await gateway.fetch('/v1/models');
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toEqual({
      error: {
        message: 'The gateway is shutting down. Please try again.',
        type: 'server_error',
        param: null,
        code: 'shutting_down',
      },
    });
    const ready = await gateway.fetch('/health/ready');
    expect([ready.status, await ready.json()]).toMatchObject([503, { checks: { accepting_requests: false } }]);
    release();
    const answered = await running;
    expect([answered.status, await answered.json()]).toEqual([200, { text: 'late, but complete' }]);
    expect(await gateway.ended).toEqual({ code: 0, signal: null });
    const client = new Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query('SELECT id, status FROM request_log');
    await client.end();
    expect(rows).toEqual([{ id: answered.headers.get('x-request-id'), status: 'success' }]);
  });

  it('ends at once on the second signal', async () => {
    const gateway = await GatewayProcess.start(environment);
    const release = hold();
    const arrival = simulator.nextRequest();
    const running = gateway
      .fetch('/v1/audio/transcriptions', { method: 'POST', body: audioForm('whisper-1') })
      .catch((error: unknown) => error);
    await arrival;
    gateway.kill('SIGINT');
    await gateway.says('finishing what is running');
    gateway.kill('SIGINT');
    expect(await gateway.ended).toEqual({ code: 1, signal: null });
    expect(await running).toMatchObject({ name: 'TypeError' });
    release();
  });

  it('cuts off what does not end in time, and says so with its exit code', async () => {
    const gateway = await GatewayProcess.start({ ...environment, SHUTDOWN_TIMEOUT_SECONDS: '0' });
    const release = hold();
    const arrival = simulator.nextRequest();
    const running = gateway
      .fetch('/v1/audio/transcriptions', { method: 'POST', body: audioForm('whisper-1') })
      .catch((error: unknown) => error);
    const upstream = await arrival;
    gateway.kill('SIGTERM');
    await upstream.aborted;
    expect(await gateway.ended).toEqual({ code: 1, signal: null });
    expect(await running).toMatchObject({ name: 'TypeError' });
    release();
    const client = new Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query('SELECT status FROM request_log');
    await client.end();
    expect(rows).toEqual([{ status: 'cancelled' }]);
  });

  it('writes no secret and no transcript into its log, however talkative', async () => {
    const masterKey = 'master-key-of-the-log-test';
    const inline = 'sk-inline-of-the-log-test-0123456789';
    const gateway = await GatewayProcess.start({
      ...environment,
      MASTER_KEY: masterKey,
      SHOW_MASTER_KEY: 'false',
      LOG_LEVEL: 'trace',
      LOG_FORMAT: 'json',
    });
    const admin = (path: string, body: object) =>
      gateway.fetch(`/admin/v1/${path}`, { method: 'POST', body: JSON.stringify(body) }, masterKey);
    const { key } = await jsonOf(await admin('keys', { name: 'k' }));
    const deployment = { provider: 'openai', upstream_model: 'whisper-1', api_base: simulator.url, api_key: inline };
    expect((await admin('models', { name: 'inline', deployments: [deployment] })).status).toBe(201);
    expect((await admin('credentials', { name: 'bad', provider: 'openai', api_key: `${inline} ` })).status).toBe(400);
    await fetch(`${gateway.url}/admin/v1/keys`, {
      method: 'POST',
      headers: { authorization: `Bearer ${masterKey}` },
      body: `{"api_key": "${inline}`,
    });
    for (const model of ['whisper-1', 'inline', 'nope']) {
      await gateway.fetch('/v1/audio/transcriptions', { method: 'POST', body: audioForm(model) }, key);
    }
    await gateway.fetch(`/v1/models?key=${key}`, {}, key);
    gateway.kill('SIGTERM');
    expect((await gateway.ended).code).toBe(0);
    const told = gateway.output
      .split('\n')
      .flatMap((line) => (line.includes('"task":"transcribe"') ? [JSON.parse(line)] : []));
    const served = { task: 'transcribe', audio_seconds: 1, stream: false, key_id: expect.any(String) };
    expect(told).toMatchObject([
      {
        res: { status: 200 },
        log: { ...served, model: 'whisper-1', provider: 'openai', status: 'success', attempts: ['success'] },
      },
      {
        res: { status: 502 },
        log: { ...served, model: 'inline', status: 'failure', attempts: ['credential_rejected'] },
      },
      { res: { status: 404 }, log: { model: null, status: 'refused', error_code: 'model_not_found', attempts: [] } },
    ]);
    expect(told[0].log.cost_usd).toBeGreaterThan(0);
    const log = gateway.output + gateway.errors;
    expect(log).toContain('/v1/audio/transcriptions');
    for (const secret of [masterKey, SIMULATOR_KEY, inline, key, 'The beach', new URL(database.url).password]) {
      if (secret !== '') expect(log).not.toContain(secret);
    }
  });
});

describe('what cannot work is said in clear words', () => {
  /** No stack trace, no source file, no name of an error class. */
  function expectPlainWords(gateway: GatewayProcess): void {
    expect(gateway.errors).toMatch(/^\nAuricle cannot start\.\n\S/);
    expect(gateway.output + gateway.errors).not.toMatch(/^\s+at |node:internal|dist\/|Error:/m);
  }

  it('a port that is in use', async () => {
    const database = await createTestDatabase();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const gateway = await GatewayProcess.fail({
      DATA_DIR: join(folder, 'data'),
      DATABASE_URL: database.url,
      PORT: String(port),
    });
    other.close();
    await database.drop();
    expect(gateway.code).toBe(1);
    expect(gateway.errors).toContain(`Port ${port} is in use. Choose another with PORT.`);
    expectPlainWords(gateway);
  });

  it('variables that make no sense: all of them, by name and not by value', async () => {
    const gateway = await GatewayProcess.fail({
      DATA_DIR: join(folder, 'data'),
      PORT: 'seventy',
      MASTER_KEY: 'hush hush',
      ENCRYPTION_KEY: 'c0ffee',
      DATABASE_URL: 'mysql://user:hunter2@host/db',
      STORE_TRANSCRIPTS: 'perhaps',
      MAX_FILE_SIZE_MB: '0',
    });
    expect(gateway.code).toBe(1);
    for (const name of [
      'PORT',
      'MASTER_KEY',
      'ENCRYPTION_KEY',
      'DATABASE_URL',
      'STORE_TRANSCRIPTS',
      'MAX_FILE_SIZE_MB',
    ]) {
      expect(gateway.errors).toContain(name);
    }
    expect(gateway.errors).not.toMatch(/seventy|hush|c0ffee|hunter2|perhaps/);
    expectPlainWords(gateway);
  });

  it('a database that does not answer', async () => {
    const gateway = await GatewayProcess.fail({
      DATA_DIR: join(folder, 'data'),
      DATABASE_URL: 'postgresql://user:hunter2@127.0.0.1:9/db',
      DATABASE_CONNECT_TIMEOUT_SECONDS: '1',
    });
    expect(gateway.code).toBe(1);
    expect(gateway.errors).toContain('127.0.0.1:9');
    expect(gateway.errors).not.toContain('hunter2');
    expectPlainWords(gateway);
  });

  it('a damaged encryption key', async () => {
    await writeFile(join(folder, 'encryption-key'), 'too short');
    const gateway = await GatewayProcess.fail({ DATA_DIR: folder });
    expect(gateway.code).toBe(1);
    expect(gateway.errors).toContain(`${join(folder, 'encryption-key')} must hold 64 hexadecimal digits`);
    expectPlainWords(gateway);
  });

  itAsOrdinaryUser('a data folder that an ordinary user may not write', async () => {
    chmodSync(folder, 0o555);
    const gateway = await GatewayProcess.fail({ DATA_DIR: join(folder, 'data') }, { uid: isRoot ? NOBODY : undefined });
    expect(gateway.code).toBe(1);
    expect(gateway.errors).toContain(join(folder, 'data'));
    expect(gateway.errors).toMatch(/EACCES/);
    expect(gateway.errors).toContain('DATA_DIR');
    expectPlainWords(gateway);
  });
});
