import { perHour, type PriceEntry } from '../../domain/price.js';

const LITELLM = { source: 'LiteLLM model_prices_and_context_window.json', as_of: '2025-12' };

/** Groq's list prices in US dollars, pay-as-you-go. */
export const groqPrices: readonly PriceEntry[] = [
  { models: ['whisper-large-v3'], price: perHour('0.111', { minimum_seconds: 10 }), ...LITELLM },
  { models: ['whisper-large-v3-turbo'], price: perHour('0.04', { minimum_seconds: 10 }), ...LITELLM },
];
