import { z } from 'zod';
import { conflict, GatewayError } from '../domain/errors.js';
import { isLostConnection } from './connection-failure.js';

/**
 * Classes and codes of SQLSTATE that say nothing about the query: a broken connection (08), a rejected role (28), no such
 * database (3D), no room (53), an operator at work (57), a failing disk (58), a database that lets nobody in (55000, which no
 * statement of ours can come to), a server that only reads, as after a failover.
 */
const SERVER_AT_FAULT = /^(08|28|3D|53|57|58|55000|25006)/;

/**
 * Codes of Prisma for a server that is not to be had: all of P1, no free connection, no time for a transaction; and those of
 * the system that Prisma passes on, such as EHOSTUNREACH.
 */
const UNAVAILABLE = /^(P1\d{3}|P2024|P2028|P2037|E(?!RR_)[A-Z_]+)$/;

/** What Prisma's adapter calls such a server; of a failed raw query there may be no code but this. */
const NOT_TO_BE_HAD: ReadonlySet<string> = new Set([
  'AuthenticationFailed',
  'ConnectionClosed',
  'DatabaseAccessDenied',
  'DatabaseDoesNotExist',
  'DatabaseNotReachable',
  'SocketTimeout',
  'TlsConnectionError',
  'TooManyConnections',
]);

/** Codes of Prisma for somebody else's change at the same moment: unique, foreign and required rows, and deadlocks. */
const OVERTAKEN = /^(P2002|P2003|P2014|P2025|P2034)$/;
/** The same in SQLSTATE, which is all that there is of a raw query: integrity (23), deadlock and serialization (40), a lock (55). */
const OVERTAKEN_STATE = /^(23503|23505|40001|40P01|55P03)$/;

/** SQLSTATE of a lock that did not come in time. */
export const LOCK_NOT_AVAILABLE = '55P03';

/** What Prisma's adapter says of an error of the server's. */
const adapterCause = z.object({ kind: z.string(), originalCode: z.string().optional() });

/** An error of Prisma's, of PostgreSQL's as pg passes it on, or of the system's. */
const codedError = z.object({
  code: z.string(),
  meta: z
    .object({ driverAdapterError: z.object({ cause: adapterCause }) })
    .optional()
    .catch(undefined),
});

/** The adapter's own error, as Prisma leaves it where a transaction of several queries begins or ends. */
const bareAdapterError = z.object({ cause: adapterCause });

/** What an error says of itself. */
interface ErrorFacts {
  /** Prisma's code, the system's, or else PostgreSQL's; Prisma's own begin with P. */
  readonly code: string;
  /** PostgreSQL's own code where Prisma passes it on, or else the same as `code`. */
  readonly state: string;
  /** What the adapter calls it. */
  readonly kind: string;
}

/** 503: the database does not answer, or not in time. */
export function databaseUnavailable(cause?: unknown): GatewayError {
  return new GatewayError({
    status: 503,
    message: 'The database does not answer. Please try again.',
    type: 'server_error',
    code: 'database_unavailable',
    headers: { 'retry-after': '1' },
    cause,
  });
}

/** Whether PostgreSQL says that a lock did not come in time, in a statement without Prisma. */
export function isLockNotAvailable(error: unknown): boolean {
  return codedError.safeParse(error).data?.code === LOCK_NOT_AVAILABLE;
}

/** Whether this is the error of {@link databaseUnavailable}. */
export function isDatabaseUnavailable(error: unknown): boolean {
  return error instanceof GatewayError && error.code === 'database_unavailable';
}

/**
 * What a failed call of the database means to whoever waits for it: 503 where the server is not to be had, 409 where
 * somebody else's change came between, and otherwise the error itself, which is a mistake of ours.
 */
export function meaningOf(error: unknown): unknown {
  const facts = factsOf(error);
  if (facts ? isServerAtFault(facts) : isLostConnection(error)) return databaseUnavailable(error);
  if (!facts || !(OVERTAKEN.test(facts.code) || OVERTAKEN_STATE.test(facts.state))) return error;
  return conflict(
    'Something that this change is about was changed or removed at the same moment. Look, and try again.',
  );
}

function isServerAtFault({ code, state, kind }: ErrorFacts): boolean {
  return UNAVAILABLE.test(code) || SERVER_AT_FAULT.test(state) || NOT_TO_BE_HAD.has(kind);
}

/** @returns undefined where there is no code at all */
function factsOf(error: unknown): ErrorFacts | undefined {
  const { data: coded } = codedError.safeParse(error);
  if (coded) {
    const { kind = '', originalCode = coded.code } = coded.meta?.driverAdapterError.cause ?? {};
    return { code: coded.code, state: originalCode, kind };
  }
  const { data: bare } = bareAdapterError.safeParse(error);
  if (!bare) return undefined;
  const { kind, originalCode = '' } = bare.cause;
  return { code: originalCode, state: originalCode, kind };
}
