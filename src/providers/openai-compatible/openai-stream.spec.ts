import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { collect } from '../../../test/support/adapter-contract.js';
import { ProviderError } from '../../domain/errors.js';
import type { TranscriptionEvent } from '../../domain/transcription.js';
import type { ProviderResponse } from '../provider-http.js';
import { ResponseBody } from '../response-body.js';
import { eventsOf, relayEvents } from './openai-stream.js';
import { tokenUsage } from '../../domain/usage.js';

function respond(source: Iterable<string | Buffer> | AsyncIterable<string | Buffer>): ProviderResponse<ResponseBody> {
  return respondFrom(Readable.from(source, { objectMode: false }));
}

function respondFrom(source: Readable): ProviderResponse<ResponseBody> {
  const explain = (error: unknown): ProviderError => new ProviderError('unavailable', String(error));
  const headers = { 'content-type': 'text/event-stream', 'x-request-id': 'req_1' };
  return { status: 200, headers, body: new ResponseBody(source, explain) };
}

/** The events until the end, and the error that ended them. */
async function outcome(...source: (string | Buffer)[]): Promise<{ events: TranscriptionEvent[]; error?: unknown }> {
  const events: TranscriptionEvent[] = [];
  try {
    for await (const event of relayEvents(respond(source), 'the-key')) events.push(event);
    return { events };
  } catch (error) {
    return { events, error };
  }
}

const delta = '{"type":"transcript.text.delta", "delta":"Hé ","odd":1e0}';
const done =
  '{"type":"transcript.text.done","text":"Hé there","usage":{"input_tokens":3,"output_tokens":2,"total_tokens":5}}';

describe('relayEvents', () => {
  it('hands on the data of each event as it was written', async () => {
    const { events } = await outcome(`data: ${delta}\n\ndata: ${done}\n\ndata: [DONE]\n\n`);
    expect(events).toEqual([
      { type: 'relay', data: delta },
      {
        type: 'done',
        data: done,
        text: 'Hé there',
        usage: tokenUsage({ audio: 3, text: 0, output: 2 }),
      },
    ]);
  });

  it('does not care how the bytes are cut', async () => {
    const stream = Buffer.from(`: hello\r\nevent: message\r\ndata: ${delta}\r\n\r\ndata:${done}\r\n\r\n`);
    const whole = await outcome(stream);
    const cut = await outcome(...[...stream].map((byte) => Buffer.from([byte])));
    expect(whole.events).toHaveLength(2);
    expect(cut).toEqual(whole);
  });

  it('relays events that it does not know', async () => {
    const unknown = '{"type":"transcript.text.mood","mood":"sunny"}';
    const { events, error } = await outcome(`event: mood\ndata: ${unknown}\n\ndata: 7\n\ndata: ${done}\n\n`);
    expect(error).toBeUndefined();
    expect(events.slice(0, 2)).toEqual([
      { type: 'relay', data: unknown },
      { type: 'relay', data: '7' },
    ]);
  });

  it('writes an event of several lines on one', async () => {
    const { events } = await outcome(`data: {"type":"x",\ndata: "a":1}\n\ndata: ${done}\n\n`);
    expect(events[0]).toEqual({ type: 'relay', data: '{"type":"x","a":1}' });
  });

  it('ends with the done event, whatever follows', async () => {
    const { events, error } = await outcome(`data: ${done}\n\ndata: ${delta}\n\ndata: rubbish\n\n`);
    expect(error).toBeUndefined();
    expect(events.map((it) => it.type)).toEqual(['done']);
  });

  it('reads a last event without the empty line after it', async () => {
    const { events } = await outcome(`data: ${done}`);
    expect(events).toMatchObject([{ type: 'done', text: 'Hé there' }]);
  });

  it('takes [DONE] as the end where no done event comes', async () => {
    const { events } = await outcome(`data: ${delta}\n\ndata: [DONE]\n\n`);
    expect(events.at(-1)).toEqual({
      type: 'done',
      data: '{"type":"transcript.text.done","text":"Hé "}',
      text: 'Hé ',
      usage: undefined,
    });
  });

  it('adds the deltas up where the done event has no text', async () => {
    const { events } = await outcome(`data: ${delta}\n\ndata: {"type":"transcript.text.done"}\n\n`);
    expect(events.at(-1)).toMatchObject({ type: 'done', text: 'Hé ' });
  });

  it.each<[string, string, object]>([
    ['that stops early', `data: ${delta}\n\n`, { reason: 'bad_response' }],
    ['that says nothing', '', { reason: 'bad_response' }],
    ['that only says it is over', 'data: [DONE]\n\n', { reason: 'bad_response' }],
    ['of rubbish', 'data: {"type":"transcr\n\n', { reason: 'bad_response' }],
    ['that is none', 'Hello.', { reason: 'bad_response' }],
    [
      'with an error',
      'data: {"error":{"message":"the-key is bad","type":"server_error"}}\n\n',
      { reason: 'unavailable', message: '[redacted key] is bad' },
    ],
    [
      'with an error event',
      'event: error\ndata: {"message":"oops","code":"rate_limit_exceeded"}\n\n',
      { reason: 'rate_limited', message: 'oops' },
    ],
    ['with an error event of plain text', 'event: error\ndata: oops\n\n', { reason: 'unavailable' }],
    [
      'with an error by type',
      'data: {"type":"error","message":"oops"}\n\n',
      { reason: 'unavailable', message: 'oops' },
    ],
    ['with an endless event', `data: ${'x'.repeat(17 * 1024 * 1024)}`, { reason: 'bad_response' }],
  ])('explains a stream %s', async (_what, stream, expected) => {
    const { error } = await outcome(stream);
    expect(error).toMatchObject({ name: 'ProviderError', ...expected });
  });

  it('gives the events before a broken connection, then the failure', async () => {
    async function* broken(): AsyncGenerator<string> {
      yield `data: ${delta}\n\n`;
      throw new Error('reset');
    }
    const events = relayEvents(respond(broken()));
    await expect(events.next()).resolves.toMatchObject({ value: { type: 'relay' } });
    await expect(events.next()).rejects.toMatchObject({ reason: 'unavailable' });
  });

  it('gives each event before the next one has arrived', async () => {
    let send = (): void => {};
    const asked = new Promise<void>((resolve) => {
      send = resolve;
    });
    async function* slow(): AsyncGenerator<string> {
      yield `data: ${delta}\n\n`;
      await asked;
      yield `data: ${done}\n\n`;
    }
    const events = relayEvents(respond(slow()));
    await expect(events.next()).resolves.toMatchObject({ value: { type: 'relay' } });
    send();
    await expect(events.next()).resolves.toMatchObject({ value: { type: 'done' } });
    await expect(events.next()).resolves.toMatchObject({ done: true });
  });
});

describe('the connection of a stream', () => {
  function open(...events: string[]): { source: PassThrough; events: AsyncGenerator<TranscriptionEvent> } {
    const source = new PassThrough();
    for (const event of events) source.write(`data: ${event}\n\n`);
    return { source, events: relayEvents(respondFrom(source)) };
  }

  it('is closed at once when the reader stops', async () => {
    const { source, events } = open(delta);
    await events.next();
    await events.return(undefined);
    expect(source.destroyed).toBe(true);
  });

  it('is kept for the terminator after the done event', async () => {
    const { source, events } = open(done);
    await events.next();
    await events.return(undefined);
    expect(source.destroyed).toBe(false);
    const ended = once(source, 'end');
    source.end('data: [DONE]\n\n');
    await ended;
  });
});

describe('eventsOf', () => {
  it('tells a whole answer as a stream', async () => {
    const usage = tokenUsage({ audio: 12, text: 2, output: 45 });
    const logprobs = [{ token: 'Hi', logprob: -1 }];
    const events = await collect(Readable.from(eventsOf({ text: 'Hi.', usage, logprobs })));
    expect(events.map((it) => JSON.parse(it.data) as unknown)).toEqual([
      { type: 'transcript.text.delta', delta: 'Hi.', logprobs },
      {
        type: 'transcript.text.done',
        text: 'Hi.',
        logprobs,
        usage: {
          type: 'tokens',
          input_tokens: 14,
          input_token_details: { text_tokens: 2, audio_tokens: 12 },
          output_tokens: 45,
          total_tokens: 59,
        },
      },
    ]);
    expect(events.at(-1)).toMatchObject({ type: 'done', text: 'Hi.', usage });
  });

  it('tells speakers, and has no delta for silence', () => {
    const segments = [
      { text: 'Hi.', startSeconds: 0, endSeconds: 1, speaker: 'A' },
      { text: 'nobody', startSeconds: 1, endSeconds: 2 },
    ];
    const usage = { type: 'duration', seconds: 2 } as const;
    const events = [...eventsOf({ text: '', segments, usage })];
    expect(events.map((it) => JSON.parse(it.data) as unknown)).toEqual([
      { type: 'transcript.text.segment', id: 'seg_0', start: 0, end: 1, text: 'Hi.', speaker: 'A' },
      { type: 'transcript.text.done', text: '', usage },
    ]);
  });
});
