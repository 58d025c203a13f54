import type { Candidate } from '../../routing/candidate.js';
import type { SpeechRequest } from '../../domain/speech.js';
import type { Speaking } from '../../providers/speaking.js';
import type { SpeechFit } from './speech-fitness.js';

/** A deployment that can say a text, and how it will give the requested format. */
export interface SpeechCandidate extends Candidate, SpeechFit {
  /** What the client has asked for: of this target, where it has laid out several. */
  readonly wanted: SpeechRequest;
  readonly speaking: Speaking;
}
