import { displayWidth, endsClause, endsSentence, mayBreakBetween, spaceBetween } from './typography.js';

describe('displayWidth', () => {
  it.each([
    ['', 0],
    ['word', 4],
    ['naïve', 5],
    ['nai\u0308ve', 5],
    ['नमस्ते', 3],
    ['日本語', 6],
    ['한국어', 6],
    ['。！', 4],
    ['👩‍👩‍👧', 2],
  ])('%p fills %p columns', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });
});

describe('endsSentence', () => {
  it.each(['day.', 'what?', 'no!"', 'end.”', 'fin…', '好。', '」です。」', 'है।', 'U.S.A.'])('%p does', (word) => {
    expect(endsSentence(word)).toBe(true);
  });

  it.each(['day', 'day,', 'Dr.', 'Mrs.', '"St.', 'J.', 'e.g.', '3.5', ''])('%p does not', (word) => {
    expect(endsSentence(word)).toBe(false);
  });
});

describe('endsClause', () => {
  it.each([
    ['day,', true],
    ['said:', true],
    ['day,"', true],
    ['今日は、', true],
    ['day', false],
    ['well-known', false],
  ])('%p: %p', (word, ends) => {
    expect(endsClause(word)).toBe(ends);
  });
});

describe('mayBreakBetween', () => {
  it.each([
    ['東京', 'タワー', true],
    ['OpenAI', '的', true],
    ['天気', '。', false],
    ['天気', '」', false],
    ['「', '銀座', false],
    ['well-', 'known', false],
    ['', '', false],
  ])('%p|%p: %p', (before, after, may) => {
    expect(mayBreakBetween(before, after)).toBe(may);
  });
});

describe('spaceBetween', () => {
  it.each([
    ['Hello', 'world', ' '],
    ['', 'Hello', ''],
    ['Hello', ',', ''],
    ['你', '好', ''],
    ['你', 'OK', ''],
    ['50', '%', ''],
    ['안녕', '하세요', ' '],
  ])('%p and %p: %p', (before, after, space) => {
    expect(spaceBetween(before, after)).toBe(space);
  });
});
