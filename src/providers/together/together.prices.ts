import { perMinute, type PriceEntry } from '../../domain/price.js';

const OPEN_GAUNTLET = { source: 'open-gauntlet survey of vendor price pages', as_of: '2026-08-08' };

/** Together's list prices in US dollars, pay-as-you-go. */
export const togetherPrices: readonly PriceEntry[] = [
  {
    models: ['openai/whisper-large-v3', 'nvidia/parakeet-*'],
    price: perMinute('0.0015'),
    ...OPEN_GAUNTLET,
  },
  { models: ['nvidia/nemotron-*'], price: perMinute('0.0045'), ...OPEN_GAUNTLET },
];
