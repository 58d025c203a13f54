import { isMetadataField, readRequestMetadata } from './request-metadata.js';

function read(fields: Record<string, string | string[]>) {
  return readRequestMetadata(new Map(Object.entries(fields).map(([name, value]) => [name, [value].flat()])));
}

function refusalOf(fields: Record<string, string | string[]>): unknown {
  try {
    return read(fields);
  } catch (error) {
    return error;
  }
}

describe('what a client notes', () => {
  it.each<[string, Record<string, string | string[]>, unknown]>([
    ['nothing', { model: 'whisper', language: 'en' }, undefined],
    ['JSON', { metadata: '{"job": "a", "n": 1, "deep": {"ok": true}}' }, { job: 'a', n: 1, deep: { ok: true } }],
    ['text', { metadata: 'episode 12' }, { metadata: 'episode 12' }],
    ['broken JSON', { metadata: '{"job": ' }, { metadata: '{"job": ' }],
    ['a list', { metadata: '[1, "b"]' }, { metadata: [1, 'b'] }],
    ['null and nothing', { metadata: 'null', litellm_metadata: '', user: '' }, undefined],
    [
      'bracketed keys',
      { 'metadata[job]': 'a', 'metadata[deep][x]': '1', 'metadata[deep][y]': '2' },
      { job: 'a', deep: { x: '1', y: '2' } },
    ],
    ['a bracketed list', { 'metadata[tags]': ['a', 'b'] }, { tags: ['a', 'b'] }],
    ['both maps', { metadata: '{"a": 1}', litellm_metadata: '{"b": 2}' }, { a: 1, b: 2 }],
    [
      'user and tags beside them',
      { metadata: '{"a": 1}', user: 'u-1', tags: 'x, y' },
      { a: 1, user: 'u-1', tags: ['x', 'y'] },
    ],
    ['tags in JSON', { tags: '["x", "y"]' }, { tags: ['x', 'y'] }],
    ['tags repeated', { tags: ['x', 'y'] }, { tags: ['x', 'y'] }],
    ['tags in both places', { metadata: '{"tags": ["x"]}', tags: 'x,y' }, { tags: ['x', 'y'] }],
    [
      'ids of traces',
      { litellm_session_id: 's', litellm_trace_id: 't' },
      { litellm_session_id: 's', litellm_trace_id: 't' },
    ],
    ['a key of the prototype', { 'metadata[__proto__]': 'x' }, JSON.parse('{"__proto__": "x"}')],
  ])('may be %s', (_, fields, expected) => {
    expect(read(fields)).toEqual(expected);
  });

  const keys = (count: number, offset = 0) =>
    JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index + offset}`, 1])));

  it.each<[string, Record<string, string | string[]>, string]>([
    ['too large', { metadata: JSON.stringify({ a: 'x'.repeat(16_384) }) }, 'metadata'],
    ['too large as text', { user: 'x'.repeat(16_385) }, 'user'],
    ['too large together', { metadata: 'x'.repeat(10_000), litellm_metadata: 'x'.repeat(10_000) }, 'litellm_metadata'],
    ['too large in umlauts', { user: 'ü'.repeat(8_192) }, 'user'],
    ['many tags', { tags: Array.from({ length: 4_000 }, () => 'tags') }, 'tags'],
    ['too many keys', { metadata: keys(65) }, 'metadata'],
    ['too many keys together', { metadata: keys(40), litellm_metadata: keys(40, 40) }, 'litellm_metadata'],
    ['too many keys within', { metadata: `{"a": ${keys(64)}}` }, 'metadata'],
    ['too deep', { metadata: `${'['.repeat(8_000)}${']'.repeat(8_000)}` }, 'metadata'],
    ['too deep in brackets', { [`metadata${'[a]'.repeat(10)}`]: 'x' }, 'metadata'],
  ])('may not be %s', (_, fields, param) => {
    expect(refusalOf(fields)).toMatchObject({ status: 400, param, code: 'invalid_value' });
  });

  it('may fill what there is', () => {
    expect(Object.keys(read({ metadata: keys(64) }) ?? {})).toHaveLength(64);
    expect(read({ user: 'x'.repeat(16_380) })).toEqual({ user: 'x'.repeat(16_380) });
  });

  it('is told from fields of providers', () => {
    expect(['metadata', 'metadata[a][b]', 'user', 'tags', 'litellm_call_id'].filter(isMetadataField)).toHaveLength(5);
    expect(['tag', 'users', 'my_metadata', 'language'].filter(isMetadataField)).toEqual([]);
  });
});
