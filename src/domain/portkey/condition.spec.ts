import { GatewayError } from '../errors.js';
import { holdsFor, readQuery, type ConditionFacts } from './condition.js';

const facts: ConditionFacts = {
  metadata: { plan: 'paid', seats: 3, trial: false, region: 'eu-west-1', tags: ['a'], '': 'empty' },
  params: new Map([
    ['model', ['whisper-1']],
    ['temperature', ['0.7']],
    ['stream', ['True']],
    ['prompt', ['x'.repeat(1001)]],
  ]),
  pathname: '/v1/audio/transcriptions',
};

function holds(query: unknown, of = facts): boolean {
  const faults: string[] = [];
  const condition = readQuery(query, (path, fault) => faults.push(`${path.join('.')}: ${fault}`));
  expect(faults).toEqual([]);
  return holdsFor(condition, of);
}

function faultsOf(query: unknown): string[] {
  const faults: string[] = [];
  readQuery(query, (path, fault) => faults.push(`${path.join('.')}: ${fault}`));
  return faults;
}

describe('a condition', () => {
  it.each<[unknown, boolean]>([
    [{}, true],
    [{ 'metadata.plan': 'paid' }, true],
    [{ 'metadata.plan': { $eq: 'free' } }, false],
    [{ 'metadata.plan': { $ne: 'free' } }, true],
    [{ 'metadata.seats': { $eq: 3 } }, true],
    // What is text in JSON is no number, as in Portkey.
    [{ 'metadata.seats': { $eq: '3' } }, false],
    [{ 'metadata.trial': false }, true],
    [{ 'metadata.seats': { $gt: 2, $lte: 3 } }, true],
    [{ 'metadata.seats': { $gt: 3 } }, false],
    [{ 'metadata.plan': { $in: ['free', 'paid'] } }, true],
    [{ 'metadata.plan': { $nin: ['free', 'paid'] } }, false],
    [{ 'metadata.region': { $regex: '^eu-' } }, true],
    [{ 'metadata.region': { $regex: '^EU-' } }, false],
    [{ 'metadata.seats': { $regex: '^3$' } }, true],
    // Of what is not there.
    [{ 'metadata.nothing': { $eq: 'x' } }, false],
    [{ 'metadata.nothing': { $ne: 'x' } }, true],
    [{ 'metadata.nothing': { $nin: ['x'] } }, true],
    [{ 'metadata.nothing': { $lt: 1 } }, false],
    [{ 'metadata.nothing': { $regex: '.*' } }, false],
    [{ 'metadata.toString': { $regex: '.*' } }, false],
    [{ 'metadata.__proto__': { $ne: 'x' } }, true],
    [{ 'metadata.tags': { $regex: 'a' } }, false],
    // A form has texts only.
    [{ 'params.model': { $eq: 'whisper-1' } }, true],
    [{ 'params.temperature': { $eq: 0.7 } }, true],
    [{ 'params.temperature': { $gte: 0.7 } }, true],
    [{ 'params.temperature': { $in: [1, 0.7] } }, true],
    [{ 'params.stream': true }, true],
    [{ 'params.nothing': null }, false],
    [{ 'url.pathname': '/v1/audio/transcriptions' }, true],
    [{ 'url.pathname': { $regex: 'translations$' } }, false],
    [{ $and: [{ 'metadata.plan': 'paid' }, { 'params.model': 'gpt' }] }, false],
    [{ $or: [{ 'metadata.plan': 'free' }, { $and: [{ 'params.model': 'whisper-1' }] }] }, true],
    // All of a query's entries have to hold.
    [{ $or: [{ 'metadata.plan': 'paid' }], 'metadata.seats': 4 }, false],
  ])('%j: %s', (query, expected) => {
    expect(holds(query)).toBe(expected);
  });

  it.each([
    [[], ': must be an object of conditions'],
    [{ $not: [] }, "$not: must be $and, $or, 'metadata.KEY', 'params.FIELD' or 'url.pathname', with no further dots"],
    [
      { 'metadata.a.b': 1 },
      "metadata.a.b: must be $and, $or, 'metadata.KEY', 'params.FIELD' or 'url.pathname', with no further dots",
    ],
    [{ plan: 1 }, "plan: must be $and, $or, 'metadata.KEY', 'params.FIELD' or 'url.pathname', with no further dots"],
    [
      { 'url.host': 'x' },
      "url.host: must be $and, $or, 'metadata.KEY', 'params.FIELD' or 'url.pathname', with no further dots",
    ],
    [{ 'metadata.a': {} }, 'metadata.a: has no operator'],
    [{ 'metadata.a': { $gte: 'much' } }, 'metadata.a.$gte: must be a number'],
    [{ 'metadata.a': { $in: 'x' } }, 'metadata.a.$in: must be a list of texts, numbers, true, false and null'],
    [{ 'metadata.a': { $eq: {} } }, 'metadata.a.$eq: must be a text, a number, true, false or null'],
    [
      { 'metadata.a': { $regex: '(' } },
      'metadata.a.$regex: is no pattern of RE2: error parsing regexp: missing closing ): `(`',
    ],
    [{ $or: [] }, '$or: must be a list of queries'],
    [
      { $and: [{ 'metadata.a': { $exists: true } }] },
      '$and.0.metadata.a.$exists: is no operator; there are $eq, $ne, $gt, $gte, $lt, $lte, $in, $nin, $regex',
    ],
  ])('%j is refused', (query, fault) => {
    expect(faultsOf(query)).toContain(fault);
  });

  it('searches no text that is longer than a pattern is tried on', () => {
    expect(() => holds({ 'params.prompt': { $regex: 'y' } })).toThrow(GatewayError);
  });
});
