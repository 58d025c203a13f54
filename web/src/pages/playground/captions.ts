import type { Heard } from './heard';

/** WebVTT of what an answer says and when, for the track of the player. Undefined where the answer has no times. */
export function captionsOf({ segments, speakers }: Heard): string | undefined {
  const cues = segments.flatMap(({ start, end, speaker, words }) => {
    if (start === undefined || end === undefined || end <= start) return [];
    const said = words
      .map(({ text, hasSpace }) => text + (hasSpace ? ' ' : ''))
      .join('')
      .trim();
    const name = speakers.length > 1 && speaker !== undefined ? `${speaker}: ` : '';
    return [`${stamp(start)} --> ${stamp(end)}\n${escaped(name + said)}`];
  });
  return cues.length === 0 ? undefined : `WEBVTT\n\n${cues.join('\n\n')}\n`;
}

function stamp(seconds: number): string {
  return new Date(Math.round(seconds * 1000)).toISOString().slice(11, 23);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
