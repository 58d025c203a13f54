/** Has the browser keep a text as a file. */
export function saveText(fileName: string, text: string, type = 'text/csv;charset=utf-8'): void {
  // The mark says UTF-8 to spreadsheets that would take it for something else.
  const url = URL.createObjectURL(new Blob(['\uFEFF', text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  // Once the download has begun, the browser needs the address no longer.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** A name that every system can keep: `auricle-requests-by-team-2026-11-01-Europe-Berlin.csv`. */
export function fileNameOf(parts: readonly string[], ending: string): string {
  return `${['auricle', ...parts]
    .join('-')
    .replaceAll(/[^\p{L}\p{N}.]+/gu, '-')
    .replaceAll(/^-+|-+$/g, '')}.${ending}`;
}
