/**
 * The database cannot be used, and the administrator can mend it: the message says what is wrong and what to do.
 * It never holds a password, so it may be printed as it is, without a stack.
 */
export class DatabaseSetupError extends Error {
  override readonly name = 'DatabaseSetupError';
}
