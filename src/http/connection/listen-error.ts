/** Thrown when a port cannot be had; the message says what to do. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/**
 * What listening has failed with, in words for an administrator.
 * @param portVariable the variable that names the port
 * @returns the same error, when there is nothing better to say
 */
export function explainListenError(
  error: unknown,
  { port, host, portVariable }: { readonly port: number; readonly host: string; readonly portVariable: string },
): unknown {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  const reasons: Record<string, string> = {
    EADDRINUSE: `Port ${port} is in use. Choose another with ${portVariable}.`,
    EACCES: `This user may not listen on port ${port}. Choose another with ${portVariable}.`,
    EADDRNOTAVAIL: `This machine has no address ${host}. Choose another with HOST.`,
  };
  return reasons[code] ? new ListenError(reasons[code], { cause: error }) : error;
}
