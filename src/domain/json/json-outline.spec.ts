import fc from 'fast-check';
import { type JsonInterest, type JsonValue, readOutline, textAt, valueAt } from './json-outline.js';

const everything: JsonInterest = {
  members: { a: { members: { b: { items: {} } }, items: { members: {} } } },
};

function outlineOf(text: string, interest: JsonInterest = everything): JsonValue {
  const reading = readOutline(Buffer.from(text), interest);
  for (;;) {
    const step = reading.next();
    if (step.done) return step.value;
  }
}

function faultOf(text: string): string | undefined {
  try {
    outlineOf(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('readOutline', () => {
  it('tells every member of what is of interest, and of the rest only where it is', () => {
    const text = ' { "a" : {"b":[1, "x"], "c":{"d":1}}, "\\u0065":[true] , "a":null}';
    const bytes = Buffer.from(text);
    const root = outlineOf(text);
    const [first, second, third] = root.members ?? [];
    expect([first, second, third].map((it) => it?.name)).toEqual(['a', 'e', 'a']);
    expect(first?.value.members?.map(({ name }) => name)).toEqual(['b', 'c']);
    expect(first?.value.members?.[0]?.value.items?.map((it) => valueAt(bytes, it))).toEqual([1, 'x']);
    expect(first?.value.members?.[1]?.value.members).toBeUndefined();
    expect(second?.value).toEqual({ kind: 'array', start: text.indexOf('[true]'), end: text.indexOf('[true]') + 6 });
    expect(third?.value.kind).toBe('null');
    expect(text.slice(second?.start).startsWith('"\\u0065"')).toBe(true);
    expect([root.start, root.end]).toEqual([1, text.length]);
  });

  it('reads names that JavaScript means something by like any other', () => {
    const root = outlineOf('{"__proto__":{"b":1},"constructor":1,"toString":[]}');
    expect(root.members?.map(({ name }) => name)).toEqual(['__proto__', 'constructor', 'toString']);
    expect(root.members?.[0]?.value.members).toBeUndefined();
  });

  it('counts bytes, not characters', () => {
    const text = '{"ä":"ö€😀","a":"ü"}';
    const bytes = Buffer.from(text);
    const values = outlineOf(text).members?.map(({ value }) => textAt(bytes, value));
    expect(values).toEqual(['ö€😀', 'ü']);
  });

  it.each([
    ['', 'it ends too early'],
    ['{"a":', 'it ends too early'],
    ['{"a', 'it ends too early'],
    ['"\\', 'what is at byte 1 does not belong there'],
    ['{"a" 1}', 'what is at byte 5 does not belong there'],
    ['{"a":1,}', 'what is at byte 7 does not belong there'],
    ['[1}', 'what is at byte 2 does not belong there'],
    ['{} {}', 'what is at byte 3 does not belong there'],
    ['nul', 'what is at byte 0 does not belong there'],
    ['[01]', 'what is at byte 2 does not belong there'],
    ['"\u0001"', 'what is at byte 1 does not belong there'],
    [`${'['.repeat(300)}`, 'it is nested more than 256 levels deep'],
    [`[${'1,'.repeat(200_000)}1]`, undefined],
    [`{"a":[${'1,'.repeat(100_000)}1]}`, 'it has more than 100000 values'],
  ])('says of %j: %s', (text, fault) => {
    expect(faultOf(text)).toBe(fault);
  });

  it('takes what JSON.parse takes, and finds the same', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        const bytes = Buffer.from(text);
        const root = outlineOf(text);
        expect(valueAt(bytes, root)).toEqual(JSON.parse(text));
        const read: unknown = JSON.parse(text);
        const isObject = typeof read === 'object' && read !== null && !Array.isArray(read);
        expect(root.members?.map(({ name, value }) => [name, valueAt(bytes, value)])).toEqual(
          isObject ? Object.entries(read).toSorted(byPlaceIn(root)) : undefined,
        );
      }),
    );
  });

  it('refuses what JSON.parse refuses, whatever has been changed', () => {
    const marks = ['"', '\\', '{', '}', '[', ']', ',', ':', '0', '-', '.', 'e', 't', ' ', '\n', '\u0002', 'u', 'ü', ''];
    fc.assert(
      fc.property(
        fc.json({ maxDepth: 4 }),
        fc.nat(),
        fc.nat({ max: 2 }),
        fc.constantFrom(...marks),
        (json, at, cut, mark) => {
          const place = json.length === 0 ? 0 : at % json.length;
          const text = json.slice(0, place) + mark + json.slice(place + cut);
          expect([text, faultOf(text) === undefined]).toEqual([text, isJson(text)]);
        },
      ),
      { numRuns: 5_000 },
    );
  });

  it('reads a long document in many steps', () => {
    const text = `{"a":"${'A'.repeat(3_000_000)}\\n","b":[${'1 ,'.repeat(500_000)}1]}`;
    const reading = readOutline(Buffer.from(text), everything);
    let steps = 1;
    let step = reading.next();
    for (; !step.done; step = reading.next()) steps += 1;
    expect(steps).toBeGreaterThan(8);
    expect(step.value.members?.map(({ value }) => value.end - value.start)).toEqual([3_000_004, 1_500_003]);
  });
});

/** JavaScript puts names that are numbers first. */
function byPlaceIn(root: JsonValue) {
  const names = root.members?.map(({ name }) => name) ?? [];
  return ([one]: [string, unknown], [other]: [string, unknown]) => names.indexOf(one) - names.indexOf(other);
}
