/** How one kind of audio file is called. */
export interface AudioContainer {
  /** IANA's name where there is one; its `audio/` form where there are two, for only the sound is of interest here. */
  readonly mediaType: string;
  /** File name extensions that are right for it. */
  readonly extensions: readonly [string, ...string[]];
  /** Others for the same bytes, which providers name in their lists. */
  readonly also?: readonly string[];
}

/** Everything that may hold speech. */
export const audioContainers = {
  /** With its relatives for long recordings; providers that look at the bytes may know them, by whatever name. */
  wav: { mediaType: 'audio/wav', extensions: ['wav'] },
  mp3: { mediaType: 'audio/mpeg', extensions: ['mp3', 'mpga', 'mpeg', 'mp2'] },
  flac: { mediaType: 'audio/flac', extensions: ['flac'] },
  ogg: { mediaType: 'audio/ogg', extensions: ['ogg', 'oga'], also: ['opus', 'mogg', 'spx', 'ogv'] },
  m4a: { mediaType: 'audio/mp4', extensions: ['m4a', 'mp4'], also: ['m4b', 'm4p', 'm4r', '3ga'] },
  mp4: { mediaType: 'audio/mp4', extensions: ['mp4', 'm4a'], also: ['m4v', 'f4v'] },
  webm: { mediaType: 'audio/webm', extensions: ['webm'] },
  mkv: { mediaType: 'audio/matroska', extensions: ['mkv', 'mka'] },
  aac: { mediaType: 'audio/aac', extensions: ['aac'] },
  latm: { mediaType: 'audio/aac', extensions: ['latm', 'loas'] },
  mov: { mediaType: 'audio/quicktime', extensions: ['mov', 'qt'] },
  '3gp': { mediaType: 'audio/3gpp', extensions: ['3gp', '3g2'] },
  amr: { mediaType: 'audio/amr', extensions: ['amr', 'awb'] },
  aiff: { mediaType: 'audio/aiff', extensions: ['aiff', 'aif', 'aifc'] },
  au: { mediaType: 'audio/basic', extensions: ['au', 'snd'] },
  caf: { mediaType: 'audio/x-caf', extensions: ['caf'] },
  asf: { mediaType: 'audio/x-ms-wma', extensions: ['wma', 'asf', 'wmv'] },
  avi: { mediaType: 'video/vnd.avi', extensions: ['avi'] },
  flv: { mediaType: 'video/x-flv', extensions: ['flv'] },
  ts: { mediaType: 'video/mp2t', extensions: ['ts', 'mts', 'm2ts'] },
  /** MPEG program streams. */
  mpeg: { mediaType: 'video/mpeg', extensions: ['mpeg', 'mpg'] },
  mxf: { mediaType: 'application/mxf', extensions: ['mxf'] },
  ac3: { mediaType: 'audio/ac3', extensions: ['ac3'] },
  eac3: { mediaType: 'audio/eac3', extensions: ['eac3', 'ec3'] },
  wv: { mediaType: 'audio/x-wavpack', extensions: ['wv'] },
  tta: { mediaType: 'audio/x-tta', extensions: ['tta'] },
  ape: { mediaType: 'audio/x-ape', extensions: ['ape'] },
  dsf: { mediaType: 'audio/x-dsf', extensions: ['dsf'] },
  /** What dictation machines, Amigas, sound cards of the 1990s and mobile phones with Qualcomm's codec write. */
  dss: { mediaType: 'audio/x-dss', extensions: ['dss', 'ds2'] },
  '8svx': { mediaType: 'audio/x-8svx', extensions: ['8svx', 'iff'] },
  voc: { mediaType: 'audio/x-voc', extensions: ['voc'] },
  qcp: { mediaType: 'audio/qcelp', extensions: ['qcp'] },
} as const satisfies Record<string, AudioContainer>;

/** A container by its key in {@link audioContainers}. */
export type AudioContainerName = keyof typeof audioContainers;

/** A file name extension, in lower case and without its dot. */
export type FileExtension =
  | (typeof audioContainers)[AudioContainerName]['extensions'][number]
  | Extract<(typeof audioContainers)[AudioContainerName], { also: unknown }>['also'][number];

/** Containers that one decoder reads, whatever the file is called; the most usual first. */
const families: readonly (readonly AudioContainerName[])[] = [
  ['mp4', 'm4a', 'mov', '3gp'],
  ['webm', 'mkv'],
];

/**
 * What OpenAI and its look-alikes know, who choose the decoder by the extension: as its API specification and guide list them, with
 * `oga` from the error message of the live API. So a voice message `x.opus`, which is an Ogg file, goes on as `x.ogg`.
 */
export const openAiExtensions = [
  'flac',
  'm4a',
  'mp3',
  'mp4',
  'mpeg',
  'mpga',
  'oga',
  'ogg',
  'wav',
  'webm',
] as const satisfies readonly FileExtension[];
const usualExtensions: ReadonlySet<FileExtension> = new Set(openAiExtensions);

/** Every extension of a container that is known here. */
export const fileExtensions: readonly FileExtension[] = [
  ...new Set((Object.keys(audioContainers) as AudioContainerName[]).flatMap((name) => namesOf(name))),
].toSorted();

/** The extensions that a decoder for the container may be looked for by: usual ones first, then its own, then its relatives'. */
export function extensionsOf(container: AudioContainerName): readonly FileExtension[] {
  const relatives = families.find((family) => family.includes(container)) ?? [];
  const all = [...new Set([container, ...relatives].flatMap((name) => namesOf(name)))];
  return [...all.filter((it) => usualExtensions.has(it)), ...all.filter((it) => !usualExtensions.has(it))];
}

/**
 * The extension under which a file is sent: the client's, where it is known to be taken, else the one that most know.
 * @param taken what the receiver takes; absent = nobody knows, and then what is usual or right for the container stays
 * @returns undefined when nothing that it takes is right for the container
 */
export function sentExtension(
  container: AudioContainerName,
  clients: string | undefined,
  taken?: readonly string[],
): FileExtension | undefined {
  const right: readonly string[] = audioContainers[container].extensions;
  const mayBe = (it: FileExtension) => (taken ? taken.includes(it) : usualExtensions.has(it) || right.includes(it));
  const allowed = extensionsOf(container).filter(mayBe);
  return allowed.find((it) => it === clients?.toLowerCase()) ?? allowed[0];
}

/** The media type of a file that is sent under an extension: that of the relative whose name it has. */
export function mediaTypeOf(container: AudioContainerName, extension: string): string {
  const relatives = families.find((family) => family.includes(container)) ?? [];
  const isNamed = (name: AudioContainerName) => namesOf(name).some((it) => it === extension);
  return audioContainers[[container, ...relatives].find(isNamed) ?? container].mediaType;
}

function namesOf(name: AudioContainerName): readonly FileExtension[] {
  const container = audioContainers[name];
  return 'also' in container ? [...container.extensions, ...container.also] : container.extensions;
}
