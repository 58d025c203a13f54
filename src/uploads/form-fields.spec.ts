import { FormFields } from './form-fields.js';
import { UploadMemory } from './upload-memory.js';
import { defaultUploadOptions } from './upload-options.js';

const limits = {
  ...defaultUploadOptions,
  tempFolder: '',
  maxFileBytes: 1,
  maxFields: 5,
  maxFieldNameBytes: 30,
  maxFieldBytes: 10,
  maxSpeakerReferenceBytes: 20,
  maxSpeakerReferencesBytes: 80,
  maxFieldsBytes: 45,
};

function collect(...fields: [name: string | undefined, value: string | undefined][]): Record<string, string[]> {
  const collected = new FormFields(limits, new UploadMemory(1000));
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
    const fields = new FormFields(limits, new UploadMemory(1000));
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

  it.each<[string, [string | undefined, string | undefined][], object]>([
    ['no name', [[undefined, 'a']], { status: 400, code: 'invalid_multipart' }],
    ['an empty array name', [['[]', 'a']], { status: 400, code: 'invalid_multipart' }],
    ['a long name', [['ä'.repeat(16), 'a']], { status: 400, code: 'field_name_too_long' }],
    ['a long value', [['x[]', 'ä'.repeat(6)]], { status: 413, code: 'request_too_large', param: 'x' }],
    [
      'a long object of references',
      [['speaker_references', 'a'.repeat(21)]],
      { status: 413, param: 'speaker_references' },
    ],
    [
      'a long reference',
      [['known_speaker_references[]', 'a'.repeat(21)]],
      { status: 413, param: 'known_speaker_references' },
    ],
    ['too many fields', Array.from({ length: 6 }, () => ['x', 'a']), { status: 400, code: 'too_many_fields' }],
    ['too much altogether', Array.from({ length: 5 }, () => ['x', 'a'.repeat(10)]), { status: 413, param: null }],
    [
      'a reference too many',
      Array.from({ length: 5 }, () => ['known_speaker_references[]', 'a']),
      { status: 400, code: 'invalid_value', param: 'known_speaker_references' },
    ],
    ['a charset that nobody knows', [['x', undefined]], { status: 400, code: 'invalid_value', param: 'x' }],
    ['a NUL', [['x', 'a\0b']], { status: 400, code: 'invalid_value', param: 'x' }],
    ['half of a surrogate pair', [['x[]', '\ud800']], { status: 400, code: 'invalid_value', param: 'x' }],
    ['a NUL in a name', [['x\0', 'a']], { status: 400, code: 'invalid_multipart' }],
    ['a file sent as text', [['file', 'RIFF']], { status: 400, param: 'file' }],
  ])('refuses %s', (_what, fields, expected) => {
    expect(() => collect(...fields)).toThrow(expect.objectContaining(expected));
  });

  it('allows what is exactly at the limits', () => {
    const references: [string, string][] = [
      ['known_speaker_references', 'c'.repeat(20)],
      ['speaker_references', 'd'.repeat(20)],
    ];
    expect(collect(['a'.repeat(30), 'b'.repeat(10)], ...references)).toEqual({
      ['a'.repeat(30)]: ['b'.repeat(10)],
      speaker_references: ['d'.repeat(20)],
      known_speaker_references: ['c'.repeat(20)],
    });
  });

  it('holds references in the memory that all uploads share, and gives it back', () => {
    const memory = new UploadMemory(30);
    const first = new FormFields(limits, memory);
    const second = new FormFields(limits, memory);
    const add = (fields: FormFields) => fields.add('known_speaker_references', 'a'.repeat(20));
    add(first);
    expect(() => add(second)).toThrow(
      expect.objectContaining({ status: 503, code: 'gateway_overloaded', headers: { 'retry-after': '1' } }),
    );
    first.giveBack();
    first.giveBack();
    add(second);
    expect(memory.take(11)).toBe(false);
    expect(memory.take(10)).toBe(true);
  });

  it('bounds references together', () => {
    const fields = new FormFields({ ...limits, maxSpeakerReferencesBytes: 30 }, new UploadMemory(1000));
    fields.add('known_speaker_references', 'a'.repeat(20));
    expect(() => fields.add('known_speaker_references', 'a'.repeat(11))).toThrow(
      expect.objectContaining({ status: 413, code: 'request_too_large', param: 'known_speaker_references' }),
    );
  });

  it('has room for all references beside what else is in a form', () => {
    const references = Array.from({ length: 4 }, (): [string, string] => ['known_speaker_references', 'c'.repeat(20)]);
    expect(collect(...references, ['x', 'a'.repeat(10)])).toEqual({
      known_speaker_references: references.map(([, value]) => value),
      x: ['a'.repeat(10)],
    });
  });
});
