import { SqlValues } from '../../database/sql-values.js';
import { logConditions, logFilterSchema } from './log-filter.js';

const ID = '019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3a';

function conditionsOf(query: Record<string, string | string[]>) {
  const values = new SqlValues();
  const conditions = logConditions(logFilterSchema.parse(query), values);
  return { sql: conditions.join(' AND '), values: values.all };
}

it('asks for nothing where nothing is given', () => {
  expect(conditionsOf({})).toEqual({ sql: '', values: [] });
});

it.each<[Record<string, string | string[]>, string, unknown[]]>([
  [{ from: '2026-11-20T00:00:00Z' }, 'id >= $1::uuid', ['01a1f640-bc00-7000-8000-000000000000']],
  [{ to: '2026-11-20T01:00:00+01:00' }, 'id < $1::uuid', ['01a1f640-bc00-7000-8000-000000000000']],
  [{ request_id: ID }, 'id = $1::uuid', [ID]],
  [{ key_id: ID }, 'key_id = $1::uuid', [ID]],
  [{ key_id: 'master' }, 'key_id IS NULL', []],
  [{ key_id: ['master', ID] }, '(key_id IS NULL OR key_id = $1::uuid)', [ID]],
  [{ team_id: ['none', ID] }, '(team_id IS NULL OR team_id = $1::uuid)', [ID]],
  [{ end_user: 'u-1' }, 'end_user = $1::text', ['u-1']],
  [{ tag: ['a', 'b'] }, `tags @> $1::text[] AND tags <> '{}'`, [['a', 'b']]],
  [{ model: ['a', 'b'] }, 'model = ANY($1::text[])', [['a', 'b']]],
  [{ language: 'EN-us' }, 'language = $1::text', ['en-us']],
  [{ http_status: '404' }, 'http_status = 404', []],
  [{ http_status: ['4xx', '502'] }, '(http_status BETWEEN 400 AND 499 OR http_status = 502)', []],
  [{ cost_usd_min: '0.01' }, 'cost_nano_usd >= $1::text::bigint', ['10000000']],
  [{ cost_usd_max: '0.000000001' }, 'cost_nano_usd <= $1::text::bigint', ['1']],
  [{ audio_seconds_min: '1.5' }, 'audio_seconds >= $1::text::double precision', ['1.5']],
  [{ latency_ms_max: '0' }, 'latency_ms <= $1::text::integer', ['0']],
  [{ cost_unknown: 'true' }, 'cost_nano_usd IS NULL', []],
  [{ had_retry: 'false' }, 'NOT (retries > 0)', []],
  [{ stream: 'true', model: 'a' }, 'model = $1::text AND stream', ['a']],
])('%j is %s', (query, sql, values) => {
  expect(conditionsOf(query)).toEqual({ sql, values });
});

it.each([
  { from: 'yesterday' },
  { from: '99999-01-01T00:00:00Z' },
  { key_id: 'mine' },
  { team_id: 'ours' },
  { model: '' },
  { model: 'a'.repeat(501) },
  { model: Array.from({ length: 21 }, (_, index) => `m${index}`) },
  { status: 'ok' },
  { status: ['success', 'ok'] },
  { http_status: '600' },
  { http_status: '4x' },
  { cost_usd_min: '-1' },
  { cost_usd_max: '1e9' },
  { cost_usd_max: '1000000001' },
  { audio_seconds_min: 'NaN' },
  { latency_ms_min: '2147483648' },
  { stream: 'yes' },
  { search: '"-"' },
  { search: 'a'.repeat(201) },
  { colour: 'red' },
])('refuses %j, by the name of the parameter', (query) => {
  const { error } = logFilterSchema.safeParse(query);
  const issue = error?.issues[0];
  expect(issue?.code === 'unrecognized_keys' ? issue.keys : issue?.path).toEqual(Object.keys(query));
});
