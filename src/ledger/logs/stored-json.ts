import { z } from 'zod';
import { attemptSchema, type Attempt } from '../../domain/attempt.js';
import { costStepSchema } from '../../domain/cost-step.js';
import { planSchema } from '../../domain/plan.js';
import { usageSchema } from '../../domain/usage.js';

/**
 * Reads what a log keeps as JSON. A row may come from a newer version or have been edited: what this version does not
 * understand is null or left out, and the rest of the row can still be read.
 */
export const storedJsonSchema = z.object({
  attempts: z
    .array(z.unknown())
    .catch([])
    .transform((stored) => stored.flatMap(understoodAttempt)),
  plan: planSchema.nullable().catch(null),
  usage: usageSchema.nullable().catch(null),
  metadata: z.record(z.string(), z.unknown()).nullable().catch(null),
  cost_steps: z.array(costStepSchema).nullable().catch(null),
});

function understoodAttempt(stored: unknown): Attempt[] {
  const read = attemptSchema.safeParse(stored);
  return read.success ? [read.data] : [];
}
