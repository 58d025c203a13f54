// Fills what a large installation has beside its ledger, in SQL: models and deployments, keys and teams with budgets, alerts with
// deliveries, and who has changed what. Ids are those that `fillLedger` gives to the callers of its rows.

/** How much of each. */
export const SHAPES = {
  large: { days: 400, keys: 1000, teams: 200, keysInAll: 10_000, events: 1_000_000, deliveries: 50_000 },
  small: { days: 30, keys: 100, teams: 20, keysInAll: 300, events: 1000, deliveries: 200 },
};

/** Makes all of it. @param {() => Promise<import('pg').Client>} connect */
export async function fillAccess(connect, { days, keysInAll, teams, events, deliveries }) {
  const client = await connect();
  try {
    await client.query(`SET work_mem = '256MB'; SET synchronous_commit = off`);
    // What fills it is nobody's change.
    await client.query(`SET session_replication_role = replica`);
    for (const statement of [
      ...models(),
      ...access(keysInAll, teams),
      ...alerts(deliveries),
      ...changes(events, days, keysInAll),
      'SET session_replication_role = origin',
      `VACUUM ANALYZE virtual_key, team, budget, budget_period, audit_event, alert_event, alert_delivery, model, deployment`,
    ]) {
      await client.query(statement);
    }
  } finally {
    await client.end();
  }
}

/** An id of which the end is a number. */
const idOf = (family, number) => `('00000000-0000-7000-${family}-' || lpad(to_hex(${number}), 12, '0'))::uuid`;
const keyId = (number) => idOf('8000', number);
const teamId = (number) => idOf('a000', number);

function models() {
  return [
    `INSERT INTO model (id, name) SELECT ${idOf('b000', 'n')}, 'model-' || n FROM generate_series(0, 11) AS n`,
    // Of some of these models the provider has announced the end.
    `INSERT INTO deployment (id, model_id, provider, upstream_model, api_base, updated_at)
     SELECT ${idOf('9000', 'n')}, ${idOf('b000', 'n')}, 'openai',
       CASE n % 3 WHEN 0 THEN 'whisper-1' WHEN 1 THEN 'gpt-4o-transcribe' ELSE 'gpt-4o-mini-transcribe' END,
       'http://127.0.0.1:9/v1', now()
     FROM generate_series(0, 11) AS n`,
  ];
}

function access(keys, teams) {
  return [
    `INSERT INTO team (id, name, tags, created_at)
     SELECT ${teamId('n')}, 'team-' || n, ARRAY['unit-' || n % 10], now() - interval '400 days' FROM generate_series(0, ${teams - 1}) AS n`,
    `INSERT INTO virtual_key (id, name, hash, preview, "user", team_id, tags, limits, created_at, last_used_at, spend_nano_usd)
     SELECT ${keyId('n')}, 'key-' || n, encode(sha256(('key ' || n)::bytea), 'hex'), 'sk-aur-...' || lpad(to_hex(n), 4, '0'),
       'user-' || n % 500, CASE WHEN n % 4 > 0 THEN ${teamId(`n % ${teams}`)} END, ARRAY['production'],
       CASE WHEN n % 5 = 0 THEN '{"requests_per_minute": 60}'::jsonb END, now() - interval '400 days', used.at, coalesce(used.cost, 0)
     FROM generate_series(0, ${keys - 1}) AS n
     LEFT JOIN (
       SELECT key_id, sum(cost_nano_usd)::bigint AS cost, max(starts_at) AS at FROM usage_rollup WHERE grain = 'day' GROUP BY key_id
     ) AS used ON used.key_id = ${keyId('n')}`,
    `UPDATE team SET spend_nano_usd = spent.cost FROM (
       SELECT team_id, sum(cost_nano_usd)::bigint AS cost FROM team_rollup WHERE grain = 'day' GROUP BY team_id
     ) AS spent WHERE spent.team_id = team.id`,
    ...['key', 'team'].flatMap((owner) => [
      `INSERT INTO budget (id, ${owner}_id, period, time_zone, limit_nano_usd, soft_limit_nano_usd, position)
       SELECT gen_random_uuid(), id, 'month', 'UTC', greatest(spend_nano_usd / 12, 1000000000), greatest(spend_nano_usd / 15, 800000000), 0
       FROM ${owner === 'key' ? 'virtual_key' : 'team'} WHERE name ~ '[05]$'`,
      `INSERT INTO budget_period (budget_id, starts_at, spent_nano_usd)
       SELECT budget.id, date_trunc('month', now(), 'UTC'), sum(cost_nano_usd)::bigint
       FROM budget JOIN ${owner === 'key' ? 'usage_rollup' : 'team_rollup'} AS sums ON sums.${owner}_id = budget.${owner}_id
       WHERE grain = 'day' AND starts_at >= date_trunc('month', now(), 'UTC') GROUP BY budget.id`,
    ]),
  ];
}

function alerts(deliveries) {
  return [
    `INSERT INTO alert (id, name, ciphertext, url_preview, preview, format, enabled, updated_at)
     SELECT ${idOf('c000', 'n')}, 'alert-' || n, 'none', 'https://hooks.example/...', 'whsec_...', 'standard', false, now()
     FROM generate_series(0, 19) AS n`,
    `INSERT INTO alert_event (id, type, subject, period, occurred_at, data)
     SELECT ${idAt(`now() - n * interval '1 minute'`, 'n')}, 'budget.soft_limit', n::text, 'month', now() - n * interval '1 minute', '{}'
     FROM generate_series(1, ${deliveries}) AS n`,
    `INSERT INTO alert_delivery (id, alert_id, event_id, status, attempts, next_attempt_at, http_status, latency_ms, attempted_at, created_at)
     SELECT ${idAt('occurred_at', 'subject::int')}, ${idOf('c000', 'subject::int % 20')}, id, 'delivered', 1, occurred_at, 200, 40, occurred_at, occurred_at
     FROM alert_event`,
  ];
}

function changes(events, days, keys) {
  return [
    `INSERT INTO audit_event (id, created_at, actor_kind, actor_id, actor_name, client_ip, action, kind, subject_id, subject_name, before, after)
     SELECT ${idAt('at', 'n')}, date_trunc('milliseconds', at), 'admin_key', ${idOf('d000', 'n % 40')}, 'admin-' || n % 40, '10.1.0.' || n % 200,
       (ARRAY['update', 'update', 'update', 'create', 'delete'])[1 + n % 5], (ARRAY['key', 'key', 'team', 'deployment', 'budget'])[1 + n / 5 % 5],
       ${keyId(`n * 7919 % ${keys}`)}::text, 'key-' || n * 7919 % ${keys}, '{"blocked": false, "user": "ada"}', '{"blocked": true, "user": "grace"}'
     FROM (SELECT n::bigint, now() - (${events} - n) * interval '1 second' * ${(days * 86_400) / events} AS at FROM generate_series(1, ${events}) AS n) AS made`,
  ];
}

/** As a request's id of that moment, with a number at its end. */
function idAt(moment, number) {
  return `(lpad(to_hex(floor(extract(epoch FROM ${moment}) * 1000)::bigint), 12, '0') || '70008000' || lpad(to_hex(${number}), 12, '0'))::uuid`;
}
