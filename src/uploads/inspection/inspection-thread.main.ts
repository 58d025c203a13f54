import { parentPort } from 'node:worker_threads';
import { inspectUpload, type Inspection } from './inspect-upload.js';
import type { ThreadMessage } from './worker-threads.js';

/** An upload that is to be looked into, in a form that can be sent to a thread. */
export interface InspectionTask {
  /** The bytes in one piece after the other, or the path of the file that holds them. */
  readonly place: readonly Uint8Array[] | string;
  readonly sizeBytes: number;
}

/** The thread's side of {@link Inspector}: one task after the other, which is the sender's to see to. */
parentPort?.on('message', ({ place, sizeBytes }: InspectionTask) => {
  void inspectUpload(place, sizeBytes, (answer) => post({ answer, isLast: false })).then(
    () => post({ isLast: true }),
    (error: unknown) =>
      post({ isLast: true, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});

function post(message: ThreadMessage<Inspection> | 'started'): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- it is a thread, no window
  parentPort?.postMessage(message);
}

post('started');
