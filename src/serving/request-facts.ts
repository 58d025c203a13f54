import type { CacheFacts } from '../domain/cache-status.js';
import type { DurationMethod } from '../domain/duration-method.js';
import type { LoggedPlan } from '../domain/plan.js';
import type { AnsweringDeployment } from '../http/door.js';
import type { CallerFacts } from './caller-facts.js';

/** What a request asks for, as far as the log goes. */
export interface AskedFacts {
  /** The public model. */
  readonly model: string;
  readonly responseFormat?: string;
  readonly stream: boolean;
  /** The language that the client says, a BCP-47 tag in lower case. */
  readonly language?: string;
  /** Of the text that is to be said. */
  readonly inputCharacters?: number;
}

/** What becomes known of a request while it is served, beside its attempts; null or absent = it has not, or not yet. */
export interface RequestFacts {
  /** The public model that the body names, of which it is not said that there is one. */
  model: string | null;
  modelKnown: boolean;
  asked?: AskedFacts;
  /** What the caller says of its request. */
  ofCaller: CallerFacts;
  audioBytes: number | null;
  audioSeconds: number | null;
  /** What the length of the audio rests on. */
  durationMethod: DurationMethod | null;
  outputAudioSeconds: number | null;
  /** From the request's headers to the end of its body, in whole milliseconds. */
  uploadMs: number | null;
  /** How long measuring the audio took, in whole milliseconds. */
  probeMs: number | null;
  /** From the request's headers to the first byte of the answer's body, in whole milliseconds. */
  firstByteMs: number | null;
  cache?: CacheFacts;
  plan: LoggedPlan | null;
  /** Who was asked last, or has answered. */
  deployment?: AnsweringDeployment;
  /** What the client has laid out that `deployment` stands for. */
  target?: string;
}

/** Of a request whose headers have just been read. */
export function nothingKnown(): RequestFacts {
  return {
    model: null,
    modelKnown: false,
    ofCaller: { endUser: null, tags: [], traceId: null, metadata: null },
    audioBytes: null,
    audioSeconds: null,
    durationMethod: null,
    outputAudioSeconds: null,
    uploadMs: null,
    probeMs: null,
    firstByteMs: null,
    plan: null,
  };
}
