import { reloadWords } from './reload-words';

it('says what has come and gone', () => {
  expect(reloadWords(['a', 'b'], { models: ['b', 'c', 'd'], problems: [] })).toBe(
    'The file has been read again: it declares 3 models, c, d are new, a is gone.',
  );
  expect(reloadWords(['a'], { models: ['a'], problems: [{ kind: 'note', message: 'x', at: null }] })).toBe(
    'The file has been read again: it declares 1 model. 1 thing is to be looked at.',
  );
});
