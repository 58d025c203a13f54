/** A line of a transcript. */
export interface TranscriptLine {
  /** As it is in the text: `00:04`. */
  readonly at?: string;
  readonly speaker?: string;
  readonly words: string;
}

const TIMED = /^\[?(\d{1,2}:\d{2}(?::\d{2})?)(?:[.,]\d{1,3})?\]?\s+(.*)$/s;
const SPOKEN = /^((?:speaker[ _]?)?[A-Z]|speaker[ _]?\d{1,3}):\s+(.*)$/is;
/** Long paragraphs are read by sentences. */
const LONG = 600;

/**
 * The lines of a transcript that has no segments, with times and speakers where its text begins lines with them. What has no line
 * ends is divided by sentences.
 */
export function linesOf(text: string): readonly TranscriptLine[] {
  return text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .flatMap((line) => (line.length > LONG ? paragraphsOf(line) : [line]))
    .map((line) => {
      const [, at, timed = line] = TIMED.exec(line) ?? [];
      const [, speaker, words = timed] = SPOKEN.exec(timed) ?? [];
      return { ...(at !== undefined && { at }), ...(speaker !== undefined && { speaker }), words };
    });
}

/** Sentences by the rules of any script, some of them to a paragraph. */
function paragraphsOf(text: string): string[] {
  const paragraphs: string[] = [];
  let paragraph = '';
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: 'sentence' }).segment(text)) {
    paragraph += segment;
    if (paragraph.length < LONG / 2) continue;
    paragraphs.push(paragraph.trim());
    paragraph = '';
  }
  return paragraph.trim() === '' ? paragraphs : [...paragraphs, paragraph.trim()];
}
