// Fills a ledger with rows as a busy gateway would have written them, in SQL: 12 models and 6 providers, a fifth of the rows with a
// transcript in one of three languages, and a few that are rare in each way that can be asked for. Of many rows a tenth is made; the
// others are the same again, later, which is ten times as fast.

const SENTENCES = 4000;
/** Words of a language; the first are frequent, the last are rare. */
const WORDS = 6000;
const DAY_MS = 86_400_000;
/** From so many rows on only a tenth is made. */
const MANY = 1_000_000;
const REPEATS = 10;

/** Words that stand in one transcript of 100 000, and in one of 2 000. */
export const PLANTED = { rare: 'zyzzyva', phrase: 'hot summer day' };

const SYLLABLES = {
  english: ['ber', 'ton', 'ing', 'mar', 'low', 'ster', 'wick', 'ham', 'den', 'gra', 'pol', 'ser', 'cal', 'mon', 'ta'],
  german: [
    'schl',
    'ung',
    'ber',
    'ach',
    'stein',
    'wald',
    'hof',
    'keit',
    'ver',
    'gen',
    'mal',
    'dorf',
    'lich',
    'tun',
    'ei',
  ],
};

/**
 * Rows, transcripts and sums, without indexes while they are made, and with statistics in the end. The last day ends now.
 * @param {() => Promise<import('pg').Client>} connect opens a connection; two are used at once
 * @param {number} rows about so many
 * @param {{ rollups: readonly string[], say: (line: string) => void, days?: number, keys?: number, teams?: number }} options the
 * statements that add up the rows from $1 up to $2, and the tables; for how long, of how many keys and of how many teams
 */
export async function fillLedger(connect, rows, options) {
  const lanes = await Promise.all([connect(), connect()]);
  try {
    await fillOn(lanes, rows, options);
  } finally {
    await Promise.all(lanes.map((lane) => lane.end()));
  }
}

async function fillOn(lanes, rows, { rollups, say, days = 180, keys = 200, teams = 0 }) {
  const began = Date.now();
  const told = (line) => say(`${line}, ${Math.round((Date.now() - began) / 1000)} s`);
  const end = new Date();
  const repeats = rows >= MANY ? REPEATS : 1;
  const madeDays = Math.ceil(days / repeats);
  const start = new Date(Math.floor(end.getTime() / DAY_MS) * DAY_MS - (madeDays * repeats - 1) * DAY_MS);
  const dayAt = (day) => new Date(start.getTime() + day * DAY_MS);
  const [client] = lanes;
  for (const lane of lanes) {
    await lane.query(`SET maintenance_work_mem = '1GB'; SET work_mem = '256MB'; SET synchronous_commit = off`);
  }
  await client.query('SELECT setseed(0.5)');
  await client.query('SELECT ensure_ledger_partitions($1, $2)', [start, end]);
  await makeVocabulary(client);
  const indexes = await dropIndexes(client);
  const perDay = Math.ceil(rows / (madeDays * repeats));
  const dayNumbers = Array.from({ length: madeDays }, (_, day) => day);
  await inTurn(lanes, dayNumbers, async (lane, day) => {
    await lane.query(insertDay({ first: day * perDay, count: perDay, keys, teams }), [dayAt(day), end]);
    for (const { statement } of rollups) await lane.query(statement, [dayAt(day), dayAt(day + 1)]);
  });
  await client.query('DROP TABLE sentence');
  told(`${madeDays * perDay} rows made`);
  const again = Array.from({ length: repeats - 1 }, (_, index) => index + 1);
  await inTurn(lanes, again, async (lane, repeat) => {
    const shiftDays = repeat * madeDays;
    const today = dayAt(madeDays * repeats - 1);
    for (const statement of repeatRows(await columnsOf(lane, 'request_log'))) {
      await lane.query(statement, [start, dayAt(madeDays), shiftDays, end]);
    }
    for (const { table, statement } of rollups) {
      const repeated = repeatSums(table, await columnsOf(lane, table));
      await lane.query(repeated, [start, dayAt(madeDays), shiftDays, today]);
      // What of today is still to come is not there.
      if (repeat === repeats - 1) await lane.query(statement, [today, end]);
    }
  });
  told(`${madeDays * perDay * repeats} rows and their sums`);
  // Two indexes of one table would get the same names in its partitions.
  await inTurn(lanes, indexes, async (lane, { definitions }) => {
    for (const definition of definitions) await lane.query(definition);
  });
  told('indexes');
  const tables = ['request_log', 'transcript', ...rollups.map(({ table }) => table)];
  await inTurn(lanes, tables, (lane, table) => lane.query(`VACUUM ANALYZE ${table}`));
  await client.query('CHECKPOINT');
  told('vacuumed and analysed');
}

/** Does all of them, each on whichever connection is free. */
async function inTurn(lanes, all, work) {
  const left = [...all];
  await Promise.all(
    lanes.map(async (lane) => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) await work(lane, next);
    }),
  );
}

async function columnsOf(client, table) {
  const { rows } = await client.query(
    `SELECT attname AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped`,
    [table],
  );
  return rows.map(({ name }) => name);
}

/** The rows from $1 up to $2 and their transcripts again, $3 days later, before $4. */
function repeatRows(columns) {
  const at = `created_at + $3::int * interval '1 day'`;
  const idAt = (moment, id) =>
    `(lpad(to_hex(floor(extract(epoch FROM ${moment}) * 1000)::bigint), 12, '0') || right(replace(${id}::text, '-', ''), 20))::uuid`;
  const repeated = { id: idAt(at, 'id'), created_at: at, written_xid: 'pg_current_xact_id()' };
  const within = (id) => `${id} >= first_request_id($1) AND ${id} < first_request_id($2)`;
  const ofId = `to_timestamp(('x' || left(replace(request_id::text, '-', ''), 12))::bit(48)::bigint / 1000.0) + $3::int * interval '1 day'`;
  return [
    `INSERT INTO request_log (${columns.join(', ')})
     SELECT ${columns.map((name) => repeated[name] ?? name).join(', ')} FROM request_log
     WHERE ${within('id')} AND ${at} < $4`,
    `INSERT INTO transcript (request_id, text, search_config, search)
     SELECT ${idAt(ofId, 'request_id')}, text, search_config, search FROM transcript
     WHERE ${within('request_id')} AND ${ofId} < $4`,
  ];
}

/** The sums from $1 up to $2 again, $3 days later, before $4. */
function repeatSums(table, columns) {
  const at = `starts_at + $3::int * interval '1 day'`;
  return `INSERT INTO ${table} (${columns.join(', ')})
    SELECT ${columns.map((name) => (name === 'starts_at' ? at : name)).join(', ')} FROM ${table}
    WHERE starts_at >= $1::timestamptz AND starts_at < $2::timestamptz AND ${at} < $4::timestamptz`;
}

async function makeVocabulary(client) {
  await client.query('CREATE UNLOGGED TABLE sentence (language text, n int, text text, PRIMARY KEY (language, n))');
  for (const [language, syllables] of Object.entries(SYLLABLES)) {
    await client.query(
      `INSERT INTO sentence SELECT $1, n, (
         SELECT string_agg(($2::text[])[(w % 15) + 1] || ($2::text[])[(w / 15 % 15) + 1] || ($2::text[])[(w / 225 % 15) + 1], ' ')
         FROM (SELECT (power(random(), 3) * ${WORDS})::int AS w FROM generate_series(1, 10 + n % 5)) AS words
       ) || '.' FROM generate_series(1, ${SENTENCES}) AS n`,
      [language, syllables],
    );
  }
  await client.query(
    `INSERT INTO sentence SELECT 'chinese', n, (
       SELECT string_agg(chr(19968 + w), '') FROM (SELECT (power(random(), 3) * 3000)::int AS w FROM generate_series(1, 20 + n % 5)) AS words
     ) || '。' FROM generate_series(1, ${SENTENCES}) AS n`,
  );
}

/** @returns what makes them again, by table */
async function dropIndexes(client) {
  const { rows } = await client.query(
    `SELECT indexrelid::regclass::text AS name, indrelid::regclass::text AS table, pg_get_indexdef(indexrelid) AS definition
     FROM pg_index WHERE indrelid IN ('request_log'::regclass, 'transcript'::regclass) AND NOT indisprimary`,
  );
  for (const { name } of rows) await client.query(`DROP INDEX ${name}`);
  return ['request_log', 'transcript'].map((table) => ({
    definitions: rows
      .filter((row) => row.table === table)
      .map(({ definition }) => definition.replace(' ON ONLY ', ' ON ')),
  }));
}

/** A day's rows from $1 on, before $2; of row i everything follows from i and a hash of it, so that runs are alike. */
function insertDay({ first, count, keys, teams }) {
  return `
WITH made AS MATERIALIZED (
  SELECT i, h, $1::timestamptz + (x - 0.12 * sin(2 * pi() * x)) * interval '86400 s' AS at,
    ('x' || substr(h, 1, 7))::bit(28)::int AS a, ('x' || substr(h, 8, 7))::bit(28)::int AS b,
    ('x' || substr(h, 15, 7))::bit(28)::int AS c, ('x' || substr(h, 22, 7))::bit(28)::int AS d
  FROM (
    SELECT i, md5(i::text) AS h, (i - ${first}) / ${count}::float8 AS x FROM generate_series(${first}, ${first + count - 1}) AS i
  ) AS hashed
), faced AS MATERIALIZED (
  SELECT *, (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(h, 1, 3) || '8' || substr(h, 4, 15))::uuid AS id,
    (power(a / 268435456.0, 3) * ${keys})::int AS k, a % 100 AS luck, exp(4 + 6 * (b / 268435456.0))::int AS ms,
    5 + (c % 6000) / 10.0 AS seconds
  FROM made WHERE at < $2
), rows AS (
  INSERT INTO request_log (id, created_at, key_id, key_name, task, model, model_known, provider, deployment_id, upstream_model,
    upstream_request_id, response_format, stream, status, http_status, error_code, error_message, audio_seconds, audio_bytes,
    language, cost_nano_usd, cost_estimated, usage_source, usage, latency_ms, provider_latency_ms, overhead_ms, upload_ms, probe_ms,
    retries, fallbacks, rescued, translated, attempts, plan, warnings, metadata, end_user, tags, trace_id, cache, client_ip, user_agent, team_id, team_name)
  SELECT id, date_trunc('milliseconds', at), ('00000000-0000-7000-8000-' || lpad(to_hex(k), 12, '0'))::uuid, 'key-' || k,
    CASE WHEN luck < 92 THEN 'transcribe' WHEN luck < 97 THEN 'translate' WHEN luck < 99 THEN 'speak' ELSE 'chat' END,
    CASE WHEN i % 100000 = 7 THEN 'rare-model' ELSE 'model-' || k % 12 END, true,
    CASE WHEN i % 100000 = 7 THEN 'rare-provider' ELSE 'provider-' || k % 6 END,
    '00000000-0000-7000-9000-' || lpad(to_hex(k % 12), 12, '0'), 'whisper-1', 'req_' || substr(h, 1, 24),
    CASE WHEN i % 100000 = 11 THEN 'vtt' WHEN b % 10 < 6 THEN 'json' WHEN b % 10 < 9 THEN 'verbose_json' ELSE 'srt' END,
    c % 20 = 0, CASE WHEN i % 50000 = 13 THEN 'lost' WHEN b % 100 < 96 THEN 'success' WHEN b % 100 < 98 THEN 'failure' ELSE 'refused' END,
    CASE WHEN i % 100000 = 13 THEN 504 WHEN b % 100 < 96 THEN 200 WHEN b % 100 < 98 THEN 502 ELSE 400 END,
    CASE WHEN i % 100000 = 13 THEN 'timeout' WHEN b % 100 < 96 THEN NULL WHEN b % 100 < 98 THEN 'provider_unavailable' ELSE 'invalid_audio' END,
    CASE WHEN b % 100 < 96 THEN NULL ELSE 'The provider answered something that it should not have' END,
    CASE WHEN i % 100000 = 17 THEN 40000 ELSE seconds END, (seconds * 32000)::bigint,
    CASE WHEN i % 100000 = 23 THEN 'fi' WHEN d % 10 < 6 THEN 'en' WHEN d % 10 < 9 THEN 'de' ELSE 'zh' END,
    CASE WHEN i % 100000 = 19 THEN 9000000000 WHEN d % 500 = 0 THEN NULL ELSE (seconds * 100000)::bigint END, d % 200 = 0, 'provider',
    jsonb_build_object('type', 'duration', 'seconds', seconds), CASE WHEN i % 100000 = 29 THEN 590000 ELSE ms END, ms * 9 / 10, ms / 10, ms / 20, 3,
    (d % 50 = 0)::int, (d % 100 = 0)::int, d % 100 = 0, i % 20000 = 31,
    jsonb_build_array(jsonb_build_object('deployment_id', '00000000-0000-7000-9000-' || lpad(to_hex(k % 12), 12, '0'), 'model', 'model-' || k % 12,
      'provider', 'provider-' || k % 6, 'upstream_model', 'whisper-1', 'outcome', 'success', 'upstream_status', 200,
      'upstream_request_id', 'req_' || substr(h, 1, 24), 'latency_ms', ms * 9 / 10, 'cost_usd', seconds / 10000, 'cost_estimated', false, 'error', null)),
    jsonb_build_object('candidates', jsonb_build_array(jsonb_build_object('model', 'model-' || k % 12, 'deployment_id',
      '00000000-0000-7000-9000-' || lpad(to_hex(k % 12), 12, '0'), 'format', 'native')), 'left_out', '[]'::jsonb),
    CASE WHEN d % 40 = 0 THEN ARRAY['the field prompt was dropped'] ELSE '{}' END,
    CASE WHEN d % 4 = 0 THEN jsonb_build_object('job', 'episode-' || d % 1000) END,
    CASE WHEN d % 4 = 0 THEN 'user-' || d % 5000 END,
    CASE WHEN i % 100000 = 37 THEN ARRAY['rare-tag'] WHEN d % 4 = 0 THEN ARRAY['podcast', 'team-' || d % 20] ELSE '{}' END,
    CASE WHEN d % 8 = 0 THEN h END, CASE WHEN d % 10 = 0 THEN 'hit' WHEN d % 10 < 3 THEN 'miss' END, '10.0.' || k / 250 || '.' || k % 250, 'OpenAI/Python 2.8.1',
    ${teamOf(teams, `('00000000-0000-7000-a000-' || lpad(to_hex(k % ${teams}), 12, '0'))::uuid`)}, ${teamOf(teams, `'team-' || k % ${teams}`)}
  FROM faced
)
INSERT INTO transcript (request_id, text, search_config, search)
SELECT id, text, config, to_tsvector(config::regconfig, CASE config WHEN 'simple' THEN searchable_text(text) ELSE text END)
FROM (
  SELECT id, CASE language WHEN 'chinese' THEN 'simple' ELSE language END AS config,
    (SELECT string_agg(sentence.text, ' ') FROM generate_series(0, 7) AS s
     JOIN sentence ON sentence.language = spoken.language AND sentence.n = 1 + (a + s * 7919 * (1 + b % 97)) % ${SENTENCES})
      || CASE WHEN i % 500000 = 5 THEN ' ${PLANTED.rare}' WHEN i % 10000 = 15 THEN ' ${PLANTED.phrase}' ELSE '' END AS text
  FROM (SELECT *, CASE WHEN d % 10 < 6 THEN 'english' WHEN d % 10 < 9 THEN 'german' ELSE 'chinese' END AS language FROM faced) AS spoken
  WHERE i % 5 = 0
) AS said`;
}

/** Three keys of four have a team, where there are any. */
function teamOf(teams, told) {
  return teams > 0 ? `CASE WHEN k % 4 > 0 THEN ${told} END` : 'NULL';
}
