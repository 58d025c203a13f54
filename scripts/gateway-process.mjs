// A gateway in a process of its own, as an operator starts it. Shared by the scripts that prove what is shipped, and how it stands.
import { spawn } from 'node:child_process';
import { lstatSync, openAsBlob, readdirSync } from 'node:fs';
import { join } from 'node:path';

const START_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 30_000;
const MAX_OUTPUT = 100_000;

/** The key of the gateways that are started here. */
export const MASTER_KEY = 'sk-proof-of-what-is-shipped';

/** Starts a gateway, has the sandbox transcribe a file, and stops it again. Throws when one of these fails. */
export async function proveGateway(command, { audio, ...options }) {
  await withGateway(command, options, (origin) => transcribe(origin, audio));
}

/**
 * Starts a gateway on a free port with an embedded database, uses it, and stops it by SIGTERM. Throws when one of these
 * fails, after printing what the gateway has written.
 */
export async function withGateway([program, ...words], { cwd, dataDir }, use) {
  const { PATH, HOME } = process.env;
  const gateway = spawn(program, words, {
    cwd,
    env: {
      PATH,
      HOME,
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: '0',
      DATA_DIR: dataDir,
      MASTER_KEY,
      LOG_FORMAT: 'json',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise((resolve, reject) => {
    gateway.once('error', reject);
    gateway.once('close', (code, signal) => resolve(signal ?? code));
  });
  let output = '';
  // Of a long run, its end.
  for (const pipe of [gateway.stdout, gateway.stderr]) {
    pipe.on('data', (chunk) => (output = (output + chunk).slice(-MAX_OUTPUT)));
  }
  try {
    await use(await poll(() => /API base\s+(\S+)\/v1/.exec(output)?.[1], ended));
    gateway.kill('SIGTERM');
    const patience = setTimeout(() => gateway.kill('SIGKILL'), STOP_TIMEOUT_MS);
    const end = await ended;
    clearTimeout(patience);
    if (end !== 0) throw new Error(`the gateway ended with ${end} after SIGTERM`);
  } catch (error) {
    console.error(output);
    gateway.kill('SIGTERM');
    throw error;
  }
}

/** What the files of a folder hold, in MiB. */
export function sizeMib(folder) {
  const bytes = readdirSync(folder, { recursive: true })
    .map((name) => lstatSync(join(folder, name)))
    .reduce((sum, stats) => sum + (stats.isFile() ? stats.size : 0), 0);
  return Math.ceil(bytes / 2 ** 20);
}

async function transcribe(origin, audio) {
  const ready = await fetch(`${origin}/health/ready`);
  if (!ready.ok) throw new Error(`/health/ready answers ${ready.status}`);
  const body = new FormData();
  body.append('model', 'sandbox');
  body.append('file', await openAsBlob(audio), 'speech.wav');
  const headers = { authorization: `Bearer ${MASTER_KEY}` };
  const answer = await fetch(`${origin}/v1/audio/transcriptions`, { method: 'POST', headers, body });
  const text = await answer.text();
  if (!answer.ok || !JSON.parse(text).text) throw new Error(`a transcription answers ${answer.status}: ${text}`);
}

async function poll(read, ended) {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const found = read();
    if (found) return found;
    const end = await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 100))]);
    if (end !== undefined) throw new Error(`the gateway ended with ${end} before it was ready`);
  }
  throw new Error('the gateway did not become ready');
}
