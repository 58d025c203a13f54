import { readPrivacyWish } from './privacy-wish.js';

it.each([
  [{}, null],
  [{ 'x-auricle-zero-retention': 'false' }, null],
  [{ 'x-auricle-zero-retention': ' True ' }, { zero_retention: true }],
  [{ 'x-litellm-enable-message-redaction': 'true' }, { keep_transcripts: false }],
  [{ 'litellm-enable-message-redaction': 'true' }, { keep_transcripts: false }],
  [{ 'x-auricle-zero-retention': 'true', 'x-litellm-enable-message-redaction': 'false' }, { zero_retention: true }],
  // What would make it laxer says nothing.
  [{ 'litellm-disable-message-redaction': 'true' }, null],
])('understands %j', (headers, wish) => {
  expect(readPrivacyWish(headers)).toEqual(wish);
});

it('refuses what is neither yes nor no', () => {
  expect(() => readPrivacyWish({ 'x-auricle-zero-retention': '1' })).toThrow(/must be true or false/);
  expect(() => readPrivacyWish({ 'x-auricle-zero-retention': '' })).toThrow(/must be true or false/);
});
