import type { ResponseFormat } from '../../domain/transcription.js';
import type { ProviderResponse } from '../provider-http.js';
import { decodeAnswer } from './openai-answer.js';
import { tokenUsage } from '../../domain/usage.js';

function respond(body: unknown, contentType = 'application/json', headers: object = {}): ProviderResponse {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return { status: 200, headers: { ...(contentType && { 'content-type': contentType }), ...headers }, body: bytes };
}

function decode(response: ProviderResponse, upstream: ResponseFormat = 'json', requested: ResponseFormat = upstream) {
  return decodeAnswer(response, { requested, upstream });
}

const srt = '1\n00:00:00,000 --> 00:00:01,000\nHello.\n\n';

describe('decodeAnswer', () => {
  it.each<[object | null, number | undefined]>([
    [{ seconds: 9, cost: 0.00012 }, 0.00012],
    [{ cost: '0.00012' }, 0.00012],
    [{ cost: 0 }, 0],
    [{ seconds: 9, cost: null }, undefined],
    [{ seconds: 9, cost: 'free' }, undefined],
    [{ seconds: 9 }, undefined],
    [null, undefined],
  ])('reads what the upstream says that it costs: %j', (usage, costUsd) => {
    expect(decode(respond({ text: 'Hello.', usage })).costUsd).toBe(costUsd);
  });

  it('reads every field of verbose_json', () => {
    const result = decode(
      respond(
        {
          task: 'transcribe',
          language: 'English',
          duration: 8.47,
          text: 'Hello.',
          segments: [
            {
              id: 0,
              seek: 1,
              start: 0,
              end: 1.5,
              text: ' Hello.',
              tokens: [50364],
              temperature: 0,
              avg_logprob: -0.3,
              compression_ratio: 1.2,
              no_speech_prob: 0.01,
            },
          ],
          words: [{ word: 'Hello', start: 0, end: 0.4 }],
          usage: { type: 'duration', seconds: 9 },
        },
        'application/json; charset=utf-8',
        { 'x-request-id': 'req_1' },
      ),
      'verbose_json',
      'srt',
    );
    expect(result).toEqual({
      text: 'Hello.',
      language: 'English',
      durationSeconds: 8.47,
      segments: [
        {
          text: ' Hello.',
          startSeconds: 0,
          endSeconds: 1.5,
          seek: 1,
          tokens: [50364],
          temperature: 0,
          avgLogprob: -0.3,
          compressionRatio: 1.2,
          noSpeechProb: 0.01,
        },
      ],
      words: [{ word: 'Hello', startSeconds: 0, endSeconds: 0.4 }],
      usage: { type: 'duration', seconds: 9 },
      upstreamRequestId: 'req_1',
    });
  });

  it('leaves what was not reported absent', () => {
    const { native: _, ...result } = decode(respond({ text: '' }));
    expect(Object.values(result).filter((it) => it !== undefined)).toEqual(['']);
  });

  it.each<[string, object, object]>([
    ['nulls', { language: null, duration: null, segments: null, words: null, usage: null }, {}],
    ['a duration as text', { duration: '8.47' }, { durationSeconds: 8.47 }],
    ['a duration that is none', { duration: '' }, {}],
    ['segments without times', { segments: [{ text: 'no times' }, 'none'] }, { segments: [{ text: 'no times' }] }],
    [
      'segments with null details',
      { segments: [{ id: 'a', start: 0, end: 1, text: 'x', tokens: null, seek: null }] },
      { segments: [{ text: 'x', startSeconds: 0, endSeconds: 1 }] },
    ],
    ['no segments, which is not the same as none reported', { segments: [] }, { segments: [] }],
    ["gpt-transcribe's languages", { languages: [{ code: 'de' }, { code: 'en' }] }, { language: 'de' }],
    ['no language detected', { languages: [] }, {}],
    [
      'usage without type',
      {
        usage: {
          input_tokens: 14,
          input_token_details: { text_tokens: 2, audio_tokens: 12 },
          output_tokens: 45,
          total_tokens: 59,
        },
      },
      { usage: tokenUsage({ audio: 12, text: 2, output: 45 }) },
    ],
    [
      'usage without details',
      { usage: { type: 'tokens', input_tokens: 14, output_tokens: 45, total_tokens: 59 } },
      { usage: tokenUsage({ audio: 14, text: 0, output: 45 }) },
    ],
    [
      'usage with audio tokens only',
      { usage: { type: 'tokens', input_tokens: 14, input_token_details: { audio_tokens: 10 }, output_tokens: 1 } },
      { usage: tokenUsage({ audio: 10, text: 4, output: 1 }) },
    ],
    [
      'usage with details only',
      { usage: { input_token_details: { audio_tokens: 10, text_tokens: 3 } } },
      { usage: tokenUsage({ audio: 10, text: 3, output: 0 }) },
    ],
    ['seconds without type', { usage: { seconds: 3.2 } }, { usage: { type: 'duration', seconds: 3.2 } }],
    ['usage by other names', { usage: { prompt_tokens: 3 } }, { usage: tokenUsage({ audio: 3, text: 0, output: 0 }) }],
    ['usage of another kind', { usage: { characters: 3 } }, {}],
    ['usage that is no object', { usage: 'much' }, {}],
    ["Groq's request id", { x_groq: { id: 'req_groq' } }, { upstreamRequestId: 'req_groq' }],
    [
      'logprobs',
      { logprobs: [{ token: 'a', logprob: -1, bytes: [97] }] },
      { logprobs: [{ token: 'a', logprob: -1, bytes: [97] }] },
    ],
  ])('is lenient about %s', (_what, answer, expected) => {
    const { native: _, ...result } = decode(respond({ text: 'x', ...answer }));
    const present = Object.fromEntries(Object.entries(result).filter(([, value]) => value !== undefined));
    expect(present).toEqual({ text: 'x', ...expected });
  });

  it("leaves the speakers' names out of what was said", () => {
    const segment = { start: 0, end: 1 };
    const body = {
      text: 'Agent: Welcome: come in.\nA: Note: I am late.\nNote: so am I.',
      segments: [
        { ...segment, text: 'Welcome: come in.', speaker: 'agent' },
        { ...segment, text: 'Note: I am late.\nNote: so am I.', speaker: 'A' },
      ],
    };
    const result = decode(respond(body), 'diarized_json');
    expect(result.text).toBe('Welcome: come in.\nNote: I am late.\nNote: so am I.');
    expect(result.native?.body.toString()).toBe(JSON.stringify(body));
  });

  it('joins segments where the text is missing', () => {
    const segments = [
      { start: 0, end: 1, text: ' One' },
      { start: 1, end: 2, text: ' two.' },
    ];
    expect(decode(respond({ segments })).text).toBe('One two.');
  });

  it.each<[ResponseFormat, string, string, string]>([
    ['json', '{ "text" :\n"kept as it is" }', 'application/json; charset=utf-8', 'kept as it is'],
    ['text', ' Hello. \n', 'text/plain; charset=utf-8', 'Hello.'],
    ['text', '', 'text/plain', ''],
    ['text', '42', 'text/plain', '42'],
    ['srt', srt, 'text/plain; charset=utf-8', 'Hello.'],
    ['srt', '', 'text/plain', ''],
    ['srt', srt, 'application/x-subrip', 'Hello.'],
    ['vtt', 'WEBVTT\n\n00:00.000 --> 00:01.000\nHello.\n', 'text/vtt', 'Hello.'],
    ['vtt', 'WEBVTT\n\n', 'text/vtt', ''],
  ])('keeps %s %j (%s) byte for byte', (format, body, contentType, text) => {
    expect(decode(respond(body, contentType), format)).toMatchObject({
      text,
      native: { format, contentType, body: Buffer.from(body) },
    });
  });

  it.each<[string, ResponseFormat, ProviderResponse, string, string]>([
    ['JSON without a label', 'json', respond({ text: 'x' }, ''), 'application/json', '{"text":"x"}'],
    ['JSON labelled as text', 'json', respond({ text: 'x' }, 'text/plain'), 'application/json', '{"text":"x"}'],
    ['text without a label', 'text', respond('x', ''), 'text/plain; charset=utf-8', 'x'],
    ['text labelled as JSON', 'text', respond('Hello.', 'application/json'), 'text/plain; charset=utf-8', 'Hello.'],
    [
      'text as a JSON string',
      'text',
      respond('"Hello.\\n"', 'application/json'),
      'text/plain; charset=utf-8',
      'Hello.\n',
    ],
    [
      'subtitles as a JSON string',
      'srt',
      respond(JSON.stringify(srt), 'application/json'),
      'text/plain; charset=utf-8',
      srt,
    ],
  ])('corrects %s, so that clients read it rightly', (_what, format, response, contentType, body) => {
    expect(decode(response, format).native).toEqual({ format, contentType, body: Buffer.from(body) });
  });

  it('is not native when another format was asked for', () => {
    expect(decode(respond({ text: 'x' }), 'verbose_json', 'srt').native).toBeUndefined();
  });

  it('reads JSON where text was asked for, without calling it native', () => {
    const result = decode(respond({ text: 'x', segments: [{ start: 0, end: 1, text: 'x' }] }), 'srt');
    expect(result).toMatchObject({ text: 'x', segments: [{ startSeconds: 0 }] });
    expect(result.native).toBeUndefined();
  });

  it.each<[string, ResponseFormat, ProviderResponse]>([
    ['nothing', 'json', respond('')],
    ['half a document', 'json', respond('{"text":"He')],
    ['a list', 'json', respond([])],
    ['a number', 'json', respond(7)],
    ['an object without text', 'json', respond({ usage: { seconds: 20 } })],
    ['nothing for text from nobody', 'text', { ...respond(''), headers: {} }],
    ['plain text for JSON', 'json', respond('Hello.', 'text/plain')],
    ['an object without text for text', 'text', respond({ hello: 1 })],
    ['a page', 'text', respond('<p>login</p>', 'text/html')],
    ['a page in disguise', 'text', respond('\n<!DOCTYPE html><html></html>', 'text/plain')],
    ['no cues for srt', 'srt', respond('Hello.', 'text/plain')],
    ['nothing for vtt', 'vtt', respond('', 'text/vtt')],
    ['srt for vtt', 'vtt', respond(srt, 'text/plain')],
  ])('refuses %s', (_what, format, response) => {
    expect(() => decode(response, format)).toThrow(
      expect.objectContaining({ name: 'ProviderError', reason: 'bad_response', upstreamStatus: 200 }),
    );
  });
});
