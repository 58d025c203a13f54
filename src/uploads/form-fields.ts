import { badRequest } from '../domain/errors.js';
import { fieldTooLarge, malformedForm } from './upload-errors.js';
import type { UploadOptions } from './upload-options.js';

/** The text fields of one form as they come in, in order, with all their values. */
export class FormFields {
  readonly values = new Map<string, string[]>();
  private count = 0;
  private totalBytes = 0;

  constructor(private readonly limits: UploadOptions) {}

  /**
   * Takes in one field. `truncated`: the parser stopped reading the value at the largest of the limits.
   * @throws GatewayError 400 or 413 when a limit is exceeded or `file` was sent as text
   */
  add(name: string | undefined, value: string, truncated = false): void {
    const key = readFieldName(name, this.limits);
    if (key === 'file') {
      throw badRequest('`file` was sent as text. Send it as a file part with a filename.', 'file');
    }
    this.count += 1;
    if (this.count > this.limits.maxFields) {
      throw badRequest(`The form has more than ${this.limits.maxFields} fields`, null, 'too_many_fields');
    }
    const sizeBytes = Buffer.byteLength(value);
    const limitBytes =
      key === 'known_speaker_references' ? this.limits.maxSpeakerReferenceBytes : this.limits.maxFieldBytes;
    if (truncated || sizeBytes > limitBytes) throw fieldTooLarge(limitBytes, key);
    this.totalBytes += sizeBytes;
    if (this.totalBytes > this.limits.maxFieldsBytes) throw fieldTooLarge(this.limits.maxFieldsBytes);
    const values = this.values.get(key);
    if (values) values.push(value);
    else this.values.set(key, [value]);
  }
}

/**
 * The key of a field. `x[]`, `x[0]` and a repeated `x` are spellings of one array and become `x`; the names in
 * `x[name]` are kept.
 * @throws GatewayError 400 when there is no name or it is too long
 */
export function readFieldName(name: string | undefined, limits: Pick<UploadOptions, 'maxFieldNameBytes'>): string {
  const key = name?.replace(/\[\d*\]$/, '');
  if (!name || !key) throw malformedForm('it has a part without a name');
  if (Buffer.byteLength(name) > limits.maxFieldNameBytes) {
    throw badRequest(`A field name is longer than ${limits.maxFieldNameBytes} bytes`, null, 'field_name_too_long');
  }
  return key;
}
