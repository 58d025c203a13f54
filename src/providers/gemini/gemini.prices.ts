import type { PriceEntry } from '../../domain/price.js';

/** Gemini's list prices in US dollars, pay-as-you-go. */
export const geminiPrices: readonly PriceEntry[] = [
  {
    models: ['gemini-3.5-transcribe'],
    price: { type: 'tokens', audio_input_usd: '2.00', text_input_usd: '2.00', output_usd: '12.00' },
    source: 'Vercel AI Gateway model list',
    as_of: '2026-11-20',
  },
  {
    models: ['gemini-2.5-flash'],
    price: { type: 'tokens', audio_input_usd: '1.00', text_input_usd: '0.30', output_usd: '2.50' },
    source: 'LiteLLM prices in Wei-Shaw/model-price-repo f9ff147',
    as_of: '2026-07-24',
  },
];
