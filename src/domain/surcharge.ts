import { z } from 'zod';
import type { DeepReadonly } from './deep-readonly.js';
import { usdAmount } from './usd-amount.js';

/** When a source was published or read. */
export const asOfSchema = z
  .string()
  .regex(/^20\d\d-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?$/, 'must be a month or a day such as 2026-11 or 2026-11-20')
  .meta({ description: 'When the source was published or read', example: '2026-11-20' });

const seconds = z.number().positive().max(86_400).optional();

/** What an option of the provider costs beside the price of the model, and where that was read. */
export const surchargeSchema = z
  .strictObject({
    name: z
      .string()
      .min(1)
      .max(60)
      .meta({ description: 'How the log calls it, in `cost_steps[].item`', example: 'diarization' }),
    options: z
      .array(z.string().min(1).max(100))
      .min(1)
      .meta({
        description: 'It applies when one of these is sent to the provider, by the name there, and is not `false`',
        example: ['diarize', 'diarize_model'],
      }),
    value: z.string().min(1).optional().meta({ description: 'It applies only to this value', example: 'multi' }),
    more_than: z
      .int()
      .nonnegative()
      .optional()
      .meta({ description: 'It applies only when the option has more values than that', example: 100 }),
    add: z
      .discriminatedUnion('type', [
        z.strictObject({
          type: z.literal('duration'),
          usd: usdAmount,
          per: z.enum(['second', 'minute', 'hour']),
        }),
        z.strictObject({
          type: z.literal('percent'),
          percent: z.number().nonnegative().max(1_000).meta({ description: 'Of the price of the model', example: 20 }),
        }),
      ])
      .optional()
      .meta({ description: 'Absent = it costs something, and nobody knows how much' }),
    minimum_seconds: seconds.meta({ description: 'The surcharge is billed for at least that long', example: 10 }),
    request_minimum_seconds: seconds.meta({
      description: 'The whole request is billed for at least that long',
      example: 20,
    }),
    estimated: z.boolean().optional().meta({ description: 'The figure is uncertain: the bill may differ' }),
    source: z
      .string()
      .min(1)
      .max(500)
      .optional()
      .meta({ description: "Where it was read; absent = the price's source" }),
    as_of: asOfSchema.optional().meta({ description: "Absent = the price's" }),
    note: z.string().min(1).max(1_000).optional(),
  })
  .meta({ id: 'Surcharge' });
export type Surcharge = DeepReadonly<z.output<typeof surchargeSchema>>;

/** What was sent to a provider beside the recording: each option by its name there, with all its values. */
export type SentOptions = ReadonlyMap<string, readonly string[]>;

/** The surcharges that these options cause; of those with one name, the first that applies. */
export function surchargesFor(surcharges: readonly Surcharge[], sent: SentOptions): readonly Surcharge[] {
  const applying = surcharges.filter((it) => it.options.some((option) => applies(it, sent.get(option) ?? [])));
  return applying.filter(({ name }, index) => applying.findIndex((it) => it.name === name) === index);
}

function applies({ value, more_than = 0 }: Surcharge, values: readonly string[]): boolean {
  return values.filter((it) => (value === undefined ? it !== 'false' : it === value)).length > more_than;
}
