import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { AudioSource } from '../domain/audio-source.js';
import { openParts, type RequestBody } from './request-body.js';

/** One part of a form: a text field, or the audio as a file. */
export type MultipartPart =
  { readonly name: string; readonly value: string } | { readonly name: string; readonly file: AudioSource };

const LINE = '\r\n';

/**
 * A `multipart/form-data` body (RFC 7578) in the order of its parts, with its length known in advance. Audio is streamed
 * from its source, so that a large upload never lies in memory; values are sent exactly as given.
 */
export class MultipartBody implements RequestBody {
  readonly contentType: string;
  readonly sizeBytes: number;
  private readonly pieces: readonly (Buffer | AudioSource)[];

  /** @param boundary must not occur in any part; the default is random */
  constructor(
    private readonly parts: readonly MultipartPart[],
    boundary: string = `auricle-${randomUUID()}`,
  ) {
    this.contentType = `multipart/form-data; boundary=${boundary}`;
    this.pieces = encode(parts, boundary);
    this.sizeBytes = this.pieces.reduce((sum, it) => sum + (Buffer.isBuffer(it) ? it.length : it.sizeBytes), 0);
  }

  /** Every text field; of one that is repeated all its values. */
  fields(): Readonly<Record<string, string | readonly string[]>> {
    const values = new Map<string, string[]>();
    for (const part of this.parts) {
      if ('value' in part) values.set(part.name, [...(values.get(part.name) ?? []), part.value]);
    }
    return Object.fromEntries([...values].map(([name, all]) => [name, all.length === 1 ? (all[0] ?? '') : all]));
  }

  open(): Buffer | Readable {
    return openParts(this.pieces, this.sizeBytes);
  }
}

function encode(parts: readonly MultipartPart[], boundary: string): (Buffer | AudioSource)[] {
  const pieces: (Buffer | AudioSource)[] = [];
  let text = '';
  for (const part of parts) {
    text += `--${boundary}${LINE}Content-Disposition: form-data; name="${escape(part.name)}"`;
    if ('value' in part) {
      text += `${LINE}${LINE}${part.value}${LINE}`;
    } else {
      text += `; filename="${escape(part.file.filename)}"${LINE}Content-Type: ${part.file.mediaType}${LINE}${LINE}`;
      pieces.push(Buffer.from(text), part.file);
      text = LINE;
    }
  }
  pieces.push(Buffer.from(`${text}--${boundary}--${LINE}`));
  return pieces;
}

/** As browsers do: https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data */
function escape(name: string): string {
  return name.replaceAll('\n', '%0A').replaceAll('\r', '%0D').replaceAll('"', '%22');
}
