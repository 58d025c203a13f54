import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { MASTER_KEY, startTestGateway } from '../../support/gateway.js';

const run = promisify(execFile);

it('npm run demo takes the whole tour against a running gateway', async () => {
  const gateway = await startTestGateway();
  const folder = await mkdtemp(join(tmpdir(), 'auricle-demo-'));
  try {
    const { stdout } = await run(process.execPath, ['scripts/demo.mjs'], {
      env: { PATH: process.env['PATH'], AURICLE_URL: gateway.url, MASTER_KEY, DATA_DIR: folder },
    });
    for (const told of ['verbose_json', 'Auricle sandbox', 'cost $0', 'latency', 'success', 'InternalServerError']) {
      expect(stdout).toContain(told);
    }
    const rows = await gateway.logs();
    expect(rows.map((row) => [row['model'], row['response_format'], row['stream'], row['status']])).toEqual([
      ['sandbox-error', 'json', false, 'failure'],
      ['sandbox', 'json', true, 'success'],
      ['sandbox', 'srt', false, 'success'],
      ['sandbox', 'verbose_json', false, 'success'],
    ]);
    expect((await gateway.admin('GET', 'keys')).body.data).toEqual([]);
  } finally {
    await gateway.close();
    await rm(folder, { recursive: true, force: true });
  }
});
