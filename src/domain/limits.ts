import { z } from 'zod';

/** More than anybody counts to; JavaScript and PostgreSQL still count it exactly. */
const MAX_COUNT = 1_000_000_000;
const MAX_BYTES = 1_000_000_000_000_000;

const count = z.int().min(1).max(MAX_COUNT).nullable().default(null);
const seconds = z.number().min(1).max(MAX_COUNT).nullable().default(null);

/** How fast, how much at once and how large requests may be; each is optional, and null is no limit. */
export const limitsSchema = z
  .strictObject({
    requests_per_minute: count.meta({ description: 'Requests in a minute of the clock', example: 60 }),
    requests_per_day: count.meta({ description: 'Requests in a day (UTC)', example: 5000 }),
    concurrent_requests: count.meta({ description: 'Requests at the same time', example: 10 }),
    audio_seconds_per_minute: seconds.meta({ description: 'Seconds of audio in a minute of the clock', example: 3600 }),
    audio_seconds_per_hour: seconds.meta({ description: 'Seconds of audio in an hour of the clock', example: 36_000 }),
    audio_seconds_per_day: seconds.meta({ description: 'Seconds of audio in a day (UTC)', example: 360_000 }),
    max_file_bytes: z
      .int()
      .min(1)
      .max(MAX_BYTES)
      .nullable()
      .default(null)
      .meta({ description: 'Bytes of one recording', example: 26_214_400 }),
    max_audio_seconds: seconds.meta({ description: 'Seconds that one recording may play', example: 7200 }),
  })
  .meta({
    id: 'Limits',
    example: {
      requests_per_minute: 600,
      requests_per_day: null,
      concurrent_requests: 50,
      audio_seconds_per_minute: null,
      audio_seconds_per_hour: null,
      audio_seconds_per_day: null,
      max_file_bytes: null,
      max_audio_seconds: null,
    },
  });
/** As they are understood: every limit is there, null = none. */
export type Limits = Readonly<z.infer<typeof limitsSchema>>;
/** The name of one of them, as on the wire. */
export type LimitName = keyof Limits;

/** What is sent or stored, where one that limits nothing is no limit at all. */
export function limitsOf(sent: Limits | null): Limits | null {
  return sent && Object.values(sent).some((it) => it !== null) ? sent : null;
}

/** What is stored, as it is understood: a version that does not must not take it for nothing. */
export function readStoredLimits(stored: unknown): Limits | null | 'unknown' {
  const { success, data } = limitsSchema.nullable().safeParse(stored);
  return success ? limitsOf(data) : 'unknown';
}

/** Whose limits they are. */
export type LimitOwner = 'key' | 'team' | 'gateway';
