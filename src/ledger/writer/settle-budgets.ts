import { z } from 'zod';
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
  RETURNING budget_id, starts_at, spent_nano_usd, spent_audio_ms
), passed AS (
  SELECT budgeted.budget_id, budgeted.starts_at,
    coalesce(budgeted.spent_nano_usd > budget.soft_limit_nano_usd, false) AS is_soft,
    coalesce(budgeted.spent_nano_usd >= budget.limit_nano_usd + coalesce(raised.nano_usd, 0), false)
      OR coalesce(budgeted.spent_audio_ms >= budget.limit_audio_ms + coalesce(raised.audio_ms, 0), false) AS is_exhausted
  FROM budgeted JOIN budget ON budget.id = budgeted.budget_id
  LEFT JOIN LATERAL (SELECT budget.increase_nano_usd AS nano_usd, budget.increase_audio_ms AS audio_ms) AS raised
    ON budget.increase_ends_at > clock_timestamp()
)`;

/** What it tells of them: the budgets of which more is spent than the soft limit, or all. */
export const PASSED_BUDGETS = `
  coalesce((SELECT jsonb_agg(jsonb_build_object('budget_id', budget_id, 'starts_at', starts_at,
    'is_soft', is_soft, 'is_exhausted', is_exhausted)) FROM passed WHERE is_soft OR is_exhausted), '[]')`;

/** A budget of which more is spent than its soft limit, or all. */
export const passedBudgetSchema = z.object({
  budget_id: z.string(),
  /** When the period began. */
  starts_at: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
  is_soft: z.boolean(),
  is_exhausted: z.boolean(),
});
export type PassedBudget = z.output<typeof passedBudgetSchema>;
