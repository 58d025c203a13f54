import { badRequest, overloaded } from '../domain/errors.js';
import { unstorableFault } from '../domain/storable-text.js';
import { MAX_KNOWN_SPEAKERS } from '../domain/transcription.js';
import { fieldTooLarge, malformedForm } from './upload-errors.js';
import type { UploadMemory } from './upload-memory.js';
import type { UploadOptions } from './upload-options.js';

/** Fields that hold recordings of speakers as text: OpenAI's, and Mistral's, which is one JSON object. */
const REFERENCE_FIELDS: ReadonlySet<string> = new Set(['known_speaker_references', 'speaker_references']);

/** The text fields of one form as they come in, in order, with all their values. */
export class FormFields {
  readonly values = new Map<string, string[]>();
  private count = 0;
  private totalBytes = 0;
  private takenBytes = 0;

  /** @param memory where the bytes of speaker references count; the other fields are too small to count */
  constructor(
    private readonly limits: UploadOptions,
    private readonly memory: UploadMemory,
  ) {}

  /** To be called when the texts are no longer needed; more than once is fine. */
  giveBack(): void {
    this.memory.give(this.takenBytes);
    this.takenBytes = 0;
  }

  /**
   * Takes in one field. A value is undefined when the parser does not know its charset. `truncated`: the parser stopped
   * reading the value at the largest of the limits.
   * @throws GatewayError 503 when there is no room for a speaker reference; 400 or 413 when a limit is exceeded, the value
   *   is no text, or `file` was sent as text
   */
  add(name: string | undefined, value: string | undefined, truncated = false): void {
    const key = readFieldName(name, this.limits);
    if (key === 'file') {
      throw badRequest('`file` was sent as text. Send it as a file part with a filename.', 'file');
    }
    this.count += 1;
    if (this.count > this.limits.maxFields) {
      throw badRequest(`The form has more than ${this.limits.maxFields} fields`, null, 'too_many_fields');
    }
    if (value === undefined) throw badRequest(`The charset of \`${key}\` is not known`, key, 'invalid_value');
    const isReference = REFERENCE_FIELDS.has(key);
    const sizeBytes = Buffer.byteLength(value);
    const limitBytes = isReference ? this.limits.maxSpeakerReferenceBytes : this.limits.maxFieldBytes;
    if (truncated || sizeBytes > limitBytes) throw fieldTooLarge(limitBytes, key);
    const fault = unstorableFault(value);
    if (fault) throw badRequest(`Invalid '${key}': it ${fault}`, key, 'invalid_value');
    const values = this.values.get(key) ?? [];
    if (isReference) this.addReference(key, values.length, sizeBytes);
    else this.totalBytes += sizeBytes;
    if (this.totalBytes > this.limits.maxFieldsBytes) throw fieldTooLarge(this.limits.maxFieldsBytes);
    values.push(value);
    this.values.set(key, values);
  }

  private addReference(key: string, count: number, sizeBytes: number): void {
    if (count === MAX_KNOWN_SPEAKERS) {
      throw badRequest(`Invalid '${key}': it may have at most ${MAX_KNOWN_SPEAKERS} entries`, key, 'invalid_value');
    }
    const limitBytes = this.limits.maxSpeakerReferencesBytes;
    if (this.takenBytes + sizeBytes > limitBytes) throw fieldTooLarge(limitBytes, key);
    if (!this.memory.take(sizeBytes)) {
      throw overloaded('The gateway has no memory left for speaker references. Please try again later.');
    }
    this.takenBytes += sizeBytes;
  }
}

/**
 * The key of a field. `x[]`, `x[0]` and a repeated `x` are spellings of one array and become `x`; the names in
 * `x[name]` are kept.
 * @throws GatewayError 400 when there is no name, or it is too long or no text
 */
export function readFieldName(name: string | undefined, limits: Pick<UploadOptions, 'maxFieldNameBytes'>): string {
  if (name && Buffer.byteLength(name) > limits.maxFieldNameBytes) {
    throw badRequest(`A field name is longer than ${limits.maxFieldNameBytes} bytes`, null, 'field_name_too_long');
  }
  const key = name?.replace(/\[\d*\]$/, '');
  if (!name || !key) throw malformedForm('it has a part without a name');
  const fault = unstorableFault(name);
  if (fault) throw malformedForm(`the name of a field ${fault}`);
  return key;
}
