import { Prisma } from './generated/client.js';

/** Thrown in a write that must not stay, because something else has the value that no index guards. */
export class Taken extends Error {}

/** Runs a write and answers undefined instead of throwing when a unique column already holds the value, or on {@link Taken}. */
export async function unlessTaken<T>(write: () => Promise<T>): Promise<T | undefined> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof Taken) return undefined;
    if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002') return undefined;
    throw error;
  }
}
