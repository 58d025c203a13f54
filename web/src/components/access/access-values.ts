import type { Schemas } from '../../api/client';
import { clockOf, entriesOf, instantOf, listOf, minutesOf, numberOf, secondsOf, textOf } from '../forms/texts';
import type { Zone } from '../../format/time';

/** The endpoints that a key or a team may be held to. */
export const ENDPOINTS = [
  'transcriptions',
  'translations',
  'speech',
  'chat',
  'models',
  'client_tokens',
  'feedback',
] as const satisfies readonly NonNullable<Schemas['CreateKey']['endpoints']>[number][];

type Endpoint = (typeof ENDPOINTS)[number];

/** What can be masked. */
export const REDACTION_KINDS = {
  email: 'E-mail addresses',
  phone: 'Phone numbers',
  payment_card: 'Payment cards',
  iban: 'IBANs',
  national_id: 'National ids',
} as const satisfies Record<Schemas['Redaction']['kinds'][number], string>;

/** The limits, as they are called where people read them. Audio is in minutes there. */
export const LIMITS = {
  requests_per_minute: 'Requests per minute',
  requests_per_day: 'Requests per day',
  concurrent_requests: 'Requests at once',
  audio_seconds_per_minute: 'Minutes of audio per minute',
  audio_seconds_per_hour: 'Minutes of audio per hour',
  audio_seconds_per_day: 'Minutes of audio per day',
  max_audio_seconds: 'Minutes of one recording',
  max_file_bytes: 'Bytes of one file',
} as const satisfies Record<keyof Schemas['Limits'], string>;

export type LimitName = keyof typeof LIMITS;

/** The names of {@link LIMITS}. */
export const LIMIT_NAMES = Object.keys(LIMITS) as readonly LimitName[];

/** Whether a limit is of how long audio plays. */
export function isAudioLimit(name: LimitName): boolean {
  return name.includes('audio_seconds');
}

/** A budget as its fields have it. */
export interface BudgetValues {
  limit_usd: string;
  soft_limit_usd: string;
  /** In minutes. */
  limit_audio_seconds: string;
  period: Schemas['Budget']['period'];
  time_zone: string;
  model: string;
  /** What may be spent beside the limits for a time: nothing without a moment at which that ends. */
  increase: {
    usd: string;
    /** In minutes. */
    audio_seconds: string;
    /** By the clocks of the zone that is shown. */
    expires_at: string;
  };
}

/** What keys and teams have alike, as the fields of a form have it: named as the API names it, so that a refusal finds its field. */
export interface AccessValues {
  name: string;
  models: string;
  endpoints: Endpoint[];
  allowed_addresses: string;
  budgets: BudgetValues[];
  /** Audio in minutes. */
  limits: Record<LimitName, string>;
  tags: string;
  redaction: {
    kinds: (keyof typeof REDACTION_KINDS)[];
    patterns: Schemas['Redaction']['patterns'];
    in: Schemas['Redaction']['in'];
  };
  privacy: {
    keep_transcripts: boolean;
    transcript_retention_days: string;
    log_retention_days: string;
    zero_retention: boolean;
  };
}

/** What keys and teams have alike, as the API has it. */
export type Access = Pick<
  Schemas['CreateKey'],
  'name' | 'models' | 'endpoints' | 'allowed_addresses' | 'limits' | 'tags' | 'redaction' | 'privacy'
> & { budgets: Schemas['CreateKey']['budgets'] };

/** A budget that has just been added to a form. */
export const NEW_BUDGET: BudgetValues = {
  limit_usd: '',
  soft_limit_usd: '',
  limit_audio_seconds: '',
  period: 'month',
  time_zone: 'UTC',
  model: '',
  increase: { usd: '', audio_seconds: '', expires_at: '' },
};

/** What keys and teams have alike, as it is stored. */
export type StoredAccess = Pick<
  Schemas['Team'],
  'name' | 'models' | 'endpoints' | 'allowed_addresses' | 'budgets' | 'limits' | 'tags' | 'redaction' | 'privacy'
>;

/** What a form shows of a key or a team. */
export function accessValues(stored: StoredAccess | undefined, zone: Zone): AccessValues {
  const limits = (name: LimitName) =>
    isAudioLimit(name) ? minutesOf(stored?.limits?.[name]) : textOf(stored?.limits?.[name]);
  return {
    name: stored?.name ?? '',
    models: stored?.models?.join('\n') ?? '',
    endpoints: ENDPOINTS.filter((endpoint) => stored?.endpoints?.includes(endpoint)),
    allowed_addresses: stored?.allowed_addresses?.join('\n') ?? '',
    budgets: (stored?.budgets ?? []).map((budget) => ({
      limit_usd: textOf(budget.limit_usd),
      soft_limit_usd: textOf(budget.soft_limit_usd),
      limit_audio_seconds: minutesOf(budget.limit_audio_seconds),
      period: budget.period,
      time_zone: budget.time_zone,
      model: budget.model ?? '',
      increase: {
        usd: textOf(budget.increase?.usd),
        audio_seconds: minutesOf(budget.increase?.audio_seconds),
        expires_at: clockOf(budget.increase?.expires_at, zone),
      },
    })),
    limits: {
      requests_per_minute: limits('requests_per_minute'),
      requests_per_day: limits('requests_per_day'),
      concurrent_requests: limits('concurrent_requests'),
      audio_seconds_per_minute: limits('audio_seconds_per_minute'),
      audio_seconds_per_hour: limits('audio_seconds_per_hour'),
      audio_seconds_per_day: limits('audio_seconds_per_day'),
      max_audio_seconds: limits('max_audio_seconds'),
      max_file_bytes: limits('max_file_bytes'),
    },
    tags: stored?.tags.join(', ') ?? '',
    redaction: {
      kinds: [...(stored?.redaction?.kinds ?? [])],
      patterns: (stored?.redaction?.patterns ?? []).map(({ name, pattern }) => ({ name, pattern })),
      in: stored?.redaction?.in ?? 'transcript',
    },
    privacy: {
      keep_transcripts: stored?.privacy?.keep_transcripts ?? true,
      transcript_retention_days: textOf(stored?.privacy?.transcript_retention_days),
      log_retention_days: textOf(stored?.privacy?.log_retention_days),
      zero_retention: stored?.privacy?.zero_retention ?? false,
    },
  };
}

/** What the fields of a form mean for the API. */
export function accessOf(values: AccessValues, zone: Zone): Access {
  const { kinds, in: where } = values.redaction;
  const patterns = values.redaction.patterns.map(({ name, pattern }) => ({ name: name.trim(), pattern }));
  const { keep_transcripts, zero_retention } = values.privacy;
  const limits = limitsOf(values.limits);
  const privacy = {
    keep_transcripts,
    transcript_retention_days: numberOf(values.privacy.transcript_retention_days),
    log_retention_days: numberOf(values.privacy.log_retention_days),
    zero_retention,
  };
  const isUsual =
    keep_transcripts &&
    !zero_retention &&
    privacy.transcript_retention_days === null &&
    privacy.log_retention_days === null;
  return {
    name: values.name.trim(),
    models: listOf(values.models),
    endpoints: values.endpoints.length > 0 ? values.endpoints : null,
    allowed_addresses: listOf(values.allowed_addresses),
    budgets: values.budgets.map((budget) => ({
      limit_usd: numberOf(budget.limit_usd),
      soft_limit_usd: numberOf(budget.soft_limit_usd),
      limit_audio_seconds: secondsOf(budget.limit_audio_seconds),
      period: budget.period,
      time_zone: budget.time_zone.trim() || 'UTC',
      model: budget.model.trim() || null,
      increase: increaseOf(budget.increase, zone),
    })),
    limits: Object.values(limits).some((limit) => limit !== null) ? limits : null,
    tags: entriesOf(values.tags),
    redaction: kinds.length > 0 || patterns.length > 0 ? { kinds, patterns, in: where } : null,
    privacy: isUsual ? null : privacy,
  };
}

function increaseOf(values: BudgetValues['increase'], zone: Zone): NonNullable<Access['budgets']>[number]['increase'] {
  const expires_at = instantOf(values.expires_at, zone);
  if (expires_at === null) return null;
  return { usd: numberOf(values.usd), audio_seconds: secondsOf(values.audio_seconds), expires_at };
}

function limitsOf(values: AccessValues['limits']): Schemas['Limits'] {
  const limit = (name: LimitName) => (isAudioLimit(name) ? secondsOf(values[name]) : numberOf(values[name]));
  return {
    requests_per_minute: limit('requests_per_minute'),
    requests_per_day: limit('requests_per_day'),
    concurrent_requests: limit('concurrent_requests'),
    audio_seconds_per_minute: limit('audio_seconds_per_minute'),
    audio_seconds_per_hour: limit('audio_seconds_per_hour'),
    audio_seconds_per_day: limit('audio_seconds_per_day'),
    max_file_bytes: limit('max_file_bytes'),
    max_audio_seconds: limit('max_audio_seconds'),
  };
}
