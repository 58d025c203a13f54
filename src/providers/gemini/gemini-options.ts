import { type JsonOption, jsonOneOf } from '../json-options.js';

/** The transcription model's own fields, of its `transcription_config`. */
export const geminiOptions: Readonly<Record<string, JsonOption>> = {
  /** `smart` leaves out slips of the tongue and formats what remains; the default is word for word. */
  mode: jsonOneOf('verbatim', 'smart'),
  diarization_mode: jsonOneOf('speaker'),
};
