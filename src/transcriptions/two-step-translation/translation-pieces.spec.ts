import fc from 'fast-check';
import { inEnglish, toBatches, toPieces, withSegments } from './translation-pieces.js';

describe('toBatches', () => {
  it('keeps every text once, in order, and no batch too large', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 6000 }), { maxLength: 120 }), (texts) => {
        const batches = toBatches(texts);
        expect(batches.flat()).toEqual(texts);
        for (const batch of batches) {
          expect(batch.length).toBeLessThanOrEqual(40);
          expect(batch.length === 1 || batch.join('').length <= 4000).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('makes as few as it can', () => {
    expect(toBatches(Array.from({ length: 81 }, String)).map((it) => it.length)).toEqual([40, 40, 1]);
    expect(toBatches([])).toEqual([]);
  });
});

describe('toPieces', () => {
  it('leaves a short text alone, and an empty one out', () => {
    expect(toPieces(' Guten Tag. ')).toEqual(['Guten Tag.']);
    expect(toPieces(' \n')).toEqual([]);
  });

  it('cuts after sentences', () => {
    const sentence = `${'Wort '.repeat(30)}Ende.`;
    const pieces = toPieces(Array.from({ length: 60 }, () => sentence).join(' '));
    expect(pieces.length).toBe(Math.ceil((60 * (sentence.length + 1)) / 4000));
    for (const piece of pieces) expect(piece).toMatch(/^Wort .*Ende\.$/s);
  });

  it.each([
    ['between words where no sentence ends', 'Wort '.repeat(2000).trim(), ' '],
    ['after a full stop of a script without spaces', '今日は暑い。'.repeat(1500), ''],
    ['anywhere else, but not in a character', '😀'.repeat(5000), ''],
  ])('cuts %s', (_, text, glue) => {
    const pieces = toPieces(text);
    expect(pieces.join(glue)).toBe(text);
    expect(pieces.length).toBeGreaterThan(1);
    for (const piece of pieces) {
      expect(piece.length).toBeLessThanOrEqual(4000);
      expect(piece.isWellFormed()).toBe(true);
    }
  });
});

describe('a translated transcript', () => {
  const original = {
    text: 'Guten Tag. Danke.',
    language: 'de',
    durationSeconds: 3,
    usage: { type: 'duration', seconds: 3 } as const,
    upstreamRequestId: 'req_1',
    words: [{ word: 'Guten', startSeconds: 0, endSeconds: 1 }],
    native: { format: 'json', contentType: 'application/json', body: Buffer.from('{}') } as const,
  };
  const facts = { language: 'en', durationSeconds: 3, usage: original.usage, upstreamRequestId: 'req_1' };

  it('keeps the times and speakers, and nothing that was of the original words', () => {
    const segments = [
      {
        text: 'Guten Tag.',
        startSeconds: 0,
        endSeconds: 1,
        speaker: 'A',
        tokens: [1],
        avgLogprob: -1,
        noSpeechProb: 0.1,
      },
      { text: 'Danke.', startSeconds: 1.5, endSeconds: 3 },
    ];
    expect(withSegments(original, segments, [' Good day.', 'Thanks. '])).toEqual({
      ...facts,
      text: 'Good day. Thanks.',
      segments: [
        { text: 'Good day.', startSeconds: 0, endSeconds: 1, speaker: 'A', noSpeechProb: 0.1 },
        { text: 'Thanks.', startSeconds: 1.5, endSeconds: 3 },
      ],
    });
  });

  it('joins pieces of a text', () => {
    expect(inEnglish(original, ['Good day.', '', 'Thanks.'])).toEqual({ ...facts, text: 'Good day. Thanks.' });
  });
});
