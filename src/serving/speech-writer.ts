import type { AudioSource } from '../domain/audio-source.js';
import type { Plan } from '../routing/router.js';
import type { RoutedRequest } from '../routing/job.js';
import type { LogDraft } from './log-draft.js';

/** A recording that is to be written down for a request of another kind. */
export interface SpeechToWrite extends RoutedRequest {
  readonly audio: AudioSource;
  readonly deadline: { readonly signal: AbortSignal; readonly remainingMs: number };
  readonly failModel?: string;
  /** Told of every attempt. */
  readonly log: LogDraft;
}

/** What was written down, and what was planned for it. */
export interface WrittenSpeech {
  readonly text: string;
  readonly plan: Plan;
}

/** Writes down recordings for what cannot hear them: what serves transcriptions does so. */
export abstract class SpeechWriter {
  /** @throws GatewayError what the client is told */
  abstract write(speech: SpeechToWrite): Promise<WrittenSpeech>;
}
