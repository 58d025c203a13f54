// Who stands beside whom: each is started in a process of its own, in front of the same upstream.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { familyOf } from './usage.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const MASTER_KEY = 'sk-bench-master-key';
const START_MS = 120_000;
const PATH = '/v1/audio/transcriptions';

/**
 * A contestant that runs. `databasePid` is its database, where it brings one of its own.
 * @typedef {{ name: string, port: number, path: string, headers: Record<string, string>, pid?: number, hasChildren?: boolean,
 *   databasePid?: number,
 *   stop(): Promise<void> }} Contestant
 */

/** The provider, of which none of what is measured depends. */
export async function startUpstream(...words) {
  return await startListening('upstream', [join(root, 'bench/upstream.mjs'), ...words]);
}

/** Node's own limit. */
export async function startPassThrough(upstream) {
  return await startListening('bare pass-through', [join(root, 'bench/pass-through.mjs'), upstream]);
}

/**
 * Everything on: a virtual key, limits, the ledger with its journal, the embedded database.
 * @param profileFolder where a CPU profile of it is left; none without
 * @param workers how many processes serve
 */
export async function startAuricle(upstream, profileFolder, workers = 1) {
  const folder = await mkdtemp(join(tmpdir(), 'auricle-bench-'));
  // PostgreSQL runs as another user when this is run by root.
  await chmod(folder, 0o755);
  const port = await freePort();
  await writeFile(
    join(folder, 'config.yaml'),
    `model_list:
  - model_name: whisper-1
    litellm_params: { model: openai/whisper-1, api_base: "${upstream}/v1", api_key: sk-upstream, rpm: 100000000 }
  - model_name: gpt-4o-transcribe
    litellm_params: { model: openai/gpt-4o-transcribe, api_base: "${upstream}/v1", api_key: sk-upstream, rpm: 100000000 }
`,
  );
  const profile = profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`];
  const child = spawn(process.execPath, [...profile, join(root, 'dist/main.js')], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: String(port),
      DATA_DIR: join(folder, 'data'),
      CONFIG_FILE: join(folder, 'config.yaml'),
      MASTER_KEY,
      LOG_FORMAT: 'json',
      WORKERS: String(workers),
    },
    // Its lines are written, and nobody keeps them.
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    return await withKey({ child, port, folder, workers });
  } catch (error) {
    await ended(child);
    throw error;
  }
}

async function withKey({ child, port, folder, workers }) {
  const origin = `http://127.0.0.1:${port}`;
  await answering(`${origin}/health/ready`, child);
  const made = await fetch(`${origin}/admin/v1/keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'bench' }),
  });
  if (made.status !== 201) throw new Error(`no key: ${made.status} ${await made.text()}`);
  const { key } = await made.json();
  const databasePid = Number(
    (await readFile(join(folder, 'data/postgres/cluster/data/postmaster.pid'), 'utf8')).split('\n')[0],
  );
  const database = familyOf(databasePid);
  return {
    name: workers === 1 ? 'Auricle' : `Auricle, ${workers} workers`,
    hasChildren: workers > 1,
    port,
    path: PATH,
    headers: { authorization: `Bearer ${key}` },
    pid: child.pid,
    databasePid,
    // A supervisor serves nothing.
    servingPids:
      workers === 1 ? [child.pid] : familyOf(child.pid).filter((it) => it !== child.pid && !database.includes(it)),
    async stop() {
      await ended(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Portkey's open gateway as it comes from npm: no keys and no ledger. */
export async function startPortkey(upstream) {
  const port = await freePort();
  const script = join(root, 'bench/node_modules/@portkey-ai/gateway/build/start-server.js');
  const child = spawn(process.execPath, [script, '--headless', `--port=${port}`], {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', TRUSTED_CUSTOM_HOSTS: '127.0.0.1,localhost' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await answering(`http://127.0.0.1:${port}/`, child);
  const headers = {
    authorization: 'Bearer sk-upstream',
    'x-portkey-provider': 'openai',
    'x-portkey-custom-host': `${upstream}/v1`,
  };
  return { name: 'Portkey', port, path: PATH, headers, pid: child.pid, stop: () => ended(child) };
}

/** Anything that listens already, such as LiteLLM or Bifrost: `name=url` with the key that it wants. */
export function atUrl(named, key) {
  const [name, url] = [named.slice(0, named.indexOf('=')), new URL(named.slice(named.indexOf('=') + 1))];
  return {
    name,
    port: Number(url.port || 80),
    path: `${url.pathname.replace(/\/$/, '')}/audio/transcriptions`,
    headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
    stop: () => Promise.resolve(),
  };
}

async function startListening(name, words) {
  const child = spawn(process.execPath, words, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  const port = Number(/listening on (\d+)/.exec(line.toString())?.[1]);
  return { name, port, path: PATH, headers: {}, pid: child.pid, stop: () => ended(child) };
}

async function answering(url, child) {
  const until = Date.now() + START_MS;
  while (Date.now() < until && child.exitCode === null) {
    const answer = await fetch(url).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  child.kill('SIGKILL');
  throw new Error(`nobody answers at ${url}`);
}

async function ended(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
