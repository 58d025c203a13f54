import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Uploadable } from 'openai';
import { type ClientBench, fieldsOf, RECORDING } from '../../support/client-bench.js';
import type { OpenAiSdk } from '../../support/client-sdk.js';
import { ClientWire } from '../../support/client-wire.js';
import { SPOKEN } from '../../support/simulator-fixtures.js';

const fixture = (name: string): string => fileURLToPath(new URL(`../../fixtures/audio/${name}`, import.meta.url));

/** Every way in which applications hand over a file, and every wrong thing that they say about it. */
export function describeUploads(sdk: OpenAiSdk, bench: () => ClientBench): void {
  const { toFile } = sdk;

  describe('uploads', () => {
    let wire: ClientWire;

    beforeAll(async () => {
      wire = await ClientWire.start(bench().gateway.url);
    });
    afterAll(async () => {
      await wire.close();
    });

    const client = () => bench().client(sdk, { baseURL: `${wire.url}/v1` });

    it.each([
      {
        order: 'the file first',
        params: (file: Uploadable) => ({ file, response_format: 'json' as const, model: 'whisper-1' }),
        names: ['file', 'response_format', 'model'],
      },
      {
        order: 'the file last',
        params: (file: Uploadable) => ({ model: 'whisper-1', response_format: 'json' as const, file }),
        names: ['model', 'response_format', 'file'],
      },
    ])('$order', async ({ params, names }) => {
      const { text } = await client().audio.transcriptions.create(params(await toFile(RECORDING, 'speech.wav')));
      expect(text).toBe(SPOKEN);
      const written = wire.takeRequest();
      expect(written.partNames.filter((it) => it !== 'file')).toEqual(names.filter((it) => it !== 'file'));
      expect(written.partNames.indexOf('file')).toBe(sdk.keepsKeyOrder ? names.indexOf('file') : 2);
      expect(fieldsOf(bench().upstream.lastRequest)).toEqual({ model: ['whisper-1'], response_format: ['json'] });
    });

    it.each([{ base: '/v1' }, { base: '' }, { base: '/' }])('to the base URL "$base"', async ({ base }) => {
      const file = await toFile(RECORDING, 'speech.wav');
      const speech = bench().client(sdk, { baseURL: `${wire.url}${base}` }).audio;
      expect(await speech.transcriptions.create({ file, model: 'whisper-1' })).toMatchObject({ text: SPOKEN });
      expect(await speech.translations.create({ file, model: 'whisper-1' })).toMatchObject({ text: SPOKEN });
    });

    it('a ReadStream, first in the form', async () => {
      wire.takeRequest();
      const path = fixture('voice.m4a');
      const file = createReadStream(path);
      const call = client().audio.transcriptions.create({ file, model: 'whisper-1', language: 'en' });
      const { data, request_id: id } = await call.withResponse();
      expect(data).toMatchObject({ text: SPOKEN });
      const { headers, partNames } = wire.takeRequest();
      expect(headers.get('transfer-encoding')).toBe(sdk.streamsUploads ? 'chunked' : undefined);
      expect(headers.has('content-length')).toBe(!sdk.streamsUploads);
      expect(partNames.indexOf('file')).toBe(sdk.keepsKeyOrder ? 0 : 2);
      const bytes = await readFile(path);
      const arrived = bench().upstream.lastRequest;
      expect(arrived.file).toMatchObject({ filename: basename(path), mediaType: 'audio/mp4' });
      expect(arrived.file?.bytes.equals(bytes)).toBe(true);
      // The provider gets a length although the client told none.
      expect(arrived.headers['content-length']).toBe(String(arrived.rawBody.length));
      expect(await bench().row(id)).toMatchObject({
        status: 'success',
        audio_bytes: bytes.length,
        audio_seconds: expect.closeTo(2.2, 1),
      });
    });

    it.each([
      {
        what: 'toFile(Buffer) without a type',
        make: () => toFile(RECORDING, 'speech.wav'),
        filename: 'speech.wav',
        mediaType: 'audio/wav',
      },
      {
        what: 'a File with its right type',
        make: () => new File([new Uint8Array(RECORDING)], 'speech.wav', { type: 'audio/wav' }),
        filename: 'speech.wav',
        mediaType: 'audio/wav',
      },
      {
        what: 'a File with a wrong type',
        make: () => new File([new Uint8Array(RECORDING)], 'speech.wav', { type: 'video/mp4' }),
        claimed: 'video/mp4',
        filename: 'speech.wav',
        mediaType: 'audio/wav',
      },
      {
        what: 'a wrong extension and type',
        make: () => toFile(RECORDING, 'speech.mp3', { type: 'audio/mpeg' }),
        claimed: 'audio/mpeg',
        filename: 'speech.wav',
        mediaType: 'audio/wav',
      },
      {
        what: 'no extension',
        make: () => toFile(RECORDING, 'Meeting 3.12', { type: 'text/plain' }),
        claimed: 'text/plain',
        filename: 'Meeting 3.12.wav',
        mediaType: 'audio/wav',
      },
      {
        what: 'a name beyond ASCII',
        make: () => toFile(RECORDING, 'Gespräch 会議.wav'),
        filename: 'Gespräch 会議.wav',
        mediaType: 'audio/wav',
      },
      {
        what: 'an MP3 that is said to be WAV',
        make: async () => toFile(await readFile(fixture('cbr.mp3')), 'speech.wav', { type: 'audio/wav' }),
        claimed: 'audio/wav',
        filename: 'speech.mp3',
        mediaType: 'audio/mpeg',
      },
      {
        what: 'a voice message',
        make: async () => toFile(await readFile(fixture('opus.ogg')), 'voice.opus'),
        filename: 'voice.ogg',
        mediaType: 'audio/ogg',
      },
      {
        what: 'a recording of a browser',
        make: async () => toFile(await readFile(fixture('voice.webm')), 'blob', { type: 'audio/webm;codecs=opus' }),
        filename: 'blob.webm',
        mediaType: 'audio/webm',
      },
    ])('$what', async ({ make, claimed, filename, mediaType }) => {
      wire.takeRequest();
      const file = await make();
      const { text } = await client().audio.transcriptions.create({ file, model: 'whisper-1' });
      expect(text).toBe(SPOKEN);
      if (claimed !== undefined) expect(wire.takeRequest().fileType).toBe(claimed);
      const arrived = bench().upstream.lastRequest.file;
      expect(arrived).toMatchObject({ filename, mediaType });
      expect(arrived?.bytes.equals(Buffer.from(await file.arrayBuffer()))).toBe(true);
    });
  });
}
