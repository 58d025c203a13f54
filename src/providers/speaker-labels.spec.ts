import { SpeakerLabels } from './speaker-labels.js';

describe('SpeakerLabels', () => {
  it('names speakers in the order of their appearance', () => {
    const labels = new SpeakerLabels();
    expect(['SPEAKER_01', 'SPEAKER_00', 'SPEAKER_01'].map((it) => labels.of(it))).toEqual(['A', 'B', 'A']);
  });

  it('goes on after Z', () => {
    const labels = new SpeakerLabels();
    const named = Array.from({ length: 26 * 27 + 1 }, (_, index) => labels.of(index));
    expect([named[25], named[26], named[51], named[52], named[26 * 27 - 1], named[26 * 27]]).toEqual([
      'Z',
      'AA',
      'AZ',
      'BA',
      'ZZ',
      'AAA',
    ]);
    expect(new Set(named).size).toBe(named.length);
  });
});
