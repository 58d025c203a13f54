import type { Caller } from '../domain/caller.js';
import type { Privacy } from '../domain/privacy.js';
import type { Redactor } from '../domain/redaction/redactor.js';
import type { TargetTree } from '../domain/target-tree.js';
import type { TranscriptionRequest } from '../domain/transcription.js';
import type { LimitedRequest } from '../limits/limited-request.js';
import type { ClientWishes } from '../serving/client-wishes.js';
import type { LogDraft } from '../serving/log-draft.js';
import type { RequestTarget } from './asked-request.js';
import type { RecordingSource } from './recording-by-address/recording-source.js';

/** One request on its way: what was asked, and what goes with it until it is answered. */
export interface Run {
  readonly caller: Caller;
  readonly request: TranscriptionRequest;
  /** Those whom the client has laid out to be asked; absent = whoever serves the model. */
  readonly targets?: TargetTree<RequestTarget>;
  readonly wishes: ClientWishes;
  /** What may be kept of it. */
  readonly privacy: Privacy;
  /** As its privacy says. */
  readonly zeroRetention: boolean;
  /** Measured; absent where the file does not tell, or nobody has fetched it. */
  readonly durationSeconds: number | undefined;
  readonly deadline: { readonly signal: AbortSignal; readonly remainingMs: number };
  /** A model whose attempts are made to fail without calling anybody. */
  readonly failModel: string | undefined;
  /** Whether the client is shown what went over the wire. */
  readonly showsExchange: boolean;
  /** What masks the transcript; undefined = nothing. */
  readonly redactor: Redactor | undefined;
  readonly log: LogDraft;
  /** Counts the audio of a recording that is fetched. */
  readonly limited: Pick<LimitedRequest, 'takeAudio'>;
  /** Where the recording comes from when only its address was sent. */
  readonly recording: RecordingSource;
}
