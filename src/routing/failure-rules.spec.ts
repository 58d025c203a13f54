import { outcomes } from '../domain/attempt.js';
import { failureReasons } from '../domain/errors.js';
import { failureRules, mayBeBilled } from './failure-rules.js';

describe('the table of failures', () => {
  it('gives every reason a rank of its own', () => {
    const ranks = failureReasons.map((reason) => failureRules[reason].rank);
    expect(ranks.toSorted((left, right) => left - right)).toEqual(failureReasons.map((_reason, index) => index + 1));
  });

  it('says that what may be billed is what was answered, or was under way', () => {
    const billed = outcomes.filter(mayBeBilled);
    expect(billed).toEqual(['success', 'timeout', 'bad_response', 'aborted', 'unknown']);
  });
});
