import { chatPrice, perHour, perMillionCharacters, type PriceEntry } from '../../domain/price.js';
import { LITELLM_1_110 } from '../litellm-source.js';

/** Groq's list prices in US dollars, pay-as-you-go. */
export const groqPrices: readonly PriceEntry[] = [
  { models: ['whisper-large-v3'], price: perHour('0.111', { minimum_seconds: 10 }), ...LITELLM_1_110 },
  { models: ['whisper-large-v3-turbo'], price: perHour('0.04', { minimum_seconds: 10 }), ...LITELLM_1_110 },
  { models: ['canopylabs/orpheus-v1-english'], price: perMillionCharacters('22'), ...LITELLM_1_110 },
  { models: ['canopylabs/orpheus-arabic-saudi'], price: perMillionCharacters('40'), ...LITELLM_1_110 },
  {
    models: ['playai-tts'],
    price: perMillionCharacters('50'),
    source: 'LiteLLM, model_prices_and_context_window of December 2025',
    as_of: '2025-12',
    note: 'The list of November 2026 has the model no more. The price of playai-tts-arabic was not found.',
  },
  { models: ['openai/gpt-oss-120b'], price: chatPrice('0.15', '0.60', '0.075'), ...LITELLM_1_110 },
  { models: ['openai/gpt-oss-20b'], price: chatPrice('0.075', '0.30', '0.0375'), ...LITELLM_1_110 },
  { models: ['qwen/qwen3.8-27b'], price: chatPrice('0.80', '4.00'), ...LITELLM_1_110 },
];
