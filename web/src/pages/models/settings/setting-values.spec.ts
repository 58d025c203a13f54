import { settingFields } from './setting-fields';
import { faultOf, patchBetween, settingsOf, settingValues } from './setting-values';

const text = { type: 'string' };
const fields = settingFields({
  type: 'object',
  properties: {
    server: { type: 'string', enum: ['vllm', 'speaches'], description: 'Who answers' },
    streaming: { type: 'boolean', default: true },
    max_bytes: { type: 'integer', exclusiveMinimum: 0 },
    project: { ...text, pattern: '^x' },
    tasks: { type: 'array', items: { ...text, enum: ['transcribe', 'translate'] } },
    formats: {
      anyOf: [
        { ...text, const: 'auto' },
        { type: 'array', items: { ...text, enum: ['json', 'srt'] } },
      ],
    },
    options: {
      anyOf: [
        { ...text, const: 'any' },
        { type: 'array', items: text },
      ],
    },
    voices: { type: 'object', additionalProperties: text },
    odd: { type: 'object', properties: { deep: { type: 'number' } } },
    either: { anyOf: [{ type: 'number' }, { type: 'array', items: text }] },
  },
});

it('makes a field of each setting that a provider describes, and knows nothing of the provider', () => {
  expect(fields.map(({ name, kind }) => [name, kind])).toEqual([
    ['server', 'choice'],
    ['streaming', 'flag'],
    ['max_bytes', 'number'],
    ['project', 'text'],
    ['tasks', 'choices'],
    ['formats', 'choices'],
    ['options', 'list'],
    ['voices', 'map'],
    ['odd', 'json'],
    ['either', 'json'],
  ]);
  expect(fields[0]).toMatchObject({ options: ['vllm', 'speaches'], description: 'Who answers', usual: undefined });
  expect(fields[1]).toMatchObject({ usual: 'yes' });
  expect(fields[5]).toMatchObject({ options: ['json', 'srt'], words: ['auto'] });
  expect(settingFields({ type: 'object' })).toEqual([]);
  expect(settingFields('nothing of the kind')).toEqual([]);
});

it.each([
  {},
  { server: 'vllm', streaming: false, max_bytes: 26_214_400, project: 'x' },
  // No entry is something else than nothing said.
  { tasks: [], formats: ['json'], options: ['a', 'b'] },
  { formats: 'auto', options: 'any' },
  { voices: { alloy: 'aura=2', echo: 'b' }, odd: { deep: 1 }, either: 3 },
])('gives settings back as they were: %j', (stored) => {
  expect(settingsOf(fields, settingValues(fields, stored))).toEqual(stored);
});

it('takes one of several for what is chosen where a form tells it alone', () => {
  const { instead, settings } = settingValues(fields, { options: ['a'] });
  expect(settingsOf(fields, { instead, settings: { ...settings, options: ' b, c\n' } })).toEqual({
    options: ['b', 'c'],
  });
});

it('sends what has changed, null for what is gone, also inside of what is merged', () => {
  const before = { server: 'vllm', tasks: ['a'], voices: { alloy: 'a', echo: 'b' }, kept: 1 };
  expect(patchBetween(before, { tasks: ['a', 'b'], voices: { alloy: 'c' }, kept: 1, max_bytes: 5 })).toEqual({
    server: null,
    tasks: ['a', 'b'],
    voices: { alloy: 'c', echo: null },
    max_bytes: 5,
  });
  expect(patchBetween(before, before)).toEqual({});
  expect(patchBetween({}, JSON.parse('{"__proto__": {"a": 1}}'))).toEqual(JSON.parse('{"__proto__": {"a": 1}}'));
});

it('says what could not even be sent', () => {
  const [voices, odd, project] = ['voices', 'odd', 'project'].map((name) =>
    fields.find((field) => field.name === name),
  );
  if (!voices || !odd || !project) throw new Error('a field is missing');
  expect(faultOf(voices, 'alloy = a\n\necho=b')).toBeUndefined();
  expect(faultOf(voices, 'alloy = a\necho')).toBeDefined();
  expect(faultOf(odd, '{"deep": 1}')).toBeUndefined();
  expect(faultOf(odd, '{deep}')).toBeDefined();
  expect(faultOf(project, '{')).toBeUndefined();
});
