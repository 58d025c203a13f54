/** One part of a form, exactly as it shall stand on the wire. */
export type FormPart =
  | { readonly name: string; readonly value: string }
  | {
      readonly name: string;
      readonly bytes: Buffer;
      readonly filename: string;
      /** The MIME type that the client claims; absent = it claims none. */
      readonly type?: string;
    };

const BOUNDARY = '----hand-made-form';

/** A multipart body made by hand, for spellings that no client library would produce. */
export function encodeForm(parts: readonly FormPart[]): { readonly contentType: string; readonly body: Buffer } {
  const pieces = parts.flatMap((part) => {
    const disposition = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${part.name}"`;
    if ('value' in part) return [Buffer.from(`${disposition}\r\n\r\n${part.value}\r\n`)];
    const type = part.type === undefined ? '' : `\r\nContent-Type: ${part.type}`;
    return [Buffer.from(`${disposition}; filename="${part.filename}"${type}\r\n\r\n`), part.bytes, Buffer.from('\r\n')];
  });
  return {
    contentType: `multipart/form-data; boundary=${BOUNDARY}`,
    body: Buffer.concat([...pieces, Buffer.from(`--${BOUNDARY}--\r\n`)]),
  };
}

/**
 * Posts a hand-made form.
 * @param options.chunked in pieces of unknown total length, so without a Content-Length
 */
export async function postForm(
  url: string,
  key: string,
  parts: readonly FormPart[],
  options: { readonly chunked?: boolean } = {},
): Promise<Response> {
  const { contentType, body } = encodeForm(parts);
  const headers = { authorization: `Bearer ${key}`, 'content-type': contentType };
  if (!options.chunked) return await fetch(url, { method: 'POST', headers, body: new Uint8Array(body) });
  return await fetch(url, { method: 'POST', headers, body: inPieces(body), duplex: 'half' });
}

function inPieces(body: Buffer): ReadableStream<Uint8Array> {
  const size = 4096;
  let start = 0;
  return new ReadableStream({
    pull(controller) {
      if (start >= body.length) controller.close();
      else controller.enqueue(new Uint8Array(body.subarray(start, start + size)));
      start += size;
    },
  });
}
