import { z } from 'zod';
import { limitsSchema } from '../domain/limits.js';
import { timeSchema } from '../http/admin/time.js';

/** A limit that applies to whoever asks, and what is left of it. */
export const limitUseSchema = z
  .object({
    scope: z.enum(['key', 'team', 'gateway']).meta({ description: 'Whose limit it is', example: 'key' }),
    limit: z.enum(limitsSchema.keyof().options).meta({ example: 'requests_per_minute' }),
    most: z.number().meta({ description: 'Requests, seconds of audio, or bytes', example: 60 }),
    left: z
      .number()
      .nullable()
      .meta({ description: 'Of the same, at the moment; null = it is of each request alone', example: 57 }),
    resets_at: timeSchema.nullable().meta({ description: 'When the window is over; null = there is none' }),
  })
  .meta({ id: 'LimitUse' });
export type LimitUse = z.infer<typeof limitUseSchema>;
