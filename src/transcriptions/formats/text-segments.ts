/** How much is given to a segmenter at once: its time grows with the square of the text. */
const WINDOW = 512;
/** At the end of a window, where the text has been cut, so many segments may be others than they would be. */
const UNCERTAIN = 4;

/**
 * Cuts a text into segments as `Intl.Segmenter` does, in time that grows with its length alone. Nothing is lost. Segments that
 * are longer than a few hundred characters may be cut.
 */
export function* segmentText(segmenter: Intl.Segmenter, text: string): Generator<string> {
  let from = 0;
  while (from < text.length) {
    const to = endOfWindow(text, from + WINDOW);
    const segments = Array.from(segmenter.segment(text.slice(from, to)), ({ segment }) => segment);
    const certain = to === text.length ? segments.length : Math.max(1, segments.length - UNCERTAIN);
    for (const segment of segments.slice(0, certain)) {
      from += segment.length;
      yield segment;
    }
  }
}

/** Not between the halves of a surrogate pair. */
function endOfWindow(text: string, to: number): number {
  if (to >= text.length) return text.length;
  return /[\ud800-\udbff]/.test(text.charAt(to - 1)) ? to - 1 : to;
}
