import { request, scriptedDeployment } from '../../../test/support/scripted-provider.js';
import type { TranscriptionRequest, TranscriptionResult } from '../../domain/transcription.js';
import { formOf, neededParts, partsOf } from './answer-form.js';
import { decodeAnswer, encodeAnswer, hitOf, type CachedAnswer } from './cached-answer.js';

const segment = { text: 'Hello there.', startSeconds: 0, endSeconds: 1.5, avgLogprob: -0.25, tokens: [1, 2] };
const word = { word: 'Hello', startSeconds: 0, endSeconds: 0.5, speaker: 'A' };
const full: TranscriptionResult = {
  text: 'Hello there. \ud800 \u0000 é',
  language: 'en',
  durationSeconds: 1.5,
  segments: [segment],
  words: [word],
  logprobs: [{ token: 'Hello', logprob: -0.1, bytes: [72] }],
  providerData: { entities: [{ label: 'x' }] },
  usage: { type: 'duration', seconds: 2 },
  native: { format: 'json', contentType: 'application/json', body: Buffer.from([123, 34, 0, 255, 125]) },
};

function kept(result: TranscriptionResult, asked: Partial<TranscriptionRequest> = {}): CachedAnswer {
  const all = { ...request, ...asked };
  const { id, model, provider, upstreamModel } = scriptedDeployment('a');
  return {
    requestId: '019aa0e2-7c1d-7b8e-9a51-0d6f8f1c2b3a',
    deployment: { id, model, provider, upstreamModel },
    form: formOf(all),
    given: { responseFormat: all.responseFormat, granularities: all.granularities, include: all.include },
    warnings: ['a warning'],
    result,
  };
}

it('comes back as it was stored, without what was billed', () => {
  const answer = kept({ ...full, costUsd: 7, upstreamRequestId: 'req_1', usageDoubt: 'x' });
  const { costUsd: _, upstreamRequestId: __, usageDoubt: ___, ...result } = answer.result;
  expect(decodeAnswer(encodeAnswer(answer))).toEqual({ ...answer, result });
});

it('stores no more of a deployment than its names', () => {
  const deployment = scriptedDeployment('a', { apiKey: 'sk-secret', settings: { token: 'sk-secret' } });
  expect(encodeAnswer({ ...kept(full), deployment }).toString()).not.toContain('sk-secret');
});

it.each(['', 'null', '[]', '{"result":{}}', '\u0000'])('is none where the bytes are damaged: %j', (bytes) => {
  expect(decodeAnswer(Buffer.from(bytes))).toBeUndefined();
});

it('is none where a part of it is of another kind', () => {
  const bytes = encodeAnswer(kept(full)).toString();
  for (const [from, to] of [
    ['"text":"Hello', '"text":7,"x":"Hello'],
    ['"response_format":"json"', '"response_format":"pdf"'],
    ['"startSeconds":0', '"startSeconds":-1'],
    ['"type":"duration"', '"type":"minutes"'],
  ] as const) {
    expect(bytes).toContain(from);
    expect(decodeAnswer(Buffer.from(bytes.replace(from, to)))).toBeUndefined();
  }
});

describe('the form', () => {
  it('has a name in which order and defaults do not count', () => {
    const form = (asked: Partial<TranscriptionRequest>) => formOf({ ...request, ...asked });
    expect(form({})).toBe('json');
    expect(form({ include: ['logprobs'] })).toBe('json+logprobs');
    expect(form({ responseFormat: 'verbose_json' })).toBe('verbose_json+segment');
    expect(form({ responseFormat: 'verbose_json', granularities: ['word', 'segment'] })).toBe(
      form({ responseFormat: 'verbose_json', granularities: ['segment', 'word'] }),
    );
  });

  it('is made of another only where that has all of it', () => {
    const canMake = (result: TranscriptionResult, asked: Partial<TranscriptionRequest>): boolean => {
      const needed = neededParts({ ...request, ...asked });
      const parts = partsOf(result, request);
      return needed !== undefined && needed.every((part) => parts.includes(part));
    };
    const { segments: _, ...withoutSegments } = full;
    const textOnly: TranscriptionResult = { text: 'Hello' };
    const words = { responseFormat: 'verbose_json', granularities: ['word'] } as const;
    expect(canMake(textOnly, { responseFormat: 'text' })).toBe(true);
    expect(canMake(textOnly, { responseFormat: 'srt' })).toBe(false);
    expect(canMake(withoutSegments, { responseFormat: 'srt' })).toBe(true);
    expect(canMake(withoutSegments, { responseFormat: 'verbose_json' })).toBe(false);
    expect(canMake(full, words)).toBe(true);
    expect(canMake({ ...full, words: [] }, words)).toBe(false);
    expect(canMake({ text: ' ' }, words)).toBe(true);
    expect(canMake(full, { include: ['logprobs'] })).toBe(true);
    expect(canMake(full, { responseFormat: 'diarized_json' })).toBe(false);
    expect(canMake({ ...full, native: { format: 'srt', contentType: '', body: Buffer.of() } }, {})).toBe(false);
  });
});

it("is the provider's own body for the same form only", () => {
  const body = Buffer.from('{"text":"Hello there.","own":1}');
  const answer = kept({ ...full, native: { format: 'json', contentType: 'application/json', body } });
  expect(hitOf(answer, request)?.answer).toMatchObject({ body });
  const other = hitOf(answer, { ...request, include: ['logprobs'] })?.answer;
  expect(other).toMatchObject({ body: expect.stringContaining('logprobs') });
  expect(other).toMatchObject({ body: expect.not.stringContaining('"own"') });
});

it('is none where the form cannot be made after all', () => {
  expect(hitOf(kept({ text: 'Hello' }), { ...request, responseFormat: 'srt' })).toBeUndefined();
});
