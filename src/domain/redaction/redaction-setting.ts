import { z } from 'zod';
import { LinearPattern, PatternError } from '../linear-pattern.js';

/** What the gateway knows of by itself. */
export const redactedKinds = ['email', 'phone', 'payment_card', 'iban', 'national_id'] as const;
export type RedactedKind = (typeof redactedKinds)[number];

/** Each is tried on all of a text. */
const MAX_PATTERNS = 10;

const pattern = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,31}$/, 'must be lower-case letters, digits and underscores, a letter first')
    .refine((name) => !redactedKinds.some((kind) => kind === name), 'is the name of a kind')
    .meta({ description: 'What stands in its place, in capitals: `[CASE_NUMBER]`', example: 'case_number' }),
  pattern: z
    .string()
    .min(1)
    .superRefine((source, context) => {
      try {
        if (LinearPattern.parse(source).test('')) throw new PatternError('is found in an empty text');
      } catch (error) {
        if (!(error instanceof PatternError)) throw error;
        context.addIssue({ code: 'custom', message: error.message });
      }
    })
    .meta({ description: "A regular expression in RE2's syntax", example: '\\bCASE-\\d{6}\\b' }),
});

/** What is masked in transcripts, and where: as it is sent, stored and shown. */
export const redactionSettingSchema = z
  .strictObject({
    kinds: z
      .array(z.enum(redactedKinds))
      .max(redactedKinds.length)
      .default([])
      .meta({ description: 'What is masked of all that the gateway knows of', example: ['email', 'payment_card'] }),
    patterns: z
      .array(pattern)
      .max(MAX_PATTERNS)
      .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, 'must not have two of one name')
      .default([])
      .meta({ description: 'What else is masked', example: [] }),
    in: z.enum(['transcript', 'answer']).meta({
      description: '`transcript`: in what is stored; `answer`: in what the client gets as well',
      example: 'transcript',
    }),
  })
  .refine(({ kinds, patterns }) => kinds.length + patterns.length > 0, 'must name a kind or have a pattern')
  .meta({ id: 'Redaction' });
export type RedactionSetting = Readonly<z.infer<typeof redactionSettingSchema>>;

/** What is stored, as it is understood: a version that does not must not take it for nothing. */
export function readStoredRedaction(stored: unknown): RedactionSetting | null | 'unknown' {
  const { success, data } = redactionSettingSchema.nullable().safeParse(stored);
  return success ? data : 'unknown';
}

/** As the admin API shows it. */
export function shownRedaction(setting: RedactionSetting | null): z.infer<typeof redactionSettingSchema> | null {
  return setting && { ...setting, kinds: [...setting.kinds], patterns: [...setting.patterns] };
}

/** What applies where several do: all that any of them masks, as widely as the widest; null = nothing. */
export function joinRedactions(settings: readonly (RedactionSetting | null)[]): RedactionSetting | null {
  const all = settings.filter((it) => it !== null);
  if (all.length === 0) return null;
  const patterns = new Map(all.flatMap((it) => it.patterns.map((own) => [JSON.stringify(own), own] as const)));
  const kinds = new Set(all.flatMap((it) => it.kinds));
  return {
    kinds: redactedKinds.filter((kind) => kinds.has(kind)),
    patterns: [...patterns.values()],
    in: all.some((it) => it.in === 'answer') ? 'answer' : 'transcript',
  };
}
