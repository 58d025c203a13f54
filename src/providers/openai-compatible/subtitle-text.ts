const TIMING = /^\s*(?:\d+:)?\d{1,2}:\d{2}[.,]\d{3}\s+-->/;

/** Blocks of a WebVTT file that hold no speech. */
const NOT_SPEECH = /^(?:WEBVTT|NOTE|STYLE|REGION)(?:\s|$)/;

/** The words of an SRT or WebVTT document, without its cue numbers, times and headers, on one line. */
export function textOfSubtitles(document: string): string {
  const blocks = document
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n')
    .split(/\n(?:[ \t]*\n)+/);
  return blocks.flatMap(linesOfBlock).join(' ').trim();
}

/** Whether a document contains at least one timed cue. */
export function hasCues(document: string): boolean {
  return document.split(/\r\n|\r|\n/).some((line) => TIMING.test(line));
}

function linesOfBlock(block: string): string[] {
  const lines = block.split('\n').map((line) => line.trim());
  const timing = lines.findIndex((line) => TIMING.test(line));
  if (timing === -1 && NOT_SPEECH.test(lines[0] ?? '')) return [];
  // A block without a time is the rest of a cue whose text contains an empty line.
  return lines.slice(timing + 1).filter((line) => line !== '');
}
