import { z } from 'zod';

/** A time as every admin answer shows it: ISO 8601 in UTC. */
export const timeSchema = z.iso.datetime().meta({ example: '2026-11-20T09:30:00.000Z' });
