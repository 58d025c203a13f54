import { perMinute, type PriceEntry } from '../../domain/price.js';
import { gpt4oMiniTranscribePrice, gpt4oTranscribePrice } from '../openai/openai.prices.js';

const LITELLM = { source: 'LiteLLM model_prices_and_context_window.json', as_of: '2025-12' };

/** Azure's list prices. The upstream model is a name that the customer chose; these are the models' own names. */
export const azurePrices: readonly PriceEntry[] = [
  { models: ['whisper', 'whisper-1', 'whisper-001'], price: perMinute('0.006'), ...LITELLM },
  {
    models: ['gpt-4o-transcribe', 'gpt-4o-transcribe-diarize'],
    price: gpt4oTranscribePrice,
    ...LITELLM,
    note: "As OpenAI's own; the list still has OpenAI's former 6.00 for audio input.",
  },
  {
    models: ['gpt-4o-mini-transcribe', 'gpt-4o-mini-transcribe-20*'],
    price: gpt4oMiniTranscribePrice,
    ...LITELLM,
    note: "As OpenAI's own; the list still has OpenAI's former 3.00 for audio input.",
  },
];
