import { encodeLog } from '../../../src/ledger/entry/ledger-record.js';
import { LedgerRepository } from '../../../src/ledger/writer/ledger.repository.js';
import { newRequestId } from '../../../src/http/request-id.js';
import { logEntry } from '../../support/log-entries.js';
import { COST_NANO_USD, LedgerBench } from './ledger-bench.js';

let bench: LedgerBench;
beforeAll(async () => {
  bench = await LedgerBench.start();
});
afterAll(() => bench.close());

const COST_USD = Number(COST_NANO_USD) / 1e9;

async function spendOf(team: string): Promise<number> {
  return (await bench.gateway.admin('GET', `teams/${team}`)).body.spend_usd;
}

const log = async (id: string) => (await bench.gateway.admin('GET', `logs/${id}`)).body;

it('a log has the team that its key belonged to, under the name of that time, and adds to what that has spent', async () => {
  const { body: first } = await bench.gateway.admin('POST', 'teams', { name: 'first' });
  const { body: second } = await bench.gateway.admin('POST', 'teams', { name: 'second' });
  const key = await bench.gateway.createKey({ team: 'first' });
  const of = { first: await bench.transcribe(key.key), second: { id: '' }, none: { id: '' } };
  await bench.gateway.admin('PATCH', `keys/${key.id}`, { team: 'second' });
  await bench.gateway.admin('PATCH', 'teams/second', { name: 'renamed' });
  of.second = await bench.transcribe(key.key);
  await bench.transcribe(key.key);
  await bench.gateway.admin('PATCH', 'teams/renamed', { name: 'second' });
  await bench.gateway.admin('PATCH', `keys/${key.id}`, { team: null });
  of.none = await bench.transcribe(key.key);

  expect(await log(of.first.id)).toMatchObject({ team_id: first.id, team_name: 'first' });
  expect(await log(of.second.id)).toMatchObject({ team_id: second.id, team_name: 'renamed' });
  expect(await log(of.none.id)).toMatchObject({ team_id: null, team_name: null });
  expect([await spendOf('first'), await spendOf('second')]).toEqual([COST_USD, 2 * COST_USD]);
  expect(await bench.spendOf(key.id)).toBe(4n * COST_NANO_USD);

  const { body } = await bench.gateway.admin(
    'GET',
    'analytics?metrics=requests,cost_usd,audio_seconds,keys&group_by=team&bucket=day',
  );
  expect(body.groups.map(({ group, totals }: Record<string, unknown>) => ({ group, totals }))).toEqual([
    {
      group: { team: second.id, team_name: 'second' },
      totals: { requests: 2, cost_usd: 2 * COST_USD, audio_seconds: 12, keys: 1 },
    },
    ...[
      { team: null, team_name: null },
      { team: first.id, team_name: 'first' },
    ].map((group) => ({ group, totals: { requests: 1, cost_usd: COST_USD, audio_seconds: 6, keys: 1 } })),
  ]);
  expect((await bench.gateway.admin('GET', `logs?team_id=${second.id}`)).body.data).toHaveLength(2);
  expect((await bench.gateway.admin('GET', `analytics/forecast?team_id=${second.id}`)).body.spent_usd).toBe(
    2 * COST_USD,
  );

  await bench.gateway.admin('DELETE', 'teams/second');
  expect(await log(of.second.id)).toMatchObject({ team_id: second.id, team_name: 'renamed' });
});

it('a refused request of a team is a log of it, too', async () => {
  const { body: team } = await bench.gateway.admin('POST', 'teams', { name: 'refused', models: ['gpt4o'] });
  const key = await bench.gateway.createKey({ team: team.id });
  const { status, id } = await bench.transcribe(key.key, { model: 'whisper' });
  expect(status).toBe(404);
  expect(await log(id)).toMatchObject({ team_id: team.id, status: 'refused', model_known: false });
});

it('spend is added once, however many writers write the same, in any order of keys and teams', async () => {
  const teams = await Promise.all(
    ['a', 'b', 'c'].map(async (name) => (await bench.gateway.admin('POST', 'teams', { name })).body.id),
  );
  const keys = await Promise.all(teams.map((team) => bench.gateway.createKey({ team })));
  const entries = Array.from({ length: 60 }, (_, index) =>
    encodeLog(
      logEntry({
        id: newRequestId(),
        keyId: keys[index % 3]?.id ?? null,
        teamId: teams[(index * 7) % 3],
        teamName: 'x',
        costNanoUsd: 1_000n,
      }),
    ),
  );
  const writer = bench.gateway.app.get(LedgerRepository);
  await Promise.all([
    writer.append(entries),
    writer.append(entries.toReversed()),
    ...[0, 20, 40].map((start) => writer.append(entries.slice(start, start + 20))),
  ]);
  expect(await Promise.all(teams.map(spendOf))).toEqual([0.00002, 0.00002, 0.00002]);
});

it('a record of an earlier version, which tells of no team, is a log of none', async () => {
  const { id, json } = encodeLog(logEntry({ costNanoUsd: 5n }));
  const { team_id: _, team_name: __, ...before }: Record<string, unknown> = JSON.parse(json);
  await bench.gateway.app.get(LedgerRepository).append([{ id, json: JSON.stringify(before) }]);
  expect(await log(id)).toMatchObject({ team_id: null, team_name: null, cost_usd: 5e-9 });
});

it('a version before that writes beside this one finds the sums as it knows them', async () => {
  const { rows } = await bench.database.query<{ definition: string }>(
    `SELECT pg_get_indexdef('usage_rollup_pkey'::regclass) AS definition`,
  );
  expect(rows[0]?.definition).toMatch(/\(grain, starts_at, key_id, model, provider, deployment_id, task, status\)$/);
});
