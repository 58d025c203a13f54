import { z } from 'zod';
import { tasks } from './transcription.js';

/** What one provider call of an answer cost, where it took more than one. */
export const costStepSchema = z
  .object({
    step: z.enum(tasks).meta({ description: 'What the provider was asked for' }),
    provider: z.string().meta({ example: 'deepgram' }),
    upstream_model: z.string().meta({ example: 'nova-3' }),
    cost_usd: z.number().nullable(),
  })
  .meta({ id: 'CostStep' });
export type CostStep = Readonly<z.infer<typeof costStepSchema>>;
