/** How files of a kind begin: these bytes, at this place. */
const SIGNATURES: readonly (readonly [name: string, at: number, text: string])[] = [
  ['wav', 8, 'WAVE'],
  ['aiff', 8, 'AIFF'],
  ['avi', 8, 'AVI '],
  ['flac', 0, 'fLaC'],
  ['ogg', 0, 'OggS'],
  ['caf', 0, 'caff'],
  ['amr', 0, '#!AMR'],
  ['m4a', 4, 'ftypM4A'],
  ['mov', 4, 'ftypqt'],
  ['mp4', 4, 'ftyp'],
  ['webm', 0, '\u001aEß£'],
  ['mp3', 0, 'ID3'],
];

/** How many bytes of the beginning tell it. */
export const CONTAINER_BYTES = 64;

/** The container that a file is in, by its first bytes; undefined = none that is known here. The gateway knows more of them. */
export function containerOf(start: Uint8Array): string | undefined {
  const text = String.fromCharCode(...start.subarray(0, CONTAINER_BYTES));
  const known = SIGNATURES.find(([, at, signature]) => text.startsWith(signature, at));
  if (known?.[0] === 'webm') return text.includes('matroska') ? 'mkv' : 'webm';
  if (known) return known[0];
  const [first = 0, second = 0] = start;
  if (first !== 0xff || (second & 0xe0) !== 0xe0) return undefined;
  return (second & 0x06) === 0 ? 'aac' : 'mp3';
}
