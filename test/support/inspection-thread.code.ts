import { pathToFileURL } from 'node:url';

/** What jest puts in the place of `src/uploads/inspection/inspection-thread.code.ts`: a thread needs help to run sources. */
export const inspectionThreadCode = pathToFileURL('test/support/inspection-thread.main.mjs');
