/** What stands in the place of words that were erased. */
const ERASED = `'erased'`;

/** Columns of `request_log` that tell of somebody, or may quote what was said, with the SQL of what stays of each of a row. */
export const personalColumns = {
  metadata: 'NULL::jsonb',
  end_user: 'NULL::text',
  tags: `'{}'::text[]`,
  trace_id: 'NULL::text',
  client_ip: 'NULL::text',
  user_agent: 'NULL::text',
  error_message: `CASE WHEN error_message IS NOT NULL THEN ${ERASED} END`,
  // Whatever it holds: another version may have written it.
  attempts: `CASE jsonb_typeof(attempts) WHEN 'array' THEN (
    SELECT coalesce(jsonb_agg(CASE WHEN one ->> 'error' IS NULL THEN one ELSE jsonb_set(one, '{error}', 'null') END ORDER BY place), '[]')
    FROM jsonb_array_elements(attempts) WITH ORDINALITY AS each (one, place)
  ) ELSE '[]'::jsonb END`,
} as const;

/** Whether a row of `request_log` has any of it. */
export const IS_PERSONAL = `(
  metadata IS NOT NULL OR end_user IS NOT NULL OR tags <> '{}' OR trace_id IS NOT NULL OR client_ip IS NOT NULL
  OR user_agent IS NOT NULL OR error_message <> ${ERASED} OR attempts @? '$[*] ? (@.error != null)'
  OR EXISTS (SELECT FROM transcript WHERE request_id = request_log.id)
)`;

/** Whether the row that is about to be written, in the columns `key_id`, `end_user` and `created_at`, was erased meanwhile. */
export const IS_ERASED = `EXISTS (
  SELECT FROM erasure WHERE subject IN ('key:' || key_id::text, 'user:' || encode(sha256(convert_to(end_user, 'UTF8')), 'hex'))
    AND created_at < erasure.before
)`;
