import type { Capabilities } from '../../domain/capabilities.js';
import type { StreamPlan } from '../../domain/format-plan.js';
import type { TranscriptionRequest } from '../../domain/transcription.js';
import type { Candidate } from '../../routing/candidate.js';
import type { Fit } from './fitness.js';

/** A deployment that can serve a transcription or translation, and how it will give the requested format. */
export interface TranscriptionCandidate extends Candidate, Fit {
  readonly capabilities: Capabilities;
  /** What the client wants of it, of which it may see less. */
  readonly wanted: TranscriptionRequest;
  /** How the answer travels: event by event as the provider sends it, as events made from its answer, or whole. */
  readonly delivery: StreamPlan;
}
