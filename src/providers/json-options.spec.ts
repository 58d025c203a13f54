import { jsonFlag, jsonInteger, jsonNumber, jsonOneOf, jsonTexts, readJsonOptions } from './json-options.js';

const table = {
  flag: jsonFlag,
  share: jsonNumber(0, 1),
  count: jsonInteger(1, 10),
  mode: jsonOneOf('fast', 'good'),
  names: jsonTexts,
};

function read(sent: Record<string, readonly string[]>): Readonly<Record<string, unknown>> {
  return readJsonOptions(table, new Map(Object.entries(sent)));
}

describe('readJsonOptions', () => {
  it('gives each field its JSON type', () => {
    expect(read({ flag: ['True'], share: ['0.25'], count: ['3'], mode: ['good'], names: ['a', 'b'] })).toEqual({
      flag: true,
      share: 0.25,
      count: 3,
      mode: 'good',
      names: ['a', 'b'],
    });
    expect(read({ flag: ['false'], share: ['1'], names: ['a'] })).toEqual({ flag: false, share: 1, names: ['a'] });
  });

  it.each<[string, readonly string[]]>([
    ['flag', ['yes']],
    ['flag', ['true', 'true']],
    ['share', ['1.1']],
    ['count', ['1.5']],
    ['mode', ['cheap']],
    ['names', ['a', '']],
    ['colour', ['red']],
    ['toString', ['x']],
  ])('refuses %s=%j', (name, values) => {
    expect(() => read({ [name]: values })).toThrow(
      expect.objectContaining({ name: 'ProviderError', reason: 'request_rejected', param: name }),
    );
  });
});
