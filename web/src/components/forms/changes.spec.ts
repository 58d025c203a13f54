import { changes } from './changes';

it('has what is another, and nothing else', () => {
  const before = { name: 'a', models: ['x'], team: null as string | null };
  expect(changes(before, { name: 'a', models: ['x'], team: 'blue' })).toEqual({ team: 'blue' });
  expect(changes(before, { ...before })).toEqual({});
});
