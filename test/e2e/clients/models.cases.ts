import type { ClientBench } from '../../support/client-bench.js';
import { RECORDING } from '../../support/client-bench.js';
import type { OpenAiSdk } from '../../support/client-sdk.js';
import { SIMULATOR_KEY } from '../../support/openai-simulator.js';
import { openAiProfile } from '../../support/simulator-profiles.js';
import { SPOKEN } from '../../support/simulator-fixtures.js';

const SLASHED = 'acme/speech:large';

/** `GET /v1/models`: what the key may use, and nothing about the rest. */
export function describeModels(sdk: OpenAiSdk, bench: () => ClientBench): void {
  const clientFor = async (models: string[]) => {
    const { key } = await bench().gateway.createKey({ models });
    return bench().client(sdk, { apiKey: key });
  };
  const idsOf = async (client: InstanceType<OpenAiSdk['OpenAI']>) => {
    const ids: string[] = [];
    for await (const { id } of client.models.list()) ids.push(id);
    return ids;
  };

  describe('models', () => {
    beforeAll(async () => {
      await bench().gateway.createModel(SLASHED, bench().upstream.url, {
        api_key: SIMULATOR_KEY,
        upstream_model: 'whisper-1',
      });
    });

    it('lists every model for a key without restrictions', async () => {
      const { models, speech } = openAiProfile;
      const openai = [...Object.keys(models ?? {}), ...Object.keys(speech?.models ?? {})];
      const sandbox = [
        'sandbox',
        'sandbox-error',
        'sandbox-flaky',
        'sandbox-rate-limited',
        'sandbox-slow',
        'sandbox-speech',
      ];
      const ids = await idsOf(bench().client(sdk));
      expect(ids.toSorted()).toEqual([SLASHED, ...openai, ...sandbox].toSorted());
    });

    it("lists only a restricted key's models", async () => {
      expect((await idsOf(await clientFor(['whisper-1', SLASHED]))).toSorted()).toEqual([SLASHED, 'whisper-1']);
    });

    it('retrieves one', async () => {
      const model = await bench().client(sdk).models.retrieve('whisper-1');
      expect(model).toEqual({
        id: 'whisper-1',
        object: 'model',
        created: expect.any(Number),
        owned_by: 'openai',
        shutdown_date: '2027-02-26',
        transcription: {
          tasks: ['transcribe', 'translate'],
          response_formats: ['json', 'text', 'srt', 'verbose_json', 'vtt'],
          timestamp_granularities: ['word', 'segment'],
        },
      });
      // Seconds, not milliseconds.
      expect(new Date(model.created * 1000).getFullYear()).toBe(new Date().getFullYear());
    });

    it('retrieves and uses one with a slash in its name', async () => {
      const client = bench().client(sdk);
      expect(await client.models.retrieve(SLASHED)).toMatchObject({ id: SLASHED, object: 'model' });
      const file = await sdk.toFile(RECORDING, 'speech.wav');
      const { data, request_id: id } = await client.audio.transcriptions
        .create({ file, model: SLASHED })
        .withResponse();
      expect(data).toMatchObject({ text: SPOKEN });
      expect(await bench().row(id)).toMatchObject({ model: SLASHED, provider: 'openai', upstream_model: 'whisper-1' });
    });

    it.each([{ name: 'no-such-model' }, { name: 'gpt-4o-transcribe' }, { name: 'acme/other' }])(
      'does not tell whether $name exists',
      async ({ name }) => {
        const client = await clientFor(['whisper-1']);
        const error = await client.models.retrieve(name).catch((it: unknown) => it);
        expect(error).toBeInstanceOf(sdk.OpenAI.NotFoundError);
        expect(error).toMatchObject({
          status: 404,
          code: 'model_not_found',
          message: `404 The model '${name}' does not exist or you do not have access to it.`,
        });
      },
    );
  });
}
