import type { Execution } from '../routing/execution.js';
import type { RoutedRequest } from '../routing/routed-request.js';
import type { LogDraft } from './log-draft.js';
import type { RecordingSource } from './recording-by-address/recording-source.js';

/** One request on its way: what was asked, and what goes with it until it is answered. */
export interface Run extends RoutedRequest {
  readonly deadline: Execution['deadline'];
  readonly failModel: string | undefined;
  readonly log: LogDraft;
  /** Where the recording comes from when only its address was sent. */
  readonly recording: RecordingSource;
}
