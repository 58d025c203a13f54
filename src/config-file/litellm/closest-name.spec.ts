import { closestName, didYouMean, editDistance } from './closest-name.js';

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['abc', '', 3],
    ['rpm', 'rpm', 0],
    ['rpm', 'tpm', 1],
    ['weigth', 'weight', 1],
    ['ab', 'ba', 1],
    ['fallbaks', 'fallbacks', 1],
    ['kitten', 'sitting', 3],
  ])('from %p to %p is %p, both ways', (left, right, distance) => {
    expect(editDistance(left, right)).toBe(distance);
    expect(editDistance(right, left)).toBe(distance);
  });
});

describe('closestName', () => {
  const known = ['api_key', 'api_base', 'tags', 'weight', 'max_retries', 'RateLimitErrorRetries'];

  it.each([
    ['api_kye', 'api_key'],
    ['apiKey', 'api_key'],
    ['API-KEY', 'api_key'],
    ['max_retrys', 'max_retries'],
    ['RateLimitErrorRetry', 'RateLimitErrorRetries'],
  ])('takes %s for %s', (name, meant) => {
    expect(closestName(name, known)).toBe(meant);
    expect(didYouMean(name, known)).toBe(`; did you mean ${meant}?`);
  });

  // `tag` is an option of Deepgram's, not a misspelt `tags`.
  it.each(['tag', 'smart_format', 'language', 'prompt', ''])('takes %p for nothing', (name) => {
    expect(closestName(name, known)).toBeUndefined();
    expect(didYouMean(name, known)).toBe('');
  });
});
