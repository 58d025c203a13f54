import { fieldsOf, task, type ColumnWish } from './column-wish';
import type { Kept } from './kept';
import { headersOf } from './kept';

/** What a shell takes for exactly this text. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** The request of a column as a command. The key is a variable of the shell: no page knows one. */
export function curlOf(
  origin: string,
  wish: ColumnWish,
  recording: { readonly filename: string } | { readonly address: string },
  kept: Kept,
): string {
  const [first, ...fields] = fieldsOf(wish);
  // What curl reads for itself in a file's name is told it by quotes of its own.
  const source =
    'address' in recording
      ? `--form-string ${quoted(`url=${recording.address}`)}`
      : `-F ${quoted(`file=@${/[;,"]/.test(recording.filename) ? `"${recording.filename.replaceAll(/["\\]/g, String.raw`\$&`)}"` : recording.filename}`)}`;
  return [
    `curl ${quoted(`${origin}/v1/audio/${task(wish)}`)}`,
    '-H "Authorization: Bearer $AURICLE_KEY"',
    ...headersOf(kept).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    source,
    ...[first, ...fields].flatMap((field) => (field ? [`--form-string ${quoted(field.join('='))}`] : [])),
    ...(wish.stream === 'true' ? ['-N'] : []),
  ].join(' \\\n  ');
}
