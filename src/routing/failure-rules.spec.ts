import { failureReasons } from '../domain/errors.js';
import { failureRules, mayAnswerAfter, mayBeBilled } from './failure-rules.js';

describe('the table of failures', () => {
  it('gives every reason a rank of its own', () => {
    const ranks = failureReasons.map((reason) => failureRules[reason].rank);
    expect(ranks.toSorted((left, right) => left - right)).toEqual(failureReasons.map((_reason, index) => index + 1));
  });

  it('says that what may be billed is what was answered, or was under way', () => {
    const billed = failureReasons.filter((reason) => mayBeBilled({ reason }));
    expect(billed).toEqual(['timeout', 'bad_response', 'aborted', 'unknown']);
  });

  it('says that nobody bills a redirect or an error status, but perhaps what took too long', () => {
    const billed = failureReasons.filter((reason) => mayBeBilled({ reason, upstreamStatus: 504 }));
    expect(billed).toEqual(['timeout']);
    expect(mayBeBilled({ reason: 'bad_response', upstreamStatus: 302 })).toBe(false);
  });
});

describe('mayAnswerAfter', () => {
  const openai = { provider: 'openai', defaultApiBase: 'https://api.openai.com/v1' };
  const deepgram = { provider: 'deepgram', defaultApiBase: 'https://api.deepgram.com' };
  const server = { provider: 'openai-compatible' };
  const gpt4o = { upstreamModel: 'gpt-4o-transcribe' };
  const others = {
    same: { adapter: openai, deployment: gpt4o },
    'other model': { adapter: openai, deployment: { upstreamModel: 'whisper-1' } },
    'other region': { adapter: openai, deployment: { ...gpt4o, apiBase: 'https://eu.api.openai.com/v1' } },
    'other provider': { adapter: deepgram, deployment: { upstreamModel: 'nova-3' } },
  };

  it.each([
    ['unavailable', ['same', 'other model', 'other region', 'other provider']],
    ['unsupported', ['other model', 'other region', 'other provider']],
    ['too_large', ['other model', 'other region', 'other provider']],
    ['audio_rejected', ['other provider']],
    ['request_rejected', ['other provider']],
    ['aborted', []],
  ] as const)('%s lets %j try', (reason, names) => {
    const able = Object.entries(others).filter(([, next]) => mayAnswerAfter(reason, others.same, next));
    expect(able.map(([name]) => name)).toEqual(names);
  });

  it("takes everybody's own server for another provider at another address", () => {
    const at = (apiBase: string) => ({ adapter: server, deployment: { apiBase, upstreamModel: 'whisper' } });
    expect(mayAnswerAfter('audio_rejected', at('http://a/v1'), at('http://a/v1'))).toBe(false);
    expect(mayAnswerAfter('audio_rejected', at('http://a/v1'), at('http://b/v1'))).toBe(true);
  });
});
