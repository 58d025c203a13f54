import { z } from 'zod';
import { planFormat } from '../../src/domain/format-plan.js';
import { ProviderError } from '../../src/domain/errors.js';
import { AssemblyAiAdapter } from '../../src/providers/assemblyai/assemblyai.adapter.js';
import { builtInProviders } from '../../src/providers/built-in-providers.js';
import type { ProviderAdapter } from '../../src/providers/provider-adapter.js';
import { ProviderHttp } from '../../src/providers/provider-http.js';
import { parseTranscriptionForm } from '../../src/transcriptions/transcription-form.js';
import { allProviders } from '../support/all-providers.js';
import { audioFromBytes } from '../support/simulator-audio.js';
import type { RecordedRequest } from '../support/simulator-request.js';
import { type Simulator, simulators } from '../support/simulators.js';

/** What clients write; nothing = no field, and nothing in its place in the request. */
const SPELLINGS = [
  'en-US',
  'EN',
  'English',
  'eng',
  'en_US',
  'auto',
  ' Auto ',
  '',
  'und',
  'pt-BR',
  'zh',
  'zh-TW',
  'zh-Hant',
  'yue',
  'nb',
  'no',
  'fil',
  'tl',
  'he',
  'iw',
] as const;
type Spelling = (typeof SPELLINGS)[number];

type Told = string | undefined;

/** What a provider must be told for each spelling. */
function table(english: Told, american: Told, detection: Told, others: Record<string, Told>): Record<Spelling, Told> {
  const { portuguese, chinese, taiwanese, traditional, cantonese, bokmal, norwegian, tagalog, hebrew } = others;
  return {
    'en-US': american,
    EN: english,
    English: english,
    eng: english,
    en_US: american,
    auto: detection,
    ' Auto ': detection,
    '': detection,
    und: detection,
    'pt-BR': portuguese,
    zh: chinese,
    'zh-TW': taiwanese,
    'zh-Hant': traditional,
    yue: cantonese,
    nb: bokmal,
    no: norwegian,
    fil: tagalog,
    tl: tagalog,
    he: hebrew,
    iw: hebrew,
  };
}

const whisperCodes = {
  portuguese: 'pt',
  chinese: 'zh',
  taiwanese: 'zh',
  traditional: 'zh',
  cantonese: 'yue',
  bokmal: 'no',
  norwegian: 'no',
  tagalog: 'tl',
  hebrew: 'he',
};
const writtenTags = {
  ...whisperCodes,
  portuguese: 'pt-BR',
  taiwanese: 'zh-TW',
  traditional: 'zh-Hant',
  bokmal: 'nb',
  tagalog: 'fil',
};
const whisper = table('en', 'en', undefined, whisperCodes);

type Wire = (requests: readonly RecordedRequest[]) => Told;

const field =
  (name: string): Wire =>
  (requests) =>
    requests.flatMap((it) => it.values(name))[0];

const body =
  (schema: z.ZodType<Told>): Wire =>
  (requests) =>
    requests.map(({ rawBody }) => schema.safeParse(parse(rawBody)).data).find((it) => it !== undefined);

function parse(rawBody: Buffer): unknown {
  try {
    return JSON.parse(rawBody.toString());
  } catch {
    return undefined;
  }
}

const language = field('language');
const assemblyAiBody: Wire = body(
  z
    .object({ language_code: z.string().optional(), language_detection: z.boolean().optional() })
    .transform((it) => it.language_code ?? (it.language_detection ? 'detection' : undefined)),
);
const geminiPrompt: Wire = body(
  z
    .object({ systemInstruction: z.object({ parts: z.tuple([z.object({ text: z.string() })]) }) })
    .transform((it) => /The language of the recording is (.+)\./.exec(it.systemInstruction.parts[0].text)?.[1]),
);
const geminiConfig: Wire = body(
  z
    .object({
      generation_config: z.object({
        transcription_config: z.object({ language_codes: z.array(z.string()).optional() }),
      }),
    })
    .transform((it) => it.generation_config.transcription_config.language_codes?.join()),
);
const deepgramQuery: Wire = ([request]) => {
  const query = new URL(`http://deepgram${request?.path}`).searchParams;
  return query.get('language') ?? (query.get('detect_language') === 'true' ? 'detection' : undefined);
};

/** How each provider is told, and what; `provider/model` where a model differs from the provider's others. */
const providers: Readonly<Record<string, { readonly wire: Wire; readonly told: Record<Spelling, Told> }>> = {
  openai: { wire: language, told: whisper },
  'openai/gpt-transcribe': { wire: field('languages[]'), told: whisper },
  azure: { wire: language, told: whisper },
  groq: { wire: language, told: whisper },
  fireworks: { wire: language, told: whisper },
  together: { wire: language, told: table('en', 'en', 'auto', whisperCodes) },
  deepinfra: { wire: language, told: whisper },
  'openai-compatible': { wire: language, told: whisper },
  cloudflare: {
    wire: body(z.object({ language: z.string().optional() }).transform((it) => it.language)),
    told: whisper,
  },
  // It knows no language by three letters.
  mistral: { wire: language, told: { ...whisper, yue: undefined } },
  deepgram: {
    wire: deepgramQuery,
    told: table('en', 'en-US', 'detection', { ...writtenTags, cantonese: 'zh-HK', bokmal: 'no', tagalog: 'tl' }),
  },
  elevenlabs: { wire: field('language_code'), told: table('en', 'en', undefined, { ...whisperCodes, tagalog: 'fil' }) },
  assemblyai: { wire: assemblyAiBody, told: table('en', 'en_us', 'detection', whisperCodes) },
  gemini: {
    wire: geminiPrompt,
    told: table('english (en)', 'english (en-US)', undefined, {
      portuguese: 'portuguese (pt-BR)',
      chinese: 'chinese (zh)',
      taiwanese: 'chinese (zh-TW)',
      traditional: 'chinese (zh-Hant)',
      cantonese: 'cantonese (yue)',
      bokmal: 'norwegian (nb)',
      norwegian: 'norwegian (no)',
      tagalog: 'tagalog (fil)',
      hebrew: 'hebrew (he)',
    }),
  },
  'gemini/gemini-3.5-transcribe': { wire: geminiConfig, told: table('en', 'en-US', undefined, writtenTags) },
};

it('has a line for every provider that is called', () => {
  const called = allProviders.all().filter((it) => !it.builtIn);
  expect(Object.keys(providers)).toEqual(expect.arrayContaining(called.map((it) => it.provider)));
});

describe.each(Object.entries(providers))('%s', (name, { wire, told }) => {
  const [provider = '', model] = name.split('/');
  const simulator = simulatorOf(provider);
  let http: ProviderHttp;
  let server: Awaited<ReturnType<Simulator['start']>>;
  beforeAll(async () => {
    http = new ProviderHttp();
    server = await simulator.start();
  });
  afterAll(async () => {
    await http.onModuleDestroy();
    await server.close();
  });

  it.each(SPELLINGS)('is told in its own words of %p', async (spelling) => {
    server.requests.length = 0;
    const adapter: ProviderAdapter | undefined =
      provider === 'assemblyai'
        ? new AssemblyAiAdapter(http, { sleep: () => Promise.resolve(), deleteTimeoutMs: 60_000 })
        : builtInProviders(http).find((it) => it.provider === provider);
    if (!adapter) throw new Error(`there is no provider ${provider}`);
    const fields = new Map([
      ['model', ['any']],
      ['language', [spelling]],
    ]);
    const { request } = parseTranscriptionForm('transcribe', { fields, audio: audioFromBytes() });
    const upstreamModel = model ?? simulator.upstreamModel;
    const settings = adapter.settings.parse(simulator.settings ?? {});
    const format = planFormat(adapter.capabilities(upstreamModel, settings), request);
    try {
      await adapter.transcribe({
        request,
        upstreamModel,
        upstreamFormat: format.mode === 'refused' ? 'json' : format.upstreamFormat,
        apiBase: server.origin + simulator.basePath,
        apiKey: simulator.apiKey,
        settings,
        signal: new AbortController().signal,
      });
    } catch (error) {
      // A language that the provider does not have is its to refuse, or its adapter's.
      if (!(error instanceof ProviderError)) throw error;
    }
    expect(wire(server.requests)).toBe(told[spelling]);
  });
});

function simulatorOf(provider: string): Simulator {
  const simulator = simulators.find((it) => it.provider === provider);
  if (!simulator) throw new Error(`${provider} is not simulated`);
  return simulator;
}
