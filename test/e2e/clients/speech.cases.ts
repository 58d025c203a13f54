import type { ClientBench } from '../../support/client-bench.js';
import type { OpenAiSdk } from '../../support/client-sdk.js';
import { SPEECH_USAGE, speechBodyOf } from '../../support/openai-speech-simulator.js';
import { errorAnswer, pieces } from '../../support/simulator-answers.js';
import { audioFormats, inPieces, spokenAudio } from '../../support/spoken-audio.js';
import { until } from '../../support/upload-server.js';

/** `audio.speech.create`: the audio whole or as it comes, its events, and what goes wrong. */
export function describeSpeech(sdk: OpenAiSdk, bench: () => ClientBench): void {
  const asked = { model: 'tts-1', voice: 'alloy', input: 'The quick brown fox.' } as const;
  const speak = (fields: object = {}) =>
    bench()
      .client(sdk)
      .audio.speech.create({ ...asked, ...fields });

  describe('speech', () => {
    it.each(audioFormats)('gets %s', async (response_format) => {
      const answer = await speak({ response_format });
      expect(Buffer.from(await answer.arrayBuffer())).toEqual(spokenAudio(response_format));
      expect(answer.headers.get('x-auricle-provider')).toBe('openai');
    });

    it('gets the audio as it is made', async () => {
      let release = (): void => undefined;
      const gate = new Promise<void>((resolve) => {
        release = resolve;
      });
      async function* gated(): AsyncGenerator<Buffer> {
        const [first = Buffer.alloc(0), ...others] = inPieces(spokenAudio('mp3'));
        yield first;
        // The provider keeps the rest back until the application has the beginning.
        await gate;
        yield* others;
      }
      bench().upstream.respondWith(pieces(gated(), { 'content-type': 'audio/mpeg' }));
      const answer = await speak();
      const heard: Buffer[] = [];
      for await (const piece of answer.body ?? []) {
        heard.push(Buffer.from(piece));
        release();
      }
      expect(Buffer.concat(heard)).toEqual(spokenAudio('mp3'));
    });

    it('gets events', async () => {
      const answer = await speak({ model: 'gpt-4o-mini-tts', stream_format: 'sse', instructions: 'Whisper.' });
      const text = await answer.text();
      expect(text).toMatch(/^data: \{"type":"speech\.audio\.delta","audio":"/);
      expect(text).toContain(`"type":"speech.audio.done","usage":{"input_tokens":${SPEECH_USAGE.input_tokens},`);
      expect(speechBodyOf(bench().upstream.lastRequest)).toMatchObject({ instructions: 'Whisper.' });
    });

    it('gets an error that it understands', async () => {
      const refused = await speak({ voice: 'nobody' }).catch((error: Error) => error);
      expect(refused).toMatchObject({ status: 400, code: 'unsupported_value', param: 'voice' });
      bench().upstream.respondWith(errorAnswer(500, { message: 'no', type: 'server_error' }));
      const failed = await speak().catch((error: Error) => error);
      expect(failed).toMatchObject({ status: 502, code: 'provider_unavailable' });
    });

    it('may hang up', async () => {
      const upstream = bench().upstream.nextRequest();
      async function* slow(): AsyncGenerator<Buffer> {
        for (const piece of inPieces(spokenAudio('mp3'), 1_000)) {
          yield piece;
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      }
      bench().upstream.respondWith(pieces(slow(), { 'content-type': 'audio/mpeg' }));
      const leaving = new AbortController();
      const answer = await bench().client(sdk).audio.speech.create(asked, { signal: leaving.signal });
      leaving.abort();
      await (
        await upstream
      ).aborted;
      const id = answer.headers.get('x-request-id');
      await until(async () => (await bench().row(id))?.['status'] === 'cancelled');
    });
  });
}
