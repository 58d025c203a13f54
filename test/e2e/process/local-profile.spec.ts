import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { MASTER_KEY, startTestGateway, type TestGateway } from '../../support/gateway.js';
import { SelfHostedSimulator } from '../../support/self-hosted-simulator.js';

const run = promisify(execFile);

let gateway: TestGateway;
let upstream: SelfHostedSimulator;
let dataDir: string;
beforeAll(async () => {
  gateway = await startTestGateway({ SANDBOX: 'false' });
  upstream = await SelfHostedSimulator.start({ formats: ['json', 'text', 'srt', 'vtt', 'verbose_json'] });
  dataDir = await mkdtemp(join(tmpdir(), 'auricle-profile-'));
  await writeFile(join(dataDir, 'master-key'), `${MASTER_KEY}\n`);
});
afterAll(async () => {
  await gateway.close();
  await upstream.close();
  await rm(dataDir, { recursive: true });
});

/** Runs what `docker compose --profile local up` runs beside the gateway. */
async function makeLocalModel(environment: Record<string, string>): Promise<string> {
  const { services } = parse(await readFile(new URL('../../../docker-compose.yml', import.meta.url), 'utf8'));
  // Compose takes two dollar signs for one, and one for a variable.
  const [, ...args]: string[] = services['local-model'].command;
  expect(args.join('\n')).not.toContain('$');
  const { stdout } = await run(process.execPath, args, {
    env: { GATEWAY_URL: gateway.url, LOCAL_API_BASE: upstream.url, LOCAL_MODEL: 'small', ...environment },
  });
  return stdout;
}

describe('the profile local of docker-compose.yml', () => {
  it('makes a model that serves, once, with the key of the data folder', async () => {
    expect(await makeLocalModel({ DATA_DIR: dataDir })).toContain('"name":"local"');
    const { key } = await gateway.createKey();
    const body = new FormData();
    body.append('model', 'local');
    body.append('file', new Blob([await readFile('assets/one-second.wav')]), 'one-second.wav');
    const headers = { authorization: `Bearer ${key}` };
    const answer = await fetch(`${gateway.url}/v1/audio/transcriptions`, { method: 'POST', headers, body });
    expect([answer.status, upstream.requests.at(-1)?.value('model')]).toEqual([200, 'small']);
    expect(await makeLocalModel({ DATA_DIR: '/nowhere', MASTER_KEY })).toBe('The model local is there already\n');
    expect((await gateway.admin('GET', 'models')).body.data).toHaveLength(1);
  });

  it('fails when it may not make it', async () => {
    await expect(makeLocalModel({ DATA_DIR: dataDir, MASTER_KEY: 'wrong' })).rejects.toMatchObject({ code: 1 });
  });
});
