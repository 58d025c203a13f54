import { ClientBench } from '../../support/client-bench.js';
import type { OpenAiSdk } from '../../support/client-sdk.js';
import { describeErrors } from './errors.cases.js';
import { describeFormats } from './formats.cases.js';
import { describeModels } from './models.cases.js';
import { describeSpeech } from './speech.cases.js';
import { describeStreams } from './streams.cases.js';
import { describeUploads } from './uploads.cases.js';

/**
 * What an application sees through the official client, which it goes on using unchanged: the whole gateway on a real
 * PostgreSQL, over real HTTP, with a strict simulation of OpenAI behind it. Every generation of the client that is in
 * use runs the same tests, because they put the same call on the wire in different ways: v4 sends files last and with
 * a length, v6 and v7 send parts in the caller's order and streams in chunks. v7 needs Node 22, see `openai-v7.spec.ts`.
 */
export function describeOpenAiSdk(sdk: OpenAiSdk): void {
  describe(`an application with openai v${sdk.major}`, () => {
    let bench: ClientBench;

    beforeAll(async () => {
      bench = await ClientBench.start();
    });
    afterAll(async () => {
      await bench.close();
    });

    it('is the generation that these tests are about', async () => {
      const client = bench.client(sdk);
      const file = await sdk.toFile(Buffer.from('no audio'), 'speech.wav');
      const error = await client.audio.transcriptions.create({ file, model: 'sandbox' }).catch((it: Error) => it);
      const row = await bench.row(error instanceof Error && sdk.requestIdOf(error));
      expect(row?.['user_agent']).toMatch(new RegExp(`^OpenAI/JS ${sdk.major}\\.`));
    });

    describeFormats(sdk, () => bench);
    describeStreams(sdk, () => bench);
    describeSpeech(sdk, () => bench);
    describeUploads(sdk, () => bench);
    describeModels(sdk, () => bench);
    describeErrors(sdk, () => bench);
  });
}
