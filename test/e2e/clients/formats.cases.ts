import type { TranscriptionCreateParamsNonStreaming } from 'openai/resources/audio/transcriptions';
import type { TranslationCreateParams } from 'openai/resources/audio/translations';
import {
  type ClientBench,
  fieldsOf,
  type LedgerRow,
  RECORDING,
  RECORDING_SECONDS,
} from '../../support/client-bench.js';
import type { OpenAiSdk } from '../../support/client-sdk.js';
import { answer } from '../../support/simulator-answers.js';
import {
  diarizedAnswer,
  jsonAnswers,
  SPOKEN,
  srtAnswer,
  textAnswer,
  verboseAnswer,
  vttAnswer,
} from '../../support/simulator-fixtures.js';
import { tokenUsage } from '../../../src/domain/usage.js';

/** What v6's types do not know yet; it sends every field that it is given. */
interface NewerParams {
  readonly keywords?: string[];
  readonly languages?: string[];
}

interface FormatCase {
  readonly title: string;
  readonly params: Omit<TranscriptionCreateParamsNonStreaming, 'file'> & NewerParams;
  /** The text fields that the provider must have got. */
  readonly upstream: Readonly<Record<string, readonly string[]>>;
  /** What the provider answers: an object is sent as JSON. */
  readonly answer: string | object;
  readonly row: LedgerRow;
}

interface TranslationCase extends Omit<FormatCase, 'params'> {
  readonly params: Omit<TranslationCreateParams, 'file'>;
}

const JSON_TYPE = 'application/json';
const TEXT_TYPE = 'text/plain; charset=utf-8';

/**
 * whisper-1 costs 0.006 USD a minute: 9 s as the simulator reports, or the 2.5 s that the gateway measures, of which OpenAI
 * bills three.
 */
const REPORTED = { cost_usd: 0.0009, usage_source: 'provider', usage: { type: 'duration', seconds: 9 } };
const MEASURED = { cost_usd: 0.0003, usage_source: 'measured', usage: null };
/** gpt-4o-transcribe: 12 audio and 2 text tokens at 2.50, 45 output tokens at 10.00 USD per million. */
const TOKENS = {
  cost_usd: 0.000485,
  usage_source: 'provider',
  usage: tokenUsage({ audio: 12, text: 2, output: 45 }),
};
/** Billed by tokens, and the answer tells none: 0.006 USD a minute as OpenAI estimates it, for the measured 2.5 s. */
const ESTIMATED = {
  cost_usd: 0.00025,
  usage_source: 'measured',
  warnings: [expect.stringContaining('is an estimate')],
};

/** The same from the 9 s that the provider reported. */
const ESTIMATED_FROM_REPORTED = { ...ESTIMATED, cost_usd: 0.0009, usage_source: 'provider' };

/** Without the speakers' names, which are the segments' business. */
const DIARIZED = diarizedAnswer.segments.map(({ text }) => text).join('\n');

const REFERENCES = ['data:audio/wav;base64,UklGRiQAAABXQVZF', 'data:audio/mpeg;base64,SUQzBAAAAAAA'];

const transcriptions: readonly FormatCase[] = [
  {
    title: 'whisper-1, no format',
    params: { model: 'whisper-1' },
    upstream: { model: ['whisper-1'], response_format: ['json'] },
    answer: jsonAnswers.whisper,
    row: { response_format: 'json', ...REPORTED },
  },
  {
    title: 'whisper-1, json with language, prompt and temperature',
    params: {
      model: 'whisper-1',
      response_format: 'json',
      language: 'en',
      prompt: 'Ümläute, "quotes" & 漢字',
      temperature: 0.2,
    },
    upstream: {
      model: ['whisper-1'],
      response_format: ['json'],
      language: ['en'],
      prompt: ['Ümläute, "quotes" & 漢字'],
      temperature: ['0.2'],
    },
    answer: jsonAnswers.whisper,
    row: { response_format: 'json', language: 'en', ...REPORTED },
  },
  ...(['text', 'srt', 'vtt'] as const).map((format) => ({
    title: `whisper-1, ${format}`,
    params: { model: 'whisper-1', response_format: format },
    upstream: { model: ['whisper-1'], response_format: [format] },
    answer: { text: textAnswer, srt: srtAnswer, vtt: vttAnswer }[format],
    row: { response_format: format, language: null, ...MEASURED },
  })),
  {
    title: 'whisper-1, verbose_json',
    params: { model: 'whisper-1', response_format: 'verbose_json' },
    upstream: { model: ['whisper-1'], response_format: ['verbose_json'] },
    answer: verboseAnswer('transcribe', []),
    row: { response_format: 'verbose_json', language: 'en', ...REPORTED },
  },
  ...([['word'], ['segment'], ['word', 'segment']] as ('word' | 'segment')[][]).map((granularities) => ({
    title: `whisper-1, verbose_json by ${granularities.join(' and ')}`,
    params: {
      model: 'whisper-1',
      response_format: 'verbose_json' as const,
      timestamp_granularities: granularities,
    },
    upstream: {
      model: ['whisper-1'],
      response_format: ['verbose_json'],
      'timestamp_granularities[]': granularities,
    },
    answer: verboseAnswer('transcribe', granularities),
    row: { response_format: 'verbose_json', language: 'en', ...REPORTED },
  })),
  {
    title: 'gpt-4o-transcribe, json with token usage',
    params: { model: 'gpt-4o-transcribe', response_format: 'json' },
    upstream: { model: ['gpt-4o-transcribe'], response_format: ['json'] },
    answer: jsonAnswers.gpt4o,
    row: { response_format: 'json', ...TOKENS },
  },
  {
    title: 'gpt-4o-transcribe, text, which carries no tokens: an estimate and a warning',
    params: { model: 'gpt-4o-transcribe', response_format: 'text' },
    upstream: { model: ['gpt-4o-transcribe'], response_format: ['text'] },
    answer: textAnswer,
    row: { response_format: 'text', ...ESTIMATED },
  },
  {
    title: 'gpt-4o-transcribe, logprobs',
    params: { model: 'gpt-4o-transcribe', include: ['logprobs'], chunking_strategy: 'auto' },
    upstream: {
      model: ['gpt-4o-transcribe'],
      response_format: ['json'],
      'include[]': ['logprobs'],
      chunking_strategy: ['auto'],
    },
    answer: jsonAnswers.gpt4oWithLogprobs,
    row: { response_format: 'json', ...TOKENS },
  },
  {
    title: 'gpt-4o-transcribe-diarize, diarized_json without a chunking strategy, which OpenAI insists on',
    params: { model: 'gpt-4o-transcribe-diarize', response_format: 'diarized_json' },
    upstream: {
      model: ['gpt-4o-transcribe-diarize'],
      response_format: ['diarized_json'],
      chunking_strategy: ['auto'],
    },
    answer: diarizedAnswer,
    row: { response_format: 'diarized_json', transcript: DIARIZED, ...ESTIMATED_FROM_REPORTED },
  },
  {
    title: 'gpt-4o-transcribe-diarize, diarized_json with a chunking strategy as object',
    params: {
      model: 'gpt-4o-transcribe-diarize',
      response_format: 'diarized_json',
      chunking_strategy: { type: 'server_vad', prefix_padding_ms: 250, silence_duration_ms: 150, threshold: 0.4 },
    },
    upstream: {
      model: ['gpt-4o-transcribe-diarize'],
      response_format: ['diarized_json'],
      'chunking_strategy[type]': ['server_vad'],
      'chunking_strategy[prefix_padding_ms]': ['250'],
      'chunking_strategy[silence_duration_ms]': ['150'],
      'chunking_strategy[threshold]': ['0.4'],
    },
    answer: diarizedAnswer,
    row: { response_format: 'diarized_json', transcript: DIARIZED, ...ESTIMATED_FROM_REPORTED },
  },
  {
    title: 'gpt-4o-transcribe-diarize, diarized_json with known speakers',
    params: {
      model: 'gpt-4o-transcribe-diarize',
      response_format: 'diarized_json',
      chunking_strategy: 'auto',
      known_speaker_names: ['agent', 'customer'],
      known_speaker_references: REFERENCES,
    },
    upstream: {
      model: ['gpt-4o-transcribe-diarize'],
      response_format: ['diarized_json'],
      chunking_strategy: ['auto'],
      'known_speaker_names[]': ['agent', 'customer'],
      'known_speaker_references[]': REFERENCES,
    },
    answer: diarizedAnswer,
    row: { response_format: 'diarized_json', transcript: DIARIZED, ...ESTIMATED_FROM_REPORTED },
  },
  {
    title: 'gpt-transcribe, keywords and languages',
    params: { model: 'gpt-transcribe', keywords: ['Auricle', 'nano dollar'], languages: ['en', 'de'] },
    upstream: {
      model: ['gpt-transcribe'],
      response_format: ['json'],
      'keywords[]': ['Auricle', 'nano dollar'],
      'languages[]': ['en', 'de'],
    },
    answer: jsonAnswers.gptTranscribe,
    // 9 reported seconds at 0.0045 USD a minute.
    row: { response_format: 'json', language: 'en', cost_usd: 0.000675, usage_source: 'provider' },
  },
];

/** OpenAI reports no usage for translations. */
const translations: readonly TranslationCase[] = [
  {
    title: 'json',
    params: { model: 'whisper-1', prompt: 'A beach', temperature: 0 },
    upstream: { model: ['whisper-1'], response_format: ['json'], prompt: ['A beach'], temperature: ['0'] },
    answer: jsonAnswers.translation,
    row: { response_format: 'json', ...MEASURED },
  },
  ...(['text', 'srt', 'vtt', 'verbose_json'] as const).map((format) => ({
    title: format,
    params: { model: 'whisper-1', response_format: format },
    upstream: { model: ['whisper-1'], response_format: [format] },
    answer: { text: textAnswer, srt: srtAnswer, vtt: vttAnswer, verbose_json: verboseAnswer('translate', []) }[format],
    row: { response_format: format, ...MEASURED },
  })),
];

/** Every format that a provider answers itself arrives as it answered it, and the ledger has its price. */
export function describeFormats(sdk: OpenAiSdk, bench: () => ClientBench): void {
  describe('gets what the provider answered', () => {
    it.each(transcriptions)('$title', async (it) => {
      const file = await sdk.toFile(RECORDING, 'speech.wav');
      const call = bench()
        .client(sdk)
        .audio.transcriptions.create({ ...it.params, file });
      await check('transcriptions', it, await call.withResponse());
    });

    it.each(translations)('translated, $title', async (it) => {
      const file = await sdk.toFile(RECORDING, 'speech.wav');
      const call = bench()
        .client(sdk)
        .audio.translations.create({ ...it.params, file });
      await check('translations', it, await call.withResponse());
    });
  });

  describe('gets byte for byte', () => {
    // Nobody who understood these and wrote them down again would write them so.
    it.each([
      { format: 'json', type: 'application/json', body: '{ "text":"caf\\u00e9 \\/", "x_new": 1.50 }\n' },
      {
        format: 'verbose_json',
        type: 'application/json; charset=utf-8',
        body: '{"words":[],"text":"","duration":"0.50","task":"transcribe","language":"English"}',
      },
      { format: 'text', type: TEXT_TYPE, body: ' café \r\n\n' },
      { format: 'srt', type: 'application/x-subrip', body: '\uFEFF7\r\n0:00:00,000 --> 0:00:01,000\r\nHi\r\n\r\n' },
      {
        format: 'vtt',
        type: 'text/vtt',
        body: 'WEBVTT - x\n\nNOTE y\n\n00:00.000 --> 00:01.000 align:left\n<i>Hi</i>',
      },
    ])('$format as $type', async ({ format, type, body }) => {
      bench().upstream.respondWith(answer(200, Buffer.from(body), { 'content-type': type }));
      const file = await sdk.toFile(RECORDING, 'speech.wav');
      const params = { file, model: 'whisper-1', response_format: format } as TranscriptionCreateParamsNonStreaming;
      const response = await bench().client(sdk).audio.transcriptions.create(params).asResponse();
      expect(response.headers.get('content-type')).toBe(type);
      expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.from(body));
    });
  });

  describe('gets from the sandbox', () => {
    const formats = {
      text: /^This is the Auricle sandbox, not a transcription\. /,
      srt: /^1\n00:00:00,000 --> 00:00:0\d,\d{3}\nThis is the Auricle sandbox,\nnot a transcription\.\n\n2\n/,
      vtt: /^WEBVTT\n\n00:00:00\.000 --> 00:00:0\d\.\d{3}\nThis is the Auricle sandbox,\nnot a transcription\.\n\n00:/,
    };

    it.each(['text', 'srt', 'vtt'] as const)('%s, made by the gateway and the same every time', async (format) => {
      const create = async () => {
        const file = await sdk.toFile(RECORDING, 'speech.wav');
        const params = { file, model: 'sandbox', response_format: format } as const;
        return await bench().client(sdk).audio.transcriptions.create(params).withResponse();
      };
      const { data, response, request_id: id } = await create();
      expect(data).toMatch(formats[format]);
      expect((await create()).data).toBe(data);
      expect(response.headers.get('content-type')).toBe(TEXT_TYPE);
      expect(response.headers.get('x-auricle-cost-usd')).toBe('0');
      expect(await bench().row(id)).toMatchObject({
        provider: 'sandbox',
        response_format: format,
        status: 'success',
        cost_usd: 0,
        audio_seconds: RECORDING_SECONDS,
        transcript: expect.stringMatching(formats.text),
      });
    });
  });

  async function check(
    endpoint: 'transcriptions' | 'translations',
    expected: FormatCase | TranslationCase,
    { data, response, request_id: id }: { data: unknown; response: Response; request_id: string | null },
  ): Promise<void> {
    const { upstream, key } = bench();
    const isText = typeof expected.answer === 'string';
    expect(data).toEqual(expected.answer);
    expect(isText || (data as { _request_id?: unknown })._request_id).toBe(isText || id);
    expect(upstream.lastRequest.path).toBe(`/v1/audio/${endpoint}`);
    expect(fieldsOf(upstream.lastRequest)).toEqual(expected.upstream);
    const { file } = upstream.lastRequest;
    expect(file).toMatchObject({ filename: 'speech.wav', mediaType: 'audio/wav' });
    expect(file?.bytes.equals(RECORDING)).toBe(true);

    const row = await bench().row(id);
    expect(row).toMatchObject({
      key_id: key.id,
      key_name: 'client',
      model: expected.params.model,
      provider: 'openai',
      upstream_model: expected.params.model,
      upstream_request_id: 'req_simulated',
      warnings: [],
      task: endpoint === 'translations' ? 'translate' : 'transcribe',
      stream: false,
      status: 'success',
      http_status: 200,
      error_code: null,
      audio_seconds: RECORDING_SECONDS,
      audio_bytes: RECORDING.length,
      transcript: SPOKEN,
      attempts: [
        { provider: 'openai', upstream_model: expected.params.model, outcome: 'success', upstream_status: 200 },
      ],
      ...expected.row,
    });
    expect(response.headers.get('content-type')).toBe(isText ? TEXT_TYPE : JSON_TYPE);
    expect(factsOf(response)).toEqual({
      provider: 'openai',
      deployment: row?.['deployment_id'],
      attempts: '1',
      cost: row?.['cost_usd'],
      providerMs: row?.['provider_latency_ms'],
      overheadMs: expect.any(Number),
      warnings: row?.['warnings'],
    });
    const bytes = Buffer.from(isText ? String(expected.answer) : JSON.stringify(expected.answer));
    expect(await fetchBytes(endpoint, expected.params)).toEqual(bytes);
  }

  /** The same request without an SDK, for the bytes before anybody has understood them. */
  async function fetchBytes(endpoint: string, params: object): Promise<Buffer> {
    const form = new FormData();
    for (const [name, value] of Object.entries(params)) {
      for (const [key, text] of spell(name, value)) form.append(key, text);
    }
    form.append('file', new Blob([new Uint8Array(RECORDING)]), 'speech.wav');
    const response = await fetch(`${bench().baseUrl}/audio/${endpoint}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bench().key.key}` },
      body: form,
    });
    return Buffer.from(await response.arrayBuffer());
  }
}

/** The facts that travel as headers. */
function factsOf({ headers }: Response): object {
  return {
    provider: headers.get('x-auricle-provider'),
    deployment: headers.get('x-auricle-deployment'),
    attempts: headers.get('x-auricle-attempts'),
    cost: Number(headers.get('x-auricle-cost-usd')),
    providerMs: Number(headers.get('x-auricle-provider-ms')),
    overheadMs: Number(headers.get('x-auricle-overhead-ms')),
    warnings: headers.get('x-auricle-warning')?.split('; ') ?? [],
  };
}

function spell(name: string, value: unknown): readonly (readonly [string, string])[] {
  if (Array.isArray(value)) return value.map((it) => [`${name}[]`, String(it)] as const);
  return [[name, typeof value === 'object' ? JSON.stringify(value) : String(value)]];
}
