import type { Price } from '../domain/price.js';

/** The price of some models of one provider, and where it was read. */
export interface PriceEntry {
  readonly provider: string;
  /** Upstream model names; a name that ends in `*` covers every name that begins so. */
  readonly models: readonly string[];
  readonly price: Price;
  readonly source: string;
  /** When the source was published or read: `YYYY-MM` or `YYYY-MM-DD`. */
  readonly asOf: string;
  /** What the price does not contain, or what other sources say. */
  readonly note?: string;
}

const OPENAI_PAGE = { source: 'openai.com/api/pricing', asOf: '2026-08' };
const LITELLM = { source: 'LiteLLM model_prices_and_context_window.json', asOf: '2025-12' };
const LITELLM_SUBSET = { source: 'LiteLLM prices in Wei-Shaw/model-price-repo f9ff147', asOf: '2026-07-24' };
const VERCEL = { source: 'vercel.com/ai-gateway/models', asOf: '2026-11' };
const HAIL = { source: 'hail-hq/hail costs/stt.json, after deepgram.com/pricing', asOf: '2026-05-05' };
const OPEN_GAUNTLET = { source: 'open-gauntlet survey of vendor price pages', asOf: '2026-08-08' };
const DEEPINFRA_PAGE = { source: 'deepinfra.com, the model pages', asOf: '2026-11-20' };

const perMinute = (usd: string): Price => ({ type: 'duration', usd, per: 'minute' });
const perHour = (usd: string, minimum_seconds?: number): Price => ({
  type: 'duration',
  usd,
  per: 'hour',
  minimum_seconds,
});

const GPT_4O_TRANSCRIBE: Price = {
  type: 'tokens',
  audio_input_usd: '2.50',
  text_input_usd: '2.50',
  output_usd: '10.00',
  estimate_usd_per_minute: '0.006',
};
const GPT_4O_MINI_TRANSCRIBE: Price = {
  type: 'tokens',
  audio_input_usd: '1.25',
  text_input_usd: '1.25',
  output_usd: '5.00',
  estimate_usd_per_minute: '0.003',
};

/**
 * What providers charge in US dollars for pay-as-you-go. Prices drift, contracts differ: a deployment's own `price`
 * wins over this list. A model that is not here has no known price, which is not the same as being free.
 */
export const prices = [
  { provider: 'openai', models: ['gpt-transcribe', 'gpt-transcribe-20*'], price: perMinute('0.0045'), ...OPENAI_PAGE },
  { provider: 'openai', models: ['whisper-1'], price: perMinute('0.006'), ...OPENAI_PAGE },
  {
    provider: 'openai',
    models: [
      'gpt-4o-transcribe',
      'gpt-4o-transcribe-20*',
      'gpt-4o-transcribe-diarize',
      'gpt-4o-transcribe-diarize-20*',
    ],
    price: GPT_4O_TRANSCRIBE,
    ...OPENAI_PAGE,
    note: 'Older lists have 6.00 for audio input.',
  },
  {
    provider: 'openai',
    models: ['gpt-4o-mini-transcribe', 'gpt-4o-mini-transcribe-20*'],
    price: GPT_4O_MINI_TRANSCRIBE,
    ...OPENAI_PAGE,
    note: 'Older lists have 3.00 for audio input.',
  },
  {
    provider: 'openai',
    models: ['gpt-live-transcribe', 'gpt-live-transcribe-20*', 'gpt-realtime-whisper', 'gpt-realtime-whisper-20*'],
    price: perMinute('0.017'),
    ...OPENAI_PAGE,
  },
  { provider: 'openai', models: ['gpt-realtime-translate'], price: perMinute('0.034'), ...OPENAI_PAGE },

  // Azure's upstream model is a deployment name that the customer chose; these are the models' own names.
  { provider: 'azure', models: ['whisper', 'whisper-1', 'whisper-001'], price: perMinute('0.006'), ...LITELLM },
  {
    provider: 'azure',
    models: ['gpt-4o-transcribe', 'gpt-4o-transcribe-diarize'],
    price: GPT_4O_TRANSCRIBE,
    ...LITELLM,
    note: "As OpenAI's own; the list still has OpenAI's former 6.00 for audio input.",
  },
  {
    provider: 'azure',
    models: ['gpt-4o-mini-transcribe', 'gpt-4o-mini-transcribe-20*'],
    price: GPT_4O_MINI_TRANSCRIBE,
    ...LITELLM,
    note: "As OpenAI's own; the list still has OpenAI's former 3.00 for audio input.",
  },

  { provider: 'groq', models: ['whisper-large-v3'], price: perHour('0.111', 10), ...LITELLM },
  { provider: 'groq', models: ['whisper-large-v3-turbo'], price: perHour('0.04', 10), ...LITELLM },

  {
    provider: 'deepgram',
    models: ['nova-3', 'nova-3-general'],
    price: perMinute('0.0043'),
    ...HAIL,
    note:
      'Pre-recorded, one language; language=multi costs 0.0052. Diarization costs 0.002 and key terms 0.0013 per minute ' +
      'more. open-gauntlet (2026-08-08) has 0.0077 and 0.0092.',
  },
  {
    provider: 'deepgram',
    models: ['nova-2', 'nova-2-*', 'nova', 'nova-general', 'nova-phonecall', 'nova-medical'],
    price: perMinute('0.0043'),
    ...LITELLM,
    note: 'Pre-recorded. Diarization costs 0.002 per minute more.',
  },
  { provider: 'deepgram', models: ['nova-3-medical'], price: perMinute('0.0052'), ...LITELLM },
  { provider: 'deepgram', models: ['enhanced', 'enhanced-*'], price: perMinute('0.0145'), ...LITELLM },
  { provider: 'deepgram', models: ['base', 'base-*'], price: perMinute('0.0125'), ...LITELLM },
  { provider: 'deepgram', models: ['whisper', 'whisper-*'], price: perMinute('0.006'), ...LITELLM },

  {
    provider: 'fireworks',
    models: ['whisper-v3'],
    price: perMinute('0.0015'),
    ...OPEN_GAUNTLET,
    note: 'Serverless, switched off on 2026-06-10; dedicated deployments are billed by the hour of GPU.',
  },
  {
    provider: 'fireworks',
    models: ['whisper-v3-turbo'],
    price: perMinute('0.0009'),
    ...OPEN_GAUNTLET,
    note: 'Serverless, switched off on 2026-06-10; dedicated deployments are billed by the hour of GPU.',
  },

  {
    provider: 'elevenlabs',
    models: ['scribe_v1', 'scribe_v1_experimental', 'scribe_v2'],
    price: perHour('0.22'),
    ...OPEN_GAUNTLET,
    note: 'Entity detection costs 0.07 and key terms 0.05 per hour more.',
  },

  {
    provider: 'assemblyai',
    models: ['universal-3-5-pro', 'best'],
    price: perHour('0.21'),
    source: 'assemblyai.com/pricing',
    asOf: '2026-10-07',
    note: 'Diarization costs 0.02 per hour more. `best` falls back to universal-2 at 0.15 for its other languages.',
  },
  {
    provider: 'assemblyai',
    models: ['universal-3-pro'],
    price: perHour('0.21'),
    source: "a third-party comparison of prices; the vendor's page names only its successor",
    asOf: '2026-05-01',
  },
  {
    provider: 'assemblyai',
    models: ['universal-2'],
    price: perHour('0.15'),
    source: 'assemblyai.com/pricing',
    asOf: '2026-10-07',
    note: 'Diarization costs 0.02 per hour more.',
  },

  {
    provider: 'mistral',
    models: ['voxtral-mini-latest', 'voxtral-mini-2602', 'voxtral-mini-transcribe-2602'],
    price: perMinute('0.003'),
    ...OPEN_GAUNTLET,
    note: 'Where -latest has moved on to Voxtral Mini Transcribe 3, it costs 0.0035.',
  },
  {
    provider: 'mistral',
    models: ['voxtral-mini-2507', 'voxtral-mini-transcribe-2507'],
    price: perMinute('0.002'),
    source: 'docs.mistral.ai/models/voxtral-mini-transcribe-25-07',
    asOf: '2025-12',
  },
  {
    provider: 'mistral',
    models: ['voxtral-mini-transcribe-3', 'voxtral-mini-transcribe-3-*'],
    price: perMinute('0.0035'),
    ...VERCEL,
    note: 'Published as 0.00005834 per second; OpenRouter has 0.000058.',
  },
  {
    provider: 'mistral',
    models: ['voxtral-small-transcribe-3', 'voxtral-small-transcribe-3-*'],
    price: perMinute('0.004'),
    ...VERCEL,
    note: 'Published as 0.00006667 per second.',
  },
  {
    provider: 'mistral',
    models: ['voxtral-mini-transcribe-realtime-2602'],
    price: perMinute('0.006'),
    ...OPEN_GAUNTLET,
  },
  {
    provider: 'mistral',
    models: [
      'voxtral-mini-transcribe-realtime-3',
      'voxtral-mini-transcribe-realtime-3-*',
      'voxtral-mini-transcribe-realtime-latest',
    ],
    price: perMinute('0.008'),
    source: 'docs.mistral.ai/models/voxtral-mini-transcribe-realtime-3-0',
    asOf: '2026-10-20',
  },

  {
    provider: 'gemini',
    models: ['gemini-3.5-transcribe'],
    price: { type: 'tokens', audio_input_usd: '2.00', text_input_usd: '2.00', output_usd: '12.00' },
    source: 'Vercel AI Gateway model list',
    asOf: '2026-11-20',
  },
  {
    provider: 'gemini',
    models: ['gemini-2.5-flash'],
    price: { type: 'tokens', audio_input_usd: '1.00', text_input_usd: '0.30', output_usd: '2.50' },
    ...LITELLM_SUBSET,
  },

  {
    provider: 'together',
    models: ['openai/whisper-large-v3', 'nvidia/parakeet-*'],
    price: perMinute('0.0015'),
    ...OPEN_GAUNTLET,
  },
  { provider: 'together', models: ['nvidia/nemotron-*'], price: perMinute('0.0045'), ...OPEN_GAUNTLET },
  {
    provider: 'deepinfra',
    models: ['openai/whisper-large-v3-turbo'],
    price: perMinute('0.0002'),
    ...OPEN_GAUNTLET,
  },
  { provider: 'deepinfra', models: ['openai/whisper-large-v3'], price: perMinute('0.00045'), ...DEEPINFRA_PAGE },
  { provider: 'deepinfra', models: ['mistralai/Voxtral-Mini-3B-2507'], price: perMinute('0.001'), ...DEEPINFRA_PAGE },
  { provider: 'cloudflare', models: ['@cf/openai/whisper'], price: perMinute('0.0005'), ...OPEN_GAUNTLET },
  {
    provider: 'cloudflare',
    models: ['@cf/openai/whisper-large-v3-turbo'],
    price: perMinute('0.00051'),
    source: 'developers.cloudflare.com/workers-ai/models/whisper-large-v3-turbo',
    asOf: '2026-03-13',
  },
  { provider: 'cloudflare', models: ['@cf/deepgram/nova-3'], price: perMinute('0.0052'), ...OPEN_GAUNTLET },

  {
    provider: 'sandbox',
    models: ['sandbox', 'sandbox-*'],
    price: perMinute('0'),
    source: 'the sandbox calls nobody',
    asOf: '2026-11-20',
  },
] satisfies readonly PriceEntry[];
