/** A worker could not be started; the message says why, in words for an administrator. */
export class WorkerStartError extends Error {
  override readonly name = 'WorkerStartError';
}
