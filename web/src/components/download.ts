/** Grows to this before it is given to the browser, which keeps it where it likes: on disk, when it is large. */
const PART_BYTES = 4_000_000;

/**
 * Reads an answer to its end and gives it to the person as a file. An answer that breaks off is no file.
 * @param onProgress hears how many bytes have come
 */
export async function download(
  response: Response,
  fileName: string,
  onProgress: (bytes: number) => void,
): Promise<void> {
  const parts: Blob[] = [];
  let chunks: Uint8Array<ArrayBuffer>[] = [];
  let [bytes, chunkBytes] = [0, 0];
  const reader = response.body?.getReader();
  for (;;) {
    const read = await reader?.read();
    if (!read || read.done) break;
    chunks.push(read.value);
    bytes += read.value.length;
    chunkBytes += read.value.length;
    if (chunkBytes < PART_BYTES) continue;
    parts.push(new Blob(chunks));
    [chunks, chunkBytes] = [[], 0];
    onProgress(bytes);
  }
  const type = response.headers.get('content-type') ?? 'application/octet-stream';
  const address = URL.createObjectURL(new Blob([...parts, ...chunks], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  link.click();
  // The browser has begun with it by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
