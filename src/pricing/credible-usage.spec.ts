import { tokenUsage, type Usage } from '../domain/usage.js';
import { credibleUsage, type UsageFacts } from './credible-usage.js';

const judge = (usage: Usage, known: Partial<UsageFacts> = {}) =>
  credibleUsage({ usage, text: 'Hello.', provider: 'acme', upstreamModel: 'scribbler', ...known });
const seconds = (it: number): Usage => ({ type: 'duration', seconds: it });

describe('credibleUsage', () => {
  it.each<[string, Usage, Partial<UsageFacts>]>([
    ['what was measured', seconds(60), { measuredSeconds: 60 }],
    ['the minimum of a bill', seconds(10), { measuredSeconds: 0.5 }],
    ['every channel', seconds(3_600 * 8), { measuredSeconds: 3_600 }],
    ['a minute beyond the measured length', seconds(61), { measuredSeconds: 1 }],
    ['what the bytes can hold', seconds(1_000), { sizeBytes: 50_000 }],
    ['two days, of a recording that nobody has seen', seconds(48 * 3_600), {}],
    ['nothing for nothing', seconds(0), { measuredSeconds: 60, text: ' ' }],
    ['no tokens for nothing', tokenUsage({ audio: 0, text: 0, output: 0 }), { text: '' }],
    ['ten million tokens', tokenUsage({ audio: 10_000_000, text: 1, output: 1 }), {}],
  ])('believes %s', (_what, usage, known) => {
    expect(judge(usage, known)).toEqual({ usage });
  });

  it.each<[string, Usage, Partial<UsageFacts>, string]>([
    ['ten times the length and more', seconds(3_700), { measuredSeconds: 360 }, '3700 seconds for a recording of 360'],
    ['more than a minute beyond it', seconds(62), { measuredSeconds: 1 }, '62 seconds for a recording of 1'],
    [
      'more than the bytes can hold',
      seconds(1_001),
      { sizeBytes: 50_000 },
      '1001 seconds for a recording of 50000 bytes',
    ],
    ['more than two days', seconds(48 * 3_600 + 1), {}, '172801 seconds for a recording'],
    ['more than two days, however long it is', seconds(180_000), { measuredSeconds: 170_000 }, '180000 seconds'],
    ['1e300 seconds', seconds(1e300), {}, '1e+300 seconds'],
    ['no number', seconds(Number.NaN), {}, 'NaN seconds'],
    ['less than nothing', seconds(-1), {}, '-1 seconds'],
    ['nothing for words', seconds(0), {}, '0 seconds for a recording in which it heard words'],
    ['no tokens for words', tokenUsage({ audio: 0, text: 0, output: 0 }), {}, '0 tokens for a recording in which'],
    ['more tokens than any call has', tokenUsage({ audio: 1, text: 1, output: 10_000_001 }), {}, '10000001 tokens'],
    ['1e300 tokens', tokenUsage({ audio: 1e300, text: 0, output: 1 }), {}, '1e+300 tokens'],
  ])('does not believe %s', (_what, usage, known, words) => {
    expect(judge(usage, known)).toEqual({
      warning: expect.stringContaining(`what acme/scribbler reports of its usage is not believed: ${words}`),
    });
  });

  it.each<[string, Usage, string | undefined]>([
    ['a total of 99 for 14 and 45', tokenUsage({ audio: 14, text: 0, output: 45 }), 'a total of 99 for 14 and 45'],
    ['9 and 7 seconds', seconds(9), '9 and 7 seconds'],
    ['0 tokens of output for a recording in which', tokenUsage({ audio: 14, text: 0, output: 0 }), undefined],
    ['0 tokens of input for a recording in which', tokenUsage({ audio: 0, text: 0, output: 45 }), undefined],
  ])('uses with a doubt what contradicts itself: %s', (words, usage, usageDoubt) => {
    expect(judge(usage, { usageDoubt })).toEqual({
      usage,
      isDoubtful: true,
      warning: expect.stringContaining(`what acme/scribbler reports of its usage contradicts itself: ${words}`),
    });
  });

  it('does not believe what it would only doubt where it cannot be true', () => {
    expect(judge(seconds(1e300), { usageDoubt: '9 and 1e300 seconds' })).toEqual({
      warning: expect.stringContaining('is not believed'),
    });
  });

  it('finds a silence without output in order', () => {
    const usage = tokenUsage({ audio: 14, text: 0, output: 0 });
    expect(judge(usage, { text: ' ' })).toEqual({ usage });
  });

  it('has nothing to say where nothing was reported', () => {
    expect(credibleUsage({ usage: undefined, provider: 'acme', upstreamModel: 'scribbler' })).toEqual({});
  });
});
