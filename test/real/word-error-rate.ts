/** The share of words that were inserted, left out or replaced: 0 = all right, 1 = as many mistakes as words. */
export function wordErrorRate(said: string, heard: string): number {
  const [expected, actual] = [wordsOf(said), wordsOf(heard)];
  let row = actual.map((_, index) => index + 1);
  row.unshift(0);
  for (const [index, word] of expected.entries()) {
    const next = [index + 1];
    for (const [column, other] of actual.entries()) {
      const replaced = (row[column] ?? 0) + (word === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return (row.at(-1) ?? 0) / expected.length;
}

/** Without case and punctuation, which nobody says. */
function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? [];
}
