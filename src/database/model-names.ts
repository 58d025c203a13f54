import type { Prisma } from './generated/client.js';

/** Arbitrary, but for ever: the advisory lock on the names of models. It ends with its transaction, also behind PgBouncer. */
const MODEL_NAMES_LOCK = 4_180_527;

/**
 * Taken first by every transaction that renames or deletes a model: until its end nobody stores a name of one. Whoever
 * names models is a list in a JSON column, which no foreign key can guard.
 */
export async function changeModelNames(transaction: Prisma.TransactionClient): Promise<void> {
  await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${MODEL_NAMES_LOCK})`;
}

/** Taken first by every transaction that stores the name of a model somewhere: until its end none is renamed or deleted. */
export async function useModelNames(transaction: Prisma.TransactionClient): Promise<void> {
  await transaction.$executeRaw`SELECT pg_advisory_xact_lock_shared(${MODEL_NAMES_LOCK})`;
}
