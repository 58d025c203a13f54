import { splitUnbroken } from './transcript-search.js';

it.each([
  ['hot summer', 'hot summer'],
  ['"hot summer" OR -beach', '"hot summer" OR -beach'],
  ['你好', '" 你  好 "'],
  ['-你好 world', '-" 你  好 " world'],
  ['"今天 ok"', '" 今  天  ok"'],
  ['ok今', '"ok 今 "'],
])('%s is looked for as %s', (search, split) => {
  expect(splitUnbroken(search)).toBe(split);
});
