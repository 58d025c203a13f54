import type { TranscriptionStreamEvent } from 'openai/resources/audio/transcriptions';
import type { ClientBench } from '../../support/client-bench.js';
import { fieldsOf, RECORDING, RECORDING_SECONDS } from '../../support/client-bench.js';
import type { OpenAiSdk } from '../../support/client-sdk.js';
import { eventStream } from '../../support/simulator-answers.js';
import { SPOKEN, srtAnswer, streamEvents } from '../../support/simulator-fixtures.js';
import { until } from '../../support/upload-server.js';

/** gpt-4o-transcribe: 14 input tokens at 2.50 and 45 output tokens at 10.00 USD per million. */
const TOKEN_COST_USD = 0.000485;

/** `stream: true`: the provider's own events as they come, or events made from its answer. */
export function describeStreams(sdk: OpenAiSdk, bench: () => ClientBench): void {
  const open = async (params: {
    model: string;
    response_format?: 'json' | 'diarized_json';
    include?: ['logprobs'];
  }) => {
    const file = await sdk.toFile(RECORDING, 'speech.wav');
    const call = bench()
      .client(sdk)
      .audio.transcriptions.create({ ...params, file, stream: true });
    const { data, response, request_id: id } = await call.withResponse();
    return { stream: data, response, id };
  };

  describe('streams', () => {
    it.each([
      { params: { model: 'gpt-4o-transcribe' }, events: streamEvents(false) },
      {
        params: { model: 'gpt-4o-mini-transcribe', include: ['logprobs'] as ['logprobs'] },
        events: streamEvents(false, true),
      },
      {
        params: { model: 'gpt-4o-transcribe-diarize', response_format: 'diarized_json' as const },
        events: streamEvents(true),
      },
    ])("gets the provider's own events of $params.model", async ({ params, events }) => {
      const { stream, response } = await open(params);
      expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
      expect(response.headers.get('x-auricle-provider')).toBe('openai');
      expect(await collect(stream)).toEqual(events);
      expect(bench().upstream.lastRequest.value('stream')).toBe('true');
    });

    it('gets every event as soon as the provider has sent it', async () => {
      const events = streamEvents(false);
      const gates = events.map(() => newGate());
      // The provider keeps each event back until the application has the one before.
      bench().upstream.respondWith(
        eventStream(
          (async function* () {
            for (const [index, event] of events.entries()) {
              await gates[index]?.opened;
              yield event;
            }
            yield '[DONE]';
          })(),
        ),
      );
      gates[0]?.open();
      const { stream, id } = await open({ model: 'gpt-4o-transcribe' });
      const received: TranscriptionStreamEvent[] = [];
      for await (const event of stream) {
        received.push(event);
        gates[received.length]?.open();
      }
      expect(received).toEqual(events);
      expect(await bench().row(id)).toMatchObject({
        key_id: bench().key.id,
        model: 'gpt-4o-transcribe',
        provider: 'openai',
        stream: true,
        status: 'success',
        http_status: 200,
        audio_seconds: RECORDING_SECONDS,
        cost_usd: TOKEN_COST_USD,
        usage_source: 'provider',
        transcript: SPOKEN,
        attempts: [{ outcome: 'success', upstream_status: 200 }],
      });
    });

    it('gets events byte for byte, also those that nobody knows yet', async () => {
      const events = [
        '{ "type":"transcript.text.delta", "delta":"caf\\u00e9 \\/", "x_new": 1.50 }',
        '{"x_new":[1,  2],"type":"transcript.text.new"}',
        '{"usage":{"input_tokens":14,"output_tokens":45},"text":"café /" ,"type":"transcript.text.done"}',
      ];
      bench().upstream.respondWith(eventStream([...events, '[DONE]']));
      const file = await sdk.toFile(RECORDING, 'speech.wav');
      const params = { file, model: 'gpt-4o-transcribe', stream: true } as const;
      const response = await bench().client(sdk).audio.transcriptions.create(params).asResponse();
      expect(await response.text()).toBe([...events, '[DONE]'].map((it) => `data: ${it}\n\n`).join(''));
    });

    it('gets events made from the answer of whisper-1, which ignores `stream`', async () => {
      const { stream, response, id } = await open({ model: 'whisper-1' });
      const events = await collect(stream);
      expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
      expect(textOfDeltas(events)).toBe(SPOKEN);
      expect(events.at(-1)).toEqual({
        type: 'transcript.text.done',
        text: SPOKEN,
        usage: { type: 'duration', seconds: 9 },
      });
      expect(fieldsOf(bench().upstream.lastRequest)).toEqual({ model: ['whisper-1'], response_format: ['json'] });
      // The 9 s that the provider reports, at 0.006 USD a minute.
      expect(await bench().row(id)).toMatchObject({
        stream: true,
        status: 'success',
        cost_usd: 0.0009,
        usage_source: 'provider',
        transcript: SPOKEN,
      });
    });

    it.each(['json', 'diarized_json'] as const)('gets %s events from the sandbox', async (format) => {
      const { stream, id } = await open({ model: 'sandbox', response_format: format });
      const events = await collect(stream);
      const row = await bench().row(id);
      expect(row).toMatchObject({ provider: 'sandbox', stream: true, status: 'success', cost_usd: 0 });
      expect(events.at(-1)).toEqual({
        type: 'transcript.text.done',
        text: row?.['transcript'],
        usage: { type: 'duration', seconds: RECORDING_SECONDS },
      });
      expect(textOfDeltas(events)).toBe(row?.['transcript']);
      const speakers = events.flatMap((it) => (it.type === 'transcript.text.segment' ? [it.speaker] : []));
      expect(speakers).toEqual(format === 'diarized_json' ? ['A', 'B', 'A'] : []);
    });

    it('gets subtitles whole and is told so, for they have no events', async () => {
      const file = await sdk.toFile(RECORDING, 'speech.wav');
      const response = await bench()
        .client(sdk)
        .audio.transcriptions.create({ file, model: 'whisper-1', response_format: 'srt', stream: true })
        .asResponse();
      expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
      expect(response.headers.get('x-auricle-warning')).toBe('stream was not applied: srt has no event form');
      expect(await response.text()).toBe(srtAnswer);
    });

    it("throws an APIError for the provider's error inside the stream", async () => {
      const [first] = streamEvents(false);
      const error = { message: 'The server had an error', type: 'server_error', param: null, code: null };
      bench().upstream.respondWith(eventStream([first ?? {}, { error }]));
      const { stream, id } = await open({ model: 'gpt-4o-transcribe' });
      const received: TranscriptionStreamEvent[] = [];
      const thrown = await (async () => {
        for await (const event of stream) received.push(event);
      })().catch((it: unknown) => it);
      expect(received).toEqual([first]);
      expect(thrown).toBeInstanceOf(sdk.OpenAI.APIError);
      expect(thrown).toMatchObject({ code: 'provider_unavailable', type: 'server_error' });
      expect(await bench().row(id)).toMatchObject({
        status: 'failure',
        http_status: 200,
        error_code: 'provider_unavailable',
        attempts: [{ outcome: 'unavailable', error: 'The server had an error' }],
      });
    });

    it('may stop in the middle, which ends the call of the provider', async () => {
      const [first] = streamEvents(false);
      const gone = newGate();
      bench().upstream.respondWith(
        eventStream(
          (async function* () {
            yield first ?? {};
            await gone.opened;
          })(),
        ),
      );
      const { stream, id } = await open({ model: 'gpt-4o-transcribe' });
      // oxlint-disable-next-line no-unreachable-loop -- the application stops after the first event
      for await (const event of stream) {
        expect(event).toEqual(first);
        break;
      }
      await bench().upstream.lastRequest.aborted;
      gone.open();
      await until(async () => (await bench().row(id)) !== undefined);
      expect(await bench().row(id)).toMatchObject({
        status: 'cancelled',
        http_status: 200,
        error_code: 'client_closed_request',
        attempts: [{ outcome: 'aborted' }],
        // The provider may bill what it had transcribed by then.
        cost_usd: expect.any(Number),
        cost_estimated: true,
      });
    });
  });
}

async function collect(stream: AsyncIterable<TranscriptionStreamEvent>): Promise<TranscriptionStreamEvent[]> {
  const events: TranscriptionStreamEvent[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

function textOfDeltas(events: readonly TranscriptionStreamEvent[]): string {
  return events.map((it) => (it.type === 'transcript.text.delta' ? it.delta : '')).join('');
}

interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

function newGate(): Gate {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}
