import { z } from 'zod';

/** What an administrator should know of a thing that was stored all the same. */
export const warningsSchema = z
  .array(z.string())
  .meta({ description: 'What is set and has no effect, and why', example: [] });
