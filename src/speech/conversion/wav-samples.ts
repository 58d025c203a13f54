import { ProviderError } from '../../domain/errors.js';
import { PCM } from '../../domain/speech.js';
import { isOpenAiPcm, readWavHeader, wavHeader, type WavFormat } from '../../domain/wav-header.js';

/** A WAV file of OpenAI's samples; the header comes with the first of them. */
export async function* addWavHeader(samples: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let header: Buffer | undefined = wavHeader();
  for await (const piece of samples) {
    yield header ? Buffer.concat([header, piece]) : piece;
    header = undefined;
  }
}

/** What to do with a WAV file whose samples are not OpenAI's. */
export type Resample = (wav: AsyncIterable<Buffer>) => AsyncIterable<Buffer>;

/**
 * OpenAI's samples of a WAV file.
 * @param resample absent = nobody can
 * @throws ProviderError `bad_response` when it is no WAV file, or one of other samples that nobody can resample
 */
export async function* samplesOfWav(wav: AsyncIterable<Buffer>, resample?: Resample): AsyncGenerator<Buffer> {
  const pieces = wav[Symbol.asyncIterator]();
  try {
    const { head, format } = await readHead(pieces);
    const rest = { [Symbol.asyncIterator]: () => pieces };
    if (isOpenAiPcm(format)) {
      if (head.length > format.dataAt) yield head.subarray(format.dataAt);
      yield* rest;
      return;
    }
    if (!resample) throw otherSamples(format);
    yield* resample(prepended(head, rest));
  } finally {
    await pieces.return?.();
  }
}

async function readHead(pieces: AsyncIterator<Buffer>): Promise<{ head: Buffer; format: WavFormat }> {
  let head: Buffer = Buffer.alloc(0);
  for (let next = await pieces.next(); !next.done; next = await pieces.next()) {
    head = Buffer.concat([head, next.value]);
    const format = readWavHeader(head);
    if (format === 'none') break;
    if (format) return { head, format };
  }
  throw new ProviderError('bad_response', 'the provider answered with something else than a WAV file');
}

async function* prepended(head: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield head;
  yield* rest;
}

function otherSamples({ sampleRate, channels, bitsPerSample }: WavFormat): ProviderError {
  const found = `${sampleRate} Hz, ${channels} channels and ${bitsPerSample} bits`;
  return new ProviderError(
    'bad_response',
    `pcm has ${PCM.sampleRate} Hz, one channel and 16 bits, and the provider's WAV file has ${found}; ffmpeg could resample it`,
  );
}
