import type { Attempt } from '../domain/attempt.js';
import type { Deployment } from '../domain/deployment.js';
import type { TranscriptionEvent, TranscriptionResult } from '../domain/transcription.js';
import type { Candidate } from './candidate.js';

/** What carrying a plan out needs beside the plan. */
export interface Execution {
  /** Measured; decides what "slow" is. */
  readonly durationSeconds: number | undefined;
  readonly deadline: { readonly signal: AbortSignal; readonly remainingMs: number };
  /** A model whose attempts are made to fail without calling anybody, to see the fallback work. */
  readonly failModel?: string;
  /** Told of the deployment before each attempt. */
  readonly onStart: (deployment: Deployment) => void;
  /** Told of every attempt when it has ended, whatever its outcome. */
  readonly onAttempt: (attempt: Attempt) => void;
}

/** Who answered, and the answer: whole, or event by event from the first one on. */
export type Executed =
  | { readonly candidate: Candidate; readonly result: TranscriptionResult }
  | { readonly candidate: Candidate; readonly events: AsyncIterable<TranscriptionEvent> };

/** Whether the candidate's attempts fail on purpose. */
export function failsOnPurpose({ deployment }: Candidate, { failModel }: Execution): boolean {
  return deployment.model === failModel;
}
