import { makeWav } from '../../../test/support/audio.js';
import { inPieces, SPOKEN_WAV } from '../../../test/support/spoken-audio.js';
import { addWavHeader, samplesOfWav } from './wav-samples.js';

async function* stream(pieces: Iterable<Buffer>): AsyncGenerator<Buffer> {
  yield* pieces;
}

async function whole(audio: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of audio) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe('addWavHeader', () => {
  it('sends one header, with the first samples', async () => {
    const samples = SPOKEN_WAV.subarray(44);
    const wav = await whole(addWavHeader(stream(inPieces(samples))));
    expect(wav.subarray(44)).toEqual(samples);
    expect(wav.toString('latin1', 0, 4)).toBe('RIFF');
    expect(await whole(addWavHeader(stream([])))).toHaveLength(0);
  });
});

describe('samplesOfWav', () => {
  it.each([1, 7, 43, 44, 45, 4_096])('takes the header off, in pieces of %i bytes', async (size) => {
    const wav = makeWav({ durationSeconds: 0.05, sampleRate: 24_000 });
    expect(await whole(samplesOfWav(stream(inPieces(wav, size))))).toEqual(wav.subarray(44));
  });

  it('has other samples resampled, with their header', async () => {
    const wav = makeWav({ durationSeconds: 0.5, sampleRate: 48_000 });
    const resampled: Buffer[] = [];
    const samples = samplesOfWav(stream(inPieces(wav)), async function* (all) {
      for await (const piece of all) resampled.push(piece);
      yield Buffer.from('resampled');
    });
    expect((await whole(samples)).toString()).toBe('resampled');
    expect(Buffer.concat(resampled)).toEqual(wav);
  });

  it('refuses what it can make nothing of', async () => {
    const other = makeWav({ durationSeconds: 0.5, sampleRate: 48_000 });
    await expect(whole(samplesOfWav(stream(inPieces(other))))).rejects.toMatchObject({
      reason: 'bad_response',
      message: expect.stringContaining('48000 Hz'),
    });
    for (const bytes of [Buffer.from('ID3 and no WAV file'), Buffer.alloc(0), other.subarray(0, 30)]) {
      await expect(whole(samplesOfWav(stream([bytes])))).rejects.toMatchObject({ reason: 'bad_response' });
    }
  });

  it('hangs up when nobody reads on', async () => {
    let isOpen = true;
    async function* source(): AsyncGenerator<Buffer> {
      try {
        yield* inPieces(SPOKEN_WAV);
      } finally {
        isOpen = false;
      }
    }
    for await (const _ of samplesOfWav(source())) break;
    expect(isOpen).toBe(false);
  });
});
