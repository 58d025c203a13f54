/** A stretch of a text, in UTF-16 units. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/**
 * Where parts stand in a text that is made of them and white space between them. White space around a part does not count.
 * @returns undefined when the text has anything else, or lacks any of them
 */
export function placeInOrder(text: string, parts: readonly string[]): readonly Place[] | undefined {
  const placed: Place[] = [];
  let at = 0;
  for (const part of parts) {
    const trimmed = part.trim();
    while (at < text.length && /\s/.test(text.charAt(at))) at += 1;
    if (!text.startsWith(trimmed, at)) return undefined;
    placed.push({ start: at, end: at + trimmed.length });
    at += trimmed.length;
  }
  return text.slice(at).trim() === '' ? placed : undefined;
}
