/** What subtitles show at one time. */
export interface Cue {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly speaker?: string;
}

const TIMES = /^\s*(?:(\d+):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})\s+-->\s+(?:(\d+):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})/;
const VOICE = /^<v(?:\.[^ >]*)?\s+([^>]+)>/;
const TAG = /<[^>]*>/g;
const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&nbsp;': '\u00a0' };

/** The cues of SubRip or WebVTT text. What is none is left out. */
export function cuesOf(subtitles: string): readonly Cue[] {
  return subtitles.split(/\r?\n\r?\n/).flatMap((block) => {
    const lines = block.split(/\r?\n/);
    const at = lines.findIndex((line) => TIMES.test(line));
    const times = TIMES.exec(lines[at] ?? '');
    if (!times) return [];
    const said = lines
      .slice(at + 1)
      .join(' ')
      .trim();
    const speaker = VOICE.exec(said)?.[1];
    const text = said.replaceAll(TAG, '').replaceAll(/&(?:amp|lt|gt|nbsp);/g, (entity) => ENTITIES[entity] ?? entity);
    const start = secondsOf(times.slice(1, 5));
    const end = secondsOf(times.slice(5, 9));
    return [{ start, end, text, ...(speaker !== undefined && { speaker }) }];
  });
}

function secondsOf([hours = '0', minutes = '0', seconds = '0', fraction = '0']: readonly (
  string | undefined
)[]): number {
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds) + Number(`0.${fraction}`);
}
