import type { SpeechCapabilities, SpeechEvent, SpeechFormat, SpeechRequest } from '../domain/speech.js';

/** Everything an adapter needs to speak once. */
export interface SpeechCall<Settings = unknown> {
  /** Its voice is the provider's own name of one. */
  readonly request: SpeechRequest;
  readonly upstreamModel: string;
  /** One of the formats that the model gives itself. */
  readonly upstreamFormat: SpeechFormat;
  /** Without a trailing slash; absent = the provider's own. */
  readonly apiBase?: string;
  readonly apiKey?: string;
  readonly settings: Settings;
  /** Fires when the client has gone or the deadline has passed; every await obeys it. */
  readonly signal: AbortSignal;
}

/** What a provider that speaks can do, and how it is asked. */
export interface Speaking<Settings = unknown> {
  /** Upstream models that are known by name, best first; those that the environment offers with a key. */
  readonly knownModels: readonly string[];
  /**
   * What the model can do in a deployment with these settings. An unknown model gets the provider's most likely answer,
   * never an exception.
   */
  capabilities(upstreamModel: string, settings?: Settings): SpeechCapabilities;
  /**
   * Says the input, piece by piece as the provider sends it. The first piece decides: until then nothing has been said.
   * Exactly one `done` event ends complete speech. Stopping early closes the connection.
   * @throws ProviderError and nothing else
   */
  speak(call: SpeechCall<Settings>): AsyncIterable<SpeechEvent>;
}
