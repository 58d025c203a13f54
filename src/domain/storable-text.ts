/**
 * Why PostgreSQL could not keep a text, as the end of a sentence; undefined where it could. It stores neither NUL nor half a
 * surrogate pair, both of which can be written in JSON and are in no text that somebody means.
 */
export function unstorableFault(text: string): string | undefined {
  if (text.includes('\0')) return 'must not contain the character NUL (U+0000)';
  if (!text.isWellFormed()) return 'must be valid Unicode: half a surrogate pair is no character';
  return undefined;
}
