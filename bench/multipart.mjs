// One request as a client sends it: a form with a model and a recording.

const BOUNDARY = 'auricle-bench-boundary';
const SAMPLE_RATE = 16_000;

/** PCM of 16 bits, a tone, of so many bytes with its header. */
export function wav(sizeBytes) {
  const file = Buffer.alloc(sizeBytes);
  const samples = Math.floor((sizeBytes - 44) / 2);
  file.write('RIFF', 0);
  file.writeUInt32LE(sizeBytes - 8, 4);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(SAMPLE_RATE, 24);
  file.writeUInt32LE(SAMPLE_RATE * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36);
  file.writeUInt32LE(samples * 2, 40);
  for (let at = 0; at < samples; at += 1) file.writeInt16LE(Math.round(8000 * Math.sin(at / 6)), 44 + 2 * at);
  return file;
}

/** The bytes of a whole HTTP/1.1 request that uploads a recording of so many bytes. */
export function requestBytes({ host, path, headers, sizeBytes, fields = {} }) {
  const parts = Object.entries({ model: 'whisper-1', ...fields }).map(
    ([name, value]) => `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const head = Buffer.from(
    `${parts.join('')}--${BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="a.wav"\r\ncontent-type: audio/wav\r\n\r\n`,
  );
  const tail = Buffer.from(`\r\n--${BOUNDARY}--\r\n`);
  const body = Buffer.concat([head, wav(sizeBytes), tail]);
  const lines = Object.entries({
    host,
    ...headers,
    'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
    'content-length': body.length,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n`), body]);
}
