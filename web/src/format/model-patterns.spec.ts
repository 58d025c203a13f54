import { allowsModel } from './model-patterns';

it.each([
  [null, 'anything', true],
  [[], 'whisper', false],
  [['whisper'], 'whisper', true],
  [['whisper'], 'whisper-1', false],
  [['whisper-*'], 'whisper-', true],
  [['*'], '', true],
  [['a*a'], 'a', false],
  [['a*b*c'], 'axxbyyc', true],
  [['a*b*c'], 'acb', false],
  [['groq/*', '*-turbo'], 'openai/whisper-turbo', true],
] as const)('of %j: %s is %s', (list, model, isAllowed) => {
  expect(allowsModel(list, model)).toBe(isAllowed);
});
