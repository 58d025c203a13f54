import { perHour, type PriceEntry } from '../../domain/price.js';

/** ElevenLabs's list prices in US dollars, pay-as-you-go. */
export const elevenLabsPrices: readonly PriceEntry[] = [
  {
    models: ['scribe_v1', 'scribe_v1_experimental', 'scribe_v2'],
    price: perHour('0.22'),
    source: 'open-gauntlet survey of vendor price pages',
    as_of: '2026-08-08',
    note: 'Entity detection costs 0.07 and key terms 0.05 per hour more.',
  },
];
