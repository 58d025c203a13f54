import type { TranscriptionRequest } from '../../../src/domain/transcription.js';
import { openAi, type OpenAiSettings } from '../../../src/providers/openai/openai.adapter.js';
import { openAiModels } from '../../../src/providers/openai/openai.models.js';
import { MultipartBody } from '../../../src/providers/multipart-body.js';
import type { ProviderCall } from '../../../src/providers/provider-adapter.js';
import { ProviderHttp, type ProviderResponse } from '../../../src/providers/provider-http.js';
import type { ResponseBody } from '../../../src/providers/response-body.js';
import { plainRequest } from '../../support/adapter-contract.js';
import { audioFromBytes } from '../../support/simulator-audio.js';
import { loadSpec, specPath } from '../../support/specs.js';
import { type Prism, startPrism } from './prism.js';

const SPEC = 'openai-audio.yml';
const never = new AbortController().signal;

/** Remembers what Prism thought of each request. */
class ListeningHttp extends ProviderHttp {
  readonly verdicts: { status: number; violations: string | undefined }[] = [];

  override async open(request: Parameters<ProviderHttp['open']>[0]): Promise<ProviderResponse<ResponseBody>> {
    const response = await super.open(request);
    this.verdicts.push({ status: response.status, violations: response.headers['sl-violations'] });
    return response;
  }
}

(loadSpec(SPEC) ? describe : describe.skip)("the openai adapter against OpenAI's specification", () => {
  let prism: Prism;
  const http = new ListeningHttp();
  const adapter = openAi(http);

  beforeAll(async () => {
    prism = await startPrism(specPath(SPEC));
  });

  afterAll(async () => {
    await http.onModuleDestroy();
    await prism.stop();
  });

  /** What Prism says about the request; what it answers is made up and of no interest. */
  async function verdictOn(model: string, request: Partial<TranscriptionRequest>, stream = false): Promise<object> {
    const call: ProviderCall<OpenAiSettings> = {
      request: plainRequest(request),
      upstreamModel: model,
      upstreamFormat: request.responseFormat ?? 'json',
      apiBase: `${prism.origin}/v1`,
      apiKey: 'sk-for-prism',
      settings: {},
      signal: never,
    };
    http.verdicts.length = 0;
    if (stream) {
      const events = adapter.stream?.(call)[Symbol.asyncIterator]();
      await events?.next().catch(() => {});
      await events?.return?.();
    } else {
      await adapter.transcribe(call).catch(() => {});
    }
    const [verdict] = http.verdicts;
    if (!verdict) throw new Error('no request was made');
    return verdict;
  }

  const accepted = { status: 200, violations: undefined };
  const everyAnswer = Object.entries(openAiModels).flatMap(([model, { formats }]) =>
    formats.map((format) => ({ model, format })),
  );

  it.each(everyAnswer)('accepts $model with $format', async ({ model, format }) => {
    expect(await verdictOn(model, { responseFormat: format })).toEqual(accepted);
  });

  it.each<[string, string, Partial<TranscriptionRequest>]>([
    ['plain fields', 'whisper-1', { language: 'en', prompt: 'A "quoted" prompt\nof two lines', temperature: 0.2 }],
    ['one granularity', 'whisper-1', { responseFormat: 'verbose_json', granularities: ['word'] }],
    ['two granularities', 'whisper-1', { responseFormat: 'verbose_json', granularities: ['word', 'segment'] }],
    ['logprobs', 'gpt-4o-transcribe', { include: ['logprobs'] }],
    ['automatic chunking', 'gpt-4o-transcribe', { chunkingStrategy: 'auto' }],
    [
      'a voice detector',
      'gpt-4o-transcribe',
      {
        chunkingStrategy: { type: 'server_vad', prefix_padding_ms: 300, silence_duration_ms: 200, threshold: 0.5 },
      },
    ],
    ['keywords and languages', 'gpt-transcribe', { keywords: ['Auricle', 'Prism'], languages: ['en', 'de'] }],
    [
      'known speakers',
      'gpt-4o-transcribe-diarize',
      {
        responseFormat: 'diarized_json',
        speakers: { names: ['agent'], references: ['data:audio/wav;base64,UklGRg=='] },
      },
    ],
    ['a translation', 'whisper-1', { task: 'translate', prompt: 'In English.', temperature: 0, responseFormat: 'srt' }],
    ['a large file', 'whisper-1', { audio: audioFromBytes(Buffer.alloc(2 * 1024 * 1024, 'a')) }],
  ])('accepts %s', async (_what, model, request) => {
    expect(await verdictOn(model, request)).toEqual(accepted);
  });

  it('accepts a request for a stream', async () => {
    expect(await verdictOn('gpt-4o-transcribe', {}, true)).toEqual(accepted);
  });

  // Prism drops fields that the specification does not have; those are the simulator's business, see its contract.
  it.each([
    ['a format that does not exist', [{ name: 'response_format', value: 'pdf' }]],
    ['a temperature that is no number', [{ name: 'temperature', value: 'warm' }]],
    ['a granularity that does not exist', [{ name: 'timestamp_granularities[]', value: 'syllable' }]],
    ['a strategy that does not exist', [{ name: 'chunking_strategy[type]', value: 'client_vad' }]],
  ])('would have noticed %s', async (_what, wrong) => {
    const body = new MultipartBody([
      { name: 'model', value: 'whisper-1' },
      ...wrong,
      { name: 'file', file: audioFromBytes() },
    ]);
    const url = `${prism.origin}/v1/audio/transcriptions`;
    const { status } = await http.request({ url, headers: { authorization: 'Bearer x' }, body, signal: never });
    expect(status).toBe(400);
  });

  it('would have noticed a missing credential', async () => {
    const body = new MultipartBody([
      { name: 'model', value: 'whisper-1' },
      { name: 'file', file: audioFromBytes() },
    ]);
    const url = `${prism.origin}/v1/audio/transcriptions`;
    await expect(http.request({ url, body, signal: never })).resolves.toMatchObject({ status: 401 });
  });
});
