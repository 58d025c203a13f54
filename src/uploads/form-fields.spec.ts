import { FormFields } from './form-fields.js';
import { defaultUploadOptions } from './upload-options.js';

const limits = {
  ...defaultUploadOptions,
  tempFolder: '',
  maxFileBytes: 1,
  maxFields: 5,
  maxFieldNameBytes: 30,
  maxFieldBytes: 10,
  maxSpeakerReferenceBytes: 20,
  maxFieldsBytes: 45,
};

function collect(...fields: [name: string | undefined, value: string][]): Record<string, string[]> {
  const collected = new FormFields(limits);
  for (const [name, value] of fields) collected.add(name, value);
  return Object.fromEntries(collected.values);
}

describe('FormFields', () => {
  it('gives the spellings of an array one key and keeps all values in order', () => {
    expect(collect(['x[]', 'a'], ['y', '1'], ['x', 'b'], ['x[0]', 'b'], ['x[]', 'c'])).toEqual({
      x: ['a', 'b', 'b', 'c'],
      y: ['1'],
    });
  });

  it('keeps the named parts of an object apart', () => {
    expect(collect(['strategy[type]', 'vad'], ['strategy[gap]', '5'], ['strategy', 'auto'])).toEqual({
      'strategy[type]': ['vad'],
      'strategy[gap]': ['5'],
      strategy: ['auto'],
    });
  });

  it('has no special names', () => {
    const fields = new FormFields(limits);
    fields.add('__proto__', 'a');
    fields.add('constructor[prototype]', 'b');
    fields.add('toString', 'c');
    expect([...fields.values]).toEqual([
      ['__proto__', ['a']],
      ['constructor[prototype]', ['b']],
      ['toString', ['c']],
    ]);
    expect({}).not.toHaveProperty('prototype');
  });

  it.each<[string, [string | undefined, string][], object]>([
    ['no name', [[undefined, 'a']], { status: 400, code: 'invalid_multipart' }],
    ['an empty array name', [['[]', 'a']], { status: 400, code: 'invalid_multipart' }],
    ['a long name', [['ä'.repeat(16), 'a']], { status: 400, code: 'field_name_too_long' }],
    ['a long value', [['x[]', 'ä'.repeat(6)]], { status: 413, code: 'request_too_large', param: 'x' }],
    [
      'a long reference',
      [['known_speaker_references[]', 'a'.repeat(21)]],
      { status: 413, param: 'known_speaker_references' },
    ],
    ['too many fields', Array.from({ length: 6 }, () => ['x', 'a']), { status: 400, code: 'too_many_fields' }],
    ['too much altogether', Array.from({ length: 5 }, () => ['x', 'a'.repeat(10)]), { status: 413, param: null }],
    ['a file sent as text', [['file', 'RIFF']], { status: 400, param: 'file' }],
  ])('refuses %s', (_what, fields, expected) => {
    expect(() => collect(...fields)).toThrow(expect.objectContaining(expected));
  });

  it('allows what is exactly at the limits', () => {
    expect(collect(['a'.repeat(30), 'b'.repeat(10)], ['known_speaker_references', 'c'.repeat(20)])).toEqual({
      ['a'.repeat(30)]: ['b'.repeat(10)],
      known_speaker_references: ['c'.repeat(20)],
    });
  });
});
