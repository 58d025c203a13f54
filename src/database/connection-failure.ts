import { isNativeError } from 'node:util/types';

/**
 * What passes by itself, by the code: SQLSTATE of a broken connection (08), of too little room (53), of a server that is
 * starting or stopping (57P); and the system's words for a server, or a name or socket of one, that is not there yet.
 */
const PASSING_CODE =
  /^(08...|53...|57P..|ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|E(HOST|NET)(UNREACH|DOWN)|ENOTFOUND|EAI_AGAIN|ENOENT)$/;
/** pg's own words, without a code, for a connection that broke off or came too slowly. */
const PASSING_WORDS = /^(Connection terminated|timeout expired|Query read timeout)/;

/**
 * Whether a connection that failed may come about later without anybody's help. Not so a wrong password, a missing database or
 * right, a certificate, and what nobody has thought of.
 */
export function isPassingFailure(error: unknown): boolean {
  const code = codeOf(error);
  return code === undefined ? PASSING_WORDS.test(wordsOf(error)) : PASSING_CODE.test(code);
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
