/**
 * LiteLLM's `metadata` has any JSON as values, a key of ours has texts. A value that is no text is stored as its JSON, and
 * given back as what it was. So is a text that would be taken for such JSON: `"5"` is stored in its quotes.
 */
export function storedValue(value: unknown): string {
  return typeof value === 'string' && shownValue(value) === value ? value : JSON.stringify(value);
}

/** What {@link storedValue} was made of. Text that is no JSON, or not written as this gateway writes it, is a text. */
export function shownValue(stored: string): unknown {
  try {
    const value: unknown = JSON.parse(stored);
    return JSON.stringify(value) === stored ? value : stored;
  } catch {
    return stored;
  }
}
