/** What was sent to a provider and what it answered, as it went over the wire: JSON where it is, otherwise text. */
export interface RawExchange {
  /** The fields of the form or of the JSON, without the audio; empty where only audio was sent. */
  readonly request: unknown;
  readonly response: unknown;
}
