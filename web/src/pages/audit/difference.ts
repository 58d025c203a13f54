/** A field that is another one after a change. */
export interface ChangedField {
  readonly name: string;
  /** As JSON; undefined = there was none. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

type Fields = Readonly<Record<string, unknown>> | null | undefined;

/** What differs between a thing before and after: each field of either whose value is another one, in the order of their names. */
export function differenceOf(before: Fields, after: Fields): readonly ChangedField[] {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].toSorted();
  return names
    .map((name) => ({ name, before: textOf(before?.[name]), after: textOf(after?.[name]) }))
    .filter((field) => field.before !== field.after);
}

function textOf(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
