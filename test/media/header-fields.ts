/** Numbers of a header that say how long something is or plays; several of one name are changed together. */
export interface HeaderField {
  readonly name: string;
  readonly places: readonly number[];
  readonly sizeBytes: number;
  readonly order: 'BE' | 'LE' | 'float BE';
}

/** What kind of file it is by its first bytes, and where its numbers are. */
interface Layout {
  isIt(file: Buffer): boolean;
  fields(file: Buffer): readonly HeaderField[];
}

/** Where a name is, all of them. */
function placesOf(file: Buffer, name: string | Buffer): number[] {
  const places: number[] = [];
  for (let at = file.indexOf(name, 0, 'latin1'); at !== -1; at = file.indexOf(name, at + 1, 'latin1')) places.push(at);
  return places;
}

function startsWith(text: string, position = 0): (file: Buffer) => boolean {
  return (file) => file.toString('latin1', position, position + text.length) === text;
}

/** Makes fields that stand at a distance from a name; those that the file has not are left out. */
function fieldsAt(order: HeaderField['order']) {
  return (file: Buffer, name: string, mark: string | Buffer, distance: number, sizeBytes: number): HeaderField => ({
    name,
    places: placesOf(file, mark).map((at) => at + distance),
    sizeBytes,
    order,
  });
}

const little = fieldsAt('LE');
const big = fieldsAt('BE');
const float = fieldsAt('float BE');

function riffFields(at: typeof little) {
  return (file: Buffer): HeaderField[] => {
    const head = file.subarray(0, 4096);
    const fmt = head.indexOf('fmt ', 0, 'latin1');
    return [
      at(file.subarray(0, 4), 'riff size', file.subarray(0, 4), 4, 4),
      at(head, 'data size', 'data', 4, 4),
      at(head, 'fact samples', 'fact', 8, 4),
      at(head, 'byte rate', 'fmt ', 16, 4),
      // Of ADPCM and GSM; what is shorter has none.
      ...(fmt !== -1 && (file[fmt + 4] === 20 || file[fmt + 7] === 20)
        ? [at(head, 'samples per block', 'fmt ', 26, 2)]
        : []),
      at(head, 'ds64 data size', 'ds64', 16, 8),
      at(head, 'ds64 samples', 'ds64', 24, 8),
      at(head, 'avih frames', 'avih', 24, 4),
      at(head, 'strh rate', 'strh', 32, 4),
      at(head, 'strh length', 'strh', 40, 4),
      at(file, 'movi size', 'movi', -4, 4),
      at(file, 'idx1 size', 'idx1', 4, 4),
    ];
  };
}

/** Version 1 of a box has two times of 64 bits before its duration. */
function boxFields(file: Buffer): HeaderField[] {
  const versioned = (name: string, box: string, [narrow, wide]: readonly [number, number]): HeaderField[] =>
    [0, 1].map((version) => ({
      name: `${name} v${version}`,
      places: placesOf(file, box)
        .filter((at) => file[at + 4] === version)
        .map((at) => at + (version === 0 ? narrow : wide)),
      sizeBytes: version === 0 ? 4 : 8,
      order: 'BE',
    }));
  return [
    ...versioned('mvhd duration', 'mvhd', [20, 28]),
    ...versioned('tkhd duration', 'tkhd', [24, 32]),
    ...versioned('mdhd duration', 'mdhd', [20, 28]),
    ...versioned('mehd duration', 'mehd', [8, 8]),
    ...versioned('elst duration', 'elst', [12, 12]),
    ...versioned('tfdt time', 'tfdt', [8, 8]),
    big(file, 'stts delta', 'stts', 16, 4),
    big(file, 'trex duration', 'trex', 16, 4),
    big(file, 'mdat size', 'mdat', -4, 4),
  ];
}

const EBML = { segment: '18538067', cluster: '1f43b675', duration: '448988', shortDuration: '448984' };

function ebmlFields(file: Buffer): HeaderField[] {
  const at = (name: string, mark: string, distance: number, sizeBytes: number, order: HeaderField['order']) =>
    fieldsAt(order)(file, name, Buffer.from(mark, 'hex'), distance, sizeBytes);
  const times = placesOf(file, Buffer.from(EBML.cluster, 'hex')).flatMap((cluster) => {
    const time = file.subarray(cluster, cluster + 24).indexOf(0xe7);
    return time === -1 ? [] : [{ at: cluster + time + 2, bytes: (file[cluster + time + 1] ?? 0x80) & 0x7f }];
  });
  return [
    at('duration', EBML.duration, 3, 8, 'float BE'),
    at('short duration', EBML.shortDuration, 3, 4, 'float BE'),
    // Without the byte that tells how many there are.
    at('segment size', EBML.segment, 5, 7, 'BE'),
    at('cluster size', EBML.cluster, 5, 3, 'BE'),
    ...[1, 2, 3, 4].map((bytes): HeaderField => ({
      name: `cluster time of ${bytes}`,
      places: times.filter((time) => time.bytes === bytes).map((time) => time.at),
      sizeBytes: bytes,
      order: 'BE',
    })),
  ];
}

const ASF = {
  file: Buffer.from('a1dcab8c47a9cf118ee400c00c205365', 'hex'),
  data: Buffer.from('3626b2758e66cf11a6d900aa0062ce6c', 'hex'),
};

const layouts: readonly Layout[] = [
  { isIt: (file) => ['RIFF', 'RF64', 'BW64'].some((name) => startsWith(name)(file)), fields: riffFields(little) },
  { isIt: startsWith('RIFX'), fields: riffFields(big) },
  {
    isIt: startsWith('riff'),
    fields: (file) => [
      little(file.subarray(0, 4), 'riff size', 'riff', 16, 8),
      little(file, 'data size', Buffer.from('64617461f3acd311', 'hex'), 16, 8),
      little(file, 'fact samples', Buffer.from('66616374f3acd311', 'hex'), 24, 8),
    ],
  },
  {
    isIt: startsWith('FORM'),
    fields: (file) => [
      big(file.subarray(0, 4), 'form size', 'FORM', 4, 4),
      big(file, 'COMM frames', 'COMM', 10, 4),
      big(file, 'SSND size', 'SSND', 4, 4),
    ],
  },
  { isIt: startsWith('.snd'), fields: (file) => [big(file.subarray(0, 4), 'data size', '.snd', 8, 4)] },
  {
    isIt: startsWith('caff'),
    fields: (file) => [
      big(file, 'data size', 'data', 4, 8),
      big(file, 'pakt packets', 'pakt', 12, 8),
      big(file, 'pakt frames', 'pakt', 20, 8),
      big(file, 'pakt remainder', 'pakt', 32, 4),
    ],
  },
  {
    isIt: startsWith('fLaC'),
    fields: (file) => [
      big(file.subarray(0, 4), 'total samples', 'fLaC', 22, 4),
      big(file.subarray(0, 4), 'frame sizes', 'fLaC', 12, 6),
    ],
  },
  { isIt: startsWith('\x1a\x45\xdf\xa3'), fields: ebmlFields },
  { isIt: (file) => startsWith('ftyp', 4)(file) || startsWith('moov', 4)(file), fields: boxFields },
  {
    isIt: startsWith('FLV'),
    fields: (file) => [
      float(file, 'duration', 'duration\0', 9, 8),
      float(file, 'filesize', 'filesize\0', 9, 8),
      { name: 'tag times', places: flvTags(file).map((at) => at + 4), sizeBytes: 3, order: 'BE' },
    ],
  },
  {
    isIt: (file) => file.indexOf('3026b2758e66cf11', 0, 'hex') === 0,
    fields: (file) => [
      little(file, 'file size', ASF.file, 40, 8),
      little(file, 'packets', ASF.file, 56, 8),
      little(file, 'play duration', ASF.file, 64, 8),
      little(file, 'send duration', ASF.file, 72, 8),
      little(file, 'preroll', ASF.file, 80, 4),
      little(file, 'data size', ASF.data, 16, 8),
      little(file, 'data packets', ASF.data, 40, 8),
    ],
  },
  {
    isIt: startsWith('Creative Voice File'),
    fields: (file) => [little(file.subarray(0, 32), 'block size', 'Creative Voice File', 27, 3)],
  },
  { isIt: startsWith('wvpk'), fields: (file) => [little(file.subarray(0, 4), 'total samples', 'wvpk', 12, 4)] },
  {
    isIt: (file) => file[0] === 0xff || startsWith('ID3')(file),
    fields: (file) => [
      big(file, 'Xing frames', 'Xing\0\0\0\x0f', 8, 4),
      big(file, 'Xing bytes', 'Xing\0\0\0\x0f', 12, 4),
      big(file, 'Info frames', 'Info\0\0\0\x0f', 8, 4),
      big(file, 'Info bytes', 'Info\0\0\0\x0f', 12, 4),
      big(file, 'VBRI bytes', 'VBRI', 10, 4),
      big(file, 'VBRI frames', 'VBRI', 14, 4),
    ],
  },
];

function flvTags(file: Buffer): number[] {
  const tags: number[] = [];
  for (let at = 13; at + 11 <= file.length; at += 15 + file.readUIntBE(at + 1, 3)) {
    if (file[at] === 8 || file[at] === 9) tags.push(at);
  }
  return tags;
}

/** The numbers in a file that nobody should believe, as far as its format has such; none for a format of frames alone. */
export function headerFields(file: Buffer): HeaderField[] {
  const layout = layouts.find(({ isIt }) => isIt(file));
  const inside = (field: HeaderField): HeaderField => ({
    ...field,
    places: field.places.filter((at) => at >= 0 && at + field.sizeBytes <= file.length),
  });
  return (layout?.fields(file) ?? []).map(inside).filter(({ places }) => places.length > 0);
}
