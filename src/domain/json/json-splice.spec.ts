import fc from 'fast-check';
import { readOutline } from './json-outline.js';
import { type MemberChanges, spliced, spliceMembers } from './json-splice.js';

function changed(text: string, changes: MemberChanges): string {
  const bytes = Buffer.from(text);
  const reading = readOutline(bytes, { members: {} });
  const { value: root } = reading.next();
  if (!root) throw new Error('not read in one step');
  return Buffer.concat(spliced(bytes, spliceMembers(root, changes))).toString();
}

describe('spliceMembers', () => {
  const without = new Set(['x', 'y']);

  it.each([
    ['{"a":1,"x":2,"b":3}', '{"a":1,"b":3}'],
    ['{ "x":1 , "a":2 }', '{ "a":2 }'],
    ['{"a" : 1 , "x":[1,{"x":2}] , "y":3\n}', '{"a" : 1\n}'],
    ['{"x":1,"y":2}', '{}'],
    ['{"x":1,"a":{"x":1},"\\u0079":2,"b":3,"x":4}', '{"a":{"x":1},"b":3}'],
    ['{ }', '{ }'],
  ])('makes %j into %j', (text, expected) => {
    expect(changed(text, { without })).toBe(expected);
  });

  it.each([
    ['{"model":"a", "b":[1e2]}', '{"model":"new", "b":[1e2]}'],
    ['{"b":1, "\\u006dodel" : "a\\"" }', '{"b":1, "\\u006dodel" : "new" }'],
    ['{"model":1,"model":{"model":2}}', '{"model":"new","model":"new"}'],
    ['{"b":1}', '{"model":"new","b":1}'],
    ['{}', '{"model":"new"}'],
    ['{ "x":1 }', '{"model":"new"  }'],
    ['{ "x":1, "b":2 }', '{"model":"new", "b":2 }'],
  ])('writes the model of %j', (text, expected) => {
    expect(changed(text, { without, set: new Map([['model', '"new"']]) })).toBe(expected);
  });

  it('leaves what JSON.parse reads without these members and with those', () => {
    const name = fc.constantFrom('a', 'b', 'x', 'y', 'model');
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.jsonValue())), fc.boolean(), (members, isSet) => {
        const text = `{ ${members.map(([key, value]) => `"${key}": ${JSON.stringify(value)}`).join(' , ')} }`;
        const set = new Map(isSet ? [['model', '"new"']] : []);
        const expected = {
          ...Object.fromEntries(members.filter(([key]) => !without.has(key))),
          ...(isSet && { model: 'new' }),
        };
        expect(JSON.parse(changed(text, { without, set }))).toEqual(JSON.parse(JSON.stringify(expected)));
      }),
    );
  });
});

describe('spliced', () => {
  it('refuses changes of the same place', () => {
    const splices = [
      { start: 0, end: 2, text: 'a' },
      { start: 1, end: 3, text: 'b' },
    ];
    expect(() => spliced(Buffer.from('1234'), splices)).toThrow('overlap');
  });
});
