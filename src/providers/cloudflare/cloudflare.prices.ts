import { perMinute, type PriceEntry } from '../../domain/price.js';

const OPEN_GAUNTLET = { source: 'open-gauntlet survey of vendor price pages', as_of: '2026-08-08' };

/** Cloudflare Workers AI's list prices in US dollars, pay-as-you-go. */
export const cloudflarePrices: readonly PriceEntry[] = [
  { models: ['@cf/openai/whisper'], price: perMinute('0.0005'), ...OPEN_GAUNTLET },
  {
    models: ['@cf/openai/whisper-large-v3-turbo'],
    price: perMinute('0.00051'),
    source: 'developers.cloudflare.com/workers-ai/models/whisper-large-v3-turbo',
    as_of: '2026-03-13',
  },
  { models: ['@cf/deepgram/nova-3'], price: perMinute('0.0052'), ...OPEN_GAUNTLET },
];
