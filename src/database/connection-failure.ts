import { isNativeError } from 'node:util/types';

/**
 * What passes by itself, by the code: SQLSTATE of a broken connection (08), of too little room (53), of a server that is
 * starting or stopping (57P); and the system's words for a server, or a name or socket of one, that is not there yet.
 */
const PASSING_CODE =
  /^(08...|53...|57P..|ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|E(HOST|NET)(UNREACH|DOWN)|ENOTFOUND|EAI_AGAIN|ENOENT)$/;
/** pg's own words, without a code, for a connection that broke off, was closed, or came too slowly, and for an answer that did. */
const LOST_CONNECTION =
  /^(Connection terminated|timeout (expired|exceeded)|Query read timeout|Client (has encountered a connection error|was closed))/;

/**
 * Whether a connection that failed may come about later without anybody's help. Not so a wrong password, a missing database or
 * right, a certificate, and what nobody has thought of.
 */
export function isPassingFailure(error: unknown): boolean {
  const code = codeOf(error);
  return code === undefined ? isLostConnection(error) : PASSING_CODE.test(code);
}

/** Whether pg says, without a code, that there is no connection any more, that none came, or that nothing comes on it. */
export function isLostConnection(error: unknown): boolean {
  return isNativeError(error) && LOST_CONNECTION.test(error.message);
}

/** What a failed connection says of itself; of a name with several addresses every one. */
export function wordsOf(error: unknown): string {
  if (!isNativeError(error)) return String(error);
  // Not `instanceof`: the errors of Node's own sockets come from another realm where the code runs in a vm, as in jest.
  const errors = 'errors' in error && Array.isArray(error.errors) ? error.errors : [];
  return errors.length > 0 ? errors.map(wordsOf).join(', ') : error.message;
}

function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined;
}
