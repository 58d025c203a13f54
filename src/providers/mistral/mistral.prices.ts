import { chatPrice, perMillionCharacters, perMinute, type PriceEntry } from '../../domain/price.js';
import { LITELLM_1_110 } from '../litellm-source.js';

const VERCEL = { source: 'vercel.com/ai-gateway/models', as_of: '2026-11' };
const OPEN_GAUNTLET = { source: 'open-gauntlet survey of vendor price pages', as_of: '2026-08-08' };

/** Mistral's list prices in US dollars, pay-as-you-go. */
export const mistralPrices: readonly PriceEntry[] = [
  {
    models: ['voxtral-mini-latest', 'voxtral-mini-2602', 'voxtral-mini-transcribe-2602'],
    price: perMinute('0.003'),
    ...OPEN_GAUNTLET,
    note: 'Where -latest has moved on to Voxtral Mini Transcribe 3, it costs 0.0035.',
  },
  {
    models: ['voxtral-mini-2507', 'voxtral-mini-transcribe-2507'],
    price: perMinute('0.002'),
    source: 'docs.mistral.ai/models/voxtral-mini-transcribe-25-07',
    as_of: '2025-12',
  },
  {
    models: ['voxtral-mini-transcribe-3', 'voxtral-mini-transcribe-3-*'],
    price: perMinute('0.0035'),
    ...VERCEL,
    note: 'Published as 0.00005834 per second; OpenRouter has 0.000058.',
  },
  {
    models: ['voxtral-small-transcribe-3', 'voxtral-small-transcribe-3-*'],
    price: perMinute('0.004'),
    ...VERCEL,
    note: 'Published as 0.00006667 per second.',
  },
  {
    models: ['voxtral-mini-transcribe-realtime-2602'],
    price: perMinute('0.006'),
    ...OPEN_GAUNTLET,
  },
  {
    models: [
      'voxtral-mini-transcribe-realtime-3',
      'voxtral-mini-transcribe-realtime-3-*',
      'voxtral-mini-transcribe-realtime-latest',
    ],
    price: perMinute('0.008'),
    source: 'docs.mistral.ai/models/voxtral-mini-transcribe-realtime-3-0',
    as_of: '2026-10-20',
    note: 'LiteLLM 1.110.2 has 0.006 for -latest, which it takes for the model of 2602.',
  },
  {
    models: ['voxtral-mini-tts-2603', 'voxtral-mini-tts-latest'],
    price: perMillionCharacters('16'),
    ...LITELLM_1_110,
    note: 'Where -latest has moved on to Voxtral TTS 3, it costs 13.',
  },
  {
    models: ['voxtral-mini-tts-3', 'voxtral-mini-tts-3-*'],
    price: perMillionCharacters('13'),
    ...LITELLM_1_110,
    note: 'OpenRouter has 14.30 for Europe.',
  },
  {
    models: ['voxtral-small-latest', 'voxtral-small-2507'],
    price: chatPrice('0.10', '0.40', '0.01'),
    ...LITELLM_1_110,
    note: 'Chats in writing. Recordings are billed by the minute beside it (0.004, open-gauntlet survey, 2026-08-08), which is not in a price by tokens: what a chat with one costs is not known.',
  },
  {
    models: ['mistral-small-latest', 'mistral-small-2603'],
    price: chatPrice('0.15', '0.60', '0.015'),
    ...LITELLM_1_110,
  },
  { models: ['mistral-medium-latest'], price: chatPrice('1.50', '7.50', '0.15'), ...LITELLM_1_110 },
  { models: ['mistral-large-latest'], price: chatPrice('0.50', '1.50', '0.05'), ...LITELLM_1_110 },
];
