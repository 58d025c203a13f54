/** What a setting counts whose name ends in `_mb`. */
export const MEBIBYTE = 1024 * 1024;

/** Injection token of the {@link UploadOptions}. */
export const UPLOAD_OPTIONS = Symbol('UPLOAD_OPTIONS');

/** Bounds on what one request may bring and where its audio waits. */
export interface UploadOptions {
  /** Folder for uploads that do not fit in memory; made with mode 0700 when it does not exist. */
  readonly tempFolder: string;
  /** Larger files are refused with 413. */
  readonly maxFileBytes: number;
  /** What all uploads together may hold in memory; further bytes go to files. */
  readonly memoryBytes: number;
  readonly maxFields: number;
  readonly maxFieldNameBytes: number;
  /** Of one text value. */
  readonly maxFieldBytes: number;
  /** Of all text values together, because they are held in memory; speaker references have limits of their own. */
  readonly maxFieldsBytes: number;
  /** Of one field of speaker references: a data URL with up to ten seconds of audio, or an object of several. */
  readonly maxSpeakerReferenceBytes: number;
  /** Of all speaker references together. */
  readonly maxSpeakerReferencesBytes: number;
}

/** What is right for nearly everybody; the rest depends on the deployment. */
export const defaultUploadOptions = {
  memoryBytes: 128 * MEBIBYTE,
  maxFields: 200,
  maxFieldNameBytes: 200,
  maxFieldBytes: 64 * 1024,
  maxFieldsBytes: MEBIBYTE,
  maxSpeakerReferenceBytes: 10 * MEBIBYTE,
  // Room for the four that OpenAI allows, of ten seconds in the usual formats.
  maxSpeakerReferencesBytes: 16 * MEBIBYTE,
} satisfies Partial<UploadOptions>;

/** The largest body that can be a form within the limits: the file, the fields, and what multipart adds around them. */
export function maxBodyBytes(
  options: Pick<UploadOptions, 'maxFileBytes' | 'maxFieldsBytes' | 'maxSpeakerReferencesBytes'>,
): number {
  return options.maxFileBytes + options.maxFieldsBytes + options.maxSpeakerReferencesBytes + MEBIBYTE;
}
