import { ProviderError } from '../domain/errors.js';
import { flag, integerBetween, numberBetween, oneOf, readOptions, text, texts } from './option-fields.js';

const rules = {
  flag,
  text,
  texts,
  word: oneOf('one', 'other'),
  number: numberBetween(-0.5, 2),
  integer: integerBetween(1, 32),
};

function read(name: string, ...values: string[]): readonly string[] | undefined {
  return readOptions(rules, new Map([[name, values]])).get(name);
}

describe('readOptions', () => {
  it.each([
    ['flag', ['true'], ['true']],
    ['flag', [' False '], ['false']],
    ['text', [' as it is '], ['as it is']],
    ['texts', ['b', ' a ', 'b'], ['b', ' a ', 'b']],
    ['word', ['other'], ['other']],
    ['number', ['-0.50'], ['-0.5']],
    ['number', ['2'], ['2']],
    ['integer', ['32'], ['32']],
    ['integer', ['7.0'], ['7']],
  ])('reads %s=%j as %j', (name, values, expected) => {
    expect(read(name, ...values)).toEqual(expected);
  });

  it.each([
    ['flag', ['1'], 'true or false'],
    ['flag', [''], 'true or false'],
    ['flag', ['true', 'true'], 'true or false'],
    ['text', [' '], 'one text that is not empty'],
    ['texts', ['a', ''], 'texts that are not empty'],
    ['word', ['Other'], 'one of one, other'],
    ['number', ['2.01'], 'a number between -0.5 and 2'],
    ['number', ['-1'], 'a number between -0.5 and 2'],
    ['number', ['0x1'], 'a number between -0.5 and 2'],
    ['number', [''], 'a number between -0.5 and 2'],
    ['integer', ['0'], 'a whole number between 1 and 32'],
    ['integer', ['1.5'], 'a whole number between 1 and 32'],
    ['integer', ['NaN'], 'a whole number between 1 and 32'],
  ])('refuses %s=%j: it must be %s', (name, values, mustBe) => {
    expect(() => read(name, ...values)).toThrow(
      expect.objectContaining({
        name: 'ProviderError',
        reason: 'request_rejected',
        param: name,
        message: `the field '${name}' must be ${mustBe}`,
      }),
    );
  });

  it.each(['colour', 'toString', '__proto__'])('refuses the unknown %s', (name) => {
    expect(() => read(name, 'true')).toThrow(ProviderError);
  });
});
