import { perMinute, type PriceEntry } from '../../domain/price.js';

const DEEPINFRA_PAGE = { source: 'deepinfra.com, the model pages', as_of: '2026-11-20' };

/** DeepInfra's list prices in US dollars, pay-as-you-go. */
export const deepInfraPrices: readonly PriceEntry[] = [
  {
    models: ['openai/whisper-large-v3-turbo'],
    price: perMinute('0.0002'),
    source: 'open-gauntlet survey of vendor price pages',
    as_of: '2026-08-08',
  },
  { models: ['openai/whisper-large-v3'], price: perMinute('0.00045'), ...DEEPINFRA_PAGE },
  { models: ['mistralai/Voxtral-Mini-3B-2507'], price: perMinute('0.001'), ...DEEPINFRA_PAGE },
];
