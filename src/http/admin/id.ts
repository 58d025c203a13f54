import { z } from 'zod';

/** A path parameter that is an id. Reported as `id`: a parameter schema has no path of its own. */
export const idSchema = z
  .string()
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'the id in the URL is not an id (expected a UUID)')
  .meta({ description: 'UUID', example: '019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3a' });

/** Answer of every DELETE. */
export const deletedSchema = z
  .object({ id: z.string(), object: z.string(), deleted: z.literal(true) })
  .meta({ id: 'Deleted' });
