import type { TranscriptionEvent } from './transcription.js';

/** An answer in the requested format, ready to be sent: in one piece, or as events that are made from it. */
export type PreparedAnswer =
  | { readonly kind: 'whole'; readonly contentType: string; readonly body: string | Buffer }
  | { readonly kind: 'events'; readonly events: Iterable<TranscriptionEvent> };
