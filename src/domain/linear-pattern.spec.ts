import { LinearPattern, PatternError } from './linear-pattern.js';

describe('LinearPattern', () => {
  it.each([
    ['^gpt-4o(-mini)?-transcribe$', 'gpt-4o-mini-transcribe', true],
    ['^gpt-4o(-mini)?-transcribe$', 'gpt-4o-large-transcribe', false],
    ['@acme\\.(com|org)$', 'ada@acme.org', true],
    ['my_app', 'this is my_app_2', true],
    ['(?i)ACME', 'acme', true],
    ['é{2}', 'éé', true],
    ['(?<year>\\d{4})-\\d\\d', '2026-11', true],
  ])('%s in %s: %s', (source, text, isFound) => {
    expect(LinearPattern.parse(source).test(text)).toBe(isFound);
  });

  it.each([
    ['(a)\\1', /^is no pattern of RE2: .*invalid escape sequence/],
    ['(?=a)', /^is no pattern of RE2: /],
    ['(', /^is no pattern of RE2: .*missing closing \)/],
    ['[b-a]', /^is no pattern of RE2: .*invalid character class range/],
    ['((a{100}){100}){100}', /^is no pattern of RE2: .*invalid repeat count/],
    ['a'.repeat(257), /^is longer than 256 characters$/],
  ])('%s is refused', (source, why) => {
    expect(() => LinearPattern.parse(source)).toThrow(PatternError);
    expect(() => LinearPattern.parse(source)).toThrow(why);
  });

  it.each([
    ['^(a+)+$', false],
    ['^(a|a)*$', false],
    ['(a*)*b', false],
    ['(a?){60}a{60}', true],
    ['^(([a-z])+.)+[A-Z]$', false],
  ])('%s is tried in linear time', (source, isFound) => {
    // A backtracking machine would not come back from most of these.
    expect(LinearPattern.parse(source).test(`${'a'.repeat(1000)}!`)).toBe(isFound);
  });

  it.each([
    ['\\d{2}', 'a12b3456', 0, ['12', '34', '56']],
    ['\\d{2}', 'a12b3456', 2, ['34', '56']],
    ['\\b\\w+', 'one two', 1, ['two']],
    ['^one', 'one one', 1, []],
    ['x*', 'axxbx', 0, ['xx', 'x']],
  ])('%s is found in %s from %d on: %j', (source, text, from, found) => {
    const places = [...LinearPattern.parse(source).find(text, from)];
    expect(places.map(({ start, end }) => text.slice(start, end))).toEqual(found);
  });
});
