import { z } from 'zod';

/** What keys and teams are labelled with. */
export const tagsSchema = z
  .array(z.string().min(1).max(100))
  .max(50)
  .meta({ description: 'Free labels', example: ['production'] });
/** What an administrator notes of a key or a team. */
export const keyMetadataSchema = z
  .record(z.string().max(64), z.string().max(512))
  .refine((pairs) => Object.keys(pairs).length <= 16, 'may have at most 16 entries')
  .meta({ description: 'Up to 16 pairs of your own', example: { cost_center: '4711' } });
