import { MAX_NANO_USD } from '../../domain/money.js';

/**
 * The parts of the statement that appends logs (`append-statement.ts`) which settle budgets: what a new log has cost is spent,
 * in the periods in which it was reserved, and what was reserved for it is given back. In budgets that apply to it
 * and in which nothing is reserved for it, as in those that were made meanwhile, it counts by the time of its request. Reservations are taken in the order of their ids, then
 * periods, as by whoever else takes them. Nothing here can be refused: budgets never stand in the way of the ledger.
 *
 * Needs `fresh`: the logs that are new.
 */
export const SETTLE_BUDGETS = `
held AS MATERIALIZED (
  SELECT request_id, budget_ids, periods, nano_usd, audio_ms FROM budget_reservation
  WHERE request_id IN (SELECT id FROM fresh) ORDER BY request_id FOR UPDATE
), given_back AS (
  DELETE FROM budget_reservation WHERE request_id IN (SELECT request_id FROM held)
), used AS MATERIALIZED (
  SELECT id, key_id, team_id, model, created_at, coalesce(cost_nano_usd, 0) AS nano,
    budget_audio_ms(status, cost_nano_usd, cache, audio_seconds) AS audio
  FROM fresh
), settled AS MATERIALIZED (
  SELECT budget_id, starts_at, least(sum(nano), ${MAX_NANO_USD})::bigint AS nano, least(sum(audio), ${MAX_NANO_USD})::bigint AS audio,
    sum(freed_nano) AS freed_nano, sum(freed_audio) AS freed_audio
  FROM (
    SELECT of.budget_id, of.starts_at, used.nano, used.audio, held.nano_usd AS freed_nano, held.audio_ms AS freed_audio
    FROM used JOIN held ON held.request_id = used.id
    CROSS JOIN LATERAL unnest(held.budget_ids, held.periods) AS of(budget_id, starts_at)
    JOIN budget ON budget.id = of.budget_id
    UNION ALL
    SELECT budget.id, budget_period_start(budget.period, budget.time_zone, used.created_at), used.nano, used.audio, 0, 0
    FROM used LEFT JOIN held ON held.request_id = used.id
    CROSS JOIN LATERAL budgets_of(used.key_id, used.team_id, used.model) AS budget
    WHERE (used.nano > 0 OR used.audio > 0) AND (held.request_id IS NULL OR budget.id <> ALL (held.budget_ids))
  ) AS counted
  GROUP BY budget_id, starts_at
), budgeted AS (
  INSERT INTO budget_period AS period (budget_id, starts_at, spent_nano_usd, spent_audio_ms)
  SELECT budget_id, starts_at, nano, audio FROM settled ORDER BY budget_id, starts_at
  ON CONFLICT (budget_id, starts_at) DO UPDATE SET
    spent_nano_usd = least(period.spent_nano_usd, ${MAX_NANO_USD} - excluded.spent_nano_usd) + excluded.spent_nano_usd,
    spent_audio_ms = least(period.spent_audio_ms, ${MAX_NANO_USD} - excluded.spent_audio_ms) + excluded.spent_audio_ms,
    reserved_nano_usd = greatest(period.reserved_nano_usd - (
      SELECT freed_nano FROM settled WHERE (settled.budget_id, settled.starts_at) = (excluded.budget_id, excluded.starts_at)
    ), 0),
    reserved_audio_ms = greatest(period.reserved_audio_ms - (
      SELECT freed_audio FROM settled WHERE (settled.budget_id, settled.starts_at) = (excluded.budget_id, excluded.starts_at)
    ), 0)
)`;
