import { describeAdapterContract, plainRequest } from '../../../test/support/adapter-contract.js';
import {
  audioOf,
  CLOUDFLARE_ACCOUNT,
  cloudflareError,
  CloudflareSimulator,
  documentOf,
} from '../../../test/support/cloudflare-simulator.js';
import { SIMULATOR_KEY } from '../../../test/support/openai-simulator.js';
import { answer } from '../../../test/support/simulator-answers.js';
import { SPOKEN } from '../../../test/support/simulator-fixtures.js';
import type { TranscriptionRequest } from '../../domain/transcription.js';
import type { ProviderCall } from '../provider-adapter.js';
import { ProviderHttp } from '../provider-http.js';
import { CloudflareAdapter, type CloudflareSettings, cloudflareSettingsSchema } from './cloudflare.adapter.js';

const TURBO = '@cf/openai/whisper-large-v3-turbo';
const WHISPER = '@cf/openai/whisper';
const NOVA = '@cf/deepgram/nova-3';

describe.each([TURBO, WHISPER, NOVA])('%s', (upstreamModel) => {
  describeAdapterContract('cloudflare', {
    create: (http) => new CloudflareAdapter(http),
    start: () => CloudflareSimulator.start(),
    apiBase: (upstream) => upstream.url,
    settings: { account_id: CLOUDFLARE_ACCOUNT },
    apiKey: SIMULATOR_KEY,
    credential: { header: 'authorization', value: `Bearer ${SIMULATOR_KEY}` },
    upstreamModel,
    spoken: SPOKEN,
    errorBody: (message) => cloudflareError(1, message),
    audioOf,
    native: [],
  });
});

describe('cloudflare', () => {
  let upstream: CloudflareSimulator;
  const http = new ProviderHttp();
  const adapter = new CloudflareAdapter(http);

  beforeEach(async () => {
    upstream = await CloudflareSimulator.start();
  });
  afterEach(() => upstream.close());
  afterAll(() => http.onModuleDestroy());

  function callFor(
    request: Partial<TranscriptionRequest>,
    over: Partial<ProviderCall<CloudflareSettings>> = {},
  ): ProviderCall<CloudflareSettings> {
    return {
      request: plainRequest(request),
      upstreamModel: TURBO,
      upstreamFormat: 'json',
      apiBase: upstream.url,
      apiKey: SIMULATOR_KEY,
      settings: { account_id: CLOUDFLARE_ACCOUNT },
      signal: new AbortController().signal,
      ...over,
    };
  }

  function sentFields(): Record<string, unknown> {
    const { audio: _, ...fields } = documentOf(upstream.lastRequest);
    return fields;
  }

  it('asks for nothing that the client did not', async () => {
    await adapter.transcribe(callFor({}));
    expect(sentFields()).toEqual({ task: 'transcribe' });
  });

  it("passes the client's fields and options in Cloudflare's types", async () => {
    const providerOptions = new Map([
      ['vad_filter', ['True']],
      ['prefix', ['Well,']],
      ['beam_size', ['3']],
      ['condition_on_previous_text', ['false']],
      ['no_speech_threshold', ['0.5']],
      ['log_prob_threshold', ['-0.8']],
    ]);
    await adapter.transcribe(callFor({ task: 'translate', language: 'de', prompt: 'Meer', providerOptions }));
    expect(sentFields()).toEqual({
      task: 'translate',
      language: 'de',
      initial_prompt: 'Meer',
      vad_filter: true,
      prefix: 'Well,',
      beam_size: 3,
      condition_on_previous_text: false,
      no_speech_threshold: 0.5,
      log_prob_threshold: -0.8,
    });
    expect(adapter.capabilities(TURBO).options).toEqual(expect.arrayContaining([...providerOptions.keys()]));
  });

  it.each([
    ['vad_filter', 'maybe'],
    ['beam_size', '2.5'],
    ['no_speech_threshold', 'low'],
    ['initial_prompt', 'x'],
  ])('refuses %s=%s before it calls', async (name, value) => {
    const providerOptions = new Map([[name, [value]]]);
    await expect(adapter.transcribe(callFor({ providerOptions }))).rejects.toMatchObject({
      reason: 'request_rejected',
      param: name,
    });
    expect(upstream.requests).toHaveLength(0);
  });

  it('reads segments, words without their spaces, language, duration and ray', async () => {
    await expect(adapter.transcribe(callFor({}))).resolves.toEqual({
      text: SPOKEN,
      language: 'en',
      durationSeconds: 8.47,
      segments: [
        {
          text: ' The beach was a popular spot on a hot summer day.',
          startSeconds: 0,
          endSeconds: 3.32,
          temperature: 0,
          avgLogprob: -0.29,
          compressionRatio: 1.24,
          noSpeechProb: 0.01,
        },
        { text: ' People were swimming.', startSeconds: 3.32, endSeconds: 8.47 },
      ],
      words: [
        { word: 'The', startSeconds: 0, endSeconds: 0.24 },
        { word: 'beach', startSeconds: 0.24, endSeconds: 0.58 },
        { word: 'People', startSeconds: 3.4, endSeconds: 3.8 },
      ],
      usage: { type: 'duration', seconds: 8.47 },
      upstreamRequestId: 'ray-simulated',
    });
  });

  it('reads what the older model gives, and no more', async () => {
    const result = await adapter.transcribe(callFor({}, { upstreamModel: WHISPER }));
    expect(result.words?.map(({ word }) => word).join(' ')).toBe(SPOKEN);
    expect(result).toMatchObject({ segments: undefined, durationSeconds: undefined, usage: undefined });
    expect(upstream.lastRequest.headers['content-type']).toBe('audio/wav');
  });

  it('takes the account from the base URL as well, with or without /ai', async () => {
    for (const end of ['', '/', '/ai', '/ai/']) {
      const apiBase = `${upstream.url}/accounts/${CLOUDFLARE_ACCOUNT}${end}`;
      await adapter.transcribe(callFor({}, { apiBase, settings: {} }));
    }
    expect(new Set(upstream.requests.map(({ path }) => path)).size).toBe(1);
    await expect(adapter.transcribe(callFor({}, { settings: {} }))).rejects.toMatchObject({
      reason: 'unknown',
      message: expect.stringContaining('account_id'),
    });
  });

  it.each([{ account_id: 'mine' }, { account_id: '../../zones' }, { account: CLOUDFLARE_ACCOUNT }])(
    'refuses the settings %j',
    (settings) => {
      expect(cloudflareSettingsSchema.safeParse(settings).success).toBe(false);
    },
  );

  it.each([
    [400, 5007, 'No such model x or task', 'model_not_found'],
    [404, 3042, 'The model name is invalid', 'model_not_found'],
    [400, 10_000, 'Authentication error', 'credential_rejected'],
    [400, 6003, 'Invalid request headers', 'credential_rejected'],
    [403, 9109, 'Invalid access token', 'credential_rejected'],
    [403, 3023, 'Service unavailable for account', 'credential_rejected'],
    [429, 3036, 'You have used up your daily free allocation of 10,000 neurons.', 'quota_exhausted'],
    [429, 3040, 'No more data centers to forward the request to', 'unavailable'],
    [429, 971, 'Please wait and consider throttling your request speed', 'rate_limited'],
    [413, 3006, 'Request is too large', 'too_large'],
    [408, 3007, 'Request timeout', 'unavailable'],
    [408, 3008, 'Request was aborted', 'unavailable'],
    [400, 5004, 'Invalid data type for base64 input: x', 'request_rejected'],
    [400, 8001, 'AiError: failed to decode audio', 'audio_rejected'],
    [405, 5005, 'The model does not support LoRa inference', 'unsupported'],
    [500, 1, 'Internal error', 'unavailable'],
    // A status of success with an envelope that says otherwise.
    [200, 3040, 'No more data centers to forward the request to', 'unavailable'],
    [200, 1, 'Something else', 'unavailable'],
  ])('understands %i with code %i: %s', async (status, code, message, reason) => {
    upstream.respondWith(answer(status, cloudflareError(code, message), { 'cf-ray': 'ray-7' }));
    await expect(adapter.transcribe(callFor({}))).rejects.toMatchObject({
      reason,
      message,
      code: String(code),
      upstreamStatus: status,
      upstreamRequestId: 'ray-7',
    });
  });

  describe('with nova-3', () => {
    it("sends the bare recording with Deepgram's query and reads Deepgram's answer", async () => {
      const result = await adapter.transcribe(
        callFor({ language: 'en', keywords: ['Auricle one'] }, { upstreamModel: NOVA }),
      );
      const { headers, path } = upstream.lastRequest;
      expect(headers['content-type']).toBe('audio/wav');
      expect(path).toMatch(/\/ai\/run\/@cf\/deepgram\/nova-3\?/);
      expect(path).toContain('&keyterm=Auricle%20one');
      expect(path).not.toMatch(/[?&](?:model|mip_opt_out)=/);
      expect(result).toMatchObject({ text: SPOKEN, upstreamRequestId: 'ray-simulated' });
      expect(result.words).toHaveLength(14);
      // Nobody says how long it was: what was measured is billed.
      expect(result.usage).toBeUndefined();
    });

    it('reads an answer without the envelope, and with its duration', async () => {
      const answered = {
        metadata: { duration: 3 },
        results: { channels: [{ alternatives: [{ transcript: 'Hi.' }] }] },
      };
      upstream.respondWith(answer(200, answered));
      await expect(adapter.transcribe(callFor({}, { upstreamModel: NOVA }))).resolves.toMatchObject({
        text: 'Hi.',
        usage: { type: 'duration', seconds: 3 },
      });
    });

    it.each([{ result: {}, success: true }, { result: null, success: true }, { result: { text: 'Hi.' } }, {}])(
      'refuses %j',
      async (body) => {
        upstream.respondWith(answer(200, body));
        await expect(adapter.transcribe(callFor({}, { upstreamModel: NOVA }))).rejects.toMatchObject({
          reason: 'bad_response',
        });
      },
    );

    it('understands a recording in which nobody speaks', async () => {
      upstream.respondWith(answer(200, { result: { results: { channels: [{ alternatives: [] }] } }, success: true }));
      await expect(adapter.transcribe(callFor({}, { upstreamModel: NOVA }))).resolves.toMatchObject({ text: '' });
    });
  });

  it('guesses the kind of a model that it does not know', () => {
    expect(adapter.capabilities('@cf/openai/whisper-large-v4').tasks).toContain('translate');
    expect(adapter.capabilities('@cf/openai/whisper-tiny-en').options).toEqual([]);
    expect(adapter.capabilities('toString').tasks).toContain('transcribe');
  });
});
