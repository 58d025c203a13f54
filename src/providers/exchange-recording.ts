import { AsyncLocalStorage } from 'node:async_hooks';
import type { RequestBody } from './request-body.js';

/** The latest whole answer under a call that is recorded, and what was sent for it. */
export interface RecordedExchange {
  request?: RequestBody;
  response?: Buffer;
}

/** Of calls that are recorded. */
export const recordings = new AsyncLocalStorage<RecordedExchange>();

/** For whoever makes the calls: a whole answer has come. Does nothing where nobody records. */
export function noteExchange(request: RequestBody | undefined, response: Buffer): void {
  const recording = recordings.getStore();
  if (recording) Object.assign(recording, { request, response });
}
