import { perHour, type PriceEntry } from '../../domain/price.js';
import type { Surcharge } from '../../domain/surcharge.js';

const PRICE_PAGE = { source: 'assemblyai.com/pricing', as_of: '2026-10-07' };

const surcharges: readonly Surcharge[] = [
  {
    name: 'diarization',
    options: ['speaker_labels'],
    add: { type: 'duration', usd: '0.02', per: 'hour' },
    ...PRICE_PAGE,
  },
  {
    name: 'understanding',
    options: [
      'entity_detection',
      'sentiment_analysis',
      'auto_chapters',
      'auto_highlights',
      'content_safety',
      'iab_categories',
      'summarization',
      'redact_pii',
      'domain',
    ],
    source: 'assemblyai.com/docs/billing-and-pricing: billed separately, by the hour; no figures were found',
    as_of: '2026-11-26',
  },
];

/** AssemblyAI's list prices in US dollars, pay-as-you-go. */
export const assemblyAiPrices: readonly PriceEntry[] = [
  {
    models: ['universal-3-5-pro', 'best'],
    price: perHour('0.21'),
    surcharges,
    ...PRICE_PAGE,
    note: '`best` falls back to universal-2 at 0.15 for its other languages. The price of assemblyai-stt-3-7 was not found.',
  },
  {
    models: ['universal-3-pro'],
    price: perHour('0.21'),
    surcharges,
    source: "a third-party comparison of prices; the vendor's page names only its successor",
    as_of: '2026-05-01',
  },
  { models: ['universal-2'], price: perHour('0.15'), surcharges, ...PRICE_PAGE },
];
