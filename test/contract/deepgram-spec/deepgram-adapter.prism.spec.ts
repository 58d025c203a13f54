import type { TranscriptionRequest } from '../../../src/domain/transcription.js';
import { DeepgramAdapter } from '../../../src/providers/deepgram/deepgram.adapter.js';
import { ProviderHttp, type ProviderResponse } from '../../../src/providers/provider-http.js';
import { audioBody } from '../../../src/providers/request-body.js';
import type { ResponseBody } from '../../../src/providers/response-body.js';
import { plainRequest } from '../../support/adapter-contract.js';
import { audioFromBytes } from '../../support/simulator-audio.js';
import { loadSpec, specPath } from '../../support/specs.js';
import { type Prism, startPrism } from '../openai-spec/prism.js';

const SPEC = 'deepgram.yml';
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

(loadSpec(SPEC) ? describe : describe.skip)("the deepgram adapter against Deepgram's specification", () => {
  let prism: Prism;
  const http = new ListeningHttp();
  const adapter = new DeepgramAdapter(http);

  beforeAll(async () => {
    prism = await startPrism(specPath(SPEC));
  });

  afterAll(async () => {
    await http.onModuleDestroy();
    await prism.stop();
  });

  /** What Prism says about the request; what it answers is made up and of no interest. */
  async function verdictOn(upstreamModel: string, request: Partial<TranscriptionRequest>): Promise<object> {
    http.verdicts.length = 0;
    await adapter
      .transcribe({
        request: plainRequest(request),
        upstreamModel,
        upstreamFormat: 'json',
        apiBase: `${prism.origin}/v1`,
        apiKey: 'key-for-prism',
        settings: { mip_opt_out: true },
        signal: never,
      })
      .catch(() => {});
    const [verdict] = http.verdicts;
    if (!verdict) throw new Error('no request was made');
    return verdict;
  }

  const accepted = { status: 200, violations: undefined };
  const options = (fields: Record<string, string[]>): Partial<TranscriptionRequest> => ({
    providerOptions: new Map(Object.entries(fields)),
  });

  it.each([...adapter.knownModels, 'nova-2-phonecall', 'customer-model'])('accepts %s', async (model) => {
    expect(await verdictOn(model, {})).toEqual(accepted);
  });

  it.each<[string, Partial<TranscriptionRequest>]>([
    ['a language', { language: 'pt-BR' }],
    ['languages to choose from', { languages: ['en', 'de'] }],
    ['key terms', { keywords: ['Auricle & Sons', 'C++'] }],
    ['speakers', { responseFormat: 'diarized_json' }],
    ['an address', { url: 'https://example.com/a.mp3?x=1&y=2' }],
    ['flags', options({ smart_format: ['False'], multichannel: ['true'], sentiment: ['true'], topics: ['true'] })],
    ['a number', options({ utt_split: ['1.20'] })],
    ['words', options({ summarize: ['v2'], diarize_model: ['latest'], custom_topic_mode: ['strict'] })],
    ['a flag where a word may stand', options({ summarize: ['true'] })],
    [
      'lists',
      options({ redact: ['pci', 'numbers'], search: ['a', 'b'], replace: ['a:b'], tag: ['x'], extra: ['k:v'] }),
    ],
    ['an ogg', { audio: audioFromBytes(undefined, { mediaType: 'audio/ogg' }) }],
    ['a large file', { audio: audioFromBytes(Buffer.alloc(2 * 1024 * 1024, 'a')) }],
  ])('accepts %s', async (_what, request) => {
    expect(await verdictOn('nova-3', request)).toEqual(accepted);
  });

  // Prism drops parameters that the specification does not have; those are the simulator's business.
  it.each([
    ['a flag that is none', 'punctuate=yes'],
    ['a number that is none', 'utt_split=long'],
    ['a word that does not exist', 'diarize_model=v9'],
  ])('would have noticed %s', async (_what, query) => {
    const url = `${prism.origin}/v1/listen?model=nova-3&${query}`;
    const body = audioBody(audioFromBytes());
    const { status } = await http.request({ url, headers: { authorization: 'Token x' }, body, signal: never });
    expect(status).toBe(400);
  });

  it('would have noticed a missing credential', async () => {
    const url = `${prism.origin}/v1/listen?model=nova-3`;
    const { status } = await http.request({ url, body: audioBody(audioFromBytes()), signal: never });
    // Here the credential is a required header, and not a security scheme.
    expect(status).toBe(400);
  });
});
