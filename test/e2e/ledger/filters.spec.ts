import type { LogEntry } from '../../../src/ledger/entry/log-entry.js';
import { startTestGateway, type TestGateway } from '../../support/gateway.js';
import { logEntry } from '../../support/log-entries.js';
import { writeLogs } from '../../support/written-logs.js';
import { AdminClient } from '../admin/admin-client.js';

let gateway: TestGateway;
let admin: AdminClient;
beforeAll(async () => {
  gateway = await startTestGateway();
  admin = AdminClient.of(gateway.url);
  await write(logs);
});
afterAll(() => gateway.close());

async function write(entries: readonly LogEntry[]): Promise<void> {
  await writeLogs(gateway, ...entries);
}

const KEY = '019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3a';
const TEAM = '019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2c3a';

/** Each differs from the plain one in what one filter asks for. */
const differences: Readonly<Record<string, Partial<LogEntry>>> = {
  plain: {},
  'of a key': { keyId: KEY, keyName: 'podcast' },
  'of a team': { teamId: TEAM, teamName: 'newsroom' },
  'of a user': { endUser: 'u-1' },
  'with a tag': { tags: ['podcast'] },
  'with two tags': { tags: ['podcast', 'en=1'] },
  'of a trace': { traceId: 'trace-1' },
  'of a model': { model: 'voxtral' },
  'of a deployment': { deploymentId: 'azure-eu' },
  'of a provider': { provider: 'groq' },
  translation: { task: 'translate' },
  subtitles: { responseFormat: 'srt' },
  stream: { stream: true },
  'in German': { language: 'de' },
  failed: { status: 'failure', httpStatus: 502, errorCode: 'provider_unavailable' },
  refused: { status: 'refused', httpStatus: 404, errorCode: 'model_not_found' },
  lost: { status: 'lost', costNanoUsd: null },
  dear: { costNanoUsd: 2_500_000_000n },
  estimated: { costEstimated: true },
  long: { audioSeconds: 3600.5 },
  slow: { latencyMs: 60_000 },
  retried: { retries: 2 },
  'of a fallback': { fallbacks: 1 },
  rescued: { rescued: true },
  'in two steps': { translated: true },
  warned: { warnings: ['the field prompt was dropped'] },
  hit: { cache: 'hit' },
};
const names = Object.keys(differences);
const logs = names.map((name) =>
  logEntry({ costNanoUsd: 1n, audioSeconds: 1, language: 'en', ...differences[name], userAgent: name }),
);

async function found(query: string): Promise<unknown[]> {
  const { status, body } = await admin.get(`logs?limit=100&${query}`);
  expect({ query, status }).toEqual({ query, status: 200 });
  expect(body).toMatchObject({ total_estimate: body.data.length, total_is_exact: true });
  return body.data.map((log: { user_agent: unknown }) => log.user_agent).toReversed();
}

it.each<[string, string[]]>([
  [`key_id=${KEY}`, ['of a key']],
  [`team_id=${TEAM}`, ['of a team']],
  ['team_id=none&model=whisper', names.filter((name) => name !== 'of a team' && name !== 'of a model')],
  ['end_user=u-1', ['of a user']],
  ['tag=podcast', ['with a tag', 'with two tags']],
  ['tag=podcast&tag=en%3D1', ['with two tags']],
  ['tag=pod', []],
  ['trace_id=trace-1', ['of a trace']],
  ['model=voxtral', ['of a model']],
  ['model=voxtral&model=nova', ['of a model']],
  ['deployment_id=azure-eu', ['of a deployment']],
  ['provider=groq', ['of a provider']],
  ['task=translate', ['translation']],
  ['response_format=srt', ['subtitles']],
  ['stream=true', ['stream']],
  ['language=DE', ['in German']],
  ['status=failure&status=refused', ['failed', 'refused']],
  ['status=lost', ['lost']],
  ['http_status=404', ['refused']],
  ['http_status=5xx', ['failed']],
  ['http_status=4xx&http_status=502', ['failed', 'refused']],
  ['error_code=model_not_found', ['refused']],
  ['cost_usd_min=2.5', ['dear']],
  ['cost_usd_min=2.500000001', []],
  ['cost_unknown=true', ['lost']],
  ['cost_estimated=true', ['estimated']],
  ['audio_seconds_min=3600.5', ['long']],
  ['audio_seconds_max=0.5', []],
  ['latency_ms_min=60000&latency_ms_max=60000', ['slow']],
  ['had_retry=true', ['retried']],
  ['had_fallback=true', ['of a fallback']],
  ['rescued=true', ['rescued']],
  ['translated=true', ['in two steps']],
  ['has_warning=true', ['warned']],
  ['cache=hit', ['hit']],
  ['tag=podcast&model=voxtral', []],
  ['key_id=master&model=whisper', names.filter((name) => name !== 'of a key' && name !== 'of a model')],
  ['stream=false&has_warning=false', names.filter((name) => name !== 'stream' && name !== 'warned')],
  ['cost_usd_max=1', names.filter((name) => name !== 'dear' && name !== 'lost')],
])('%s', async (query, expected) => {
  expect(await found(query)).toEqual(expected);
});

it('shows the fields that are asked for, and leaves out what is long unless it is', async () => {
  const { body: lean } = await admin.get('logs?limit=1');
  expect(Object.keys(lean.data[0])).toEqual(expect.arrayContaining(['id', 'model', 'cost_usd', 'tags', 'feedback']));
  for (const field of ['attempts', 'plan', 'transcript', 'question', 'said'])
    expect(lean.data[0]).not.toHaveProperty(field);
  const { body: chosen } = await admin.get('logs?limit=1&fields=attempts,%20model');
  expect(chosen.data).toEqual([{ object: 'log', id: expect.any(String), model: 'whisper', attempts: [] }]);
  const { body: whole } = await admin.get('logs?limit=1&fields=all');
  // When and by whom it was said is told of a log alone.
  const { segments, segments_missing, ...listed } = (await admin.get(`logs/${whole.data[0].id}`)).body;
  expect([whole.data[0], segments, segments_missing]).toEqual([listed, null, 'not_kept']);
});

it('estimates how many there are on the first page only', async () => {
  const { body: first } = await admin.get('logs?limit=2');
  expect(first).toMatchObject({ total_estimate: names.length, total_is_exact: true, searched_from: null });
  const { body: second } = await admin.get(`logs?limit=2&cursor=${first.next_cursor}`);
  expect(second).toMatchObject({ total_estimate: null, total_is_exact: false });
});
