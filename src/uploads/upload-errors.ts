import type { AudioField } from '../domain/audio-source.js';
import { badRequest, GatewayError } from '../domain/errors.js';

/** The size that a recording may have. */
export interface FileLimit {
  readonly maxBytes: number;
  /** Whose limit it is, as the end of a sentence; absent = the gateway's for everybody. */
  readonly whose?: string;
}

/** 413: the audio alone is over the limit. `field`: where it came from. */
export function fileTooLarge(
  { maxBytes, whose = 'this gateway' }: FileLimit,
  field: AudioField = 'file',
): GatewayError {
  return new GatewayError({
    status: 413,
    message: `${field === 'file' || field === 'url' ? 'The file' : `The recording in '${field}'`} is larger than ${formatBytes(maxBytes)}, the limit of ${whose}`,
    param: field,
    code: 'file_too_large',
  });
}

/** 413: a body that is no form is over the limit. */
export function bodyTooLarge(limitBytes: number): GatewayError {
  return new GatewayError({
    status: 413,
    message: `The body is larger than ${formatBytes(limitBytes)}, the limit of this gateway`,
    code: 'request_too_large',
  });
}

/** 413: the text fields, or what surrounds them, are over the limit. `param` is the field where one is to blame. */
export function fieldTooLarge(limitBytes: number, param: string | null = null): GatewayError {
  const subject = param === null ? 'The form fields together are' : `The value of \`${param}\` is`;
  return new GatewayError({
    status: 413,
    message: `${subject} larger than ${formatBytes(limitBytes)}, the limit of this gateway`,
    param,
    code: 'request_too_large',
  });
}

/** 400: the body is no multipart form, or a broken one. */
export function malformedForm(reason: string): GatewayError {
  return badRequest(`The multipart/form-data body cannot be read: ${reason}`, null, 'invalid_multipart');
}

function formatBytes(bytes: number): string {
  const kibibytes = bytes / 1024;
  if (kibibytes < 1) return `${bytes} bytes`;
  const isLarge = kibibytes >= 1024;
  return `${Number((isLarge ? kibibytes / 1024 : kibibytes).toFixed(2))} ${isLarge ? 'MiB' : 'KiB'}`;
}
