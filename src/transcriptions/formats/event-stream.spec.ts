import * as fc from 'fast-check';
import { loadSpec } from '../../../test/support/specs.js';
import type { TranscriptionRequest, TranscriptionResult } from '../../domain/transcription.js';
import { synthesiseEvents } from './event-stream.js';
import { tokenUsage } from '../../domain/usage.js';

type Request = Pick<TranscriptionRequest, 'task' | 'responseFormat' | 'include'>;

const json: Request = { task: 'transcribe', responseFormat: 'json', include: [] };
const withLogprobs: Request = { ...json, include: ['logprobs'] };
const diarized: Request = { ...json, responseFormat: 'diarized_json' };
const tokens = tokenUsage({ audio: 12, text: 2, output: 45 });
const conversation: TranscriptionResult = {
  text: 'Hi there. Oh, hello!\n',
  segments: [
    { text: 'Hi there.', startSeconds: 0, endSeconds: 1, speaker: 'agent' },
    { text: 'Oh, hello!', startSeconds: 1, endSeconds: 2.5, speaker: 'A' },
  ],
};

function eventsOf(result: TranscriptionResult, request: Request) {
  return Array.from(synthesiseEvents(result, request), ({ data }) => {
    const event: Record<string, unknown> = JSON.parse(data);
    return event;
  });
}

function deltasOf(events: readonly Record<string, unknown>[]): string {
  return events.map(({ delta }) => delta ?? '').join('');
}

describe('synthesiseEvents', () => {
  it('sends a delta for every word and the text at the end', () => {
    expect(eventsOf({ text: 'Hello,  big world.', usage: tokens }, json)).toEqual([
      { type: 'transcript.text.delta', delta: 'Hello,' },
      { type: 'transcript.text.delta', delta: '  big' },
      { type: 'transcript.text.delta', delta: ' world.' },
      {
        type: 'transcript.text.done',
        text: 'Hello,  big world.',
        usage: {
          type: 'tokens',
          input_tokens: 14,
          input_token_details: { text_tokens: 2, audio_tokens: 12 },
          output_tokens: 45,
          total_tokens: 59,
        },
      },
    ]);
  });

  it('hands the facts for the ledger over with the last event', () => {
    const usage = { type: 'duration', seconds: 2.5 } as const;
    expect([...synthesiseEvents({ text: 'Hi', usage }, json)].at(-1)).toEqual({
      type: 'done',
      text: 'Hi',
      usage,
      // A deviation: OpenAI's schema has no place for seconds in this event.
      data: '{"type":"transcript.text.done","text":"Hi","usage":{"type":"duration","seconds":2.5}}',
    });
  });

  it('sends only the end when nothing was said', () => {
    expect(eventsOf({ text: '' }, json)).toEqual([{ type: 'transcript.text.done', text: '' }]);
  });

  it('cuts a script without spaces into its words', () => {
    const deltas = eventsOf({ text: '今日はいい天気ですね。' }, json).flatMap(({ delta }) => delta ?? []);
    expect(deltas.join('')).toBe('今日はいい天気ですね。');
    expect(deltas).toContain('天気');
  });

  it('sends the tokens with their logprobs when they are asked for', () => {
    const logprobs = [
      { token: 'Hel', logprob: -0.1, bytes: [72, 101, 108] },
      { token: 'lo', logprob: -0.2, bytes: [108, 111] },
    ];
    const result = { text: 'Hello', logprobs };
    expect(eventsOf(result, withLogprobs)).toEqual([
      { type: 'transcript.text.delta', delta: 'Hel', logprobs: [logprobs[0]] },
      { type: 'transcript.text.delta', delta: 'lo', logprobs: [logprobs[1]] },
      { type: 'transcript.text.done', text: 'Hello', logprobs },
    ]);
    expect(eventsOf(result, json)).toEqual([
      { type: 'transcript.text.delta', delta: 'Hello' },
      { type: 'transcript.text.done', text: 'Hello' },
    ]);
  });

  it('keeps to words when the tokens are not the text', () => {
    const logprobs = [{ token: '<|start|>', logprob: 0 }];
    expect(eventsOf({ text: 'Hello', logprobs }, withLogprobs)).toEqual([
      { type: 'transcript.text.delta', delta: 'Hello' },
      { type: 'transcript.text.done', text: 'Hello', logprobs },
    ]);
  });

  it('follows the deltas of each segment with the segment when speakers are asked for', () => {
    const segment = { type: 'transcript.text.segment' };
    expect(eventsOf(conversation, diarized)).toEqual([
      { type: 'transcript.text.delta', delta: 'Hi', segment_id: 'seg_001' },
      { type: 'transcript.text.delta', delta: ' there.', segment_id: 'seg_001' },
      { ...segment, id: 'seg_001', start: 0, end: 1, text: 'Hi there.', speaker: 'agent' },
      { type: 'transcript.text.delta', delta: ' Oh,', segment_id: 'seg_002' },
      { type: 'transcript.text.delta', delta: ' hello!', segment_id: 'seg_002' },
      { type: 'transcript.text.delta', delta: '\n', segment_id: 'seg_002' },
      { ...segment, id: 'seg_002', start: 1, end: 2.5, text: 'Oh, hello!', speaker: 'A' },
      { type: 'transcript.text.done', text: conversation.text },
    ]);
  });

  it('sends the whole text even when it is not made of the segments', () => {
    const events = eventsOf({ ...conversation, text: 'Something else altogether, at length.' }, diarized);
    expect(deltasOf(events)).toBe('Something else altogether, at length.');
    expect(events.filter(({ type }) => type === 'transcript.text.segment')).toHaveLength(2);
    expect(events.filter(({ segment_id }) => segment_id)).toEqual([]);
  });

  it('sends deltas that add up to the text, whatever it is', () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.lorem({ mode: 'sentences' }));
    fc.assert(
      fc.property(text, fc.constantFrom(json, diarized), (text, request) => {
        const half = Math.ceil(text.length / 2);
        const segments = [text.slice(0, half), text.slice(half)].map((text, index) => ({
          text,
          startSeconds: index,
          endSeconds: index + 1,
        }));
        const events = eventsOf({ text, segments }, request);
        expect(deltasOf(events)).toBe(text);
        expect(events.at(-1)).toEqual({ type: 'transcript.text.done', text });
      }),
    );
  });
});

const spec = loadSpec('openai-audio.yml');
const describeSchemas = spec ? describe : describe.skip;

describeSchemas("OpenAI's schemas", () => {
  const logprobs = [{ token: 'Hi', logprob: -0.1, bytes: [72, 105] }];
  it.each<[string, TranscriptionResult, Request]>([
    ['tokens', { text: 'Hi', usage: tokens, logprobs }, withLogprobs],
    ['seconds', { text: 'Hi', usage: { type: 'duration', seconds: 1.5 } }, json],
    ['speakers', conversation, diarized],
  ])('hold for the events of %s', (_, result, request) => {
    const schemas: Readonly<Record<string, string>> = {
      'transcript.text.delta': 'TranscriptTextDeltaEvent',
      'transcript.text.segment': 'TranscriptTextSegmentEvent',
      'transcript.text.done': 'TranscriptTextDoneEvent',
    };
    for (const { usage, ...event } of eventsOf(result, request)) {
      const validate = spec?.validator(schemas[String(event['type'])] ?? '');
      // Seconds are our deviation; everything else of the event must still hold.
      validate?.(result.usage?.type === 'duration' ? event : { ...event, usage });
      expect(validate?.errors).toBeNull();
    }
  });
});
