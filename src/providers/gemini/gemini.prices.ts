import type { Price, PriceEntry } from '../../domain/price.js';
import { LITELLM_1_110 } from '../litellm-source.js';

interface Rates {
  readonly audio: string;
  readonly text: string;
  readonly output: string;
  readonly cachedAudio: string;
  readonly cachedText: string;
}

function tokenPrice(rates: Rates, long?: Rates): Price {
  const price = { type: 'tokens' as const, ...namedRates(rates) };
  return long ? { ...price, long_input: { above_tokens: 200_000, ...namedRates(long) } } : price;
}

function namedRates({ audio, text, output, cachedAudio, cachedText }: Rates) {
  return {
    audio_input_usd: audio,
    text_input_usd: text,
    output_usd: output,
    cached_audio_input_usd: cachedAudio,
    cached_text_input_usd: cachedText,
  };
}

/** Where audio costs what text does. */
function same(input: string, output: string, cached: string): Rates {
  return { audio: input, text: input, output, cachedAudio: cached, cachedText: cached };
}

/** Gemini's list prices in US dollars, pay-as-you-go. */
export const geminiPrices: readonly PriceEntry[] = [
  {
    models: ['gemini-3.5-transcribe', 'gemini-3.5-transcribe-*'],
    price: { type: 'tokens', audio_input_usd: '2.00', text_input_usd: '2.00', output_usd: '12.00' },
    ...LITELLM_1_110,
    note: 'Vercel AI Gateway (2026-11-20) has the same.',
  },
  {
    models: ['gemini-3.8-flash'],
    price: tokenPrice(same('0.75', '3.75', '0.075')),
    source: 'ai.google.dev/gemini-api/docs/pricing, for what is cached LiteLLM 1.110.2',
    as_of: '2026-10-07',
    until: '2026-12-31',
  },
  {
    models: ['gemini-3.7-flash', 'gemini-3.6-flash', 'gemini-flash-latest'],
    price: tokenPrice(same('0.75', '3.75', '0.075')),
    ...LITELLM_1_110,
  },
  { models: ['gemini-3.5-flash'], price: tokenPrice(same('1.50', '9.00', '0.15')), ...LITELLM_1_110 },
  {
    models: ['gemini-3.5-flash-lite', 'gemini-flash-lite-latest'],
    price: tokenPrice(same('0.30', '2.50', '0.03')),
    ...LITELLM_1_110,
  },
  {
    models: ['gemini-3.1-pro-preview', 'gemini-3.1-pro-preview-*', 'gemini-pro-latest'],
    price: tokenPrice(same('2.00', '12.00', '0.20'), same('4.00', '18.00', '0.40')),
    ...LITELLM_1_110,
  },
  {
    models: ['gemini-3.1-flash-lite'],
    price: tokenPrice({ audio: '0.50', text: '0.25', output: '1.50', cachedAudio: '0.05', cachedText: '0.025' }),
    ...LITELLM_1_110,
  },
  {
    models: ['gemini-3-flash-preview'],
    price: tokenPrice({ audio: '1.00', text: '0.50', output: '3.00', cachedAudio: '0.10', cachedText: '0.05' }),
    ...LITELLM_1_110,
  },
  {
    models: ['gemini-2.5-flash'],
    price: tokenPrice({ audio: '1.00', text: '0.30', output: '2.50', cachedAudio: '0.10', cachedText: '0.03' }),
    ...LITELLM_1_110,
  },
  {
    models: ['gemini-2.5-flash-lite'],
    price: tokenPrice({ audio: '0.30', text: '0.10', output: '0.40', cachedAudio: '0.03', cachedText: '0.01' }),
    ...LITELLM_1_110,
  },
  {
    models: ['gemini-2.5-pro'],
    price: tokenPrice(same('1.25', '10.00', '0.125'), same('2.50', '15.00', '0.25')),
    ...LITELLM_1_110,
  },
  {
    models: ['gemini-3.8-flash-tts'],
    price: tokenPrice(same('0.50', '9.00', '0.125')),
    ...LITELLM_1_110,
    until: '2026-12-31',
    note: 'Twice as much from 2027 on.',
  },
  {
    models: ['gemini-3.8-flash-tts'],
    price: tokenPrice(same('1.00', '18.00', '0.25')),
    source: 'the announcement that prices double on 1 January 2027, LiteLLM discussion 42776',
    as_of: '2026-11',
  },
  {
    models: ['gemini-3.8-flash-lite-tts'],
    price: tokenPrice(same('0.50', '6.00', '0.125')),
    ...LITELLM_1_110,
    until: '2026-12-31',
    note: 'Twice as much from 2027 on.',
  },
  {
    models: ['gemini-3.8-flash-lite-tts'],
    price: tokenPrice(same('1.00', '12.00', '0.25')),
    source: 'the announcement that prices double on 1 January 2027, LiteLLM discussion 42776',
    as_of: '2026-11',
  },
  {
    models: ['gemini-3.1-flash-tts-preview', 'gemini-2.5-pro-preview-tts'],
    price: { type: 'tokens', audio_input_usd: '1.00', text_input_usd: '1.00', output_usd: '20.00' },
    ...LITELLM_1_110,
  },
  {
    models: ['gemini-2.5-flash-preview-tts'],
    price: { type: 'tokens', audio_input_usd: '0.50', text_input_usd: '0.50', output_usd: '10.00' },
    ...LITELLM_1_110,
  },
];
