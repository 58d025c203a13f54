import type { IncomingHttpHeaders } from 'node:http';
import { GatewayError } from '../domain/errors.js';
import { type CallerFacts, noteCallerFacts } from './caller-facts.js';

type Fields = Record<string, string | string[]>;

/** What the log is told, and why the request is refused. */
function note(headers: IncomingHttpHeaders, fields?: Fields, doorFields: readonly (readonly [string, string])[] = []) {
  const told: { facts?: CallerFacts; param?: string | null; status?: number } = {};
  const entrance = {
    path: '/v1/audio/transcriptions',
    modelOf: (name: string) => name,
    plan: () => Promise.resolve(undefined),
    fields: doorFields,
  };
  const sent = fields && new Map(Object.entries(fields).map(([name, value]) => [name, [value].flat()]));
  try {
    noteCallerFacts({ noted: (facts) => (told.facts = facts) }, { headers, entrance }, sent);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    Object.assign(told, { param: error.param, status: error.status });
  }
  return told;
}

const nothing: CallerFacts = { endUser: null, tags: [], traceId: null, metadata: null };
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

describe('what a caller says of its request', () => {
  it('may be nothing', () => expect(note({})).toEqual({ facts: nothing }));

  it.each<[string, IncomingHttpHeaders, Partial<CallerFacts>]>([
    ['a user', { 'x-auricle-user': ' u-1 ' }, { endUser: 'u-1' }],
    ['tags with commas', { 'x-auricle-tags': 'a, b,,a' }, { tags: ['a', 'b'] }],
    ['tags in JSON', { 'x-auricle-tags': ' ["a, b", "c"]' }, { tags: ['a, b', 'c'] }],
    ['metadata', { 'x-auricle-metadata': '{"job": "j"}' }, { metadata: { job: 'j' } }],
    ['a trace', { 'x-auricle-trace-id': 'order-7' }, { traceId: 'order-7' }],
    ["W3C's trace", { traceparent: `00-${TRACE}-00f067aa0ba902b7-01` }, { traceId: TRACE }],
    ['empty', { 'x-auricle-user': '', 'x-auricle-tags': ' ', 'x-auricle-metadata': '', 'x-auricle-trace-id': '' }, {}],
    [
      'more than ASCII, as UTF-8 and as JSON',
      {
        'x-auricle-user': Buffer.from('Jürgen').toString('latin1'),
        'x-auricle-metadata': Buffer.from('{"city": "Köln", "name": "J\\u00fcrgen"}').toString('latin1'),
      },
      { endUser: 'Jürgen', metadata: { city: 'Köln', name: 'Jürgen' } },
    ],
    ['more than ASCII in Latin-1', { 'x-auricle-user': 'Jürgen' }, { endUser: 'Jürgen' }],
    ['malformed where the standard says to ignore it', { traceparent: `00-${TRACE}-0-01` }, {}],
  ])('is read from headers: %s', (_, headers, expected) => {
    expect(note(headers)).toEqual({ facts: { ...nothing, ...expected } });
  });

  it.each<[string, Fields, Partial<CallerFacts>]>([
    ["OpenAI's user", { user: 'u' }, { endUser: 'u', metadata: { user: 'u' } }],
    ["LiteLLM's user", { litellm_metadata: '{"user": "u"}' }, { endUser: 'u', metadata: { user: 'u' } }],
    ["LiteLLM's other user", { metadata: '{"user_id": 7}' }, { endUser: '7', metadata: { user_id: 7 } }],
    ["Portkey's user", { metadata: '{"_user": "u"}' }, { endUser: 'u', metadata: { _user: 'u' } }],
    ["OpenAI's newer user", { safety_identifier: 'u' }, { endUser: 'u' }],
    ['tags', { tags: 'a, b' }, { tags: ['a', 'b'], metadata: { tags: ['a', 'b'] } }],
    ['a trace', { 'metadata[trace_id]': 't' }, { traceId: 't', metadata: { trace_id: 't' } }],
    ["LiteLLM's trace", { litellm_trace_id: 't' }, { traceId: 't', metadata: { litellm_trace_id: 't' } }],
  ])('is read from fields: %s', (_, fields, expected) => {
    expect(note({}, fields)).toEqual({ facts: { ...nothing, ...expected } });
  });

  it('is known from the headers of other gateways before the body is', () => {
    const fields = [
      ['tags', 'a'],
      ['metadata', '{"_user": "u"}'],
      ['metadata[trace_id]', 't'],
    ] as const;
    expect(note({}, undefined, fields).facts).toMatchObject({ endUser: 'u', tags: ['a'], traceId: 't' });
  });

  it('is taken from our headers first, then from the body, then from elsewhere', () => {
    const headers = {
      'x-auricle-user': 'ours',
      'x-auricle-tags': 'ours,both',
      'x-auricle-metadata': '{"a": "ours", "b": "ours"}',
      'x-auricle-trace-id': 'ours',
      traceparent: `00-${TRACE}-00f067aa0ba902b7-01`,
    };
    const fields = {
      user: 'field',
      tags: 'both,field',
      metadata: '{"a": "field", "c": "field", "trace_id": "field", "_user": "note"}',
    };
    expect(note(headers, fields).facts).toMatchObject({
      endUser: 'ours',
      tags: ['ours', 'both', 'field'],
      traceId: 'ours',
      metadata: { a: 'ours', b: 'ours', c: 'field' },
    });
    expect(note({ traceparent: headers.traceparent }, fields).facts).toMatchObject({
      endUser: 'field',
      traceId: 'field',
    });
    expect(note({}, { ...fields, user: '' }).facts).toMatchObject({ endUser: 'note' });
  });

  const many = (count: number) => Array.from({ length: count }, (_, index) => `t${index}`);

  it.each<[string, string]>([
    ['x-auricle-user', 'u'.repeat(257)],
    ['x-auricle-trace-id', 't'.repeat(257)],
    ['x-auricle-tags', many(65).join()],
    ['x-auricle-tags', 't'.repeat(129)],
    ['x-auricle-tags', '["a", 1]'],
    ['x-auricle-tags', '["a"'],
    ['x-auricle-tags', '["\\u0000"]'],
    ['x-auricle-metadata', 'job=j'],
    ['x-auricle-metadata', '["j"]'],
    ['x-auricle-metadata', 'null'],
    ['x-auricle-metadata', '{"n": 1}'],
    ['x-auricle-metadata', '{"deep": {"a": "b"}}'],
    ['x-auricle-metadata', JSON.stringify({ a: 'x'.repeat(513) })],
    ['x-auricle-metadata', JSON.stringify({ ['k'.repeat(65)]: 'x' })],
    ['x-auricle-metadata', JSON.stringify(Object.fromEntries(many(65).map((name) => [name, ''])))],
    ['x-auricle-metadata', '{"a": "\\ud800"}'],
  ])('is refused where %s cannot be understood, and the rest is kept', (header, value) => {
    const others = { 'x-auricle-user': 'u', 'x-auricle-tags': 'a', 'x-auricle-trace-id': 't' };
    const { facts, ...refusal } = note({ ...others, [header]: value });
    expect(refusal).toEqual({ status: 400, param: header });
    expect(facts).toEqual({
      endUser: header === 'x-auricle-user' ? null : 'u',
      tags: header === 'x-auricle-tags' ? [] : ['a'],
      traceId: header === 'x-auricle-trace-id' ? null : 't',
      metadata: null,
    });
  });

  it('is cut where others say too much', () => {
    const { facts } = note({}, { user: 'u'.repeat(300), tags: ['t'.repeat(200), ...many(10)] });
    expect([facts?.endUser?.length, facts?.tags[0]?.length, facts?.tags.length]).toEqual([256, 128, 11]);
  });
});
