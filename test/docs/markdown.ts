/** A table as Prettier lays it out, with an empty line after it. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, column) =>
    Math.max(3, heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |\n`;
  return `${line(headings)}${line(widths.map((width) => '-'.repeat(width)))}${rows.map(line).join('')}\n`;
}

/** Inline code. */
export function code(text: string): string {
  return `\`${text}\``;
}
