import { z } from 'zod';

const DAY_MS = 86_400_000;

/** From how long before the end on every answer of a deployment names it, in days. */
export const WARNING_DAYS = 90;

/**
 * How an end is known: the provider's own words were read (`announced`), others say that the provider says so (`reported`), or the
 * operator has set it (`configured`).
 */
export const retirementConfidences = ['announced', 'reported', 'configured'] as const;

/** A day as providers and operators write it. */
export const retirementDaySchema = z.iso.date('must be a day such as 2027-02-26');

/** The announced end of an upstream model: a fact about its provider, or what an operator says of a deployment. */
export const retirementSchema = z.object({
  date: retirementDaySchema.meta({
    description: 'The first day, in UTC, on which the provider is not said to serve the model any more',
    example: '2027-02-26',
  }),
  source: z.string().nullable().meta({
    description: "Address of the announcement; null = the operator's own word",
    example: 'https://developers.openai.com/api/docs/deprecations',
  }),
  as_of: z.string().nullable().meta({
    description: "The day or month in which that was read; null = the operator's own word",
    example: '2026-11-27',
  }),
  confidence: z.enum(retirementConfidences).meta({
    description:
      "`announced`: read in the provider's own words; `reported`: others say that the provider says so; `configured`: `routing.retires_on` of the deployment",
  }),
  replacement: z.string().optional().meta({
    description: 'The upstream model that the provider recommends instead; absent = none is known',
    example: 'gpt-transcribe',
  }),
});
export type Retirement = Readonly<z.infer<typeof retirementSchema>>;

/** What of a deployment its end is told by. */
export interface Retiring {
  readonly provider: string;
  readonly upstreamModel: string;
  /** Absent = no end is known. */
  readonly retirement?: Retirement;
}

/** Whole days from now to the end, by days in UTC; 0 = today, negative = it has passed. */
export function daysUntil({ date }: Pick<Retirement, 'date'>, now: Date): number {
  return Math.round((Date.parse(date) - Date.parse(dayOf(now))) / DAY_MS);
}

/** What the answers of a deployment say of its end: nothing until 90 days before. */
export function warningsOfRetirement({ provider, upstreamModel, retirement }: Retiring, now: Date): readonly string[] {
  if (!retirement) return [];
  const days = daysUntil(retirement, now);
  if (days > WARNING_DAYS) return [];
  const { date, replacement } = retirement;
  const instead = replacement === undefined ? '' : ` (recommended instead: ${replacement})`;
  const verb = days < 0 ? 'was announced' : 'is announced';
  return [`${provider}/${upstreamModel} ${verb} to end on ${date}${instead}`];
}

function dayOf(now: Date): string {
  return now.toISOString().slice(0, 10);
}
