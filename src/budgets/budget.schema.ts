import { z } from 'zod';
import { MAX_NANO_USD, NANO_DECIMALS, parseDecimal, toUsd } from '../domain/money.js';
import { isTimeZone } from '../domain/time-zone.js';
import { timeSchema } from '../http/admin/time.js';
import type { BudgetFields, BudgetState } from './budget.js';

/** As many as anybody has a use for; each costs its part of every request. */
const MAX_BUDGETS = 20;
/** More than the ledger can count. */
const MAX_USD = Number(MAX_NANO_USD) / 1e9;
/** A thousand years, of which nobody hears more. */
const MAX_AUDIO_SECONDS = 3.2e10;

/** A sum of US dollars that a budget may have. */
export const usdSchema = z.number().min(0).max(MAX_USD);

const fields = {
  limit_usd: usdSchema
    .nullable()
    .meta({ description: 'US dollars that requests may cost in a period; null = any', example: 50 }),
  soft_limit_usd: usdSchema.nullable().meta({
    description: 'US dollars above which answers carry a warning; null = none',
    example: 40,
  }),
  limit_audio_seconds: z.number().min(0).max(MAX_AUDIO_SECONDS).nullable().meta({
    description: 'Seconds of audio that may be processed in a period; null = any',
    example: 360_000,
  }),
  period: z.enum(['day', 'week', 'month', 'total']).meta({
    description: 'When it begins anew: at midnight, on Monday, on the first of the month, never',
    example: 'month',
  }),
  time_zone: z
    .string()
    .refine(isTimeZone, 'must be a time zone of the IANA database such as Europe/Berlin')
    .meta({ description: 'Where days begin', example: 'Europe/Berlin' }),
  model: z
    .string()
    .min(1)
    .max(200)
    .nullable()
    .meta({ description: 'The public model whose requests count; null = those of all', example: null }),
};

const budget = z
  .strictObject({
    ...fields,
    limit_usd: fields.limit_usd.default(null),
    soft_limit_usd: fields.soft_limit_usd.default(null),
    limit_audio_seconds: fields.limit_audio_seconds.default(null),
    time_zone: fields.time_zone.default('UTC'),
    model: fields.model.default(null),
  })
  .refine(({ limit_usd, limit_audio_seconds }) => limit_usd !== null || limit_audio_seconds !== null, {
    error: 'must have a limit_usd or a limit_audio_seconds',
  })
  .refine(
    ({ limit_usd, soft_limit_usd }) => soft_limit_usd === null || (limit_usd !== null && soft_limit_usd <= limit_usd),
    {
      path: ['soft_limit_usd'],
      error: 'must not be more than limit_usd',
    },
  );

/** The budgets of a key or of the gateway, as they are sent: the whole list. */
export const budgetsSchema = z
  .array(budget)
  .max(MAX_BUDGETS)
  .refine((list) => new Set(list.map(identity)).size === list.length, {
    error: 'must not have two of the same period, time_zone and model',
  })
  .meta({
    description:
      'All of them: what is missing goes. One whose period, time zone and model stay keeps what was spent; a new one begins with nothing.',
  });
export type SentBudgets = z.infer<typeof budgetsSchema>;

/** A budget as the admin API shows it. */
export const budgetSchema = z
  .object({
    ...fields,
    spent_usd: z.number().meta({ description: 'What requests of this period have cost', example: 12.5 }),
    reserved_usd: z.number().meta({ description: 'What requests that are under way may come to', example: 0.06 }),
    spent_audio_seconds: z.number().meta({ description: 'What was heard in this period', example: 4711.5 }),
    reserved_audio_seconds: z.number().meta({ example: 60 }),
    left_usd: z.number().nullable().meta({ description: 'What may still be spent; null = any', example: 37.44 }),
    left_audio_seconds: z
      .number()
      .nullable()
      .meta({ description: 'What may still be heard; null = any', example: null }),
    resets_at: timeSchema.nullable().meta({ description: 'When the period ends; null = never' }),
  })
  .meta({ id: 'Budget' });
export type ShownBudget = z.infer<typeof budgetSchema>;

/** What makes a budget the same one after a change of the list. */
function identity({ period, time_zone, model }: z.infer<typeof budget>): string {
  return JSON.stringify([period, time_zone, model]);
}

/** As it is stored. */
export function toBudgetFields(sent: SentBudgets[number]): BudgetFields {
  const { limit_usd, soft_limit_usd, limit_audio_seconds, period, time_zone: timeZone, model } = sent;
  return {
    period,
    timeZone,
    model,
    limitNanoUsd: limit_usd === null ? null : parseDecimal(limit_usd, NANO_DECIMALS),
    softLimitNanoUsd: soft_limit_usd === null ? null : parseDecimal(soft_limit_usd, NANO_DECIMALS),
    limitAudioMs: limit_audio_seconds === null ? null : BigInt(Math.round(1000 * limit_audio_seconds)),
  };
}

/** As it is shown. */
export function presentBudget(state: BudgetState): ShownBudget {
  const { limitNanoUsd, softLimitNanoUsd, limitAudioMs } = state;
  return {
    limit_usd: limitNanoUsd === null ? null : toUsd(limitNanoUsd),
    soft_limit_usd: softLimitNanoUsd === null ? null : toUsd(softLimitNanoUsd),
    limit_audio_seconds: limitAudioMs === null ? null : Number(limitAudioMs) / 1000,
    period: state.period,
    time_zone: state.timeZone,
    model: state.model,
    spent_usd: toUsd(state.spentNanoUsd),
    reserved_usd: toUsd(state.reservedNanoUsd),
    spent_audio_seconds: Number(state.spentAudioMs) / 1000,
    reserved_audio_seconds: Number(state.reservedAudioMs) / 1000,
    left_usd: limitNanoUsd === null ? null : toUsd(left(limitNanoUsd, state.spentNanoUsd + state.reservedNanoUsd)),
    left_audio_seconds:
      limitAudioMs === null ? null : Number(left(limitAudioMs, state.spentAudioMs + state.reservedAudioMs)) / 1000,
    resets_at: state.resetsAt?.toISOString() ?? null,
  };
}

function left(limit: bigint, used: bigint): bigint {
  return used < limit ? limit - used : 0n;
}
