// Holds a gateway against its own OpenAPI document: requests that it allows and requests that it forbids, made by
// Schemathesis, which comes from PyPI. No request may break the gateway or be answered against the document, nothing may hang,
// and every request for a model must be in the ledger: npm run test:fuzz:api -- [seconds, 600 when none are given] [seed]
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MASTER_KEY, withGateway } from './gateway-process.mjs';

const SCHEMATHESIS = '4.32.5';
/** What a request may take; the gateway itself answers at once or not at all. */
const REQUEST_TIMEOUT_SECONDS = '20';

/**
 * Of a file that is no audio, or a name that is taken, no schema can say that it will be refused; what has no route is not in
 * the document; and of answers from 500 up some are right here: see `brokenGateway`.
 */
const NOT_CHECKED = 'positive_data_acceptance,unsupported_method,not_a_server_error';

/** It answers for as long as its client listens. */
const ENDLESS = '/admin/v1/logs/stream';

/** The routes that ask a model, each request of which is in the ledger, by the paths of every door. */
const MODEL_ROUTE = /\/(?:audio\/(?:transcriptions|translations|speech)|chat\/completions)$/;

const [seconds = '600', seed = '1'] = process.argv.slice(2);
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'auricle-fuzz-'));
// PostgreSQL runs as another user when this script is run by root, and must reach its programs.
chmodSync(folder, 0o755);
try {
  const bin = join(folder, 'python', 'bin');
  execFileSync('python3', ['-m', 'venv', join(folder, 'python')]);
  execFileSync(
    join(bin, 'pip'),
    ['install', '--quiet', '--disable-pip-version-check', `schemathesis==${SCHEMATHESIS}`],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  const gateway = { cwd: root, dataDir: join(folder, 'data') };
  await withGateway(['node', 'dist/main.js'], gateway, async (origin) => {
    const exchanges = join(folder, 'exchanges.har');
    const broken = await schemathesis(join(bin, 'schemathesis'), origin, exchanges).then(
      () => undefined,
      (error) => error,
    );
    const { log } = JSON.parse(readFileSync(exchanges, 'utf8'));
    expectSound(log.entries);
    if (broken) throw broken;
    await expectLogs(origin, log.entries);
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function schemathesis(program, origin, exchanges) {
  const words =
    `--config-file ${join(root, 'scripts', 'schemathesis.toml')} run ${join(root, 'docs', 'openapi.json')} --url ${origin}
    --max-time ${seconds} --seed ${seed} --request-timeout ${REQUEST_TIMEOUT_SECONDS}
    --phases examples,fuzzing,stateful --continue-on-failure
    --exclude-checks ${NOT_CHECKED} --exclude-path ${ENDLESS} --report har --report-har-path ${exchanges}`.split(/\s+/);
  words.push('-H', `Authorization: Bearer ${MASTER_KEY}`);
  const run = spawn(program, words, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = await once(run, 'close');
  if (code !== 0) throw new Error(`schemathesis ended with ${code}; its seed was ${seed}`);
}

/**
 * What the gateway itself got wrong. While it is fuzzed, deployments are switched off, slowed down and pointed at nowhere by
 * requests that are allowed, so a model may well be unavailable (502 to 504, in the envelope) to the request after them.
 */
function brokenGateway({ request, response }) {
  if (response.status < 500) return false;
  if (response.status === 500 || !MODEL_ROUTE.test(new URL(request.url).pathname)) return true;
  try {
    return typeof JSON.parse(response.content.text).error.code !== 'string';
  } catch {
    return true;
  }
}

function expectSound(entries) {
  const broken = entries.filter(brokenGateway);
  for (const { request, response } of broken.slice(0, 10)) {
    console.error(request.method, request.url, request.postData?.text, response.status, response.content.text);
  }
  if (broken.length > 0)
    throw new Error(`${broken.length} answers are the gateway's own failures; the seed was ${seed}`);
}

/** Every request for a model has exactly one log. */
async function expectLogs(origin, entries) {
  const ids = entries
    .filter(({ request }) => MODEL_ROUTE.test(new URL(request.url).pathname))
    .filter(({ request, response }) => request.method === 'POST' && response.status !== 401 && response.status !== 0)
    .map(({ response }) => response.headers.find(({ name }) => name.toLowerCase() === 'x-request-id')?.value);
  const missing = [];
  for (const id of ids) {
    const answer = await fetch(`${origin}/admin/v1/logs/${id}`, { headers: { authorization: `Bearer ${MASTER_KEY}` } });
    if (answer.status !== 200) missing.push(`${id}: ${answer.status}`);
  }
  console.log(`${entries.length} requests, ${ids.length} of them for a model; ${missing.length} logs are missing.`);
  if (ids.length === 0 || missing.length > 0) throw new Error(`logs are missing: ${missing.slice(0, 10).join(', ')}`);
}
