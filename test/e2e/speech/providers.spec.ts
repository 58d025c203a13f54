import { fileURLToPath } from 'node:url';
import { DEEPGRAM_KEY } from '../../support/deepgram-simulator.js';
import { speechBodyOf } from '../../support/openai-speech-simulator.js';
import type { SimulatorServer } from '../../support/simulator-server.js';
import { simulators, speechModelBodyOf } from '../../support/simulators.js';
import { SPOKEN_WAV, spokenAudio } from '../../support/spoken-audio.js';
import { bytesOf, type SpeechBench, startSpeechBench } from './speech-bench.js';

const speaking = simulators.filter(({ speechModel }) => speechModel !== undefined);
const FAKE = fileURLToPath(new URL('../../support/fake-ffmpeg.mjs', import.meta.url));

let bench: SpeechBench;
const upstreams = new Map<string, SimulatorServer>();

beforeAll(async () => {
  bench = await startSpeechBench({ FFMPEG_PATH: FAKE, PATH: process.env['PATH'] ?? '' });
  for (const simulator of speaking) {
    const upstream = await simulator.start();
    upstreams.set(simulator.provider, upstream);
    const body = { ...speechModelBodyOf(simulator, upstream), name: simulator.provider };
    expect((await bench.gateway.admin('POST', 'models', body)).status).toBe(201);
  }
});
afterAll(async () => {
  await bench.close();
  for (const upstream of upstreams.values()) await upstream.close();
});

function upstreamOf(provider: string): SimulatorServer {
  const upstream = upstreams.get(provider);
  if (!upstream) throw new Error(`nobody simulates ${provider}`);
  return upstream;
}

describe.each(speaking)('$provider', (simulator) => {
  const { provider } = simulator;

  it('says with a voice for OpenAI’s name, as a WAV file and as bare samples', async () => {
    const wav = await bench.speak({ model: provider, response_format: 'wav' });
    expect([wav.status, wav.headers.get('x-auricle-provider')]).toEqual([200, provider]);
    // A header that is made knows no length.
    expect((await bytesOf(wav)).subarray(44)).toEqual(SPOKEN_WAV.subarray(44));
    const pcm = await bench.speak({ model: provider, response_format: 'pcm' });
    expect(await bytesOf(pcm)).toEqual(spokenAudio('pcm'));
    expect(await bench.gateway.row(pcm)).toMatchObject({
      status: 'success',
      input_characters: 20,
      output_audio_seconds: 1.5,
    });
  });

  it('gives every format, its own or a made one', async () => {
    for (const response_format of ['mp3', 'opus', 'aac', 'flac'] as const) {
      const response = await bench.speak({ model: provider, response_format });
      const audio = await bytesOf(response);
      const isOwn = audio.equals(spokenAudio(response_format));
      const isMade = audio.toString('latin1').startsWith('[');
      expect([response_format, response.status, isOwn || isMade]).toEqual([response_format, 200, true]);
    }
  });

  it('comes in events, too', async () => {
    const response = await bench.speak({ model: provider, stream_format: 'sse', response_format: 'wav' });
    expect(await response.text()).toMatch(/"type":"speech\.audio\.delta".*"type":"speech\.audio\.done"/s);
  });

  it('tells that its key is wrong', async () => {
    const body = speechModelBodyOf({ ...simulator, apiKey: 'a-wrong-key' }, upstreamOf(provider));
    const name = `${provider}-wrong`;
    expect((await bench.gateway.admin('POST', 'models', { ...body, name })).status).toBe(201);
    const response = await bench.speak({ model: name, response_format: 'wav' });
    const rejected = { error: { code: 'provider_credential_rejected' } };
    expect([response.status, await response.json()]).toMatchObject([502, rejected]);
  });
});

/** What Deepgram was asked for. */
function lastVoice(): string | null {
  const { path } = upstreamOf('deepgram').lastRequest;
  return new URL(path, 'http://deepgram').searchParams.get('model');
}

describe('the operator’s voices', () => {
  it('come first', async () => {
    await bench.gateway.createModel('own-voices', `${upstreamOf('deepgram').origin}`, {
      provider: 'deepgram',
      upstream_model: 'aura-2',
      api_key: DEEPGRAM_KEY,
      settings: { voices: { alloy: 'aura-2-apollo-en', Narrator: 'aura-2-zeus-en' } },
    });
    const said = async (voice: string): Promise<string | null> => {
      const response = await bench.speak({ model: 'own-voices', voice });
      await bytesOf(response);
      return lastVoice();
    };
    expect(await said('alloy')).toBe('aura-2-apollo-en');
    expect(await said('narrator')).toBe('aura-2-zeus-en');
    expect(await said('aura-2-thalia-en')).toBe('aura-2-thalia-en');
    const unknown = await bench.speak({ model: 'own-voices', voice: 'daniel' });
    expect([unknown.status, await unknown.json()]).toMatchObject([
      400,
      { error: { param: 'voice', message: expect.stringMatching(/its voices are alloy, Narrator, /) } },
    ]);
  });

  it('may be changed', async () => {
    const { body } = await bench.gateway.admin('GET', 'models/own-voices');
    const [{ id }] = body.deployments;
    const patch = { settings: { voices: { alloy: 'aura-2-luna-en' } } };
    expect((await bench.gateway.admin('PATCH', `deployments/${id}`, patch)).status).toBe(200);
    await bytesOf(await bench.speak({ model: 'own-voices' }));
    expect(lastVoice()).toBe('aura-2-luna-en');
  });
});

describe('ElevenLabs’ voices, which are a part of its path', () => {
  it.each(['JBFqnCBsd6RMkjVDRZzb', 'a/b', '../../v1/user', '..', '.', 'a?b=c#d', 'a%2fb', 'ü', 'a b'])(
    '%j stay there',
    async (voice) => {
      const upstream = upstreamOf('elevenlabs');
      const before = upstream.requests.length;
      const response = await bench.speak({ model: 'elevenlabs', voice });
      const seen = upstream.requests.slice(before);
      if (response.status === 200) {
        await bytesOf(response);
        expect(seen.map(({ path }) => path.split('?')[0])).toEqual([
          `/v1/text-to-speech/${encodeURIComponent(voice)}/stream`,
        ]);
      } else {
        expect([response.status, await response.json()]).toMatchObject([400, { error: { param: 'voice' } }]);
        expect(seen.filter(({ path }) => !path.startsWith('/v1/text-to-speech/'))).toEqual([]);
      }
    },
  );
});

describe('a format that has to be made', () => {
  it('is made by ffmpeg, in the client’s own stream', async () => {
    const response = await bench.speak({ model: 'gemini', response_format: 'opus' });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'audio/opus']);
    expect((await bytesOf(response)).toString('latin1')).toMatch(/^\[s16le>ogg PATH\]/);
    expect((await bench.gateway.row(response)).plan.candidates).toMatchObject([{ format: 'synthesised' }]);
  });

  it('is of the sandbox, too', async () => {
    const response = await bench.speak({ model: 'sandbox-speech', response_format: 'flac' });
    expect(response.status).toBe(200);
    await bytesOf(response);
    expect(await bench.gateway.row(response)).toMatchObject({ provider: 'sandbox', cost_usd: 0 });
  });
});

describe('without ffmpeg', () => {
  it('is refused with the formats that can be had', async () => {
    const plain = await startSpeechBench();
    try {
      const response = await plain.speak({ model: 'sandbox-speech', response_format: 'flac' });
      expect([response.status, await response.json()]).toMatchObject([
        400,
        { error: { param: 'response_format', message: expect.stringMatching(/it gives mp3, wav, pcm.*could: .*tts/) } },
      ]);
      const wav = await plain.speak({ model: 'sandbox-speech', response_format: 'wav' });
      expect((await bytesOf(wav)).toString('latin1', 0, 4)).toBe('RIFF');
    } finally {
      await plain.close();
    }
  });
});

it('is asked for in each provider’s own words', () => {
  expect(speechBodyOf(upstreamOf('openai-compatible').lastRequest)).toMatchObject({
    model: 'kokoro',
    input: 'The quick brown fox.',
  });
});
