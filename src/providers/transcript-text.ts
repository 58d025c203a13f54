/**
 * What was said: the text as the provider told it, or put together from its parts where it left the text out.
 * @param parts lists of the transcript's segments or words, the first that says anything counts
 * @returns undefined when there is neither a text nor a list: no transcript
 */
export function transcriptText(
  told: string | undefined,
  ...parts: readonly (readonly string[] | undefined)[]
): string | undefined {
  if (told !== undefined && told.trim() !== '') return told;
  const joined = parts.map((list) => join(list ?? [])).find((text) => text !== '');
  return joined ?? told ?? (parts.some((list) => list !== undefined) ? '' : undefined);
}

/** Whisper's parts bring the space before them along. */
function join(texts: readonly string[]): string {
  const spaced = texts.some((text) => /^\s|\s$/.test(text));
  return texts
    .filter((text) => text.trim() !== '')
    .join(spaced ? '' : ' ')
    .trim();
}
