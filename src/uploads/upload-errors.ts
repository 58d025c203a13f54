import { badRequest, GatewayError } from '../domain/errors.js';

/** 413: the audio alone is over the limit. `field`: where it came from. */
export function fileTooLarge(limitBytes: number, field: 'file' | 'url' = 'file'): GatewayError {
  return new GatewayError({
    status: 413,
    message: `The file is larger than ${formatBytes(limitBytes)}, the limit of this gateway`,
    param: field,
    code: 'file_too_large',
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
  const mebibytes = bytes / (1024 * 1024);
  return mebibytes >= 1 ? `${Number(mebibytes.toFixed(2))} MiB` : `${bytes} bytes`;
}
