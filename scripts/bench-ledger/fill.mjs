// Fills a ledger with rows as a busy gateway would have written them, in SQL: half a year of 200 keys, 12 models and 6 providers,
// a fifth of the rows with a transcript in one of three languages, and a few that are rare in each way that can be asked for.

const DAYS = 180;
const KEYS = 200;
const SENTENCES = 4000;
/** Words of a language; the first are frequent, the last are rare. */
const WORDS = 6000;

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

/** Rows, transcripts and sums, without indexes while they are made, and with statistics in the end. */
export async function fillLedger(client, rows, { rollup, say }) {
  const end = new Date();
  const start = new Date(end.getTime() - DAYS * 86_400_000);
  await client.query(`SET maintenance_work_mem = '1GB'; SET work_mem = '256MB'; SET synchronous_commit = off`);
  await client.query('SELECT setseed(0.5)');
  await client.query('SELECT ensure_ledger_partitions($1, $2)', [start, end]);
  await makeVocabulary(client);
  const indexes = await dropIndexes(client);
  const perDay = Math.ceil(rows / DAYS);
  const began = Date.now();
  for (let day = 0, made = 0; made < rows; day += 1) {
    const count = Math.min(perDay, rows - made);
    await client.query(insertDay(made, count, perDay), [new Date(start.getTime() + day * 86_400_000)]);
    made += count;
    if (day % 30 === 29) say(`${made} rows, ${Math.round((Date.now() - began) / 1000)} s`);
  }
  for (const definition of indexes) await client.query(definition);
  say(`${indexes.length} indexes, ${Math.round((Date.now() - began) / 1000)} s`);
  for (let day = 0; day < DAYS; day += 1) {
    const from = new Date(start.getTime() + day * 86_400_000);
    await client.query(rollup, [from, new Date(from.getTime() + 86_400_000)]);
  }
  say(`sums by hour and day, ${Math.round((Date.now() - began) / 1000)} s`);
  await client.query('VACUUM ANALYZE');
  say(`vacuumed and analysed, ${Math.round((Date.now() - began) / 1000)} s`);
}

async function makeVocabulary(client) {
  await client.query('CREATE TEMP TABLE sentence (language text, n int, text text, PRIMARY KEY (language, n))');
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

async function dropIndexes(client) {
  const { rows } = await client.query(
    `SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition FROM pg_index
     WHERE indrelid IN ('request_log'::regclass, 'transcript'::regclass) AND NOT indisprimary`,
  );
  for (const { name } of rows) await client.query(`DROP INDEX ${name}`);
  return rows.map(({ definition }) => definition.replace(' ON ONLY ', ' ON '));
}

/** A day's rows; of row i everything follows from i and a hash of it, so that runs are alike. */
function insertDay(first, count, perDay) {
  return `
WITH made AS MATERIALIZED (
  SELECT i, h, $1::timestamptz + (i - ${first}) * interval '86400 s' / ${perDay} AS at,
    ('x' || substr(h, 1, 7))::bit(28)::int AS a, ('x' || substr(h, 8, 7))::bit(28)::int AS b,
    ('x' || substr(h, 15, 7))::bit(28)::int AS c, ('x' || substr(h, 22, 7))::bit(28)::int AS d
  FROM (SELECT i, md5(i::text) AS h FROM generate_series(${first}, ${first + count - 1}) AS i) AS hashed
), faced AS MATERIALIZED (
  SELECT *, (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(h, 1, 3) || '8' || substr(h, 4, 15))::uuid AS id,
    (power(a / 268435456.0, 3) * ${KEYS})::int AS k, a % 100 AS luck, exp(4 + 6 * (b / 268435456.0))::int AS ms,
    5 + (c % 6000) / 10.0 AS seconds
  FROM made
), rows AS (
  INSERT INTO request_log (id, created_at, key_id, key_name, task, model, model_known, provider, deployment_id, upstream_model,
    upstream_request_id, response_format, stream, status, http_status, error_code, error_message, audio_seconds, audio_bytes,
    language, cost_nano_usd, cost_estimated, usage_source, usage, latency_ms, provider_latency_ms, overhead_ms, upload_ms, probe_ms,
    retries, fallbacks, rescued, translated, attempts, plan, warnings, metadata, end_user, tags, trace_id, cache, client_ip, user_agent)
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
    CASE WHEN d % 8 = 0 THEN h END, CASE WHEN d % 10 = 0 THEN 'hit' WHEN d % 10 < 3 THEN 'miss' END, '10.0.0.' || k, 'OpenAI/Python 2.8.1'
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
