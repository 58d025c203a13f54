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
  /** Files up to this size stay in memory. */
  readonly memoryBytes: number;
  readonly maxFields: number;
  readonly maxFieldNameBytes: number;
  /** Of one text value. */
  readonly maxFieldBytes: number;
  /** Of one known speaker reference: a data URL with up to ten seconds of audio. */
  readonly maxSpeakerReferenceBytes: number;
  /** Of all text values together, because they are held in memory. */
  readonly maxFieldsBytes: number;
  /** How long measuring the duration may take before it counts as unknown. */
  readonly probeTimeoutMs: number;
}

/** What is right for nearly everybody; the rest depends on the deployment. */
export const defaultUploadOptions = {
  memoryBytes: 4 * MEBIBYTE,
  maxFields: 200,
  maxFieldNameBytes: 200,
  maxFieldBytes: MEBIBYTE,
  maxSpeakerReferenceBytes: 10 * MEBIBYTE,
  // Room for the four references that OpenAI allows, and for everything else.
  maxFieldsBytes: 48 * MEBIBYTE,
  probeTimeoutMs: 10_000,
} satisfies Partial<UploadOptions>;

/** The largest body that can be a form within the limits: the file, the fields, and what multipart adds around them. */
export function maxBodyBytes(options: Pick<UploadOptions, 'maxFileBytes' | 'maxFieldsBytes'>): number {
  return options.maxFileBytes + options.maxFieldsBytes + MEBIBYTE;
}
