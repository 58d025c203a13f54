import type { TranscriptionResult } from '../../domain/transcription.js';

/** The transcript alone, ended by one newline as whisper does. */
export function renderText({ text }: Pick<TranscriptionResult, 'text'>): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
