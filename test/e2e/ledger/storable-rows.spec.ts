import { z } from 'zod';
import { MAX_NANO_USD, toUsd } from '../../../src/domain/money.js';
import { newRequestId, timeOf } from '../../../src/http/request-id.js';
import { LedgerRepository } from '../../../src/ledger/writer/ledger.repository.js';
import { encodeLog } from '../../../src/ledger/entry/ledger-record.js';
import type { LogEntry } from '../../../src/ledger/entry/log-entry.js';
import { logDetailSchema } from '../../../src/ledger/logs/log.schema.js';
import { LedgerBench } from './ledger-bench.js';

let bench: LedgerBench;
let key: { id: string; key: string };
beforeAll(async () => {
  bench = await LedgerBench.start();
});
afterAll(() => bench.close());
beforeEach(async () => {
  key = await bench.gateway.createKey();
});

const TOKENS = {
  type: 'tokens',
  input_tokens: 14,
  input_token_details: { text_tokens: 2, audio_tokens: 12, cached_text_tokens: 1, cached_audio_tokens: 3 },
  output_tokens: 45,
  output_token_details: { text_tokens: 40, audio_tokens: 5 },
  total_tokens: 59,
} as const;

/** A row that has everything that a row can have. */
function fullRow(usage: LogEntry['usage'] = { type: 'duration', seconds: 9 }): LogEntry {
  const id = newRequestId();
  return {
    id,
    createdAt: timeOf(id),
    keyId: key.id,
    keyName: 'key',
    teamId: '019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3a',
    teamName: 'team',
    task: 'translate',
    model: 'whisper',
    modelKnown: true,
    provider: 'openai',
    deploymentId: 'deployment',
    upstreamModel: 'whisper-1',
    upstreamRequestId: 'req_1',
    responseFormat: 'json',
    stream: true,
    status: 'failure',
    httpStatus: 502,
    errorCode: 'provider_error',
    errorMessage: 'oh no',
    audioSeconds: 9.5,
    durationMethod: 'counted',
    audioBytes: 1000,
    language: 'en',
    inputCharacters: 12,
    outputAudioSeconds: 1.5,
    costNanoUsd: 900_000n,
    costEstimated: true,
    costSteps: [
      {
        step: 'transcribe',
        provider: 'openai',
        upstream_model: 'whisper-1',
        item: 'audio',
        cost_usd: 0.0009,
        estimated: true,
      },
    ],
    measuredCostNanoUsd: 600_000n,
    usageSource: 'provider',
    usage,
    latencyMs: 100,
    providerLatencyMs: 90,
    overheadMs: 10,
    uploadMs: 4,
    probeMs: 2,
    firstByteMs: 80,
    retries: 1,
    fallbacks: 1,
    rescued: true,
    translated: true,
    attempts: [
      {
        deployment_id: 'deployment',
        model: 'whisper',
        provider: 'openai',
        upstream_model: 'whisper-1',
        outcome: 'bad_response',
        upstream_status: 200,
        upstream_request_id: 'req_1',
        latency_ms: 90,
        started_ms: 5,
        waited_ms: 0,
        first_byte_ms: 80,
        hedge: false,
        cost_usd: 0.0009,
        cost_estimated: true,
        price_origin: { by: 'built_in', source: 'openai.com/pricing', as_of: '2026-11-20' },
        error: 'no JSON',
      },
    ],
    plan: {
      candidates: [{ model: 'whisper', deployment_id: 'deployment', format: 'native' }],
      left_out: [{ model: 'other', deployment_id: 'another', explanation: 'cooling down' }],
      features: ['option:diarize'],
    },
    warnings: ['a warning'],
    cache: 'hit',
    cachedRequestId: '019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3a',
    clientIp: '127.0.0.1',
    endUser: 'u',
    tags: ['a'],
    traceId: 'trace',
    metadata: { user: 'u', tags: ['a', 'b'], order: { id: 7 } },
    userAgent: 'curl',
    transcript: 'Hello.',
    question: 'Hello?',
    segments: [{ text: 'Hello.', startSeconds: 0.5, endSeconds: 1.25, speaker: 'A' }],
  };
}

type Path = readonly (string | number)[];

/** What PostgreSQL takes in none of its text types, nor in JSON. */
const HOSTILE_TEXT = 'nul \0 half \ud800 end';
const HOSTILE_NUMBERS = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
  Number.MIN_VALUE,
  2 ** 31,
  2 ** 63,
  0.5,
];
const HOSTILE_AMOUNTS = [2n ** 63n - 1n, 2n ** 63n, 10n ** 40n, -1n, -(10n ** 40n)];

/** Every value of the row that is not ours alone, at any depth, with what a client or provider might make of it. */
function hostileValues(value: unknown, path: Path = []): { path: Path; value: unknown }[] {
  if (['id', 'keyId', 'teamId', 'createdAt', 'cachedRequestId'].includes(String(path[0]))) return [];
  if (typeof value === 'string') return [{ path, value: HOSTILE_TEXT }];
  if (typeof value === 'number') return HOSTILE_NUMBERS.map((it) => ({ path, value: it }));
  if (typeof value === 'bigint') return HOSTILE_AMOUNTS.map((it) => ({ path, value: it }));
  if (typeof value !== 'object' || value === null) return [];
  const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([name, it]) => hostileValues(it, [...path, name]));
}

/** The row with another value in one place. */
function withValue(row: LogEntry, { path, value }: { path: Path; value: unknown }): LogEntry {
  const changed = structuredClone(row);
  const parent = path.slice(0, -1).reduce<object>((it, name) => Object(Reflect.get(it, name)), changed);
  Reflect.set(parent, path.at(-1) ?? '', value);
  return changed;
}

const node = z.object({
  $ref: z.string().optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  anyOf: z.array(z.unknown()).default([]),
  oneOf: z.array(z.unknown()).default([]),
  properties: z.record(z.string(), z.unknown()).optional(),
  items: z.unknown().optional(),
});

/** The places at which a document of this JSON schema has a value. */
function places(schema: unknown, definitions: Readonly<Record<string, unknown>>): string[] {
  const inside = (it: unknown) => places(it, definitions);
  const { $ref, type, anyOf, oneOf, properties, items } = node.parse(schema);
  if ($ref !== undefined) return inside(definitions[$ref.slice('#/$defs/'.length)]);
  const choices = [...anyOf, ...oneOf];
  if (choices.length > 0) return [...new Set(choices.flatMap(inside))];
  if (type === 'null') return [];
  if (items !== undefined) return inside(items).map((place) => `.0${place}`);
  if (!properties) return [''];
  return Object.entries(properties).flatMap(([name, it]) => inside(it).map((place) => `.${name}${place}`));
}

function valueAt(value: unknown, place: string): unknown {
  return place
    .split('.')
    .slice(1)
    .reduce<unknown>((it, name) => (it === null || it === undefined ? it : Reflect.get(Object(it), name)), value);
}

describe('the row of this test', () => {
  it('has a value in every column, and in every place of a column of JSON', async () => {
    const [duration, tokens] = [fullRow(), fullRow(TOKENS)];
    await bench.gateway.app.get(LedgerRepository).append([duration, tokens].map(encodeLog));
    const { rows } = await bench.database.query<Record<string, unknown>>('SELECT * FROM request_log WHERE id = $1', [
      tokens.id,
    ]);
    // False is what a column of booleans has by itself.
    expect(Object.entries(rows[0] ?? {}).filter(([, value]) => value === null || value === false)).toEqual([]);
    // What people think of the answer is beside the row.
    const feedback = await fetch(`${bench.gateway.url}/v1/feedback`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ trace_id: duration.id, value: 5, weight: 0.5, metadata: { by: 'ada' } }),
    });
    expect(feedback.status).toBe(200);
    const views = await Promise.all([duration, tokens].map(({ id }) => bench.gateway.admin('GET', `logs/${id}`)));
    const schema = z.toJSONSchema(logDetailSchema);
    const all = places(schema, schema.$defs ?? {});
    expect(all).toEqual(
      expect.arrayContaining(['.attempts.0.error', '.usage.seconds', '.usage.output_tokens', '.warnings.0']),
    );
    // Nothing is missing.
    expect(all.filter((it) => views.every(({ body }) => (valueAt(body, it) ?? null) === null))).toEqual([
      '.segments_missing',
    ]);
  });
});

describe('a row', () => {
  it('is stored and counted with anything in any of its columns and in any place of their JSON', async () => {
    const hostile = [undefined, TOKENS].flatMap((usage) =>
      hostileValues(fullRow(usage)).map((it) => withValue(fullRow(usage), it)),
    );
    expect(hostile.length).toBeGreaterThan(200);
    const refused: string[] = [];
    for (const row of hostile) {
      await bench.gateway.app
        .get(LedgerRepository)
        .append([encodeLog(row)])
        .catch((error: unknown) => refused.push(`${String(error).split('\n').at(-1)}`));
    }
    expect(refused).toEqual([]);
    const stored = new Set(await bench.storedIds());
    expect(hostile.filter(({ id }) => !stored.has(id))).toEqual([]);
  });

  it('keeps what can be kept', async () => {
    const row: LogEntry = {
      ...fullRow({ type: 'duration', seconds: Number.POSITIVE_INFINITY }),
      transcript: HOSTILE_TEXT,
      audioSeconds: Number.NaN,
      latencyMs: 2 ** 40,
      costNanoUsd: 10n ** 40n,
      warnings: [HOSTILE_TEXT],
    };
    await bench.gateway.app.get(LedgerRepository).append([encodeLog(row)]);
    expect((await bench.gateway.admin('GET', `logs/${row.id}`)).body).toMatchObject({
      transcript: 'nul  half \ufffd end',
      warnings: ['nul  half \ufffd end'],
      audio_seconds: null,
      latency_ms: 2 ** 31 - 1,
      cost_usd: toUsd(MAX_NANO_USD),
      usage: null,
    });
  });

  it.each(['["\\u0000"]', '["\\ud800"]'])('stays, and so does its cost, with the fallbacks %s', async (fallbacks) => {
    const { id, status } = await bench.transcribe(key.key, { fallbacks });
    const rows = await bench.gateway.logs(`request_id=${id}`);
    expect(rows).toMatchObject([{ http_status: status }]);
    expect(await bench.spendOf(key.id)).toBe(BigInt(Math.round(Number(rows[0]?.['cost_usd']) * 1e9)));
  });
});

describe('the counter of a key', () => {
  it('stops at a billion dollars', async () => {
    const repository = bench.gateway.app.get(LedgerRepository);
    const dear = (): LogEntry => ({ ...fullRow(), costNanoUsd: MAX_NANO_USD - 1n });
    await repository.append([encodeLog(dear())]);
    expect(await bench.spendOf(key.id)).toBe(MAX_NANO_USD - 1n);
    await repository.append([dear(), dear(), dear()].map(encodeLog));
    await repository.append([encodeLog(fullRow())]);
    expect(await bench.spendOf(key.id)).toBe(MAX_NANO_USD);
    await bench.database.query('UPDATE virtual_key SET spend_nano_usd = 9223372036854775807 WHERE id = $1', [key.id]);
    await repository.append([encodeLog(fullRow())]);
    expect(await bench.spendOf(key.id)).toBe(MAX_NANO_USD);
  });
});
