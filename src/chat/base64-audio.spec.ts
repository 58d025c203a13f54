import fc from 'fast-check';
import { readOutline } from '../domain/json/json-outline.js';
import { decodeAudio } from './base64-audio.js';

const PARAM = 'messages[0].content[0].input_audio.data';

async function decoded(json: string): Promise<Buffer> {
  const bytes = Buffer.from(`  ${json}`);
  const read = () => {
    const reading = readOutline(bytes, {});
    for (;;) {
      const step = reading.next();
      if (step.done) return step.value;
    }
  };
  const root = read();
  const pieces: Buffer[] = [];
  for await (const piece of decodeAudio(bytes, root, PARAM)) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe('decodeAudio', () => {
  it('gives back what was encoded, however it was written', async () => {
    // Longer than a slice, and with the characters that encoders escape.
    const bytes = fc.uint8Array({ minLength: 0, maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(bytes, fc.integer({ min: 1, max: 700 }), fc.boolean(), async (part, times, isEscaped) => {
        const audio = Buffer.concat(Array<Uint8Array>(times).fill(part));
        const json = JSON.stringify(audio.toString('base64'));
        const escaped = json.replaceAll('/', '\\/').replaceAll('+', '\\u002B').replaceAll('A', '\\u0041');
        expect((await decoded(isEscaped ? escaped : json)).equals(audio)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['"QUJD"', 'ABC'],
    ['"QUI="', 'AB'],
    ['"QUI"', 'AB'],
    ['"QU\\nJD\\r\\n"', 'ABC'],
    ['"-_8"', '\xfb\xff'],
    ['"data:audio/wav;base64,QUJD"', 'ABC'],
    ['"data:audio/wav;codecs=1;base64,QUJD"', 'ABC'],
    [String.raw`"data:audio\/wav;base64,QUJD"`, 'ABC'],
    ['""', ''],
  ])('reads %s', async (json, text) => {
    expect((await decoded(json)).toString('latin1')).toBe(text);
  });

  it.each([
    '"QUJDR"',
    '"QU*D"',
    '"QUI=QUJD"',
    '"=QUI"',
    '"QUI==="',
    '"data:audio/wav,QUJD"',
    '"ü"',
    `"${'A'.repeat(65_536)}*"`,
  ])('refuses what is no base64: %#', async (json) => {
    await expect(decoded(json)).rejects.toMatchObject({ status: 400, param: PARAM, code: 'invalid_value' });
  });
});
