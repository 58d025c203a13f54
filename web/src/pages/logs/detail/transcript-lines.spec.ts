import { linesOf } from './transcript-lines';

it('finds times and speakers where lines begin with them', () => {
  expect(linesOf('00:00 A: Thanks for calling.\n[00:04.2] B: Hi.\n\nSpeaker 1: Well\nNote: no speaker')).toEqual([
    { at: '00:00', speaker: 'A', words: 'Thanks for calling.' },
    { at: '00:04', speaker: 'B', words: 'Hi.' },
    { speaker: 'Speaker 1', words: 'Well' },
    { words: 'Note: no speaker' },
  ]);
});

it('divides what has no lines by sentences, and loses no word', () => {
  const sentence = '今天的会议我们讨论明年的预算以及下一步的计划。';
  const text = sentence.repeat(60);
  const lines = linesOf(text);
  expect(lines.length).toBeGreaterThan(2);
  expect(lines.map(({ words }) => words).join('')).toBe(text);
});
