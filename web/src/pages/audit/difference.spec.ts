import { differenceOf } from './difference';

it('tells what has changed, and nothing that has not', () => {
  const before = { name: 'app', models: ['whisper'], limits: null, id: '1' };
  const after = { name: 'application', models: ['whisper'], limits: { requests_per_minute: 5 }, id: '1' };
  expect(differenceOf(before, after)).toEqual([
    { name: 'limits', before: 'null', after: '{"requests_per_minute":5}' },
    { name: 'name', before: 'app', after: 'application' },
  ]);
});

it('of what has come or gone is all of it', () => {
  expect(differenceOf(null, { name: 'app' })).toEqual([{ name: 'name', before: undefined, after: 'app' }]);
  expect(differenceOf({ name: 'app' }, undefined)).toEqual([{ name: 'name', before: 'app', after: undefined }]);
});
