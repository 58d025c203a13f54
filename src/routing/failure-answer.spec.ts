import { failureReasons, ProviderError, type FailureReason } from '../domain/errors.js';
import { answerFailure, mostTelling } from './failure-answer.js';
import { failureRules } from './failure-rules.js';

const failure = (reason: FailureReason, retryAfterMs?: number) =>
  new ProviderError(reason, 'as said', { retryAfterMs });

describe('answerFailure', () => {
  it.each(failureReasons)(
    'tells an SDK not to repeat what the gateway has tried, unless waiting helps: %s',
    (reason) => {
      const error = answerFailure(failure(reason));
      expect(error.status).toBe(failureRules[reason].status);
      expect(error.headers).toEqual(reason === 'rate_limited' ? {} : { 'x-should-retry': 'false' });
    },
  );

  it.each(failureReasons)('passes on the words of a provider only where the caller is to blame: %s', (reason) => {
    const { message, callersFault } = failureRules[reason];
    expect(answerFailure(failure(reason)).message).toBe(callersFault ? 'as said' : message);
  });

  it('tells of a file that is too large as the gateway itself does, in the words of the provider', () => {
    const facts = { code: 'PAYLOAD_TOO_LARGE', param: 'audio' };
    expect(answerFailure(new ProviderError('too_large', 'as said', facts))).toMatchObject({
      status: 413,
      code: 'file_too_large',
      param: 'file',
      message: 'as said',
    });
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
    [['audio_rejected', 'unavailable'], 'audio_rejected'],
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

  it('of verdicts on the request is the first one', () => {
    const verdicts = (['unsupported', 'audio_rejected', 'request_rejected'] as const).map((it) => failure(it));
    expect(mostTelling(verdicts)).toBe(verdicts[0]);
    expect(mostTelling(verdicts.toReversed())).toBe(verdicts[2]);
  });

  it('of nothing is nothing', () => {
    expect(mostTelling([])).toBeUndefined();
  });
});
