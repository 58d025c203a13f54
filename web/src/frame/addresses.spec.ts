import { parseSearch, stringifySearch } from './addresses';

it('reads what it has written, with lists by repeated names', () => {
  const text = '?model=whisper&http_status=429&http_status=5xx&search=hot+summer';
  const search = { model: 'whisper', http_status: ['429', '5xx'], search: 'hot summer' };
  expect(parseSearch(text)).toEqual(search);
  expect(stringifySearch(search)).toBe(text);
});

it('leaves out what is not asked for', () => {
  expect(stringifySearch({ model: undefined, tag: [], search: '', cursor: null })).toBe('?cursor=null');
  expect(stringifySearch({})).toBe('');
});
