import { z } from 'zod';
import { tasks } from './task.js';

/** One part of what a request cost, where it took more than one call that may be billed, or options cost extra. */
export const costStepSchema = z
  .object({
    step: z.enum(tasks).meta({ description: 'What the provider was asked for' }),
    provider: z.string().meta({ example: 'deepgram' }),
    upstream_model: z.string().meta({ example: 'nova-3' }),
    // Logs of earlier versions have none.
    item: z
      .string()
      .default('total')
      .meta({ description: '`audio`, `tokens`, `characters`, `reported`, or a surcharge', example: 'diarization' }),
    cost_usd: z.number().nullable(),
    estimated: z.boolean().default(false).meta({ description: 'Whether the bill may be another' }),
  })
  .meta({ id: 'CostStep' });
export type CostStep = Readonly<z.infer<typeof costStepSchema>>;
