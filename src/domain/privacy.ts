import { z } from 'zod';

/** As `LOG_RETENTION_DAYS`. */
const MAX_DAYS = 36_500;
const days = z.int().min(1).max(MAX_DAYS).nullable().default(null);

/** What is kept of requests, and for how long. */
export const privacySettingSchema = z
  .strictObject({
    keep_transcripts: z.boolean().default(true).meta({
      description: 'Whether what was said, was to be said, asked and answered is kept, in the ledger and in the cache',
      example: true,
    }),
    transcript_retention_days: days.meta({
      description: 'For how many days transcripts and cached answers are kept; null = for as long as their logs',
      example: 30,
    }),
    log_retention_days: days.meta({
      description: 'For how many days logs are kept, with all that hangs on them; null = as LOG_RETENTION_DAYS says',
      example: 365,
    }),
    zero_retention: z.boolean().default(false).meta({
      description:
        'Nothing of what is sent and answered is kept, by the gateway or by providers: requests go only to deployments that can promise it',
      example: false,
    }),
  })
  .meta({ id: 'Privacy' });
export type PrivacySetting = Readonly<z.infer<typeof privacySettingSchema>>;

/** What applies to a request. */
export type Privacy = PrivacySetting;

/** Where nobody says anything: everything is kept, for ever. */
export const LAXEST: Privacy = {
  keep_transcripts: true,
  transcript_retention_days: null,
  log_retention_days: null,
  zero_retention: false,
};

/** Where nobody knows yet what applies. */
export const STRICTEST: Privacy = { ...LAXEST, keep_transcripts: false, zero_retention: true };

/** What is stored, as it is understood: a version that does not must not take it for nothing. */
export function readStoredPrivacy(stored: unknown): PrivacySetting | null | 'unknown' {
  const { success, data } = privacySettingSchema.nullable().safeParse(stored);
  return success ? data : 'unknown';
}

/** What applies where several do: the strictest of each. Zero retention keeps no transcripts, whatever else is said. */
export function joinPrivacy(settings: readonly (Partial<PrivacySetting> | null)[]): Privacy {
  const all = settings.filter((it) => it !== null);
  const zero_retention = all.some((it) => it.zero_retention === true);
  return {
    keep_transcripts: !zero_retention && all.every((it) => it.keep_transcripts !== false),
    transcript_retention_days: fewest(all.map((it) => it.transcript_retention_days)),
    log_retention_days: fewest(all.map((it) => it.log_retention_days)),
    zero_retention,
  };
}

function fewest(counts: readonly (number | null | undefined)[]): number | null {
  const said = counts.filter((it) => it != null);
  return said.length === 0 ? null : Math.min(...said);
}
