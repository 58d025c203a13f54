import type { TranscriptionResult } from '../../domain/transcription.js';
import { formatCueTime, toCues } from './subtitle-cues.js';

/**
 * SubRip subtitles. SubRip has no notion of speakers: their names are written out, `A: text`.
 * @throws ProviderError `bad_response` when something was said and nothing says when
 */
export function renderSrt(
  result: Pick<TranscriptionResult, 'text' | 'words' | 'segments' | 'durationSeconds'>,
): string {
  return toCues(result, (speaker) => `${speaker}:`)
    .map(({ startMs, endMs, lines }, index) => {
      const times = `${formatCueTime(startMs, ',')} --> ${formatCueTime(endMs, ',')}`;
      return `${index + 1}\n${times}\n${lines.join('\n')}\n\n`;
    })
    .join('');
}
