import { failureReasons, ProviderError, type FailureReason } from '../domain/errors.js';
import { answerFailure, mostTelling } from './failure-answer.js';
import { failureRules } from './failure-rules.js';

const failure = (reason: FailureReason, retryAfterMs?: number) =>
  new ProviderError(reason, 'as said', { retryAfterMs });

describe('answerFailure', () => {
  it.each(failureReasons)('tells an SDK not to repeat what the gateway has tried: %s', (reason) => {
    const error = answerFailure(failure(reason));
    expect(error).toMatchObject({ status: failureRules[reason].status, headers: { 'x-should-retry': 'false' } });
    expect(error.headers).not.toHaveProperty('retry-after');
  });

  it.each(failureReasons)('passes on the words of a provider only where the caller is to blame: %s', (reason) => {
    const { message, callersFault } = failureRules[reason];
    expect(answerFailure(failure(reason)).message).toBe(callersFault ? 'as said' : message);
  });

  it('passes on when to come back, in whole seconds', () => {
    expect(answerFailure(failure('rate_limited', 1200)).headers['retry-after']).toBe('2');
  });
});

describe('mostTelling', () => {
  it.each<[readonly FailureReason[], FailureReason]>([
    [['rate_limited', 'too_large'], 'rate_limited'],
    [['unavailable', 'unsupported'], 'unavailable'],
    [['credential_rejected', 'timeout'], 'timeout'],
    [['too_large', 'too_large'], 'too_large'],
  ])('of %p it is %s', (reasons, expected) => {
    expect(mostTelling(reasons.map((reason) => failure(reason)))?.reason).toBe(expected);
    expect(mostTelling(reasons.toReversed().map((reason) => failure(reason)))?.reason).toBe(expected);
  });

  it('among equals is the one with the shortest wait, then the first', () => {
    const [unknown, long, short] = [undefined, 9000, 3000].map((ms) => failure('rate_limited', ms));
    expect(mostTelling([unknown, long, short].filter((it) => it !== undefined))).toBe(short);
    const [first, second] = [failure('unavailable'), failure('unavailable')];
    expect(mostTelling([first, second])).toBe(first);
  });

  it('of nothing is nothing', () => {
    expect(mostTelling([])).toBeUndefined();
  });
});
