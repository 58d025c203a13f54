import { jest } from '@jest/globals';
import { Readable } from 'node:stream';
import type { AudioFacts, AudioSource } from '../../domain/audio-source.js';
import { planFormat } from '../../domain/format-plan.js';
import { responseFormats, type TranscriptionRequest } from '../../domain/transcription.js';
import type { ProviderCall } from '../provider-adapter.js';
import { SandboxAdapter, type SandboxSettings, SLOW_MS } from './sandbox.adapter.js';

const speech = { durationSeconds: 4.7, container: 'wav' };
const TEXT =
  'This is the Auricle sandbox, not a transcription. The file speech.wav is a wav recording of 4.7 seconds and ' +
  '150,444 bytes. Add a provider to read what is really said in it.';

function audioOf(facts: AudioFacts, more: Partial<AudioSource> = {}): AudioSource {
  return {
    filename: 'speech.wav',
    mediaType: 'audio/wav',
    sizeBytes: 150_444,
    stream: () => Readable.from([]),
    probe: () => Promise.resolve(facts),
    [Symbol.asyncDispose]: () => Promise.resolve(),
    ...more,
  };
}

function callOf(
  request: Partial<TranscriptionRequest> = {},
  more: Partial<ProviderCall<SandboxSettings>> = {},
): ProviderCall<SandboxSettings> {
  return {
    request: {
      task: 'transcribe',
      model: 'sandbox',
      audio: audioOf(speech),
      responseFormat: 'json',
      granularities: [],
      stream: false,
      include: [],
      keywords: [],
      languages: [],
      providerOptions: new Map(),
      ...request,
    },
    upstreamModel: 'sandbox',
    upstreamFormat: 'json',
    settings: {},
    signal: new AbortController().signal,
    ...more,
  };
}

describe('SandboxAdapter', () => {
  it('says that it is a sandbox, and what it measured', async () => {
    const result = await new SandboxAdapter().transcribe(callOf());
    expect(result).toMatchObject({
      text: TEXT,
      language: 'en',
      durationSeconds: 4.7,
      usage: { type: 'duration', seconds: 4.7 },
    });
    expect(result.logprobs).toBeUndefined();
    expect(result.native).toBeUndefined();
  });

  it('spreads its words evenly over the duration', async () => {
    const { words = [], text } = await new SandboxAdapter().transcribe(callOf());
    expect(words.map(({ word }) => word).join(' ')).toBe(text);
    expect(words[0]?.startSeconds).toBe(0);
    expect(words.at(-1)?.endSeconds).toBe(4.7);
    for (const [index, { startSeconds, endSeconds }] of words.entries()) {
      expect(Math.abs(startSeconds - (4.7 * index) / words.length)).toBeLessThan(0.000_501);
      expect(words[index + 1]?.startSeconds ?? endSeconds).toBe(endSeconds);
    }
  });

  it('has a segment for every sentence, timed like its words', async () => {
    const { words = [], segments = [], text } = await new SandboxAdapter().transcribe(callOf());
    expect(segments.map((segment) => segment.text)).toEqual(text.split(/(?<=\.) (?=[A-Z])/));
    expect(segments.map(({ endSeconds }) => endSeconds)).toEqual(
      words.filter(({ word }) => word.endsWith('.')).map(({ endSeconds }) => endSeconds),
    );
    expect(segments.map(({ startSeconds }) => startSeconds)).toEqual([
      0,
      ...segments.slice(0, -1).map(({ endSeconds }) => endSeconds),
    ]);
  });

  it('answers the same audio alike, other audio otherwise', async () => {
    const adapter = new SandboxAdapter();
    const [one, same, other] = await Promise.all([
      adapter.transcribe(callOf({ include: ['logprobs'] })),
      adapter.transcribe(callOf({ include: ['logprobs'] })),
      adapter.transcribe(
        callOf({ include: ['logprobs'], audio: audioOf({ durationSeconds: 61.26, container: 'ogg' }) }),
      ),
    ]);
    expect(same).toEqual(one);
    expect(other.text).toContain('an ogg recording of 61.3 seconds');
    expect(other.usage).toEqual({ type: 'duration', seconds: 61.26 });
  });

  it('assumes a second where nothing could be measured, and says so', async () => {
    const audio = audioOf({}, { filename: 'noise\r\n.bin', sizeBytes: 1 });
    const result = await new SandboxAdapter().transcribe(callOf({ audio }));
    expect(result.text).toBe(
      'This is the Auricle sandbox, not a transcription. The file noise .bin is a recording of 1 byte. Its duration could ' +
        'not be measured, so one second is assumed. Add a provider to read what is really said in it.',
    );
    expect(result).toMatchObject({ durationSeconds: 1, usage: { type: 'duration', seconds: 1 } });
    expect(result.words?.at(-1)?.endSeconds).toBe(1);
  });

  it.each<[Partial<TranscriptionRequest>, string]>([
    [{}, 'en'],
    [{ language: 'fr' }, 'fr'],
    [{ task: 'translate' }, 'en'],
    [{ task: 'translate', language: 'fr' }, 'en'],
  ])('names the language of %j: %s', async (request, language) => {
    expect(await new SandboxAdapter().transcribe(callOf(request))).toMatchObject({ language });
  });

  it.each<[Partial<TranscriptionRequest>, (string | undefined)[]]>([
    [{ responseFormat: 'verbose_json' }, [undefined, undefined, undefined]],
    [{ responseFormat: 'diarized_json' }, ['A', 'B', 'A']],
    [{ responseFormat: 'diarized_json', speakers: { names: ['agent'], references: ['x'] } }, ['agent', 'A', 'agent']],
    [
      { responseFormat: 'diarized_json', speakers: { names: ['a', 'b', 'c'], references: ['x', 'y', 'z'] } },
      ['a', 'b', 'a'],
    ],
  ])('lets speakers take turns only in %j', async (request, speakers) => {
    const { segments, words } = await new SandboxAdapter().transcribe(callOf(request));
    expect(segments?.map(({ speaker }) => speaker)).toEqual(speakers);
    expect([...new Set(words?.map(({ speaker }) => speaker))]).toEqual([...new Set(speakers)]);
  });

  it('gives logprobs of tokens that add up to the text', async () => {
    const { logprobs = [], text } = await new SandboxAdapter().transcribe(callOf({ include: ['logprobs'] }));
    expect(logprobs.map(({ token }) => token).join('')).toBe(text);
    for (const { token = '', logprob = 1, bytes = [] } of logprobs) {
      expect(logprob).toBeLessThan(0);
      expect(Buffer.from(bytes).toString()).toBe(token);
    }
  });

  it('can do every format, none of them natively', () => {
    const capabilities = new SandboxAdapter().capabilities();
    for (const responseFormat of responseFormats) {
      const plan = planFormat(capabilities, {
        responseFormat,
        granularities: ['word', 'segment'],
        include: ['logprobs'],
      });
      expect(plan.mode).toBe('synthesised');
    }
  });

  it('takes no settings', () => {
    const { settings } = new SandboxAdapter();
    expect(settings.safeParse({}).success).toBe(true);
    expect(settings.safeParse({ delay: 1 }).success).toBe(false);
  });
});

describe('the models for rehearsing failures', () => {
  it.each([
    ['sandbox-error', { reason: 'unavailable', upstreamStatus: 500 }],
    ['sandbox-rate-limited', { reason: 'rate_limited', upstreamStatus: 429, retryAfterMs: 1000 }],
    ['gpt-9', { reason: 'model_not_found', upstreamStatus: 404 }],
  ])('%s fails', async (upstreamModel, facts) => {
    const answer = new SandboxAdapter().transcribe(callOf({}, { upstreamModel }));
    await expect(answer).rejects.toMatchObject({ name: 'ProviderError', ...facts });
  });

  it('sandbox-flaky fails on every second call, whatever the other models do', async () => {
    const adapter = new SandboxAdapter();
    const outcomes: string[] = [];
    for (const upstreamModel of ['sandbox-flaky', 'sandbox-flaky', 'sandbox', 'sandbox-flaky', 'sandbox-flaky']) {
      const outcome = adapter.transcribe(callOf({}, { upstreamModel })).then(
        () => 'answer',
        (error: unknown) => error,
      );
      outcomes.push(String(await outcome));
    }
    expect(outcomes).toEqual([
      'answer',
      'ProviderError: sandbox-flaky fails on every second call',
      'answer',
      'answer',
      'ProviderError: sandbox-flaky fails on every second call',
    ]);
  });

  it('sandbox-slow takes five seconds', async () => {
    const sleep = jest.fn(() => Promise.resolve());
    const call = callOf({}, { upstreamModel: 'sandbox-slow' });
    expect(await new SandboxAdapter(sleep).transcribe(call)).toMatchObject({ text: TEXT });
    expect(sleep.mock.calls).toEqual([[SLOW_MS, call.signal]]);
    expect(SLOW_MS).toBe(5000);
  });

  it.each([
    ['aborted', new Error('gone')],
    ['aborted', undefined],
    ['timeout', new DOMException('late', 'TimeoutError')],
  ])('sandbox-slow stops at once: %s', async (reason, cause) => {
    const abort = new AbortController();
    const answer = new SandboxAdapter().transcribe(callOf({}, { upstreamModel: 'sandbox-slow', signal: abort.signal }));
    abort.abort(cause);
    await expect(answer).rejects.toMatchObject({ name: 'ProviderError', reason });
  });

  it.each(['sandbox', 'sandbox-slow', 'sandbox-error'])('%s does not begin after the end', async (upstreamModel) => {
    const call = callOf({}, { upstreamModel, signal: AbortSignal.abort() });
    await expect(new SandboxAdapter().transcribe(call)).rejects.toMatchObject({ reason: 'aborted' });
  });

  it('are all offered', () => {
    expect(new SandboxAdapter().knownModels).toEqual([
      'sandbox',
      'sandbox-slow',
      'sandbox-flaky',
      'sandbox-rate-limited',
      'sandbox-error',
    ]);
  });
});
