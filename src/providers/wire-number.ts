import { z } from 'zod';
import { lenient } from './lenient-schema.js';

const DECIMAL = /^\d{1,15}(?:\.\d{1,15})?$/;

/** A number, also where a server writes it as a text. */
export const wireNumber = z.union([
  z.number(),
  z
    .string()
    .max(40)
    .regex(/^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i)
    .transform(Number)
    .pipe(z.number()),
]);

/** A number that may be missing. */
export const lenientNumber = lenient(wireNumber);

/**
 * A quantity in a provider's answer (seconds, tokens): a number, or a text that is one, as some servers write it. Absent,
 * null, negative and unreadable are the same: not reported.
 */
export const wireQuantity = lenient(
  z.union([z.number().nonnegative(), z.string().max(40).trim().regex(DECIMAL).transform(Number)]),
);
