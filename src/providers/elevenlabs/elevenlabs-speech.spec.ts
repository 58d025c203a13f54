import { ELEVENLABS_KEY, ElevenLabsSimulator } from '../../../test/support/elevenlabs-simulator.js';
import { speechBodyOf } from '../../../test/support/openai-speech-simulator.js';
import { pieces, resetInBody } from '../../../test/support/simulator-answers.js';
import { describeSpeechContract, listen, plainSpeech, speakingOf } from '../../../test/support/speech-contract.js';
import { spokenAudio } from '../../../test/support/spoken-audio.js';
import type { SpeechRequest } from '../../domain/speech.js';
import { ProviderHttp } from '../provider-http.js';
import { elevenLabs, elevenLabsSettingsSchema } from './elevenlabs.adapter.js';

const settings = elevenLabsSettingsSchema.parse({});
const RACHEL = '21m00Tcm4TlvDq8ikWAM';

describeSpeechContract('elevenlabs', {
  create: elevenLabs,
  start: () => ElevenLabsSimulator.start(),
  apiBase: (upstream) => upstream.url,
  settings,
  apiKey: ELEVENLABS_KEY,
  upstreamModel: 'eleven_multilingual_v2',
  voice: RACHEL,
  inputOf: (request) => speechBodyOf(request)?.['text'],
  errorBody: (message) => ({ detail: { status: 'x', message } }),
  opening: () =>
    pieces(
      (async function* () {
        yield spokenAudio('mp3').subarray(0, 4_000);
        await new Promise<never>(() => {});
      })(),
      { 'content-type': 'audio/mpeg' },
    ),
  torn: () =>
    resetInBody(spokenAudio('mp3').subarray(0, 4_000), { 'content-type': 'audio/mpeg', 'content-length': '9000' }),
});

describe('speech of elevenlabs', () => {
  let upstream: ElevenLabsSimulator;
  const http = new ProviderHttp();
  const speech = speakingOf(elevenLabs(http));

  beforeEach(async () => {
    upstream = await ElevenLabsSimulator.start();
  });
  afterEach(() => upstream.close());
  afterAll(() => http.onModuleDestroy());

  const speak = (request: Partial<SpeechRequest>, enable_logging = true) =>
    listen(
      speech.speak({
        request: plainSpeech({ voice: RACHEL, ...request }),
        upstreamModel: 'eleven_flash_v2_5',
        upstreamFormat: request.responseFormat ?? 'mp3',
        apiBase: upstream.url,
        apiKey: ELEVENLABS_KEY,
        settings: { ...settings, enable_logging },
        signal: new AbortController().signal,
      }),
    );

  it('has the voice in the path and the format in the query', async () => {
    await speak({ responseFormat: 'pcm', speed: 1.1, providerOptions: new Map([['seed', 7]]) }, false);
    expect(upstream.lastRequest.path).toBe(
      `/v1/text-to-speech/${RACHEL}/stream?output_format=pcm_24000&enable_logging=false`,
    );
    expect(speechBodyOf(upstream.lastRequest)).toEqual({
      text: 'The quick brown fox.',
      model_id: 'eleven_flash_v2_5',
      seed: 7,
      voice_settings: { speed: 1.1 },
    });
  });

  it("keeps the voice settings of the client beside OpenAI's speed", async () => {
    const providerOptions = new Map([['voice_settings', { stability: 0.4, speed: 0.8 }]]);
    await speak({ speed: 1.2, providerOptions });
    expect(speechBodyOf(upstream.lastRequest)).toMatchObject({ voice_settings: { stability: 0.4, speed: 1.2 } });
  });

  it.each(['..', '.', 'a/b', '../../v1/user', '%2e%2e', 'x?y=z', 'x#y', 'ä', 'a b', '', 'x'.repeat(101)])(
    'does not put %j into its path',
    async (voice) => {
      await expect(speak({ voice })).rejects.toMatchObject({ reason: 'request_rejected', param: 'voice' });
      expect(upstream.requests).toEqual([]);
    },
  );

  it.each([
    ['eleven_multilingual_v2', 10_000],
    ['eleven_flash_v2_5', 40_000],
    ['eleven_turbo_v2', 30_000],
    ['eleven_v3', 5_000],
    ['eleven_v4', undefined],
  ])('knows how much %s takes', (model, characters) => {
    expect(speech.capabilities(model).max_characters).toBe(characters);
  });
});
