import { isNativeError } from 'node:util/types';
import { z } from 'zod';
import { conflict, GatewayError } from '../domain/errors.js';

/**
 * Classes and codes of SQLSTATE that say nothing about the query: a broken connection (08), a rejected role (28), no such
 * database (3D), no room (53), an operator at work (57), a failing disk (58), a server that only reads, as after a failover.
 */
const SERVER_AT_FAULT = /^(08|28|3D|53|57|58|25006)/;

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

/** pg's own words, without a code, for a connection that broke off or did not come, or on which there is no answer. */
const NO_CONNECTION =
  /^(Connection terminated|Query read timeout|timeout exceeded|Client has encountered a connection error)/;

const knownError = z.object({
  code: z.string(),
  meta: z
    .object({
      driverAdapterError: z.object({ cause: z.object({ kind: z.string(), originalCode: z.string().optional() }) }),
    })
    .optional()
    .catch(undefined),
});

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
  return knownError.safeParse(error).data?.code === LOCK_NOT_AVAILABLE;
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
  if (isServerAtFault(error)) return databaseUnavailable(error);
  const { data: known } = knownError.safeParse(error);
  if (!known || !(OVERTAKEN.test(known.code) || OVERTAKEN_STATE.test(stateOf(known)))) return error;
  return conflict(
    'Something that this change is about was changed or removed at the same moment. Look, and try again.',
  );
}

function isServerAtFault(error: unknown): boolean {
  const { data: known } = knownError.safeParse(error);
  if (known) {
    const { kind = '' } = known.meta?.driverAdapterError.cause ?? {};
    return UNAVAILABLE.test(known.code) || SERVER_AT_FAULT.test(stateOf(known)) || NOT_TO_BE_HAD.has(kind);
  }
  return isNativeError(error) && NO_CONNECTION.test(error.message);
}

/** PostgreSQL's own code, where Prisma passes it on; without Prisma it is the only one. Prisma's own begin with P. */
function stateOf({ code, meta }: z.output<typeof knownError>): string {
  return meta?.driverAdapterError.cause.originalCode ?? code;
}
