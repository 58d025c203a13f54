// npm run demo: the tour. Uses the gateway that runs at AURICLE_URL (by default http://localhost:PORT), or starts one.
//   npm run demo -- --model whisper-1
import { spawn } from 'node:child_process';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, styleText } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);
if (existsSync('.env')) process.loadEnvFile('.env');

const SAMPLE = join('assets', 'speech.wav');
const READY_TIMEOUT_MS = 120_000;
const usage = 'usage: npm run demo -- [--model NAME]';

/** What goes wrong in a way that a reader of the terminal can mend. */
class DemoError extends Error {}

const model = readModel();
const { default: OpenAI, InternalServerError } = await import('openai').catch(() => {
  fail('The demo needs the development dependencies. Run "npm ci" first.');
});

let started;
process.on('exit', () => started?.kill('SIGTERM'));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));

try {
  const origin = (await findGateway()) ?? (await startGateway());
  await tour(origin, readMasterKey());
} catch (error) {
  process.exitCode = 1;
  console.error(`\n  ${paint('red', 'The demo has failed.')} ${describe(error)}\n`);
} finally {
  await stopGateway();
}

async function tour(origin, masterKey) {
  const admin = adminClient(origin, masterKey);
  const name = `demo-${new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}`;
  const { id, key, preview } = await admin('POST', 'keys', { name, tags: ['demo'] });
  try {
    tell(
      'key',
      `POST /admin/v1/keys made ${paint('cyan', name)} (${preview})`,
      'Its secret was shown once and is stored as a hash.',
    );
    const client = new OpenAI({ baseURL: `${origin}/v1`, apiKey: key, maxRetries: 0 });
    const request = { model };
    const requestId = await verboseJson(client, request);
    await subtitles(client, request);
    await stream(client, request);
    await logOf(admin, requestId);
    await deliberateError(client);
  } finally {
    await admin('DELETE', `keys/${id}`);
  }
  tell(
    'end',
    `The key ${name} is deleted; its logs stay in the ledger.`,
    // A gateway of the tour's own ends with it.
    started
      ? `Try it yourself: ${paint('cyan', 'npm start')}`
      : `Try it yourself in ${paint('cyan', `${origin}/docs`)}`,
  );
  console.log();
}

async function verboseJson(client, request) {
  const { data, response } = await client.audio.transcriptions
    .create({
      ...request,
      file: createReadStream(SAMPLE),
      response_format: 'verbose_json',
      timestamp_granularities: ['word', 'segment'],
    })
    .withResponse();
  const [first] = data.words ?? [];
  expect(data.text && first, 'the answer has no text or no words');
  const header = (field) => response.headers.get(`x-auricle-${field}`);
  tell(
    'verbose_json',
    paint('green', data.text),
    `${data.words.length} words; "${first.word}" from ${first.start.toFixed(2)} to ${first.end.toFixed(2)} s of ${Number(data.duration).toFixed(2)} s`,
    `cost ${dollars(header('cost-usd'))}, provider ${header('provider-ms')} ms, gateway ${header('overhead-ms')} ms`,
  );
  return response.headers.get('x-request-id');
}

async function subtitles(client, request) {
  const srt = await client.audio.transcriptions.create({
    ...request,
    file: createReadStream(SAMPLE),
    response_format: 'srt',
  });
  expect(/^1\r?\n\d\d:\d\d:\d\d,\d{3} --> /.test(srt), 'the answer is no SubRip file');
  const lines = srt.trim().split(/\r?\n/);
  tell('srt', ...lines.slice(0, 3), ...(lines.length > 3 ? [paint('dim', `... ${lines.length - 3} more lines`)] : []));
}

async function stream(client, request) {
  const events = await client.audio.transcriptions.create({ ...request, file: createReadStream(SAMPLE), stream: true });
  let deltas = 0;
  let text = '';
  let done;
  for await (const event of events) {
    if (event.type === 'transcript.text.delta') {
      deltas += 1;
      text += event.delta;
    }
    if (event.type === 'transcript.text.done') done = event;
  }
  expect(done && text.trim() === done.text.trim(), 'the deltas do not add up to the transcript');
  tell('stream', `${deltas} transcript.text.delta events, then transcript.text.done with the same text`);
}

async function logOf(admin, requestId) {
  const row = await admin('GET', `logs/${requestId}`);
  expect(row.status === 'success' && row.attempts.length > 0, 'the log does not tell of a success');
  tell(
    'ledger',
    `GET /admin/v1/logs/${row.id}`,
    `${row.key_name} > ${row.model} > ${row.provider}/${row.upstream_model}: ${row.status}, ${row.response_format}`,
    `audio ${row.audio_seconds} s, cost ${dollars(row.cost_usd)}, latency ${row.latency_ms} ms, attempts ${row.attempts.length}`,
    `transcript ${row.transcript === null ? 'not kept (STORE_TRANSCRIPTS)' : `kept: "${row.transcript.slice(0, 40)}..."`}`,
  );
}

async function deliberateError(client) {
  const error = await client.audio.transcriptions
    .create({ model: 'sandbox-error', file: createReadStream(SAMPLE) })
    .then(
      () => undefined,
      (reason) => reason,
    );
  if (error?.code === 'model_not_found') {
    tell('error', paint('dim', 'skipped: the sandbox is switched off (SANDBOX=false)'));
    return;
  }
  expect(
    error instanceof InternalServerError && error.requestID,
    'sandbox-error gave no InternalServerError with an id',
  );
  tell(
    'error',
    `model sandbox-error gives openai.${error.constructor.name}, status ${error.status}, code ${error.code}`,
    `requestID ${error.requestID} finds its log`,
  );
}

/** The running gateway's origin; undefined when there is none and none was named. */
async function findGateway() {
  const named = process.env.AURICLE_URL?.replace(/\/+$/, '');
  const origin = named ?? `http://localhost:${process.env.PORT || 4000}`;
  const ready = await fetch(`${origin}/health/ready`, { signal: AbortSignal.timeout(3000) })
    .then((answer) => answer.json())
    .catch(() => undefined);
  if (ready?.status === 'ok' && ready.checks?.database === 'ok') {
    title(origin, 'the gateway that runs there');
    return origin;
  }
  if (named) throw new DemoError(`No gateway is ready at AURICLE_URL ${named}.`);
  return undefined;
}

async function startGateway() {
  const { buildIfStale } = await import('./build-if-stale.mjs');
  buildIfStale();
  // Any free port: the usual one may be taken by something else.
  started = spawn(process.execPath, ['dist/main.js'], {
    env: { ...process.env, PORT: '0', LOG_FORMAT: 'json' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const pipe of [started.stdout, started.stderr]) pipe.on('data', (chunk) => (output += chunk));
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const origin = /^ +API base +(\S+)\/v1$/m.exec(output)?.[1];
    if (origin) {
      title(origin, 'a gateway started for this tour');
      // From here on nobody reads it.
      for (const pipe of [started.stdout, started.stderr]) pipe.removeAllListeners('data').resume();
      return origin;
    }
    if (started.exitCode !== null || started.signalCode !== null) {
      started = undefined;
      throw new DemoError(`The gateway did not start.\n${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new DemoError(`The gateway was not ready after ${READY_TIMEOUT_MS / 1000} seconds.\n${output}`);
}

async function stopGateway() {
  const gateway = started;
  started = undefined;
  if (!gateway || gateway.exitCode !== null) return;
  const ended = new Promise((resolve) => gateway.once('exit', (code) => resolve(code)));
  gateway.kill('SIGTERM');
  if ((await ended) === 0) return;
  console.error('  The gateway did not stop cleanly.');
  process.exitCode = 1;
}

function readMasterKey() {
  if (process.env.MASTER_KEY?.trim()) return process.env.MASTER_KEY;
  const file = join(process.env.DATA_DIR?.trim() || '.data', 'master-key');
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    throw new DemoError(`The master key is neither in MASTER_KEY nor in ${file}.`);
  }
}

function adminClient(origin, masterKey) {
  return async (method, path, body) => {
    const answer = await fetch(`${origin}/admin/v1/${path}`, {
      method,
      headers: { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    const json = await answer.json();
    if (!answer.ok) throw new DemoError(`${method} /admin/v1/${path}: ${answer.status} ${json.error?.message}`);
    return json;
  };
}

function readModel() {
  try {
    return parseArgs({ options: { model: { type: 'string', default: 'sandbox' } } }).values.model;
  } catch (error) {
    return fail(`${error.message}\n${usage}`);
  }
}

function expect(truth, problem) {
  if (!truth) throw new DemoError(`Unexpected: ${problem}.`);
}

function dollars(amount) {
  return amount === null ? 'unknown' : `$${amount}`;
}

function describe(error) {
  if (error instanceof DemoError || error?.status) return error.message;
  return error?.stack ?? String(error);
}

function title(origin, what) {
  console.log(`\n  ${paint('bold', 'Auricle')}  ${origin}, ${what}; model ${paint('cyan', model)}`);
}

/** One step of the tour: its name, and a line or a few of what happened. */
function tell(step, ...lines) {
  for (const [index, line] of lines.entries()) {
    const label = (index === 0 ? step : '').padEnd(13);
    console.log(`${index === 0 ? '\n' : ''}  ${paint('bold', label)} ${line}`);
  }
}

function paint(style, text) {
  return process.stdout.isTTY && !process.env.NO_COLOR ? styleText(style, text) : text;
}

function fail(message) {
  console.error(message);
  process.exit(2);
}
