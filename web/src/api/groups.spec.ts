import { filterOf, nameOf } from './groups';

it('groups have the names that people gave, and a filter that finds their rows', () => {
  const group = { key: 'id-1', key_name: 'app-7', model: 'whisper' };
  expect(nameOf(group, ['key', 'model'])).toBe('app-7 · whisper');
  expect(filterOf(group, ['key', 'model'])).toEqual({ key_id: 'id-1', model: 'whisper' });
});

it('what is gone has its id, and what there is none of is said', () => {
  expect(nameOf({ team: 'id-2', team_name: null }, ['team'])).toBe('id-2');
  const nothing = { key: null, key_name: null, team: null, team_name: null };
  expect(nameOf(nothing, ['key', 'team'])).toBe('master key · no team');
  expect(filterOf(nothing, ['key', 'team'])).toEqual({ key_id: 'master', team_id: 'none' });
});

it('what no filter finds has none', () => {
  expect(filterOf({ model: null }, ['model'])).toBeUndefined();
  expect(filterOf({ key: 'id-1', key_name: 'a', user: null }, ['key', 'user'])).toBeUndefined();
  expect([nameOf(null, ['model']), filterOf(null, ['model'])]).toEqual(['all others', undefined]);
});
