import { z } from 'zod';
import { MAX_NANO_USD, NANO_DECIMALS, parseDecimal, toUsd, type NanoUsd } from '../domain/money.js';
import { isTimeZone } from '../domain/time-zone.js';
import { sentTimeSchema, timeSchema } from '../http/admin/time.js';
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

const more = {
  usd: usdSchema.nullable().meta({ description: 'US dollars beside limit_usd; null = none', example: 20 }),
  audio_seconds: fields.limit_audio_seconds.meta({
    description: 'Seconds beside limit_audio_seconds; null = none',
    example: null,
  }),
};
const increase = z
  .strictObject({
    usd: more.usd.default(null),
    audio_seconds: more.audio_seconds.default(null),
    expires_at: sentTimeSchema.meta({ description: 'When it ends by itself', example: '2027-01-01T00:00:00Z' }),
  })
  .refine(({ usd, audio_seconds }) => usd !== null || audio_seconds !== null, 'must have usd or audio_seconds')
  .nullable()
  .default(null)
  .meta({ description: 'What may be spent beside the limits for a time; null = nothing', example: null });

const budget = z
  .strictObject({
    ...fields,
    increase,
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
  )
  .refine((it) => it.increase === null || it.increase.usd === null || it.limit_usd !== null, {
    path: ['increase', 'usd'],
    error: 'there is no limit_usd',
  })
  .refine((it) => it.increase === null || it.increase.audio_seconds === null || it.limit_audio_seconds !== null, {
    path: ['increase', 'audio_seconds'],
    error: 'there is no limit_audio_seconds',
  });

/** The budgets of a key or of the gateway, as they are sent: the whole list. */
export const budgetsSchema = z
  .array(budget)
  .max(MAX_BUDGETS)
  .refine((list) => new Set(list.map(identity)).size === list.length, {
    error: 'must not have two of the same period, time_zone and model',
  })
  .meta({
    description:
      'All of them: what is missing goes. One whose period, time zone and model stay keeps what was spent; a new one begins with what was spent in its period before, by the ledger.',
  });
export type SentBudgets = z.infer<typeof budgetsSchema>;

/** A budget as the admin API shows it. */
export const budgetSchema = z
  .object({
    ...fields,
    increase: z
      .object({ ...more, expires_at: timeSchema })
      .nullable()
      .meta({ description: 'What may be spent beside the limits, until it ends; null = nothing' }),
    source: z
      .enum(['api', 'file'])
      .meta({ description: 'Who declares it: the admin API, or the configuration file', example: 'api' }),
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
  const { limit_usd, soft_limit_usd, limit_audio_seconds, increase: sentIncrease, period, model } = sent;
  return {
    period,
    timeZone: sent.time_zone,
    model,
    limitNanoUsd: toNanoUsd(limit_usd),
    softLimitNanoUsd: toNanoUsd(soft_limit_usd),
    limitAudioMs: toMs(limit_audio_seconds),
    increase: sentIncrease && {
      nanoUsd: toNanoUsd(sentIncrease.usd),
      audioMs: toMs(sentIncrease.audio_seconds),
      endsAt: new Date(sentIncrease.expires_at),
    },
  };
}

/** As it is shown. */
export function presentBudget(state: BudgetState): ShownBudget {
  const { limitNanoUsd, softLimitNanoUsd, limitAudioMs } = state;
  return {
    limit_usd: shownUsd(limitNanoUsd),
    soft_limit_usd: shownUsd(softLimitNanoUsd),
    limit_audio_seconds: shownSeconds(limitAudioMs),
    increase: state.increase && {
      usd: shownUsd(state.increase.nanoUsd),
      audio_seconds: shownSeconds(state.increase.audioMs),
      expires_at: state.increase.endsAt.toISOString(),
    },
    period: state.period,
    time_zone: state.timeZone,
    model: state.model,
    source: state.isOfFile ? 'file' : 'api',
    spent_usd: toUsd(state.spentNanoUsd),
    reserved_usd: toUsd(state.reservedNanoUsd),
    spent_audio_seconds: Number(state.spentAudioMs) / 1000,
    reserved_audio_seconds: Number(state.reservedAudioMs) / 1000,
    ...shownRest(state),
  };
}

/** What is left of a budget, and until when. */
export function shownRest(state: BudgetState): Pick<ShownBudget, 'left_usd' | 'left_audio_seconds' | 'resets_at'> {
  const { limitNanoUsd, limitAudioMs, increase: more } = state;
  return {
    left_usd: shownUsd(left(limitNanoUsd, more?.nanoUsd, state.spentNanoUsd + state.reservedNanoUsd)),
    left_audio_seconds: shownSeconds(left(limitAudioMs, more?.audioMs, state.spentAudioMs + state.reservedAudioMs)),
    resets_at: state.resetsAt?.toISOString() ?? null,
  };
}

function left(limit: bigint | null, increase: bigint | null | undefined, used: bigint): bigint | null {
  if (limit === null) return null;
  const most = limit + (increase ?? 0n);
  return used < most ? most - used : 0n;
}

function toNanoUsd(usd: number | null): NanoUsd | null {
  return usd === null ? null : parseDecimal(usd, NANO_DECIMALS);
}

function toMs(seconds: number | null): bigint | null {
  return seconds === null ? null : BigInt(Math.round(1000 * seconds));
}

function shownUsd(nanoUsd: NanoUsd | null): number | null {
  return nanoUsd === null ? null : toUsd(nanoUsd);
}

function shownSeconds(ms: bigint | null): number | null {
  return ms === null ? null : Number(ms) / 1000;
}
