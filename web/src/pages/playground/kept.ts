/** What may be kept of the requests that the page sends. */
export interface Kept {
  /** Whether the log keeps the words. */
  readonly keepsTranscripts: boolean;
  /** Whether only providers are asked that keep nothing. */
  readonly zeroRetention: boolean;
}

/** The headers that say so. A request can be stricter than what is set for its key, never laxer. */
export function headersOf({ keepsTranscripts, zeroRetention }: Kept): readonly (readonly [string, string])[] {
  if (zeroRetention) return [['x-auricle-zero-retention', 'true']];
  return keepsTranscripts ? [] : [['x-litellm-enable-message-redaction', 'true']];
}
