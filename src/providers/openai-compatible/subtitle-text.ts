import type { Segment } from '../../domain/transcription.js';

const TIMING = /^\s*(?:\d+:)?\d{1,2}:\d{2}[.,]\d{3}\s+-->/;
const TIMES = /^\s*(?:(\d{1,4}):)?(\d{1,2}):(\d{2}[.,]\d{3})\s+-->\s+(?:(\d{1,4}):)?(\d{1,2}):(\d{2}[.,]\d{3})/;

/** Blocks of a WebVTT file that hold no speech. */
const NOT_SPEECH = /^(?:WEBVTT|NOTE|STYLE|REGION)(?:\s|$)/;

/** What is said in an SRT or WebVTT document, and when. */
export function cuesOf(document: string): readonly Segment[] {
  return blocksOf(document).flatMap((block) => {
    const times = block.split('\n').flatMap((line) => TIMES.exec(line) ?? []);
    const text = linesOfBlock(block).join(' ');
    if (times.length === 0 || text === '') return [];
    const [, startHours, startMinutes, startSeconds, endHours, endMinutes, endSeconds] = times;
    return [
      {
        text,
        startSeconds: secondsOf(startHours, startMinutes, startSeconds),
        endSeconds: secondsOf(endHours, endMinutes, endSeconds),
      },
    ];
  });
}

/** The words of an SRT or WebVTT document, without its cue numbers, times and headers, on one line. */
export function textOfSubtitles(document: string): string {
  return blocksOf(document).flatMap(linesOfBlock).join(' ').trim();
}

/** Whether a document contains at least one timed cue. */
export function hasCues(document: string): boolean {
  return document.split(/\r\n|\r|\n/).some((line) => TIMING.test(line));
}

function blocksOf(document: string): readonly string[] {
  return document
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n')
    .split(/\n(?:[ \t]*\n)+/);
}

function secondsOf(hours = '0', minutes = '0', seconds = '0'): number {
  return Math.round(1000 * (3600 * Number(hours) + 60 * Number(minutes) + Number(seconds.replace(',', '.')))) / 1000;
}

function linesOfBlock(block: string): string[] {
  const lines = block.split('\n').map((line) => line.trim());
  const timing = lines.findIndex((line) => TIMING.test(line));
  if (timing === -1 && NOT_SPEECH.test(lines[0] ?? '')) return [];
  // A block without a time is the rest of a cue whose text contains an empty line.
  return lines.slice(timing + 1).filter((line) => line !== '');
}
