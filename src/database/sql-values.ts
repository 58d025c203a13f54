/** The values of a statement that is put together of parts, in the order of their placeholders. */
export class SqlValues {
  readonly all: unknown[] = [];

  /** Takes a value and returns its placeholder: `$1`. */
  add(value: unknown): string {
    this.all.push(value);
    return `$${this.all.length}`;
  }
}
