/** What an address says of a page: plain text by name, and lists of it where a name is there several times. */
export function parseSearch(text: string): Record<string, string | string[]> {
  const sent = new URLSearchParams(text);
  return Object.fromEntries(
    [...new Set(sent.keys())].map((name) => {
      const values = sent.getAll(name);
      return [name, values.length === 1 ? values.join('') : values];
    }),
  );
}

/** The same back: `?model=whisper&http_status=429&http_status=5xx`. What is undefined or empty is left out. */
export function stringifySearch(search: Record<string, unknown>): string {
  const entries = Object.entries(search).flatMap(([name, value]) =>
    [value]
      .flat()
      .filter((item) => item !== undefined && item !== '')
      .map((item) => [name, String(item)]),
  );
  const text = new URLSearchParams(entries).toString();
  return text === '' ? '' : `?${text}`;
}
