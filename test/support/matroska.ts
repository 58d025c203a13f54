/** An element of Matroska by its id in hexadecimal, of a size that is told or not. */
export function element(id: string, ...contents: readonly (Buffer | 'unknown size')[]): Buffer {
  const parts = contents.filter((it) => it !== 'unknown size');
  const body = Buffer.concat(parts);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(0x10000000 + body.length);
  const unknown = Buffer.from('01ffffffffffffff', 'hex');
  return Buffer.concat([Buffer.from(id, 'hex'), parts.length < contents.length ? unknown : size, body]);
}

/** An element that is a number of so many bytes, at least four of eight. */
export function numberElement(id: string, value: number, sizeBytes = 4): Buffer {
  const contents = Buffer.alloc(sizeBytes);
  contents.writeUIntBE(value, Math.max(0, sizeBytes - 6), Math.min(sizeBytes, 6));
  return element(id, contents);
}

/** A block of a cluster (`a3`) or of a group (`a1`), without lacing unless its flags and contents say so. */
export function block(
  id: 'a3' | 'a1',
  offsetTicks: number,
  made: { track?: number; flags?: number; contents?: Buffer } = {},
): Buffer {
  const { track = 1, flags = 0x80, contents = Buffer.from([1, 2, 3]) } = made;
  const header = Buffer.from([0x80 + track, 0, 0, flags]);
  header.writeInt16BE(offsetTicks, 1);
  return element(id, header, contents);
}

/** A cluster of unknown size, as in a live recording. */
export function cluster(ticks: number, ...blocks: readonly Buffer[]): Buffer {
  return element('1f43b675', 'unknown size', numberElement('e7', ticks), ...blocks);
}

/** A file of one segment of unknown size. */
export function matroska(...contents: readonly Buffer[]): Buffer {
  return Buffer.concat([element('1a45dfa3', Buffer.from('junk')), element('18538067', 'unknown size', ...contents)]);
}

/** The element of all tracks. */
export function tracks(
  ...made: readonly { number?: number; type?: number; codecId: string; extra?: Buffer }[]
): Buffer {
  const entries = made.map(({ number = 1, type = 2, codecId, extra = Buffer.alloc(0) }) =>
    element(
      'ae',
      numberElement('d7', number, 1),
      numberElement('83', type, 1),
      element('86', Buffer.from(codecId)),
      extra,
    ),
  );
  return element('1654ae6b', ...entries);
}
