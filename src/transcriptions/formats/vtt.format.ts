import type { TranscriptionResult } from '../../domain/transcription.js';
import { formatCueTime, toCues } from './subtitle-cues.js';

/**
 * WebVTT subtitles, speakers as voice spans: `<v A>text`.
 * Reference: https://www.w3.org/TR/webvtt1/
 * @throws ProviderError `bad_response` when something was said and nothing says when
 */
export function renderVtt(
  result: Pick<TranscriptionResult, 'text' | 'words' | 'segments' | 'durationSeconds'>,
): string {
  const cues = toCues(result).map(({ startMs, endMs, lines, speaker }) => {
    const times = `${formatCueTime(startMs, '.')} --> ${formatCueTime(endMs, '.')}`;
    return `${times}\n${speaker === undefined ? '' : voice(speaker)}${lines.map(escape).join('\n')}\n\n`;
  });
  return `WEBVTT\n\n${cues.join('')}`;
}

function voice(speaker: string): string {
  return `<v ${escape(speaker.replace(/[\s\p{Cc}]+/gu, ' ').trim())}>`;
}

/** Escaping `>` also defuses `-->`, which would otherwise begin a cue. */
function escape(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
