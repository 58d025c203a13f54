import { type SpeechTurn, tellTurns } from './speech-turns.js';

function turn(speaker: number, text: string, startSeconds: number, endSeconds: number): SpeechTurn {
  const words = text.split(' ').map((word) => ({ word, startSeconds, endSeconds }));
  return { speaker, text, startSeconds, endSeconds, words, logprobs: [{ token: text }] };
}

describe('tellTurns', () => {
  it('sorts the turns, names the speakers as they come, and interrupts nobody', () => {
    const told = tellTurns([
      turn(0, 'Well I think', 2, 6),
      turn(0, 'so.', 7, 8),
      turn(1, 'Hello?', 0, 1),
      turn(1, 'Do you?', 3, 4),
    ]);
    expect(told.text).toBe('Hello? Well I think Do you? so.');
    expect(told.segments.map(({ speaker, startSeconds }) => [speaker, startSeconds])).toEqual([
      ['A', 0],
      ['B', 2],
      ['A', 3],
      ['B', 7],
    ]);
    expect(told.words.map(({ word, speaker }) => `${speaker}:${word}`).join(' ')).toBe(
      'A:Hello? B:Well B:I B:think A:Do A:you? B:so.',
    );
    expect(told.logprobs?.map(({ token }) => token)).toEqual(['Hello?', 'Well I think', 'Do you?', 'so.']);
  });

  it('makes silence of nothing', () => {
    expect(tellTurns([])).toEqual({ text: '', words: [], segments: [] });
  });
});
